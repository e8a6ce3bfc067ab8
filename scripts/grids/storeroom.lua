-- Four boxes in a storeroom: `sokoban --board storeroom` (spiral.lua tells what the letters mean).
return {
  rows = {
    "########",
    "#..  # #",
    "#..  $ #",
    "##  $# #",
    "#  $   #",
    "# @ $  #",
    "#   #  #",
    "########",
  },
}
