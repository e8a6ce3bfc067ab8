-- self: the tables in which a script reads and writes the state, each guarded against names that it does not have.
local R = ...
local ipairs = ipairs
local fail, suggestion, quoted, keys_of, show = R.fail, R.suggestion, R.quoted, R.keys_of, R.show
local type, setmetatable, next, rawset, rawget, rawequal = type, setmetatable, next, rawset, rawget, rawequal

-- A field or place that is there has become nil.
local function refuse_nil(label) fail("%s is nil, must be a number, true or false", label) end

local function is_listed(key, known)
  for _, name in ipairs(known) do
    if name == key then return true end
  end
  return false
end

local function guard(t, label, known, count)
  local function absent(_, key)
    if is_listed(key, known) then refuse_nil(label .. "." .. key) end
    if count and type(key) == "number" and key >= 1 and key <= count and key % 1 == 0 then
      refuse_nil(label .. "[" .. show(key) .. "]")
    end
    if type(key) == "string" then fail("%s has no field %s%s", label, quoted(key), suggestion(key, known)) end
    fail("%s has no place %s%s", label, show(key), count and " (1 to " .. count .. ")" or "")
  end
  return setmetatable(t, { __index = absent, __newindex = absent, __metatable = false })
end

-- Params and functions alone, for what may be a function of the params.
function R.open_class(class)
  local known = keys_of(class)
  return setmetatable({}, {
    __index = function(_, key)
      if class[key] == nil then
        fail("here self has no '%s'%s, only params and functions", R.text_of(key), suggestion(key, known))
      end
      return class[key]
    end,
  })
end

local function record(item, label)
  local t, names = {}, {}
  for _, leaf in ipairs(item.leaves) do
    rawset(t, leaf.field, leaf.default)
    names[#names + 1] = leaf.field
  end
  return guard(t, label, names)
end

local function next_live(pool, slot)
  for i = slot + 1, pool.count do
    if pool.slots[i].live then return i, pool.slots[i] end
  end
end

-- each() gives the record alone; a record may be freed on the way.
local function each(pool)
  local slot = 0
  return function()
    local record_of
    slot, record_of = next_live(pool, slot)
    if not slot then slot = pool.count end
    return record_of
  end
end

local function put_back(item, slot)
  for _, leaf in ipairs(item.leaves) do slot[leaf.field] = leaf.default end
end

local function open_pool(item)
  local slots, label, owned = {}, "state." .. item.name, {}
  for i = 1, item.count do
    slots[i] = record(item, label)
    owned[slots[i]] = true
  end
  local pool = { slots = slots, count = item.count }
  local methods = {
    spawn = function(_, fields)
      for i = 1, item.count do
        local slot = slots[i]
        if not slot.live then
          put_back(item, slot)
          slot.live = true
          for key, value in next, fields or {} do slot[key] = value end
          return slot
        end
      end
    end,
    free = function(_, slot)
      if not owned[slot] then fail("%s:free: this is no record of the pool", label) end
      put_back(item, slot)
    end,
    each = function() return each(pool) end,
    count = function()
      local count = 0
      for i = 1, item.count do count = count + (slots[i].live and 1 or 0) end
      return count
    end,
  }
  local function refuse(_, key)
    fail("%s is a pool without %s: write for one in self.%s:each() do", label, quoted(key), item.name)
  end
  setmetatable(methods, { __index = refuse })
  local outside = setmetatable({}, { __index = methods, __newindex = refuse, __metatable = false })
  R.pools[outside] = item.name
  return outside, slots
end

local function open_records(item)
  local list, held, label = {}, {}, "state." .. item.name
  for i = 1, item.count do
    list[i] = record(item, label)
    held[i] = list[i]
  end
  return guard(list, label, {}, item.count), held
end

local function open_array(item)
  local list = {}
  for i = 1, item.count do list[i] = item.defaults[i] end
  return guard(list, "state." .. item.name, {}, item.count)
end

-- Puts tables into `class` and scalars into self; each item gets `table` and, where it has several records, `held`:
-- they must stay what they are.
function R.open_state(layout, class)
  local scalars, declared = {}, {}
  for _, item in ipairs(layout.items) do
    if item.form == "scalar" then
      scalars[item.name], declared[item.name] = item.leaf.default, true
    elseif item.form == "array" then
      item.table = open_array(item)
    elseif item.form == "record" then
      item.table = record(item, "state." .. item.name)
    elseif item.form == "records" then
      item.table, item.held = open_records(item)
    else
      item.table, item.held = open_pool(item)
    end
    if item.table then class[item.name] = item.table end
  end
  local known = keys_of(class)
  for name in next, scalars do known[#known + 1] = name end
  local params = keys_of(class)
  setmetatable(class, {
    __index = function(_, key)
      if declared[key] then refuse_nil("state." .. key) end
      fail("state has no field %s%s", quoted(key), suggestion(key, known))
    end,
  })
  return setmetatable(scalars, {
    __index = class,
    __newindex = function(t, key, value)
      if declared[key] then
        rawset(t, key, value)
        return
      end
      for _, name in ipairs(params) do
        if name == key then
          local kind = type(class[key])
          fail(kind == "function" and "%s is a function and cannot be changed"
            or kind == "table" and "%s is a table of the state: change what is in it"
            or "%s is a param and cannot be changed", quoted(key))
        end
      end
      fail("state has no field %s%s", quoted(key), suggestion(key, known))
    end,
    __metatable = false,
  })
end

-- After a step whose state cannot be stored: which field, and why.
function R.blame(layout, self)
  local function test(value, kind, label)
    if type(value) ~= kind or value ~= value then
      fail("state.%s is left as %s, must be a %s", label, show(value), kind)
    end
  end
  for _, item in ipairs(layout.items) do
    for i = 1, item.count or 1 do
      if item.form == "scalar" then
        test(rawget(self, item.name), item.leaf.kind, item.name)
      elseif item.form == "array" then
        test(rawget(item.table, i), item.leaf.kind, item.name .. "[" .. i .. "]")
      else
        local one = item.form == "record" and item.table or item.held[i]
        if item.form == "records" and not rawequal(item.table[i], one) then
          fail("state.%s[%d] was replaced: set its fields instead", item.name, i)
        end
        local label = item.form == "record" and item.name or item.name .. "[" .. i .. "]"
        for _, leaf in ipairs(item.leaves) do test(rawget(one, leaf.field), leaf.kind, label .. "." .. leaf.field) end
      end
    end
  end
  fail("the state cannot be stored")
end
