-- SMAC's 2s_vs_1sc: 2 stalkers take turns before a spine crawler, which cannot move.
return {
  limit = 300,
  allies = {
    {type = "stalker", count = 1, x = 11.12, y = 10.34},
    {type = "stalker", count = 1, x = 16.98, y = 10.37},
  },
  enemies = {{type = "spine_crawler", count = 1, x = 13.92, y = 20.04}},
  order = {kind = "stand"},
  terrain = {{8, 19, 8, 19}, {20, 20, 9, 18}, {21, 21, 10, 17}, {22, 22, 11, 16}, {23, 23, 12, 15}},
}
