-- CartPole: balance a pole on a cart by pushing it left or right (Barto, Sutton and Anderson, 1983; CartPole-v1).
-- The same arithmetic in the same order as the engine's own in C: the two play alike to the last bit.

-- Metres, kilograms, seconds, radians.
local gravity, pole_mass, half_pole, force, tau = 9.8, 0.1, 0.5, 10.0, 0.02
local mass = pole_mass + 1.0 -- of cart and pole
local track, lean = 2.4, 12 * 2 * math.pi / 360
local sin, cos = math.sin, math.cos

return {
  name = "cartpole_lua", title = "Cart and pole",
  actions = { "left", "right" },
  keys = { left = "left", right = "right" },
  observation = 4,
  episode_limit = 500,
  state = { x = 0, v = 0, angle = 0, spin = 0 }, -- of the cart; of the pole, from upright, clockwise

  reset = function(self, rng)
    self.x, self.v = rng:uniform(-0.05, 0.05), rng:uniform(-0.05, 0.05)
    self.angle, self.spin = rng:uniform(-0.05, 0.05), rng:uniform(-0.05, 0.05)
  end,

  step = function(self, action, rng, out)
    local x, v, angle, spin = self.x, self.v, self.angle, self.spin
    local push = action[1] == "right" and force or -force
    local sine, cosine = sin(angle), cos(angle)
    local thrust = (push + pole_mass * half_pole * (spin * spin) * sine) / mass
    local twist = (gravity * sine - cosine * thrust) / (half_pole * (4 / 3 - pole_mass * (cosine * cosine) / mass))
    local pull = thrust - pole_mass * half_pole * twist * cosine / mass
    x, v = x + tau * v, v + tau * pull
    angle, spin = angle + tau * spin, spin + tau * twist
    self.x, self.v, self.angle, self.spin = x, v, angle, spin
    out:reward(1)
    if x < -track or x > track or angle < -lean or angle > lean then out:terminate() end
  end,

  observe = function(self, agent, obs) obs:put(self.x, self.v, self.angle, self.spin) end,

  draw = function(self, g)
    local x, axle = self.x, 0.25
    local tip_x, tip_y = x + 2 * half_pole * sin(self.angle), axle + 2 * half_pole * cos(self.angle)
    g:camera(-2.8, -0.9, 2.8, 1.9)
    g:color("#181b22"); g:rect(-9, -9, 18, 18)
    g:color("slate"); g:width(0.03); g:line(-track - 0.3, 0, track + 0.3, 0)
    g:color("red"); g:line(-track, -0.12, -track, 0.12); g:line(track, -0.12, track, 0.12)
    g:color("blue"); g:rect(x - 0.3, 0.08, 0.6, 0.26)
    g:color("charcoal"); g:disc(x - 0.17, 0.08, 0.08); g:disc(x + 0.17, 0.08, 0.08)
    g:color("tan"); g:width(0.09); g:line(x, axle, tip_x, tip_y)
    g:color("white"); g:disc(x, axle, 0.06)
  end,

  tests = {
    ["a pole that leans 12 degrees has fallen"] = function(t)
      t.self.angle, t.self.spin = 0.2, 1
      local result = t:step("left")
      t:check(result.terminated)
      t:equal(result.reward[1], 1) -- the last step is paid for too
    end,
    ["pushing right moves the cart right and tips the pole left"] = function(t)
      local env = t.self
      env.x, env.v, env.angle, env.spin = 0, 0, 0, 0
      t:check(not t:step("right").terminated)
      t:check(env.v > 0 and env.spin < 0)
    end,
  },
}
