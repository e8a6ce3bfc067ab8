-- SMAC's 5m_vs_6m: 5 marines against 6.
return {
  limit = 70,
  allies = {{type = "marine", count = 5, x = 9, y = 16}},
  enemies = {{type = "marine", count = 6, x = 23, y = 16}},
  order = {kind = "attack_move", x = 9, y = 16},
  terrain = {{8, 23, 0, 31}},
}
