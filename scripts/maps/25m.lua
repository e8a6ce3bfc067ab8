-- SMAC's 25m: 25 marines against 25.
return {
  limit = 150,
  allies = {{type = "marine", count = 25, x = 9, y = 16}},
  enemies = {{type = "marine", count = 25, x = 23, y = 16}},
  order = {kind = "attack_move", x = 9, y = 16},
  terrain = {{8, 23, 0, 31}},
}
