-- A walled garden: find the way from the start to the goal. Every step costs a little, the goal pays 1.
local map = {
  "###########",
  "#S..#.....#",
  "#.#.#.###.#",
  "#.#...#...#",
  "#.#####.#.#",
  "#.......#G#",
  "###########",
}
local columns, rows = #map[1], #map

-- What stands at a place: "#", ".", "S" or "G". Row 1 is the top one.
local function at(x, y) return map[y]:sub(x, x) end

local heading = { up = { 0, -1 }, down = { 0, 1 }, left = { -1, 0 }, right = { 1, 0 } }

return {
  name = "grid", title = "A walk in a walled garden",
  actions = { "up", "down", "left", "right" },
  keys = { up = "up", down = "down", left = "left", right = "right" },
  observation = 2,
  states = columns * rows, -- for tables: `index` numbers the places, from 1
  episode_limit = 200,
  state = { x = 2, y = 2 },

  -- reset = function(self, rng) ... end   is not needed: an episode begins with the values declared above

  step = function(self, action, rng, out)
    local way = heading[action[1]]
    if at(self.x + way[1], self.y + way[2]) ~= "#" then
      self.x, self.y = self.x + way[1], self.y + way[2]
    end
    local arrived = at(self.x, self.y) == "G"
    out:reward(arrived and 1 or -0.01)
    if arrived then out:terminate() end
  end,

  observe = function(self, agent, obs) obs:put(self.x / columns, self.y / rows) end,

  index = function(self, agent) return (self.y - 1) * columns + self.x end,

  draw = function(self, g)
    g:camera(1, rows + 1, columns + 1, 1) -- bottom above top: rows count downwards
    g:color("forest"); g:rect(-20, -20, 60, 60)
    local shade = { ["#"] = "forest", ["."] = "sand", S = "tan", G = "gold" }
    for y = 1, rows do
      for x = 1, columns do
        g:color(shade[at(x, y)])
        g:rect(x, y, 1, 1)
      end
    end
    g:color("night"); g:disc(self.x + 0.5, self.y + 0.5, 0.36)
    g:color("orange"); g:disc(self.x + 0.5, self.y + 0.5, 0.3)
  end,

  tests = {
    ["walls stop a walker"] = function(t)
      t:step("up")
      t:check(t.self.x == 2 and t.self.y == 2)
      t:step("down")
      t:check(t.self.x == 2 and t.self.y == 3)
    end,
    ["the goal ends it and pays 1"] = function(t)
      t.self.x, t.self.y = 10, 5
      local result = t:step("down")
      t:check(result.terminated)
      t:equal(result.reward[1], 1)
    end,
  },
}
