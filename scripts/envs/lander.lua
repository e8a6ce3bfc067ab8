-- A lander: bring it down softly between the flags with a main engine and two side jets, both throttled freely.
local tau, gravity = 0.05, 1.0              -- seconds; all lengths in metres
local thrust, torque = 2.2, 3.0             -- of the main engine, of the jets, at full throttle
local wide, high = 5, 7                     -- who leaves this space is lost
local pad, foot = 0.8, 0.35                 -- half the pad; from the hull's middle to its feet
local sin, cos, abs = math.sin, math.cos, math.abs

-- How well it stands: near the pad, slow, upright. The reward is what a step gains of it.
local function standing(x, y, vx, vy, angle)
  return -math.sqrt(x * x + y * y) - 0.5 * math.sqrt(vx * vx + vy * vy) - 0.5 * abs(angle)
end

return {
  name = "lander", title = "A lander with two engines",
  actions = { size = 2, low = -1, high = 1 }, -- main engine (off below 0), jets (left below 0, right above)
  keys = { [""] = { 0, 0 }, up = { 1, 0 }, left = { 0, -1 }, right = { 0, 1 } },
  observation = 7,
  episode_limit = 400,
  state = {
    x = 0, y = 0, vx = 0, vy = 0, angle = 0, spin = 0, -- of the hull's middle; counterclockwise from upright
    main = 0, jets = 0,                                -- throttles of the last step
    down = 0,                                          -- 1: it stands; -1: it is broken
  },

  reset = function(self, rng)
    self.x, self.y = rng:uniform(-3, 3), rng:uniform(4, 5.5)
    self.vx, self.vy = rng:uniform(-0.5, 0.5), rng:uniform(-0.5, 0)
    self.angle = rng:uniform(-0.3, 0.3)
  end,

  step = function(self, action, rng, out)
    local before = standing(self.x, self.y, self.vx, self.vy, self.angle)
    self.main, self.jets = math.max(0, action[1][1]), action[1][2]
    self:fly()
    local gained = standing(self.x, self.y, self.vx, self.vy, self.angle) - before
    out:reward(gained - 0.01 * (self.main + abs(self.jets))) -- and fuel costs
    if self.y <= foot then
      self.down = self:safe() and 1 or -1
      out:reward(10 * self.down)
      out:info("landed", self.down == 1 and 1 or 0)
      out:terminate()
    elseif abs(self.x) > wide or self.y > high then
      out:reward(-10)
      out:terminate()
    end
  end,

  fly = function(self)
    local push = thrust * self.main
    self.vx = self.vx - tau * push * sin(self.angle)
    self.vy = self.vy + tau * (push * cos(self.angle) - gravity)
    self.spin = self.spin - tau * torque * self.jets - tau * self.spin -- the air brakes a little
    self.x, self.y = self.x + tau * self.vx, self.y + tau * self.vy
    self.angle = self.angle + tau * self.spin
  end,

  safe = function(self)
    return abs(self.x) <= pad and self.vy > -0.8 and abs(self.vx) < 0.5 and abs(self.angle) < 0.25
  end,

  observe = function(self, agent, obs)
    obs:put(self.x / wide, self.y / high, self.vx, self.vy, sin(self.angle), cos(self.angle), self.spin)
  end,

  -- A point of the hull: `right` and `up` as the lander has them.
  point = function(self, right, up)
    local s, c = sin(self.angle), cos(self.angle)
    return self.x + right * c - up * s, self.y + right * s + up * c
  end,

  -- A polygon in the hull's own coordinates.
  hull = function(self, g, x1, y1, x2, y2, x3, y3, x4, y4)
    local ax, ay = self:point(x1, y1)
    local bx, by = self:point(x2, y2)
    local cx, cy = self:point(x3, y3)
    local dx, dy = self:point(x4, y4)
    g:polygon { ax, ay, bx, by, cx, cy, dx, dy }
  end,

  draw = function(self, g)
    g:camera(-5, -0.9, 5, 6.6)
    g:color("#0d1020"); g:rect(-30, -30, 60, 60)
    g:color("#ffffff80")
    for i = 1, 60 do g:disc((i * 37 % 140) / 10 - 7, (i * 53 % 89) / 10 + 0.5, 0.01 + 0.005 * (i % 3)) end
    g:color("#4a4e58"); g:rect(-30, -30, 60, 30)
    g:color("#7b8194"); g:rect(-pad, -0.08, 2 * pad, 0.08)
    for side = -1, 1, 2 do
      g:color("silver"); g:width(0.05); g:line(side * pad, 0, side * pad, 0.7)
      g:color("gold"); g:polygon { side * pad, 0.7, side * pad + 0.3, 0.59, side * pad, 0.48 }
    end
    self:draw_flames(g)
    g:color(self.down < 0 and "#7a4a42" or "silver")
    self:hull(g, -0.28, -0.2, 0.28, -0.2, 0.2, 0.35, -0.2, 0.35)
    g:color("gold"); self:hull(g, -0.32, -0.22, 0.32, -0.22, 0.32, -0.05, -0.32, -0.05)
    g:color("sky"); g:disc(self.x, self.y + 0.08, 0.1)
    g:color("gray"); g:width(0.06)
    for side = -1, 1, 2 do
      local hip_x, hip_y = self:point(side * 0.25, -0.2)
      local foot_x, foot_y = self:point(side * 0.42, -foot)
      g:line(hip_x, hip_y, foot_x, foot_y)
    end
    if self.down ~= 0 then
      g:color(self.down > 0 and "green" or "red")
      g:text(0, 3.5, 0.6, "center", self.down > 0 and "landed" or "crashed")
    end
  end,

  draw_flames = function(self, g)
    if self.main > 0 then
      local long = -0.25 - 0.9 * self.main
      g:color("orange"); self:hull(g, -0.14, -0.22, 0.14, -0.22, 0.02, long, -0.02, long)
      g:color("yellow"); self:hull(g, -0.07, -0.22, 0.07, -0.22, 0.01, 0.6 * long, -0.01, 0.6 * long)
    end
    if self.jets ~= 0 then
      local side = self.jets > 0 and -1 or 1 -- the jet blows to the other side
      local far = side * (0.25 + 0.5 * abs(self.jets))
      g:color("cream"); self:hull(g, side * 0.22, 0.2, far, 0.28, far, 0.22, side * 0.22, 0.3)
    end
  end,

  tests = {
    ["without engines it falls"] = function(t)
      local before = t.self.vy
      t:step { -1, 0 }
      t:near(t.self.vy, before - tau * gravity)
      t:equal(t.self.main, 0)
    end,
    ["a jet to the right turns it clockwise"] = function(t)
      t:step { 0, 1 }
      t:check(t.self.spin < 0)
    end,
    ["slow on the pad is landed"] = function(t)
      t.self:touch(-0.5)
      local result = t:step { 0, 0 }
      t:check(result.terminated and t.self.down == 1 and result.reward[1] > 9)
    end,
    ["fast is broken"] = function(t)
      t.self:touch(-2)
      local result = t:step { 0, 0 }
      t:check(result.terminated and t.self.down == -1 and result.reward[1] < -8)
    end,
  },

  -- For the tests: upright just above the pad, this fast.
  touch = function(self, vy)
    self.x, self.y, self.vx, self.vy, self.angle, self.spin = 0, foot + 0.01, 0, vy, 0, 0
  end,
}
