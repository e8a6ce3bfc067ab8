-- SMAC's 3s5z: 3 stalkers and 5 zealots on both sides.
return {
  limit = 150,
  allies = {
    {type = "stalker", count = 3, x = 9, y = 16},
    {type = "zealot", count = 5, x = 9, y = 16},
  },
  enemies = {
    {type = "stalker", count = 3, x = 23, y = 16},
    {type = "zealot", count = 5, x = 23, y = 16},
  },
  order = {kind = "attack_move", x = 9, y = 16},
  type_bits = {"stalker", "zealot"},
  enemy_type_bits = {"zealot", "stalker"},
  terrain = {{8, 23, 0, 31}},
}
