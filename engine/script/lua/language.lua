-- The language that scripts see: sealed tables of what is safe and has the same bits everywhere, and guarded globals.
local R, host = ...
local error, type, select, rawget, next, getmetatable = error, type, select, rawget, next, getmetatable
local setmetatable, tostring, tonumber, ipairs = setmetatable, tostring, tonumber, host.ipairs or ipairs
local floor, concat, sort, huge = math.floor, table.concat, table.sort, math.huge
local native = string
local unpack = unpack or table.unpack

-- Sentences of errors get their file and line where they are caught: those of the script's innermost function.
local function fail(text, ...)
  if select("#", ...) > 0 then text = native.format(text, ...) end
  error(text, 0)
end

-- The keys of a table in their fixed order: numbers, names, booleans.
local rank = { number = 1, string = 2, boolean = 3 }
local function before(a, b)
  local kind_a, kind_b = type(a), type(b)
  if kind_a ~= kind_b then return rank[kind_a] < rank[kind_b] end
  if kind_a == "boolean" then return a and not b end
  return a < b
end

local function keys_of(t)
  local keys = {}
  for key in next, t do
    if not rank[type(key)] then fail("pairs: a key is a %s, which has no fixed order", type(key)) end
    keys[#keys + 1] = key
  end
  sort(keys, before)
  return keys
end

local function suggestion(name, known)
  local near = type(name) == "string" and host.nearest(name, known)
  return near and native.format(" (did you mean '%s'?)", near) or ""
end

local function quoted(key) return type(key) == "number" and host.text(key) or "'" .. tostring(key) .. "'" end

-- A view of `members` that cannot be changed; `missing` may say more about a name that is not there.
local function seal(label, members, missing)
  local function absent(_, key)
    local more = missing and missing[key]
    fail("%s has no '%s'%s", label, tostring(key), more and ": " .. more or suggestion(key, keys_of(members)))
  end
  setmetatable(members, { __index = absent })
  return setmetatable({}, {
    __index = members,
    __newindex = function(_, key) fail("%s.%s cannot be changed", label, tostring(key)) end,
    __metatable = false,
  })
end

-- The same for objects whose methods are called all the time: found without a detour, names that they have not refused.
local function object(label, members)
  local known = keys_of(members)
  local function absent(_, key) fail("%s has no '%s'%s", label, tostring(key), suggestion(key, known)) end
  return setmetatable(members, { __index = absent, __newindex = absent, __metatable = false })
end

local function need(value, kind, what)
  if type(value) ~= kind then fail("%s is a %s, must be a %s", what, type(value), kind) end
  return value
end

local function whole(value, what)
  if type(value) ~= "number" or value ~= floor(value) then
    fail("%s is %s, must be a whole number", what, R.show(value))
  end
  return value
end

function R.show(value)
  local kind = type(value)
  if kind == "number" then return host.text(value) end
  if kind == "string" then return "'" .. value .. "'" end
  if kind == "boolean" or kind == "nil" then return tostring(value) end
  return "a " .. kind
end

local function text_of(value)
  local kind = type(value)
  if kind == "number" then return host.text(value) end
  if kind == "string" then return value end
  if kind == "boolean" or kind == "nil" then return tostring(value) end
  local meta = getmetatable(value)
  local own = type(meta) == "table" and rawget(meta, "__tostring")
  if not own then return kind end
  local text = own(value)
  if type(text) ~= "string" then fail("__tostring gives %s, must be a string", R.show(text)) end
  return text
end

-- math ---------------------------------------------------------------------------------------------------------------
local m, sin, cos, exp, log, atan2 = math, host.sin, host.cos, host.exp, host.log, host.atan2

local function pow(base, exponent)
  if exponent == floor(exponent) and exponent >= -1024 and exponent <= 1024 then
    local result, factor, left = 1, base, exponent < 0 and -exponent or exponent
    while left > 0 do
      if left % 2 == 1 then result = result * factor end
      factor, left = factor * factor, floor(left / 2)
    end
    return exponent < 0 and 1 / result or result
  end
  if exponent == 0.5 then return m.sqrt(base) end
  if base == 0 then return exponent > 0 and 0 or huge end
  return exp(exponent * log(base))
end

local mathematics = {
  abs = m.abs, ceil = m.ceil, floor = floor, fmod = m.fmod, max = m.max, min = m.min, sqrt = m.sqrt,
  huge = huge, pi = m.pi, sin = sin, cos = cos, exp = exp, atan2 = atan2, tanh = host.tanh, pow = pow,
  tan = function(x) return sin(x) / cos(x) end,
  asin = function(x) return atan2(x, m.sqrt(1 - x * x)) end,
  acos = function(x) return atan2(m.sqrt(1 - x * x), x) end,
  atan = function(y, x) return atan2(y, x or 1) end,
  log = function(x, base)
    if base == nil then return log(x) end
    return log(x) / log(base)
  end,
  idiv = function(a, b) return floor(a / b) end,
  clamp = function(x, low, high) return x < low and low or x > high and high or x end,
  sign = function(x) return x > 0 and 1 or x < 0 and -1 or 0 end,
  round = function(x) return floor(x + 0.5) end,
  wrap = function(x, low, high)
    local turn = high - low
    local y = x - floor((x - low) / turn) * turn
    return y < low and low or y >= high and low or y
  end,
  random = function(low, high)
    if low == nil then return R.rng:unit() end
    return R.rng:int(low, high)
  end,
}

local no_math = {
  randomseed = "the engine seeds the environment's stream", type = "x == math.floor(x) tells whole numbers",
  tointeger = "write math.floor(x)", modf = "write math.floor(x) and x - math.floor(x)",
  log10 = "write math.log(x, 10)", ult = "numbers are without it", mod = "write math.fmod",
  rad = "write degrees * math.pi / 180", deg = "write radians * 180 / math.pi",
}

-- string -------------------------------------------------------------------------------------------------------------
local function argument(letter, value, place)
  if letter == "s" then return text_of(value) end
  if type(value) ~= "number" then fail("format: argument %d is a %s, must be a number", place, type(value)) end
  if (letter == "d" or letter == "x" or letter == "X" or letter == "c") and value ~= floor(value) then
    fail("format: argument %d is %s, must be a whole number", place, host.text(value))
  end
  return value
end

local function format(pattern, ...)
  local values, place, count = { ... }, 0, select("#", ...)
  need(pattern, "string", "format: the pattern")
  for directive, letter in native.gmatch(pattern, "%%([%-+ #0]*%d*%.?%d*)(.)") do
    if letter ~= "%" then
      place = place + 1
      if not native.find("sdxXcfgeEG", letter, 1, true) then fail("format: %%%s is not available", letter) end
      if #directive > 6 then fail("format: '%%%s%s' is too long", directive, letter) end
      if place > count then fail("format: no argument for '%%%s%s'", directive, letter) end
      values[place] = argument(letter, values[place], place)
    end
  end
  return native.format(pattern, unpack(values, 1, count))
end

-- f(text, ...) with what a long text costs, where steps are counted.
local function weighed(f, share)
  local charge = host.charge
  if not charge then return f end
  return function(text, ...)
    if type(text) == "string" and #text > 1000 then charge(#text * share) end
    return f(text, ...)
  end
end

-- The search may compare the part with every place of the text.
local function find(text, part, from)
  need(text, "string", "find: the text")
  if host.charge then host.charge(#text * #need(part, "string", "find: the part") / 64) end
  return native.find(text, part, from or 1, true)
end

local strings = {
  byte = native.byte, char = native.char, len = native.len, lower = weighed(native.lower, 0.2),
  reverse = weighed(native.reverse, 0.2), sub = native.sub, upper = weighed(native.upper, 0.2), rep = host.rep,
  format = weighed(format, 1),
  find = find,
  split = function(text, separator)
    local parts, from = {}, 1
    need(text, "string", "split: the text")
    if need(separator, "string", "split: the separator") == "" then fail("split: the separator is empty") end
    while true do
      local at, last = find(text, separator, from)
      parts[#parts + 1] = native.sub(text, from, (at or 0) - 1)
      if not at then return parts end
      from = last + 1
    end
  end,
}

local patterns = "patterns are not available: write string.find for plain text, string.split or string.sub"
local no_string = {
  match = patterns, gmatch = patterns, gsub = patterns, dump = "code is text only", pack = "not in LuaJIT",
  unpack = "not in LuaJIT", packsize = "not in LuaJIT",
}

-- table --------------------------------------------------------------------------------------------------------------
local function merge(from, to, low, middle, high, less)
  local left, right = low, middle
  for i = low, high - 1 do
    if left < middle and (right >= high or not less(from[right], from[left])) then
      to[i], left = from[left], left + 1
    else
      to[i], right = from[right], right + 1
    end
  end
end

local function ordinary(a, b) return a < b end

local tables = {
  unpack = unpack,
  insert = function(list, place, value)
    local count = #list
    if value == nil then
      list[count + 1] = place
      return
    end
    if whole(place, "insert: the place") < 1 or place > count + 1 then fail("insert: no place %s", host.text(place)) end
    for i = count, place, -1 do list[i + 1] = list[i] end
    list[place] = value
  end,
  remove = function(list, place)
    local count = #list
    place = place == nil and count or whole(place, "remove: the place")
    if count == 0 then return nil end
    if place < 1 or place > count then fail("remove: no place %s", host.text(place)) end
    local value = list[place]
    for i = place, count - 1 do list[i] = list[i + 1] end
    list[count] = nil
    return value
  end,
  concat = function(list, separator, first, last)
    local parts = {}
    for i = first or 1, last or #list do
      local kind = type(list[i])
      if kind ~= "string" and kind ~= "number" then fail("concat: item %d is a %s", i, kind) end
      parts[#parts + 1] = text_of(list[i])
    end
    return concat(parts, separator)
  end,
  sort = function(list, less)
    local count, from, to, run = #list, {}, {}, 1
    less = less or ordinary
    for i = 1, count do from[i] = list[i] end
    while run < count do
      for low = 1, count, 2 * run do
        local middle, high = low + run, low + 2 * run
        if middle > count + 1 then middle = count + 1 end
        if high > count + 1 then high = count + 1 end
        merge(from, to, low, middle, high, less)
      end
      from, to, run = to, from, 2 * run
    end
    for i = 1, count do list[i] = from[i] end
  end,
}

local no_table = { pack = "write { ... }", move = "write a loop", maxn = "write #list", getn = "write #list" }

-- globals ------------------------------------------------------------------------------------------------------------
local function walk(state, _)
  local place = state.place + 1
  state.place = place
  local key = state.keys[place]
  if key ~= nil then return key, state.t[key] end
end

-- Pools hold their records elsewhere.
local pools = {}
local function no_pool(t)
  if pools[t] then fail("state.%s is a pool: write for one in self.%s:each() do", pools[t], pools[t]) end
end

local forbidden_meta = { __gc = true, __mode = true, __close = true, __len = true }

-- Metatables are copies, made when the script first names one, so that nothing forbidden comes into them later.
local copies, copied = {}, 0
local function copy_of(meta)
  if copies[meta] then return copies[meta] end
  local copy = {}
  for key, value in next, need(meta, "table", "setmetatable: the second argument") do
    if forbidden_meta[key] then fail("setmetatable: %s is not available", key) end
    if type(key) == "string" and native.sub(key, 1, 2) == "__" then copy[key] = value end
  end
  if copied == 1000 then copies, copied = {}, 0 end
  copies[meta], copied = copy, copied + 1
  return copy
end

local loaded = {}

local globals = {
  assert = function(condition, message, ...)
    if not condition then error(message == nil and "assertion failed!" or message, 0) end
    return condition, message, ...
  end,
  error = function(message) error(type(message) == "string" and message or text_of(message), 0) end,
  ipairs = function(list)
    if type(list) ~= "table" then fail("ipairs: the argument is %s, must be a table", R.show(list)) end
    if rawget(list, 1) == nil then no_pool(list) end
    return ipairs(list)
  end,
  pairs = function(t)
    no_pool(need(t, "table", "pairs: the argument"))
    return walk, { t = t, keys = keys_of(t), place = 0 }, nil
  end,
  next = function(t, key)
    if key ~= nil then fail("next: only next(t) is available, write pairs") end
    local first = keys_of(need(t, "table", "next: the argument"))[1]
    return first, t[first]
  end,
  print = function(...)
    local parts = {}
    for i = 1, select("#", ...) do parts[i] = text_of((select(i, ...))) end
    host.print(concat(parts, "\t"))
  end,
  select = select, tonumber = weighed(tonumber, 0.2), tostring = text_of, type = type, unpack = unpack,
  setmetatable = function(t, meta)
    need(t, "table", "setmetatable: the first argument")
    return setmetatable(t, meta ~= nil and copy_of(meta) or nil)
  end,
  require = function(name)
    need(name, "string", "require: the name")
    if loaded[name] == false then fail("require: '%s' requires itself", name) end
    if loaded[name] == nil then
      local chunk, problem = host.compile(name)
      if not chunk then fail("%s", problem) end
      loaded[name] = false
      local value = chunk()
      loaded[name] = value == nil and true or value
    end
    return loaded[name]
  end,
}

local no_global = {
  io = "scripts have no files", os = "scripts have no clock and no files", package = "write require",
  debug = "not available in scripts", ffi = "not available in scripts", jit = "not available in scripts",
  load = "code is what the files hold", loadstring = "code is what the files hold", dofile = "write require",
  loadfile = "write require", coroutine = "keep what goes on in the state", pcall = "let errors be seen",
  xpcall = "let errors be seen", rawget = "not available in scripts", rawset = "not available in scripts",
  rawequal = "not available in scripts", rawlen = "write #list", getmetatable = "not available in scripts",
  collectgarbage = "not available in scripts", utf8 = "not in LuaJIT", bit32 = "write bit.band ...",
  setfenv = "not in Lua 5.4", getfenv = "not in Lua 5.4", module = "return a table", newproxy = "not available",
}

local bits = { band = 1, bor = 1, bxor = 1, bnot = 1, lshift = 1, rshift = 1, arshift = 1 }
for name in next, bits do bits[name] = host[name] or bit[name] end

-- Called when every module has added its part to R.libraries: the table that is the scripts' _G.
function R.globals()
  globals.math = seal("math", mathematics, no_math)
  globals.string = seal("string", strings, no_string)
  globals.table = seal("table", tables, no_table)
  globals.bit = seal("bit", bits)
  for name, members in next, R.libraries do globals[name] = seal(name, members) end
  local letters = getmetatable("")
  letters.__index, letters.__metatable = globals.string, false
  local names = keys_of(globals)
  setmetatable(globals, {
    __index = function(_, name)
      local more = no_global[name]
      if more then fail("%s is not available: %s", name, more) end
      fail("there is no global '%s'%s", tostring(name), suggestion(name, names))
    end,
  })
  return setmetatable({}, {
    __index = globals,
    __newindex = function(_, name)
      fail("the global '%s' is written: say `local %s`, or declare it in state", tostring(name), tostring(name))
    end,
    __metatable = false,
  })
end

R.libraries, R.pools = {}, pools
R.fail, R.seal, R.need, R.whole, R.keys_of, R.suggestion, R.quoted = fail, seal, need, whole, keys_of, suggestion, quoted
R.text_of, R.mathematics, R.object = text_of, mathematics, object
