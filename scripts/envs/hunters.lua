-- Three hunters, who share a reward, chase a prey on a grid: it is caught when two of them stand beside it.
local hunters, prey = 3, 4 -- agents 1 to 3 hunt agent 4

return {
  name = "hunters", title = "Hunters and prey",
  params = { size = { 6, min = 4, max = 40, help = "side of the grid" } },
  teams = { hunters = { count = hunters, reward = "shared" }, prey = { count = 1 } },
  actions = { "stay", "north", "south", "east", "west" },
  keys = { [""] = "stay", up = "north", down = "south", right = "east", left = "west" },
  observation = 10, global_size = 8, episode_limit = 100,
  state = { unit = { count = 4, x = 0, y = 0 }, caught = false },

  -- Everybody on a cell of their own, nobody beside the prey.
  reset = function(self, rng)
    repeat
      for _, u in ipairs(self.unit) do u.x, u.y = rng:int(1, self.size), rng:int(1, self.size) end
    until self:apart()
  end,

  -- Moves off the grid are masked, and moves onto somebody.
  available = function(self, agent, mask)
    local u = self.unit[agent]
    mask.north = self:free(u.x, u.y + 1)
    mask.south = self:free(u.x, u.y - 1)
    mask.east = self:free(u.x + 1, u.y)
    mask.west = self:free(u.x - 1, u.y)
  end,

  -- The prey moves first. Who comes second to a cell stays where it was.
  step = function(self, action, rng, out)
    self:move(prey, action[prey])
    for agent = 1, hunters do self:move(agent, action[agent]) end
    if self:beside() >= 2 then
      self.caught = true
      out:reward("hunters", 1)
      out:reward("prey", -1)
      out:info("captured", 1) -- the metrics show the mean: info_captured
      out:terminate()
    else
      out:reward("hunters", -0.01) -- time is with the prey
      out:reward("prey", 0.01)
    end
  end,

  -- Where the others are, seen from here, and where here is.
  observe = function(self, agent, obs)
    local me = self.unit[agent]
    for _, u in ipairs(self.unit) do obs:put((u.x - me.x) / self.size, (u.y - me.y) / self.size) end
    obs:put(me.x / self.size, me.y / self.size)
  end,

  global = function(self, out)
    for _, u in ipairs(self.unit) do out:put(u.x / self.size, u.y / self.size) end
  end,

  -- Helpers of our own: every other function of this table can be called with self.
  free = function(self, x, y)
    if not grid.inside(x, y, self.size, self.size) then return false end
    for _, u in ipairs(self.unit) do
      if u.x == x and u.y == y then return false end
    end
    return true
  end,

  move = function(self, agent, name)
    local u = self.unit[agent]
    local x, y = grid.move(u.x, u.y, name)
    if self:free(x, y) then u.x, u.y = x, y end
  end,

  -- How many hunters stand beside the prey.
  beside = function(self)
    local p, count = self.unit[prey], 0
    for agent = 1, hunters do
      local u = self.unit[agent]
      if math.abs(u.x - p.x) + math.abs(u.y - p.y) == 1 then count = count + 1 end
    end
    return count
  end,

  apart = function(self)
    for i = 1, prey do
      for j = 1, i - 1 do
        if self.unit[i].x == self.unit[j].x and self.unit[i].y == self.unit[j].y then return false end
      end
    end
    return self:beside() == 0
  end,

  draw = function(self, g)
    local size = self.size
    g:camera(0.3, 0.3, size + 0.7, size + 0.7)
    g:color("#181b22"); g:rect(-size, -size, 4 * size, 4 * size)
    for y = 1, size do
      for x = 1, size do
        g:color((x + y) % 2 == 0 and "#2f4a38" or "#2b4434")
        g:rect(x - 0.5, y - 0.5, 1, 1)
      end
    end
    local p = self.unit[prey]
    for agent = 1, hunters do
      local u = self.unit[agent]
      if math.abs(u.x - p.x) + math.abs(u.y - p.y) == 1 then -- it has hold of the prey
        g:color("red"); g:width(0.1); g:line(u.x, u.y, p.x, p.y)
      end
      g:color("night"); g:disc(u.x, u.y, 0.4)
      g:color("red"); g:disc(u.x, u.y, 0.34)
      g:color("white"); g:disc(u.x - 0.12, u.y + 0.1, 0.07); g:disc(u.x + 0.12, u.y + 0.1, 0.07)
    end
    g:color("night"); g:disc(p.x, p.y, 0.36)
    g:color(self.caught and "gray" or "sky"); g:disc(p.x, p.y, 0.3)
    g:color("white"); g:disc(p.x - 0.1, p.y + 0.08, 0.06); g:disc(p.x + 0.1, p.y + 0.08, 0.06)
  end,

  tests = {
    ["two hunters beside it catch the prey"] = function(t)
      t.self:place(1, 2, 3, 1, 6, 6, 1, 1)
      local result = t:step { "stay", "west", "stay", "stay" }
      t:check(result.terminated)
      t:equal(result.reward, { 1, 1, 1, -1 })
    end,
    ["a corner alone is no capture"] = function(t)
      t.self:place(1, 2, 5, 5, 6, 6, 1, 1)
      t:check(not t:step({ "stay", "stay", "stay", "stay" }).terminated)
    end,
    ["nobody moves off the grid, or onto another"] = function(t)
      t.self:place(1, 2, 5, 5, 6, 6, 1, 1)
      local mask = t:mask(prey)
      t:check(mask.stay and mask.east and not mask.north and not mask.south and not mask.west)
    end,
  },

  -- For the tests: the units' places, x and y in turn.
  place = function(self, ...)
    for i, u in ipairs(self.unit) do u.x, u.y = select(2 * i - 1, ...) end
  end,
}
