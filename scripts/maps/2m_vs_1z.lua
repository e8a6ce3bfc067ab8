-- SMAC's 2m_vs_1z: 2 marines against a zealot that comes for one of them.
return {
  limit = 150,
  allies = {
    {type = "marine", count = 1, x = 13, y = 12},
    {type = "marine", count = 1, x = 19, y = 12},
  },
  enemies = {{type = "zealot", count = 1, x = 16, y = 19}},
  order = {kind = "attack_move", x = 16, y = 12, spread_x = 3},
  terrain = {
    {6, 6, 10, 21}, {7, 7, 9, 22}, {8, 8, 8, 23}, {9, 9, 7, 24}, {10, 21, 6, 25},
    {22, 22, 7, 24}, {23, 23, 8, 23}, {24, 24, 9, 22}, {25, 25, 10, 21},
  },
}
