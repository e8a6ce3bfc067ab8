-- SMAC's 27m_vs_30m: 27 marines against 30.
return {
  limit = 180,
  allies = {{type = "marine", count = 27, x = 9, y = 16}},
  enemies = {{type = "marine", count = 30, x = 23, y = 16}},
  order = {kind = "attack_move", x = 9, y = 16},
  terrain = {{8, 23, 0, 31}},
}
