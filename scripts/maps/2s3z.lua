-- SMAC's 2s3z: 2 stalkers and 3 zealots on both sides.
return {
  limit = 120,
  allies = {
    {type = "stalker", count = 2, x = 9, y = 16},
    {type = "zealot", count = 3, x = 9, y = 16},
  },
  enemies = {
    {type = "stalker", count = 2, x = 23, y = 16},
    {type = "zealot", count = 3, x = 23, y = 16},
  },
  order = {kind = "attack_move", x = 9, y = 16},
  type_bits = {"stalker", "zealot"},
  enemy_type_bits = {"zealot", "stalker"},
  terrain = {{8, 23, 0, 31}},
}
