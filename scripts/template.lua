-- A robot fetches coins on a grid. This is a template: change whatever you like, nothing is compiled.
--
--   cohort watch my_env.lua    see it; the window follows what you save
--   cohort check my_env.lua    the rules that every environment keeps, the tests below, and what a learner will find
--   cohort train my_env.lua    train on it; `cohort watch RUN` shows what was learnt
--   cohort list api            everything that may be written here
return {
  name = "my_env",
  title = "A robot fetches coins on a grid",

  -- Settings: self.size in here, --size 8 on the command line.
  params = { size = { 5, min = 3, max = 20, help = "side of the grid" } },

  actions = { "north", "south", "east", "west" },
  observation = 5, -- how many numbers `observe` puts
  episode_limit = 40, -- steps; then the engine begins a new episode
  keys = { up = "north", down = "south", right = "east", left = "west" }, -- for cohort play

  -- Everything that changes while playing, with the values that an episode begins with. What is not declared here
  -- cannot change: so states can be copied, saved and played again.
  state = { robot = { x = 1, y = 1 }, coin = { x = 1, y = 1 }, coins = 0 },

  -- A new episode. Chance comes from rng alone: the same seed, the same episode.
  reset = function(self, rng)
    self.robot.x, self.robot.y = rng:int(1, self.size), rng:int(1, self.size)
    self:hide(rng)
  end,

  -- Which actions are possible; all that is not forbidden here.
  available = function(self, agent, mask)
    mask.north = self.robot.y < self.size
    mask.south = self.robot.y > 1
    mask.east = self.robot.x < self.size
    mask.west = self.robot.x > 1
  end,

  -- One move: what the agent does, what it earns, and whether this is the end.
  step = function(self, action, rng, out)
    local robot = self.robot
    robot.x, robot.y = grid.move(robot.x, robot.y, action[1])
    out:reward(-0.01) -- dawdling costs
    if self:on_coin() then
      self.coins = self.coins + 1
      out:reward(1)
      out:info("coins", 1) -- the metrics show it as info_coins
      if self.coins == 3 then out:terminate() else self:hide(rng) end
    end
  end,

  -- What the agent sees: numbers about as large as 1 are learnt best.
  observe = function(self, agent, obs)
    obs:put(self.robot.x / self.size, self.robot.y / self.size)
    obs:put((self.coin.x - self.robot.x) / self.size, (self.coin.y - self.robot.y) / self.size)
    obs:put(self.coins / 3)
  end,

  -- A small world may number its states: then tables can learn it, in seconds. Leave both out where that is hard.
  -- The number must tell all that matters for what follows: the coins too, since the third ends the episode.
  states = function(self) return 4 * self.size ^ 2 * self.size ^ 2 end,
  index = function(self, agent)
    local robot, coin = grid.cell(self.robot.x, self.robot.y, self.size), grid.cell(self.coin.x, self.coin.y, self.size)
    return (self.coins * self.size ^ 2 + robot - 1) * self.size ^ 2 + coin
  end,

  -- The picture, in cells.
  draw = function(self, g)
    g:camera(0.5, 0.5, self.size + 0.5, self.size + 0.5)
    g:color("#404040")
    for i = 1, self.size - 1 do
      g:line(i + 0.5, 0.5, i + 0.5, self.size + 0.5)
      g:line(0.5, i + 0.5, self.size + 0.5, i + 0.5)
    end
    g:color("gold")
    g:disc(self.coin.x, self.coin.y, 0.25)
    g:team(1)
    g:disc(self.robot.x, self.robot.y, 0.35)
  end,

  -- Functions of your own: self:hide(rng), self:on_coin().
  hide = function(self, rng)
    repeat
      self.coin.x, self.coin.y = rng:int(1, self.size), rng:int(1, self.size)
    until not self:on_coin()
  end,

  on_coin = function(self) return self.robot.x == self.coin.x and self.robot.y == self.coin.y end,

  -- Tests: cohort check runs them, each in an episode of its own. t.self is the environment, to read and to set.
  tests = {
    ["a coin is fetched by walking onto it"] = function(t)
      local self = t.self
      self.robot.x, self.robot.y, self.coin.x, self.coin.y = 1, 1, 2, 1
      local result = t:step("east")
      t:near(result.reward[1], 0.99, 1e-6)
      t:equal(self.coins, 1)
      t:check(not self:on_coin(), "the next coin lies elsewhere")
    end,
    ["nobody leaves the grid"] = function(t)
      t.self.robot.x, t.self.robot.y = 1, 1
      t:equal(t:mask(), { north = true, south = false, east = true, west = false })
    end,
  },
}

-- More agents: `agents = 3` for one team (action[1], action[2], action[3]; observe is asked for each `agent`).
-- Two teams: instead of `agents`,
--   teams = { robots = { count = 2, reward = "shared" }, thief = { count = 1 } }, -- agents 1, 2 and 3
-- then out:reward("robots", 1), out:reward("thief", -1), and `cohort train my_env.lua --algo robots=vdn,thief=iql`.
