-- SMAC's 10m_vs_11m: 10 marines against 11.
return {
  limit = 150,
  allies = {{type = "marine", count = 10, x = 9, y = 16}},
  enemies = {{type = "marine", count = 11, x = 23, y = 16}},
  order = {kind = "attack_move", x = 9, y = 16},
  terrain = {{8, 23, 0, 31}},
}
