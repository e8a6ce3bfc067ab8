-- SMAC's corridor: 6 zealots hold a narrow passage between two rooms against 24 zerglings.
return {
  limit = 400,
  allies = {{type = "zealot", count = 6, x = 19.04, y = 19.12}},
  enemies = {{type = "zergling", count = 24, x = 27.91, y = 28.24}},
  order = {kind = "attack_move", x = 4.47, y = 4.33},
  terrain = {
    {2, 2, 2, 12}, {3, 10, 2, 11}, {11, 11, 2, 12}, {12, 12, 11, 13}, {13, 13, 12, 14}, {14, 14, 13, 25},
    {15, 15, 13, 26}, {16, 16, 13, 27}, {17, 17, 13, 28}, {18, 21, 12, 29}, {22, 22, 13, 29}, {23, 23, 14, 29},
    {24, 24, 15, 29}, {25, 25, 16, 29}, {26, 26, 17, 29}, {27, 27, 18, 29}, {28, 28, 19, 29}, {29, 29, 20, 29},
  },
}
