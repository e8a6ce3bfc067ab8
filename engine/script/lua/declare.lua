-- The table that a script returns, checked and in the form that the engine reads: R.declare.
local R, host = ...
local fail, show, suggestion, keys_of = R.fail, R.show, R.suggestion, R.keys_of
local type, setmetatable, next, ipairs, floor, huge = type, setmetatable, next, ipairs, math.floor, math.huge
local find, format, concat = string.find, string.format, table.concat

local hooks = { "reset", "step", "observe", "global", "privileged", "available", "alive", "mover", "index", "draw" }
local members = {
  "name", "title", "params", "teams", "agents", "reward", "kinds", "actions", "observation", "global_size",
  "privileged_size", "states", "episode_limit", "info", "keys", "outcomes", "perfect_recall", "state", "tests",
}

-- "my_env.lua:4: params.size is ...": where the file writes it, and what is wrong.
local function refuse(path, problem, ...)
  local line, words = host.line(path), {}
  for i, key in ipairs(path) do words[i] = R.text_of(key) end
  fail("%s: %s %s", line and format("%s:%d", R.file, line) or R.file, concat(words, "."), format(problem, ...))
end

-- A copy without metatables, which could give another value at every look.
local function plain(value, copies)
  if type(value) ~= "table" then return value end
  if copies[value] then return copies[value] end
  local copy = {}
  copies[value] = copy
  for key, item in next, value do copy[plain(key, copies)] = plain(item, copies) end
  return copy
end

-- What a function of the params makes of a member, or the member.
local function made(value, self)
  if type(value) == "function" then return plain(value(self), {}) end
  return value
end

local MOST_NAMES = 1000

-- The names of a table's members in the order of the text.
local function names_of(path, t)
  local names = keys_of(t)
  if #names > MOST_NAMES then refuse(path, "has more than %d members", MOST_NAMES) end
  return host.order(path, names)
end

local function is_list(t)
  local count = 0
  for _ in next, t do count = count + 1 end
  for i = 1, count do
    if t[i] == nil then return false end
  end
  return true
end

local function only(path, t, known)
  for _, key in ipairs(keys_of(t)) do
    local found = false
    for _, name in ipairs(known) do found = found or name == key end
    if not found then refuse(path, "has no member %s%s", R.quoted(key), suggestion(key, known)) end
  end
end

local function check(path, value, kind)
  if type(value) ~= kind then refuse(path, "is %s, must be a %s", show(value), kind) end
  return value
end

-- A number of the table, or what a function of the params makes it.
local function count(path, value, low, high, self)
  value = made(value, self)
  if type(value) ~= "number" or value ~= floor(value) or value < low or value > high then
    refuse(path, "is %s, must be a whole number from %d to %d", show(value), low, high)
  end
  return value
end

local keywords = {}
for word in string.gmatch("and break do else elseif end false for function goto if in local nil not or repeat return "
  .. "then true until while", "%a+") do
  keywords[word] = true
end

local function is_word(name)
  return type(name) == "string" and find(name, "^[%a_][%w_]*$") ~= nil and not keywords[name]
end

-- params -------------------------------------------------------------------------------------------------------------
local function is_whole(x) return x == floor(x) and x > -2 ^ 31 and x < 2 ^ 31 end

local function number_param(path, row, param)
  local low, high = row.min or -huge, row.max or huge
  if check(path, low, "number") > check(path, high, "number") then refuse(path, "has min above max") end
  if param.default ~= param.default or param.default - param.default ~= 0 then refuse(path, "must be finite") end
  if param.default < low or param.default > high then
    refuse(path, "is %s, which lies outside min and max", show(param.default))
  end
  param.low, param.high = low, high
  param.kind = is_whole(param.default) and is_whole(low) and is_whole(high) and "int" or "number"
end

local function choice_param(path, row, param)
  param.kind = "choice"
  local listed = is_list(check(path, row.choices, "table"))
  for i, word in next, row.choices do
    if not listed or not (type(word) == "string" and find(word, "^[%w_%-%.]+$")) then
      refuse(path, "has choices that are not a list of words")
    end
    if word == param.default then param.place = i end
  end
  if not param.place then refuse(path, "is %s, which is none of its choices", show(param.default)) end
end

local function read_param(name, row)
  local path = { "params", name }
  if not is_word(name) then refuse(path, "must be a name of letters, digits and underscores") end
  if type(row) ~= "table" then row = { row } end
  only(path, row, { 1, "min", "max", "help", "choices" })
  local param = { name = name, default = row[1], help = row.help or "" }
  check(path, param.help, "string")
  if row.choices then
    choice_param(path, row, param)
    param.choices = row.choices
  elseif type(param.default) == "boolean" then
    param.kind = "bool"
  elseif type(param.default) == "number" then
    number_param(path, row, param)
  else
    refuse(path, "is %s, must be a number, true or false, or a word among `choices`", show(param.default))
  end
  return param
end

