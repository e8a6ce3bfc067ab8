-- Cliff walking: from start to goal along a cliff (Sutton and Barto, Reinforcement Learning, example 6.6;
-- CliffWalking-v0). Cells are numbered from 0, row by row from the top left, as everybody else does.
local columns, rows = 12, 4
local start, goal = columns * (rows - 1), columns * rows - 1

-- The cell that a move leads to, and what it pays.
local function moved(cell, way)
  local column = cell % columns
  if way == "up" and cell >= columns then cell = cell - columns end
  if way == "down" and cell < start then cell = cell + columns end
  if way == "right" and column < columns - 1 then cell = cell + 1 end
  if way == "left" and column > 0 then cell = cell - 1 end
  if cell > start and cell < goal then return start, -100 end
  return cell, -1
end

return {
  name = "cliff_walking_lua", title = "A walk along a cliff",
  actions = { "up", "right", "down", "left" },
  keys = { up = "up", right = "right", down = "down", left = "left" },
  observation = columns * rows,
  states = columns * rows,
  episode_limit = 1000,
  outcomes = true, -- planning may ask for the exact model
  state = { cell = start },

  step = function(self, action, rng, out)
    local reward
    self.cell, reward = moved(self.cell, action[1])
    out:reward(reward)
    if self.cell == goal then out:terminate() end
  end,

  observe = function(self, agent, obs) obs:one_hot(self.cell + 1, columns * rows) end,

  index = function(self, agent) return self.cell + 1 end, -- rows of a table count from 1, as Lua does

  draw = function(self, g)
    g:camera(-0.3, rows + 0.3, columns + 0.3, -0.3)
    g:color("#181b22"); g:rect(-9, -9, 30, 30)
    for cell = 0, columns * rows - 1 do
      local x, y = cell % columns, math.idiv(cell, columns)
      local falls = cell > start and cell < goal
      g:color(falls and "#3a2c2a" or cell == start and "#62748c" or cell == goal and "gold" or "forest")
      g:rect(x + 0.03, y + 0.03, 0.94, 0.94)
      if falls then g:color("brown"); g:rect(x + 0.03, y + 0.03, 0.94, 0.14) end
    end
    g:color("white")
    g:text(0.5, rows - 0.5, 0.5, "center", "S")
    g:text(columns - 0.5, rows - 0.5, 0.5, "center", "G")
    local x, y = self.cell % columns + 0.5, math.idiv(self.cell, columns) + 0.5
    g:color("night"); g:disc(x, y, 0.36)
    g:color("sky"); g:disc(x, y, 0.3)
  end,

  tests = {
    ["the shortest way pays -13"] = function(t)
      local sum = t:step("up").reward[1]
      for _ = 1, 11 do sum = sum + t:step("right").reward[1] end
      local last = t:step("down")
      t:check(last.terminated)
      t:equal(sum + last.reward[1], -13)
    end,
    ["who falls is back at the start, and goes on"] = function(t)
      local result = t:step("right")
      t:equal(result.reward[1], -100)
      t:equal(t.self.cell, start)
      t:check(not result.terminated)
    end,
  },
}
