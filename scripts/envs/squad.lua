-- A small skirmish, all of it here: rangers, trained together, against as many raiders that follow a script.
-- Learning to win means learning to shoot at one target together and to draw back when hurt.
local life, range, speed, reload = 10, 3.5, 0.5, 2 -- a shot takes 1 of life, one step in two
local sight, width, height = 7, 16, 10
local shots, aim = {}, {} -- names by target, and back
for k = 1, 20 do
  shots[k] = "shoot " .. k
  aim[shots[k]] = k
end
local heading = { north = { 0, 1 }, south = { 0, -1 }, east = { 1, 0 }, west = { -1, 0 } }

local function side(self) return self.side end -- what depends on a setting is a function of self
local function distance(a, b) return geometry.distance(a.x, a.y, b.x, b.y) end

return {
  name = "squad", title = "Rangers against raiders",
  params = {
    side = { 5, min = 5, max = 20, help = "rangers, and as many raiders" },
    strength = { 10, min = 1, max = 100, help = "life of a raider; that of a ranger is 10" },
  },
  teams = { rangers = { count = side, reward = "shared" } },
  actions = function(self)
    local names = { "wait", "north", "south", "east", "west" }
    for k = 1, self.side do names[5 + k] = shots[k] end
    return names
  end,
  keys = { [""] = "wait", up = "north", down = "south", right = "east", left = "west",
    ["1"] = "shoot 1", ["2"] = "shoot 2", ["3"] = "shoot 3", ["4"] = "shoot 4", ["5"] = "shoot 5" },
  observation = function(self) return 4 * 2 * self.side end,
  global_size = function(self) return 3 * 2 * self.side end,
  episode_limit = 120,
  state = {
    -- wait: steps until the next shot
    ranger = { count = side, x = 0, y = 0, life = life, wait = 0, target = 0 },
    raider = { count = side, x = 0, y = 0, life = function(self) return self.strength end, wait = 0, target = 0 },
  },

  reset = function(self, rng)
    self:line_up(self.ranger, 3, rng)
    self:line_up(self.raider, width - 3, rng)
  end,

  line_up = function(self, units, x, rng)
    for i, u in ipairs(units) do
      u.x, u.y = x + rng:uniform(-1, 1), height * (i - 0.5) / #units + rng:uniform(-0.5, 0.5)
    end
  end,

  alive = function(self, agent) return self.ranger[agent].life > 0 end, -- the dead wait, and see nothing

  available = function(self, agent, mask)
    local me = self.ranger[agent]
    mask.north, mask.south = me.y < height, me.y > 0
    mask.east, mask.west = me.x < width, me.x > 0
    for k, foe in ipairs(self.raider) do mask[shots[k]] = foe.life > 0 and distance(me, foe) <= range end
  end,

  -- Everybody moves or aims, then all shots hit at once.
  step = function(self, action, rng, out)
    for agent, name in ipairs(action) do self:obey(self.ranger[agent], name) end
    for _, raider in ipairs(self.raider) do self:raid(raider) end
    local dealt = self:fire(self.ranger, self.raider)
    self:fire(self.raider, self.ranger)
    local left, against = self:living(self.ranger), self:living(self.raider)
    out:reward("rangers", 2 * dealt / self.strength + (against == 0 and 10 or 0)) -- 20 in all for a win
    if left == 0 or against == 0 then
      out:info("battle_won", against == 0 and 1 or 0)
      out:terminate()
    end
  end,

  obey = function(self, me, name)
    local way, target = heading[name], aim[name]
    me.target = target or 0
    if way and me.life > 0 then
      me.x = math.clamp(me.x + speed * way[1], 0, width)
      me.y = math.clamp(me.y + speed * way[2], 0, height)
    end
  end,

  -- A raider goes for the nearest ranger, and shoots when it is near enough.
  raid = function(self, me)
    me.target = 0
    if me.life <= 0 then return end
    local near, least = 0, math.huge
    for k, foe in ipairs(self.ranger) do
      local far = distance(me, foe)
      if foe.life > 0 and far < least then near, least = k, far end
    end
    if least <= range then
      me.target = near
    elseif near > 0 then
      local foe = self.ranger[near]
      me.x, me.y = geometry.toward(me.x, me.y, foe.x, foe.y, 0.8 * speed)
    end
  end,

  -- All shots of one side; the damage they did.
  fire = function(self, units, foes)
    local dealt = 0
    for _, me in ipairs(units) do
      me.wait = math.max(0, me.wait - 1)
      local foe = me.target > 0 and me.life > 0 and me.wait == 0 and foes[me.target]
      if foe then
        me.wait = reload
        if foe.life > 0 then
          foe.life = foe.life - 1
          dealt = dealt + 1
        end
      end
    end
    return dealt
  end,

  living = function(self, units)
    local count = 0
    for _, u in ipairs(units) do
      if u.life > 0 then count = count + 1 end
    end
    return count
  end,

  -- Itself, then friends and foes as far as it sees; who is out of sight or dead is four zeros.
  observe = function(self, agent, obs)
    local me = self.ranger[agent]
    obs:put(me.x / width, me.y / height, me.life / life, me.wait / reload)
    for k, friend in ipairs(self.ranger) do
      if k ~= agent then self:see(me, friend, life, obs) end
    end
    for _, foe in ipairs(self.raider) do self:see(me, foe, self.strength, obs) end
  end,

  see = function(self, me, other, full, obs)
    local far = distance(me, other)
    if other.life > 0 and far <= sight then
      obs:put((other.x - me.x) / sight, (other.y - me.y) / sight, far / sight, other.life / full)
    else
      obs:put(0, 0, 0, 0)
    end
  end,

  global = function(self, out)
    for _, u in ipairs(self.ranger) do out:put(u.x / width, u.y / height, u.life / life) end
    for _, u in ipairs(self.raider) do out:put(u.x / width, u.y / height, u.life / self.strength) end
  end,

  draw = function(self, g)
    g:camera(-0.8, -0.8, width + 0.8, height + 1.2)
    g:color("#15181e"); g:rect(-width, -width, 3 * width, 3 * width)
    g:color("#2b3a30"); g:rect(-0.6, -0.6, width + 1.2, height + 1.2)
    self:draw_side(g, self.ranger, self.raider, "blue", 1, life)
    self:draw_side(g, self.raider, self.ranger, "orange", -1, self.strength)
  end,

  draw_side = function(self, g, units, foes, color, ahead, full)
    for _, u in ipairs(units) do
      local foe = u.target > 0 and foes[u.target]
      if foe and u.wait == reload then -- it has just fired
        g:color("yellow"); g:width(0.08); g:line(u.x, u.y, foe.x, foe.y); g:disc(foe.x, foe.y, 0.12)
      end
    end
    for _, u in ipairs(units) do
      if u.life > 0 then
        g:color("night"); g:disc(u.x, u.y, 0.46)
        g:color(color); g:disc(u.x, u.y, 0.38)
        g:polygon { u.x + 0.75 * ahead, u.y, u.x + 0.25 * ahead, u.y + 0.3, u.x + 0.25 * ahead, u.y - 0.3 }
        g:color("white"); g:disc(u.x, u.y, 0.13)
        g:color(u.life > full / 2 and "green" or "red"); g:bar(u.x - 0.5, u.y + 0.56, 1, 0.16, u.life / full)
      else
        g:color("#8b939e80"); g:width(0.1)
        g:line(u.x - 0.25, u.y - 0.25, u.x + 0.25, u.y + 0.25)
        g:line(u.x - 0.25, u.y + 0.25, u.x + 0.25, u.y - 0.25)
      end
    end
  end,

  tests = {
    ["two shots in four steps"] = function(t)
      t.self:duel(2)
      for _ = 1, 4 do t:step(t.self:first_shoots()) end
      t:equal(t.self.raider[1].life, t.self.strength - 2)
    end,
    ["only who is near can be shot at"] = function(t)
      t.self:duel(range + 0.1)
      t:check(not t:mask(1)["shoot 1"])
      t.self:duel(range)
      t:check(t:mask(1)["shoot 1"])
    end,
    ["the last raider's end is a win"] = function(t)
      t.self:duel(1)
      t.self.raider[1].life = 1
      local result = t:step(t.self:first_shoots())
      t:check(result.terminated)
      t:equal(result.info.battle_won, 1)
      t:near(result.reward[5], 10 + 2 / t.self.strength)
    end,
  },

  -- For the tests: what everybody does when only the first shoots; the first ranger and the first raider so far apart,
  -- the other raiders dead.
  first_shoots = function(self)
    local actions = { "shoot 1" }
    for k = 2, self.side do actions[k] = "wait" end
    return actions
  end,
  duel = function(self, apart)
    for i, u in ipairs(self.raider) do
      u.x, u.y = 5 + apart, 5
      if i > 1 then u.life = 0 end
    end
    self.ranger[1].x, self.ranger[1].y = 5, 5
  end,
}
