-- SMAC's 3m: 3 marines against 3.
--
-- A map is one file like this one, in this folder or anywhere (the setting `map` takes a path that ends in .lua).
--   limit        steps (of 8 ticks) until an episode is cut off
--   allies       groups of units, numbered in this order: type, count and the point around which they start.
--                The map is 32 x 32 cells, x grows to the east and y to the north. Types: marine, marauder, medivac,
--                stalker, zealot, colossus, hydralisk, zergling, baneling, spine_crawler
--   enemies      the same; groups that start at the allies' mirror image start mirrored
--   order        what enemies do: {kind = "attack_move", x =, y =} goes to a point (give or take spread_x, spread_y) and
--                fights on the way; "hunt" goes for the nearest ally and keeps to it; "nearest" chooses again and
--                again; "guard" defends its place; "stand" does not move
--   terrain      "open", or where units can stand: spans {first row, last row, first column, last column}
--   cliffs       spans of the terrain that only colossi and medivacs cross (may be left out, as all below)
--   type_bits    types in the order of the one-hot code that agents see; left out: they see no types
--   enemy_type_bits   SMAC's order for enemies, used with type_bits=smac
--   unit_ranges, own_position   true: SMACv2's ranges, and its place in what an agent sees
--   draw         instead of allies and enemies: armies drawn anew for each battle, see 10gen_terran.lua
return {
  limit = 60,
  allies = {{type = "marine", count = 3, x = 9, y = 16}},
  enemies = {{type = "marine", count = 3, x = 23, y = 16}},
  order = {kind = "attack_move", x = 9, y = 16},
  terrain = {{8, 23, 0, 31}},
}
