-- Playing: the loops over copies that call a script's hooks, and the hooks for one state. R.play(d) makes them.
local R, host = ...
local ipairs = ipairs
local fail, show, suggestion = R.fail, R.show, R.suggestion
local type, setmetatable, select, floor, assert, rawset = type, setmetatable, select, math.floor, assert, rawset
local concat, format, tostring = table.concat, string.format, tostring
local compile = loadstring or load

local LARGE = 1e30 -- bounds observations, rewards and infos, whose sums shall be finite floats
local FEW = 4 -- agents for whom loops are written out

-- Where the engine's own fields lie behind the declared ones: bytes from the block's start, `index` and `mover` in
-- 32 bits.
function R.block(d)
  local hooks, layout = d.hooks, d.layout
  local block = { mover = 8 * layout.numbers }
  block.index = block.mover + (hooks.mover and 4 or 0)
  block.flags = block.index + (hooks.index and 4 * d.agents or 0)
  block.alive = block.flags + layout.booleans
  block.over = block.alive + (hooks.alive and d.agents or 0)
  block.bytes = floor((block.over + 8) / 8) * 8
  block.fused = #R.fused_fields(layout)
  block.told = d.actions > 0 and d.agents <= FEW and d.agents or 0
  return block
end

-- out ----------------------------------------------------------------------------------------------------------------
local function seat_of(d, who)
  local seat = d.seats[who]
  if seat == nil then fail("out:reward: there is no team or agent %s%s", show(who), suggestion(who, d.team_names)) end
  if seat.team then fail("out:reward: agent %d shares the rewards of its team: name '%s'", who, seat.team) end
  return seat
end

local function need_finite(x, what)
  if type(x) ~= "number" or not (x * x <= LARGE * LARGE) then
    fail("%s is %s, must be a number%s", what, show(x), type(x) == "number" and " within 1e30" or "")
  end
end

-- The three functions of out, by what adds r to the agents first .. last, and x to the info at a place.
local function open_out(d, earn, terminate, inform)
  local function reward(_, who, r)
    if r == nil then
      if type(who) ~= "number" then fail("out:reward: the reward is missing") end
      need_finite(who, "out:reward: the reward")
      return earn(1, d.agents, who)
    end
    need_finite(r, "out:reward: the reward")
    local seat = seat_of(d, who)
    return earn(seat.first, seat.last, r)
  end
  local function info(_, name, x)
    local place = d.info_place[name]
    if not place then
      fail("out:info: %s is unknown%s: write the name as a plain string, or declare info = { ... }", show(name),
        suggestion(name, d.infos))
    end
    need_finite(x, "out:info: the number")
    inform(place, x)
  end
  local quick = not R.fast and host.quick_reward(reward)
  return R.object("out", { reward = quick or reward, terminate = terminate, info = info })
end

-- What a step has brought: tables that traces keep in registers, or the host's numbers.
local function open_fast_ledger(d)
  local earned, info, result = {}, {}, { ended = false, open = false }
  local function check()
    if not result.open then fail("out is for step alone, while it runs") end
  end
  for agent = 1, d.agents do earned[agent] = 0 end
  for i = 1, #d.infos do info[i] = 0 end
  local function earn(first, last, r)
    check()
    if first == last then
      earned[first] = earned[first] + r
    else
      for agent = first, last do earned[agent] = earned[agent] + r end
    end
  end
  local function terminate()
    check()
    result.ended = true
  end
  local function inform(place, x)
    check()
    info[place] = info[place] + x
  end
  local function open(now) result.open = now end
  local function read()
    local rewards, infos, ended = {}, {}, result.ended
    for agent = 1, d.agents do rewards[agent], earned[agent] = earned[agent], 0 end
    for i = 1, #d.infos do infos[i], info[i] = info[i], 0 end
    result.ended = false
    return rewards, infos, ended
  end
  local out = open_out(d, earn, terminate, inform)
  return { out = out, open = open, read = read, earned = earned, info = info, result = result }