local function read_params(script)
  local params = {}
  if script.params == nil then return params end
  for _, name in ipairs(names_of({ "params" }, check({ "params" }, script.params, "table"))) do
    params[#params + 1] = read_param(name, script.params[name])
  end
  return params
end

-- self's other side: params and functions, and later the state's tables. Scalars lie in self itself.
local function open_class(script, params, values)
  local class, taken = {}, {}
  for _, param in ipairs(params) do
    local value = values and values[param.name]
    if value == nil then
      value = param.default
    elseif param.choices then
      value = param.choices[value + 1]
    end
    class[param.name], taken[param.name] = value, "a param"
  end
  for _, name in ipairs(keys_of(script)) do
    if type(script[name]) == "function" and type(name) == "string" then
      if taken[name] then refuse({ name }, "is a function and a param too") end
      class[name], taken[name] = script[name], "a function"
    end
  end
  return class, taken
end

-- teams --------------------------------------------------------------------------------------------------------------
local shares = { shared = true, own = true, zero_sum = true }

local function read_teams(script, self)
  local teams = {}
  if script.teams == nil then
    teams[1] = { name = script.name or "team", count = count({ "agents" }, script.agents or 1, 1, 4096, self) }
    return teams
  end
  if script.agents ~= nil then refuse({ "agents" }, "goes without teams, which have a `count` each") end
  for _, name in ipairs(names_of({ "teams" }, check({ "teams" }, script.teams, "table"))) do
    local row, path = script.teams[name], { "teams", name }
    if not is_word(name) then refuse(path, "must be a name of letters, digits and underscores") end
    only(path, check(path, row, "table"), { "count", "reward", "kind" })
    if row.reward ~= nil and not (row.reward == "shared" or row.reward == "own") then
      refuse(path, 'has reward %s, must be "shared" or "own"', show(row.reward))
    end
    teams[#teams + 1] = {
      name = name, count = count(path, row.count or 1, 1, 4096, self), reward = row.reward,
      kind = row.kind and count(path, row.kind, 1, 4096, self),
    }
  end
  if #teams == 0 then refuse({ "teams" }, "has no team") end
  return teams
end

-- Seats of the agents and what their team's rewards are.
local function seat(script, d, self)
  local several = false
  d.teams, d.team_names, d.agents, d.kinds, d.seats = read_teams(script, self), {}, 0, {}, {}
  for t, team in ipairs(d.teams) do
    d.team_names[t] = team.name
    team.first, team.last = d.agents + 1, d.agents + team.count
    team.shared = team.count > 1 and (team.reward or script.reward or "shared") == "shared"
    several = several or (team.count > 1 and not team.shared)
    d.seats[team.name] = { first = team.first, last = team.last }
    for agent = team.first, team.last do
      d.seats[agent] = { first = agent, last = agent, team = team.shared and team.name }
      d.kinds[agent] = team.kind or (script.teams and t or 1)
    end
    d.agents = count({ "agents" }, team.last, 1, 4096)
    d.payoff = d.payoff or team.shared and "shared"
  end
  if script.reward ~= nil and not shares[script.reward] then
    refuse({ "reward" }, 'is %s, must be "shared", "own" or "zero_sum"', show(script.reward))
  end
  d.payoff = script.reward == "zero_sum" and "zero_sum" or not several and d.payoff or "own"
  for agent = 1, script.kinds and d.agents or 0 do
    d.kinds[agent] = count({ "kinds" }, check({ "kinds" }, script.kinds, "table")[agent], 1, 4096, self)
  end
end

-- actions and observation --------------------------------------------------------------------------------------------
local function bounds(path, value, size, default)
  local list = {}
  if value == nil then value = default end
  for i = 1, size do
    local bound = type(value) == "table" and value[i] or value
    if type(bound) ~= "number" or bound ~= bound then refuse(path, "has a bound that is %s", show(bound)) end
    list[i] = bound
  end
  return list
end

local function read_actions(script, d, self)
  local actions, path = script.actions, { "actions" }
  actions = made(actions, self)
  if type(actions) == "table" and actions.size ~= nil then
    only(path, actions, { "size", "low", "high" })
    d.actions, d.action_size = 0, count(path, actions.size, 1, 4096, self)
    d.low = bounds(path, actions.low, d.action_size, -1)
    d.high = bounds(path, actions.high, d.action_size, 1)
    return
  end
  d.action_size, d.names = 0, {}
  if type(actions) ~= "table" then
    d.actions = count(path, actions, 1, 65536, self)
    for i = 1, d.actions do d.names[i] = i end
    return
  end
  local seen, listed = {}, is_list(actions)
  for i, name in next, actions do
    if not listed or type(name) ~= "string" or name == "" then refuse(path, "must be a list of names") end
    if seen[name] then refuse(path, "names '%s' twice", name) end
    d.names[i], seen[name] = name, true
  end
  d.actions, d.named = count(path, #d.names, 1, 65536), true
end

local function read_observation(script, d, self)
  local row, path = script.observation, { "observation" }
  row = made(row, self)
  if type(row) ~= "table" then row = { size = row } end
  only(path, row, { "size", "low", "high", "shape" })
  local shape = row.shape
  if shape then
    for i = 1, 3 do count(path, check(path, shape, "table")[i], 1, 65536, self) end
    row.size = row.size or shape[1] * shape[2] * shape[3]
    if row.size ~= shape[1] * shape[2] * shape[3] then refuse(path, "has a size that its shape has not") end
  end
  d.observation = count(path, row.size, 1, 2 ^ 24, self)
  d.shape = shape or { 0, 0, 0 }
  d.obs_low, d.obs_high = bounds(path, row.low, 1, -huge)[1], bounds(path, row.high, 1, huge)[1]
end

local function read_keys(script, d)
  d.keys = {}
  if script.keys == nil then return end
  for _, key in ipairs(keys_of(check({ "keys" }, script.keys, "table"))) do
    local path, action, place = { "keys", key }, script.keys[key], nil
    if d.actions > 0 then
      for i, name in ipairs(d.names) do place = name == action and i or place end
      if not place then refuse(path, "is %s, which is no action%s", show(action), suggestion(action, d.names)) end
    else
      for i = 1, d.action_size do check(path, check(path, action, "table")[i], "number") end
    end
    d.keys[#d.keys + 1] = { key = key, action = place, values = not place and action or nil }
  end
end

-- info names: declared, then those that calls spell out, in the order of the text.
local function read_infos(script, d)
  d.infos, d.info_place = {}, {}
  local function add(name)
    if d.info_place[name] then return end
    d.infos[#d.infos + 1] = name
    d.info_place[name] = #d.infos
  end
  for i, name in next, check({ "info" }, script.info or {}, "table") do
    if type(i) ~= "number" or not is_word(name) then refuse({ "info" }, "must be a list of names") end
    add(name)
  end
  for _, name in ipairs(host.infos()) do
    if is_word(name) then add(name) end
  end
end

local function check_members(script)
  for _, key in ipairs(keys_of(script)) do
    if type(script[key]) ~= "function" then
      local known = {}
      for _, name in ipairs(members) do known[#known + 1] = name end
      local found = false
      for _, name in ipairs(members) do found = found or name == key end
      if not found then
        refuse({ tostring(key) }, "is no member of an environment%s: put constants into a local or into params",
          suggestion(key, known))
      end
    end
  end
  for _, hook in ipairs({ "step", "observe" }) do
    if type(script[hook]) ~= "function" then refuse({ hook }, "is missing") end
  end
  for _, name in ipairs({ "observation", "actions" }) do
    if script[name] == nil then refuse({ name }, "is missing") end
  end
end

local function read_sizes(script, d, self)
  local function size(member, hook, most)
    local given, path = script[member], { member }
    if (given ~= nil) ~= (type(script[hook]) == "function") then
      refuse(path, "and the hook `%s` go together: one is missing", hook)
    end
    d[member] = given == nil and 0 or count(path, given, 1, most, self)
  end
  size("global_size", "global", 2 ^ 24)
  size("privileged_size", "privileged", 2 ^ 24)
  size("states", "index", 2 ^ 30)
  d.episode_limit = count({ "episode_limit" }, script.episode_limit or 0, 0, 2 ^ 30, self)
  local most = 2 ^ 24 -- numbers of one copy
  for member, numbers in next, { observation = d.observation, privileged_size = d.privileged_size,
    global_size = d.global_size, actions = d.actions + d.action_size } do
    if numbers * d.agents > most then refuse({ member }, "times %d agents is more than %d", d.agents, most) end
  end
  d.outcomes = script.outcomes == true
  d.perfect_recall = script.perfect_recall == true
  if d.perfect_recall and d.states == 0 then refuse({ "perfect_recall" }, "needs `states` and the hook `index`") end
  if d.outcomes and d.states == 0 then refuse({ "outcomes" }, "needs `states` and the hook `index`") end
end

-- What the engine reads, for these values of the params (nil: the defaults). With `brief` the params alone.
function R.declare(script, stem, values, brief)
  if type(script) ~= "table" then fail("%s: must return one table, returns %s", R.file, show(script)) end
  local given = script
  script = plain(given, {})
  check_members(script)
  local d = { name = script.name or stem, params = read_params(script), hooks = {}, script = given }
  if type(d.name) ~= "string" or #d.name > 64 or not find(d.name, "^[%w_%-]+$") then
    refuse({ "name" }, "is %s, must be of at most 64 letters, digits, '_' and '-'", show(d.name))
  end
  d.title = script.title == nil and d.name or check({ "title" }, script.title, "string")
  for _, hook in ipairs(hooks) do d.hooks[hook] = type(script[hook]) == "function" and script[hook] or nil end
  d.outcomes = script.outcomes == true
  local class, taken = open_class(script, d.params, values)
  if brief then return d end
  local self = setmetatable({}, { __index = R.open_class(class), __metatable = false })
  seat(script, d, self)
  read_actions(script, d, self)
  read_observation(script, d, self)
  read_sizes(script, d, self)
  read_keys(script, d)
  read_infos(script, d)
  d.tests = script.tests == nil and {} or check({ "tests" }, script.tests, "table")
  d.layout = R.layout(script.state, self, taken, refuse, count, is_word, made)
  d.self = R.open_state(d.layout, class)
  d.block = R.block(d)
  return d
end
