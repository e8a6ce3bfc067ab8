-- SMAC's 1c3s5z: a colossus, 3 stalkers and 5 zealots on both sides.
return {
  limit = 180,
  allies = {
    {type = "colossus", count = 1, x = 9, y = 16},
    {type = "stalker", count = 3, x = 9, y = 16},
    {type = "zealot", count = 5, x = 9, y = 16},
  },
  enemies = {
    {type = "colossus", count = 1, x = 23, y = 16},
    {type = "stalker", count = 3, x = 23, y = 16},
    {type = "zealot", count = 5, x = 23, y = 16},
  },
  order = {kind = "attack_move", x = 9, y = 16},
  type_bits = {"colossus", "stalker", "zealot"},
  terrain = {{8, 23, 0, 31}},
}
