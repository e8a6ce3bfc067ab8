-- Four slot machines, one pull: which pays most often? The smallest environment that there can be.
local chance = { red = 0.2, green = 0.5, blue = 0.3, gold = 0.7 }

return {
  name = "slots", title = "A bandit with four arms",
  actions = { "red", "green", "blue", "gold" },
  observation = 1,
  state = { arm = 0, won = false }, -- for the picture: which arm was pulled, and whether it paid

  step = function(self, action, rng, out)
    local color = action[1]
    self.arm = color == "red" and 1 or color == "green" and 2 or color == "blue" and 3 or 4
    self.won = rng:chance(chance[color])
    out:reward(self.won and 1 or 0)
    out:terminate()
  end,

  observe = function(self, agent, obs) obs:put(1) end, -- nothing to see: always the same

  draw = function(self, g)
    g:camera(-0.3, -0.8, 8.5, 5.8)
    g:color("night"); g:rect(-9, -9, 30, 30)
    for i, name in ipairs { "red", "green", "blue", "gold" } do
      local x, pulled = 2 * i - 1, i == self.arm
      g:color("charcoal"); g:rect(x - 0.8, 0.6, 1.6, 3.6)
      g:color(name); g:rect(x - 0.8, 3.6, 1.6, 0.6)
      g:color("black"); g:rect(x - 0.55, 1.6, 1.1, 1.4)
      g:color(pulled and "white" or "slate")
      g:text(x, 2.3, 0.9, "center", not pulled and "?" or self.won and 1 or 0)
      local knob = pulled and 1.2 or 3.2 -- the lever
      g:color("silver"); g:width(0.1); g:line(x + 0.8, 2.2, x + 1, knob)
      g:color("red"); g:disc(x + 1, knob, 0.15)
    end
  end,

  keys = { ["1"] = "red", ["2"] = "green", ["3"] = "blue", ["4"] = "gold" },

  tests = {
    ["gold pays seven times in ten"] = function(t)
      local won = 0
      for seed = 1, 1000 do
        t:reset(seed)
        won = won + t:step("gold").reward[1]
      end
      t:near(won, 700, 50)
    end,
  },
}
