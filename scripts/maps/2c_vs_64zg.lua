-- SMAC's 2c_vs_64zg: 2 colossi, which cross the cliff, against 64 zerglings, which go around it.
return {
  limit = 400,
  allies = {{type = "colossus", count = 2, x = 16, y = 16}},
  enemies = {{type = "zergling", count = 64, x = 16, y = 9}},
  order = {kind = "hunt"},
  terrain = {{6, 6, 4, 27}, {7, 7, 3, 28}, {8, 8, 2, 29}, {9, 16, 0, 31}, {17, 17, 2, 29}, {18, 18, 3, 28}, {19, 19, 4, 27}},
  cliffs = {{12, 12, 4, 27}},
}