end

local function open_ledger(d)
  if R.fast then return open_fast_ledger(d) end
  local out = open_out(d, host.earn, host.terminate, host.inform)
  return { out = out, open = host.stepping, read = host.read_ledger, result = {} }
end

-- obs, for the plain dialect in C. What a hook has put is checked against what was declared.
local function too_few(put, size)
  fail("has put %d number%s, must put %d", put, put == 1 and "" or "s", size)
end

local function open_fast_obs()
  local target, n, limit, start = nil, 0, 0, 0
  local function bad(value)
    fail("obs:put: number %d is %s, must be a number, true or false", n - start + 1, show(value))
  end
  local function full() fail("puts more than %d numbers", limit - start) end
  local function one(value)
    if n >= limit then full() end
    if type(value) == "number" then
      if not (value * value <= LARGE * LARGE) then need_finite(value, format("obs:put: number %d", n - start + 1)) end
      target[n] = value
    elseif value == true then
      target[n] = 1
    elseif value == false then
      target[n] = 0
    else
      bad(value)
    end
    n = n + 1
  end
  local function put(obs, a, b, c, e, f, g, h, i, ...)
    one(a)
    if b == nil then return end
    one(b)
    if c == nil then return end
    one(c)
    if e == nil then return end
    one(e)
    if f == nil then return end
    one(f)
    if g == nil then return end
    one(g)
    if h == nil then return end
    one(h)
    if i == nil then return end
    one(i)
    if select("#", ...) > 0 then return put(obs, ...) end
  end
  local function one_hot(_, place, count)
    if R.whole(count, "obs:one_hot: the count") < 1 then
      fail("obs:one_hot: the count must be a whole number from 1")
    end
    if n + count > limit then full() end
    if R.whole(place, "obs:one_hot: the place") < 0 or place > count then
      fail("obs:one_hot: %s lies outside 0 to %d", show(place), count)
    end
    for k = n, n + count - 1 do target[k] = 0 end
    if place > 0 then target[n + place - 1] = 1 end
    n = n + count
  end
  local function begin(at, size) n, start, limit = at, at, at + size end
  local function aim(pointer) target = pointer end
  local function finish()
    if n ~= limit then too_few(n - start, limit - start) end
  end
  return R.object("obs", { put = put, one_hot = one_hot }), aim, begin, finish
end

local function open_obs()
  if R.fast then return open_fast_obs() end
  local function aim() end
  return R.object("obs", { put = host.obs_put, one_hot = host.obs_one_hot }), aim, host.obs_begin, host.obs_end
end

-- The loops: source -------------------------------------------------------------------------------------------------
local prologue = [[
local call, cast, load, store, hooks, s, action, names, rng, out, earned, info, result, host, aim, begin, finish,
  put_mover, put_index, obs, lists = ...
local self = s
local step, observe, alive, mover, index = hooks.step, hooks.observe, hooks.alive, hooks.mover, hooks.index
local enter, leave, act, act_values, set_byte, set_int = host.enter, host.leave, host.act, host.act_values, host.set_byte,
  host.set_int
local next_step, next_look, put_row = host.next_step, host.next_look, host.put_row
return function()
]]

-- For the plain dialect, which is interpreted: what each copy needs in registers.
local locals = [[
local s, self, action, names, step, observe, rng, out, obs = s, self, action, names, step, observe, rng, out, obs
]]

local open_pointers = [[
local b, stride, running = call.moments, call.stride, call.running
local d, ints, w = cast("double *", b), cast("int32_t *", b), cast("uint64_t *", b)
local discrete, continuous, rewards, infos, terminated = call.discrete, call.continuous, call.rewards, call.info,
  call.terminated
for copy = 0, call.count - 1 do
if running[copy] ~= 0 then
local q = copy * stride + 32
local o, p = q / 8, q / 4
]]
-- `body` for each agent: written out where there are few, so that a single trace holds the loop over the copies.
local function each_agent(d, body)
  if d.agents > FEW then return "for agent = 1, " .. d.agents .. " do\n" .. body .. "end\n" end
  local lines = {}
  for agent = 1, d.agents do lines[agent] = "do\nlocal agent = " .. agent .. "\n" .. body .. "end\n" end
  return concat(lines)
