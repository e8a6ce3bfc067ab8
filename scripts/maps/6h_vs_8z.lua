-- SMAC's 6h_vs_8z: 6 hydralisks against 8 zealots.
return {
  limit = 150,
  allies = {{type = "hydralisk", count = 6, x = 14.60, y = 9.49}},
  enemies = {{type = "zealot", count = 8, x = 14.41, y = 16.76}},
  order = {kind = "attack_move", x = 14.60, y = 9.49},
  terrain = {{8, 8, 10, 19}, {9, 9, 9, 20}, {10, 17, 8, 21}, {18, 18, 9, 20}, {19, 19, 10, 19}},
}
