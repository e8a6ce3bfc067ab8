-- SMAC's MMM: 2 marauders, 7 marines and a medivac on both sides.
return {
  limit = 150,
  allies = {
    {type = "marauder", count = 2, x = 9, y = 16},
    {type = "marine", count = 7, x = 9, y = 16},
    {type = "medivac", count = 1, x = 9, y = 16},
  },
  enemies = {
    {type = "marauder", count = 2, x = 23, y = 16},
    {type = "marine", count = 7, x = 23, y = 16},
    {type = "medivac", count = 1, x = 23, y = 16},
  },
  order = {kind = "attack_move", x = 9, y = 16},
  type_bits = {"marauder", "marine", "medivac"},
  terrain = {{8, 23, 0, 31}},
}