end

local function read_actions(d)
  local fast, agents = R.fast, d.agents
  if d.actions == 0 then
    local own = "action[agent] = lists[agent]\n" -- whatever the script has put there
    if not fast then return each_agent(d, own .. "act_values(agent, lists[agent])\n") end
    return each_agent(d, own .. format("for k = 1, %d do lists[agent][k] = continuous[(copy * %d + agent - 1) * %d + k - 1] end\n",
      d.action_size, agents, d.action_size))
  end
  if fast then return each_agent(d, format("action[agent] = names[discrete[copy * %d + agent - 1] + 1]\n", agents)) end
  if d.block.told == 0 then return each_agent(d, "action[agent] = names[act(agent)]\n") end
  local lines = {}
  for agent = 1, agents do lines[agent] = format("action[%d] = names[act%d]\n", agent, agent) end
  return concat(lines)
end

-- What alive, mover and index say after a reset or a step; `over`: whether the episode may have ended.
local function write_hidden(d, over)
  local fast, block, lines = R.fast, d.block, {}
  local function byte(at, value) return format(fast and "b[q + %s] = %s\n" or "set_byte(%s, %s)\n", at, value) end
  local function int(at, value)
    if fast then return format("ints[p + %s] = %s\n", at, value) end
    return format("set_int(%s, %s)\n", at, value)
  end
  if d.hooks.alive then
    lines[1] = each_agent(d, byte(format("%d + agent", block.alive - 1), "alive(self, agent) and 1 or 0"))
  end
  if d.hooks.mover then
    local value = (over and (R.fast and "result.ended and -1 or " or "host.ended() and -1 or ") or "") .. "put_mover(mover(self))"
    lines[#lines + 1] = int(host.text(block.mover / 4), value)
  end
  if d.hooks.index then
    local at = format("%d + agent", block.index / 4 - 1)
    lines[#lines + 1] = each_agent(d, fast and int(at, "put_index(index(self, agent))")
      or format("local row = index(self, agent)\nif not put_row(%s, row) then put_index(row) end\n", at))
  end
  return concat(lines)
end

local function pay(d)
  local lines = { each_agent(d, format("rewards[copy * %d + agent - 1] = earned[agent]\nearned[agent] = 0\n", d.agents)) }
  if #d.infos > 0 then
    lines[2] = format("for k = 1, %d do\ninfos[copy * %d + k - 1] = info[k]\ninfo[k] = 0\nend\n", #d.infos, #d.infos)
  end
  return concat(lines) .. format("if result.ended then\nresult.ended = false\nterminated[copy] = 1\nb[q + %d] = 1\nend\n",
    d.block.over)
end

local function fast_step_source(d)
  return concat {
    prologue, open_pointers, "call.state, call.gamma = w[o - 4], w[o - 3]\n",
    format("load(d, b, o, q + %d)\n", d.block.flags), read_actions(d), "step(self, action, rng, out)\n",
    format("store(d, b, o, q + %d)\n", d.block.flags), write_hidden(d, true), "w[o - 4] = call.state\n", pay(d),
    "end\nend\nend\n",
  }
end

-- The head of a loop over the copies that run: each comes with its actions and its first numbers, which go to self.
local function plain_head(d, source, acts)
  local given, lines = { "copy" }, {}
  for agent = 1, acts do given[#given + 1] = "act" .. agent end
  for i, field in ipairs(R.fused_fields(d.layout)) do
    given[#given + 1] = "x" .. i
    lines[i] = format("%s = x%d\n", field, i)
  end
  return format("for %s in %s, -1 do\n%s", concat(given, ", "), source, concat(lines))
end

-- One call into C before the step and one behind it carry what they can.
local function plain_step_source(d, more)
  return concat {
    prologue, locals, plain_head(d, "next_step, nil", d.block.told), more and "load()\n" or "", read_actions(d),
    "step(self, action, rng, out)\n", more and "store()\n" or "", write_hidden(d, true), "leave(",
    concat(R.fused_fields(d.layout), ", "), ")\nend\nend\n",
  }
end

local function observe_source(d, agents, more)
  local size, fast = d.observation, R.fast
  local start = fast and format("begin((copy * %d + agent - first) * %d, %d)\n", agents, size, size)
    or agents == 1 and "" or format("begin((copy * %d + agent - first) * %d, %d)\n", agents, size, size)
  local body = start .. "observe(self, agent, obs)\n" .. (fast and "finish()\n" or "") -- plain: the next start looks
  if d.hooks.alive then
    local place = format(fast and "b[q + %d + agent]" or "host.byte(%d + agent)", d.block.alive - 1)
    body = format("if %s ~= 0 then\n%send\n", place, body)
  end
  body = agents == 1 and "local agent = first\n" .. body
    or format("for agent = first, first + %d do\n%send\n", agents - 1, body)
  if fast then
    return concat {
      prologue, "local first = call.first\naim(call.obs)\n", open_pointers,
      format("load(d, b, o, q + %d)\n", d.block.flags), body, "end\nend\nend\n",
    }
  end
  return concat {
    prologue, locals, "local first = host.first()\n", plain_head(d, "next_look, " .. tostring(agents == 1), 0),
    more and "load()\n" or "", body, "end\nfinish()\nend\n",
  }
end

-- The hooks ----------------------------------------------------------------------------------------------------------
local function put_mover(d)
  return function(who)
    if who == "everyone" then return -1 end
    if who == "chance" then return -2 end
    if type(who) == "number" and who >= 1 and who <= d.agents and who == floor(who) then return who - 1 end
    fail('mover gives %s, must be an agent from 1 to %d, "everyone" or "chance"', show(who), d.agents)
  end
end

local function put_index(d)
  return function(row)
    if type(row) == "number" and row >= 1 and row <= d.states and row == floor(row) then return row - 1 end
    fail("index gives %s, must be a whole number from 1 to %d", show(row), d.states)
  end
end

local function open_action(d)
  local action, lists = {}, {}
  for agent = 1, d.agents do
    lists[agent] = {}
    for k = 1, d.action_size do lists[agent][k] = 0 end
    action[agent] = d.actions > 0 and d.names[1] or lists[agent]
  end
  setmetatable(action, {
    __index = function(_, agent) fail("action has no agent %s (1 to %d)", show(agent), d.agents) end,
    __metatable = false,
  })
  return action, lists
end

local function open_mask(d)
  local mask = {}
  for _, name in ipairs(d.names or {}) do mask[name] = true end
  local function check(name)
    for _, known in ipairs(d.names or {}) do
      if known == name then return end
    end
    fail("mask has no action %s%s", show(name), d.named and suggestion(name, d.names) or "")
  end
  local function change(t, name, value)
    check(name)
    rawset(t, name, value)
  end
  return setmetatable(mask, { __index = function(_, name) check(name) end, __newindex = change, __metatable = false })
end

local function ask_mask(d, self, mask, agent)
  local names, available = d.names, d.hooks.available
  for i = 1, d.actions do mask[names[i]] = true end
  available(self, agent, mask)
  local left = false
  for i = 1, d.actions do
    local value = mask[names[i]]
    if value == true then
      left = true
    elseif value ~= false then
      fail("mask.%s is %s, must be true or false", names[i], show(value))
    end
  end
  if not left then fail("leaves agent %d no action", agent) end
end

-- (stem, values of the params or nil, brief): the script run, and what it declares.
function R.open(stem, values, brief) return R.declare(host.compile()(), stem, values, brief) end

function R.play(d)
  host.remember(d.hooks, function() R.blame(d.layout, d.self) end)
  local call, cast, self, hooks = R.call, R.cast, d.self, d.hooks
  local load, store = R.sync(d, false)
  local more_load, more_store = load, store
  if not R.fast then more_load, more_store = R.sync(d, true) end
  local ledger = open_ledger(d)
  local obs, aim, begin, finish = open_obs()
  local action, lists = open_action(d)
  local mask, out = open_mask(d), ledger.out
  local flags = d.block.flags
  local function make(source)
    return assert(compile(source, "=[play]"))(call, cast, more_load, more_store, hooks, self, action, d.names, R.rng, out,
      ledger.earned, ledger.info, ledger.result, host, aim, begin, finish, put_mover(d), put_index(d), obs, lists)
  end
  local open = R.fast and "local b = call.moments\nlocal ints, q, p = cast('int32_t *', b), 32, 8\n" or ""
  local write = make(prologue .. open .. write_hidden(d, false) .. "end")
  local play = {}

  -- Of the block behind the moment that host has at copy 0.
  local function load_one()
    if R.fast then return load(cast("double *", call.moments), call.moments, 4, 32 + flags) end
    host.enter(0)
    load()
  end
  local function store_one()
    if R.fast then return store(cast("double *", call.moments), call.moments, 4, 32 + flags) end
    store()
  end

  local step_many = make(R.fast and fast_step_source(d) or plain_step_source(d, more_load))
  local looks = {}
  local function play_on(kind, move, ...)
    R.draw(kind)
    ledger.open(true)
    move(...)
    ledger.open(false)
    R.draw(R.NONE)
  end
  function play.step()
    R.draw(R.STREAM)
    ledger.open(true)
    step_many()
    ledger.open(false)
    R.draw(R.NONE)
  end
  function play.observe(agents)
    looks[agents] = looks[agents] or make(observe_source(d, agents, more_load))
    looks[agents]()
  end
  function play.defaults()
    if not R.fast then host.enter(0) end
    store_one()
  end
  function play.load() load_one() end
  function play.reset()
    load_one()
    if hooks.reset then
      R.draw(R.STREAM)
      hooks.reset(self, R.rng)
      R.draw(R.NONE)
      store_one()
    end
    write()
  end
  function play.available(agent)
    ask_mask(d, self, mask, agent)
    host.take_mask(mask, d.names)
  end
  local function look(size, hook, ...)
    aim(call and call.obs)
    begin(0, size)
    hook(...)
    finish()
  end
  function play.look(agent) look(d.observation, hooks.observe, self, agent, obs) end
  function play.global(team) look(d.global_size, hooks.global, self, obs, team) end
  function play.privileged(agent) look(d.privileged_size, hooks.privileged, self, agent, obs) end
  function play.outcome(stepping, first)
    if first then R.tree_start() end
    if stepping then
      play_on(R.TREE, step_many)
    else
      load_one()
      R.draw(R.TREE)
      if hooks.reset then hooks.reset(self, R.rng) end
      store_one()
      R.draw(R.NONE)
      write()
    end
    local probability = R.tree_probability()
    return probability, R.tree_next()
  end
  function play.draw() hooks.draw(self, host.canvas) end
  function play.store()
    store_one()
    write()
  end
  function play.clear()
    R.draw(R.NONE)
    ledger.open(false)
    ledger.read()
    if R.fast then begin(0, 0) end -- obs writes nowhere
  end
  local function ask(agent)
    ask_mask(d, self, mask, agent)
    return mask
  end
  R.trial(d, play, { read = ledger.read, out = out, action = action, lists = lists, ask = ask, play_on = play_on })
  R.hidden(d, play)
  return play
end
