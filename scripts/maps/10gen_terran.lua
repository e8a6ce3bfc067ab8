-- SMACv2's 10gen_terran: armies and starting places drawn anew for each battle; sizes are the settings units and enemies.
return {
  limit = 200,
  draw = {
    allies = 5,
    enemies = 5,
    surrounded = 0.5,
    types = {
      {type = "marine", weight = 0.45},
      {type = "marauder", weight = 0.45},
      {type = "medivac", weight = 0.1, alone = false},
    },
  },
  order = {kind = "hunt"},
  type_bits = {"marine", "marauder", "medivac"},
  unit_ranges = true,
  own_position = true,
  terrain = "open",
}
