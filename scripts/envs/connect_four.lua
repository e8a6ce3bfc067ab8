-- Connect four: two players drop stones into columns by turns; four in a row wins, in any direction.
local columns, rows = 7, 6
local directions = { { 1, 0 }, { 0, 1 }, { 1, 1 }, { 1, -1 } }

return {
  name = "connect_four", title = "Four in a row",
  teams = { yellow = { count = 1 }, red = { count = 1 } },
  reward = "zero_sum", -- what one wins the other loses: lets search and self-play in
  actions = columns, -- no names: a column's number
  keys = { ["1"] = 1, ["2"] = 2, ["3"] = 3, ["4"] = 4, ["5"] = 5, ["6"] = 6, ["7"] = 7 },
  observation = 2 * columns * rows,
  episode_limit = columns * rows,
  state = {
    cell = { count = columns * rows, 0 }, -- column by column, each from the bottom: 0 empty, else whose stone it is
    turn = 1,                             -- the agent to move
    last = 0,                             -- the cell that was filled last
  },

  mover = function(self) return self.turn end, -- the other waits

  available = function(self, agent, mask)
    for column = 1, columns do mask[column] = self.cell[column * rows] == 0 end
  end,

  step = function(self, action, rng, out)
    local me = self.turn
    local cell = (action[me] - 1) * rows + 1
    while self.cell[cell] ~= 0 do cell = cell + 1 end
    self.cell[cell], self.last, self.turn = me, cell, 3 - me
    if self:connected(cell) then
      out:reward(me, 1)
      out:reward(3 - me, -1)
      out:terminate()
    elseif self:full() then
      out:terminate()
    end
  end,

  -- Own stones, then the other's.
  observe = function(self, agent, obs)
    for i = 1, columns * rows do obs:put(self.cell[i] == agent and 1 or 0) end
    for i = 1, columns * rows do obs:put(self.cell[i] == 3 - agent and 1 or 0) end
  end,

  full = function(self)
    for column = 1, columns do
      if self.cell[column * rows] == 0 then return false end
    end
    return true
  end,

  -- How many stones of the same player follow a cell in one direction.
  run = function(self, cell, dx, dy)
    local column, row = math.idiv(cell - 1, rows) + dx, (cell - 1) % rows + dy
    local count = 0
    while column >= 0 and column < columns and row >= 0 and row < rows
      and self.cell[column * rows + row + 1] == self.cell[cell] do
      count, column, row = count + 1, column + dx, row + dy
    end
    return count
  end,

  -- The direction in which a cell is one of four in a row, or nil.
  connected = function(self, cell)
    for _, way in ipairs(directions) do
      if self:run(cell, way[1], way[2]) + self:run(cell, -way[1], -way[2]) >= 3 then return way end
    end
    return nil
  end,

  draw = function(self, g)
    g:camera(-0.3, -0.9, columns + 0.3, rows + 0.3)
    g:color("#181b22"); g:rect(-9, -9, 30, 30)
    g:color("#2a4f9e"); g:rect(-0.15, -0.15, columns + 0.3, rows + 0.3)
    for i = 1, columns * rows do
      local x, y, owner = math.idiv(i - 1, rows) + 0.5, (i - 1) % rows + 0.5, self.cell[i]
      g:color(owner == 0 and "#1b2740" or owner == 1 and "gold" or "red")
      g:disc(x, y, 0.4)
      if i == self.last then g:color("white"); g:width(0.05); g:ring(x, y, 0.32) end
    end
    local way = self.last > 0 and self:connected(self.last)
    if way then
      local x, y = math.idiv(self.last - 1, rows) + 0.5, (self.last - 1) % rows + 0.5
      local ahead, behind = self:run(self.last, way[1], way[2]), self:run(self.last, -way[1], -way[2])
      g:color("white"); g:width(0.12)
      g:line(x + way[1] * ahead, y + way[2] * ahead, x - way[1] * behind, y - way[2] * behind)
    end
    g:color("gray")
    for column = 1, columns do g:text(column - 0.5, -0.5, 0.4, "center", column) end
  end,

  tests = {
    ["four upright win"] = function(t)
      for _ = 1, 3 do
        t:step { 4, 1 } -- the one who waits is not asked
        t:step { 1, 5 }
      end
      t:equal(t.self.turn, 1)
      local result = t:step { 4, 1 }
      t:check(result.terminated)
      t:equal(result.reward, { 1, -1 })
    end,
    ["four on a slope win"] = function(t)
      local env = t.self
      for _, cell in ipairs { 1, 8, 15 } do env.cell[cell] = 2 end -- rising from the bottom of the first column
      for row = 1, 3 do env.cell[3 * rows + row] = 1 end
      env.turn = 2
      t:equal(t:step({ 1, 4 }).reward, { -1, 1 })
    end,
    ["a full column takes no more"] = function(t)
      for row = 1, rows do t.self.cell[row] = row % 2 + 1 end
      local mask = t:mask(1)
      t:check(not mask[1] and mask[2])
    end,
  },
}
