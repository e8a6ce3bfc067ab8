-- SMAC's 3s_vs_5z: 3 stalkers against 5 zealots, which they outrange and outrun.
return {
  limit = 250,
  allies = {{type = "stalker", count = 3, x = 9, y = 16}},
  enemies = {{type = "zealot", count = 5, x = 23, y = 16}},
  order = {kind = "attack_move", x = 9, y = 16},
  terrain = "open",
}
