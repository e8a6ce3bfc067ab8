-- The script's own tests: t, which plays the environment from inside.
local R, host = ...
local fail, show, suggestion, need, keys_of = R.fail, R.show, R.suggestion, R.need, R.keys_of
local type, next, ipairs, select = type, next, ipairs, select

local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" or a == b then return a == b end
  for key, value in next, a do
    if not same(value, b[key]) then return false end
  end
  for key in next, b do
    if a[key] == nil then return false end
  end
  return true
end

local function describe(value)
  if type(value) ~= "table" then return show(value) end
  local parts = {}
  for i, item in ipairs(value) do parts[i] = describe(item) end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

-- What an agent does: a name or number that is an action, or a list of numbers.
local function set_action(d, parts, agent, given)
  if d.actions == 0 then
    if #need(given, "table", "t:step: the action") ~= d.action_size then
      fail("t:step: agent %d needs %d numbers", agent, d.action_size)
    end
    parts.action[agent] = parts.lists[agent]
    for k = 1, d.action_size do parts.lists[agent][k] = need(given[k], "number", "t:step: the action") end
    return
  end
  for _, name in ipairs(d.names) do
    if name == given then
      parts.action[agent] = name
      return
    end
  end
  fail("t:step: there is no action %s%s", show(given), suggestion(given, d.names))
end

-- A fresh t for each test: its episode has begun.
local function open_t(d, play, parts)
  local self, hooks, seeds, t = d.self, d.hooks, 0, {}

  local function place_of(agent)
    if agent == nil then agent = 1 end
    if not d.seats[agent] or type(agent) ~= "number" then fail("there is no agent %s (1 to %d)", show(agent), d.agents) end
    return agent
  end

  local function close()
    local rewards, infos, ended = parts.read()
    local last = { reward = rewards, info = {}, terminated = ended }
    for i, name in ipairs(d.infos) do last.info[name] = infos[i] end
    return last
  end

  function t.reset(_, seed)
    seeds = seeds + 1
    host.reseed(seed or seeds)
    play.reset()
    play.clear()
    return self
  end

  function t.step(_, ...)
    local given = { ... }
    if select("#", ...) == 1 and type(given[1]) == "table" and (d.actions > 0 or type(given[1][1]) == "table") then
      given = given[1]
    end
    if #given ~= d.agents then fail("t:step: %d actions, must be one for each of %d agents", #given, d.agents) end
    for agent = 1, d.agents do set_action(d, parts, agent, given[agent]) end
    parts.play_on(R.STREAM, hooks.step, self, parts.action, R.rng, parts.out)
    play.store()
    return close()
  end

  function t.observe(_, agent)
    local seen = {}
    play.look(place_of(agent))
    for i = 1, d.observation do seen[i] = host.seen(i) end
    return seen
  end
  function t.mask(_, agent)
    local may, mask = {}, hooks.available and parts.ask(place_of(agent))
    for _, name in ipairs(d.names or {}) do may[name] = not mask or mask[name] end
    return may
  end
  function t.equal(_, a, b, message)
    if not same(a, b) then fail("%s%s is not %s", message and message .. ": " or "", describe(a), describe(b)) end
  end
  function t.near(_, a, b, slack)
    local gap = need(a, "number", "t:near: the first") - need(b, "number", "t:near: the second")
    if not (gap <= (slack or 1e-9) and -gap <= (slack or 1e-9)) then fail("%s is not near %s", show(a), show(b)) end
  end
  function t.check(_, condition, message)
    if not condition then fail("%s", message or "the check fails") end
  end
  t.self = self
  t.reset()
  return R.seal("t", t)
end

-- play.trial(place): the test's name, nil behind the last; play.trial(place, true) runs it.
function R.trial(d, play, parts)
  local names
  function play.trial(place, run)
    names = names or keys_of(d.tests)
    local name = names[place]
    if not run then return name and R.text_of(name) end
    need(d.tests[name], "function", "the test")(open_t(d, play, parts))
  end
end
