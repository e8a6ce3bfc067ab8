-- SMAC's bane_vs_bane: 20 zerglings and 4 banelings on both sides.
return {
  limit = 200,
  allies = {
    {type = "baneling", count = 4, x = 16, y = 8},
    {type = "zergling", count = 20, x = 16, y = 11},
  },
  enemies = {
    {type = "baneling", count = 4, x = 16, y = 24},
    {type = "zergling", count = 20, x = 16, y = 21},
  },
  order = {kind = "attack_move", x = 16, y = 8},
  type_bits = {"baneling", "zergling"},
  terrain = {
    {6, 6, 10, 21}, {7, 7, 9, 22}, {8, 8, 8, 23}, {9, 9, 7, 24}, {10, 21, 6, 25},
    {22, 22, 7, 24}, {23, 23, 8, 23}, {24, 24, 9, 22}, {25, 25, 10, 21},
  },
}
