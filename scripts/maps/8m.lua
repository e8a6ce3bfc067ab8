-- SMAC's 8m: 8 marines against 8.
return {
  limit = 120,
  allies = {{type = "marine", count = 8, x = 9, y = 16}},
  enemies = {{type = "marine", count = 8, x = 23, y = 16}},
  order = {kind = "attack_move", x = 9, y = 16},
  terrain = {{8, 23, 0, 31}},
}
