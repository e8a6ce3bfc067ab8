-- A maze of one's own, walked with `maze --board spiral`.
--
-- Boards are files like this one, in this folder or anywhere (the setting `board` takes a path that ends in .lua): rows
-- of equal length, at most 32 of 32 letters.
--   maze         S start, G goal (one or more), # wall, . free
--   frozen_lake  S start, F ice, H hole, G goal
--   sokoban      # wall, @ player, $ box, . target, * box on a target, + player on a target, a space for the floor
return {
  rows = {
    "S........",
    "########.",
    ".......#.",
    ".#####.#.",
    ".#G..#.#.",
    ".###.#.#.",
    ".....#.#.",
    "######.#.",
    ".........",
  },
}
