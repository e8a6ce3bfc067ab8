-- SMAC's 3s_vs_3z: 3 stalkers against 3 zealots, which they outrange and outrun.
return {
  limit = 150,
  allies = {{type = "stalker", count = 3, x = 9, y = 16}},
  enemies = {{type = "zealot", count = 3, x = 23, y = 16}},
  order = {kind = "attack_move", x = 9, y = 16},
  terrain = "open",
}
