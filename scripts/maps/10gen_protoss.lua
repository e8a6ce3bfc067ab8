-- SMACv2's 10gen_protoss: armies and starting places drawn anew for each battle; sizes are the settings units and enemies.
return {
  limit = 200,
  draw = {
    allies = 5,
    enemies = 5,
    surrounded = 0.5,
    types = {
      {type = "stalker", weight = 0.45},
      {type = "zealot", weight = 0.45},
      {type = "colossus", weight = 0.1},
    },
  },
  order = {kind = "hunt"},
  type_bits = {"stalker", "zealot", "colossus"},
  unit_ranges = true,
  own_position = true,
  terrain = "open",
}
