-- Between the engine's block and self: functions written for one layout. Two dialects: through pointers (LuaJIT with
-- its compiler) and through functions in C.
local R, host = ...
local ipairs = ipairs
local next, concat, format, min, assert, setmetatable = next, table.concat, string.format, math.min, assert, setmetatable
local compile, rawequal = loadstring or load, rawequal

local function numbers_and_flags(item)
  local kinds = { number = {}, boolean = {} }
  for _, leaf in ipairs(item.leaves) do
    local list = kinds[leaf.kind]
    list[#list + 1] = leaf
  end
  return kinds
end

-- Dialects: how `targets` (Lua expressions) are set from, and stored at, places `at`, `at + stride` ...
local plain, fast = {}, {}

function plain.load(kind, targets, at, stride)
  return format("%s = %s(%s, %d, %d)\n", concat(targets, ", "), kind == "number" and "get" or "flags", at, stride, #targets)
end

function plain.store(kind, targets, at, stride)
  return format("%s(%s, %d, %s)\n", kind == "number" and "put" or "mark", at, stride, concat(targets, ", "))
end

function plain.load_list(kind, at, count)
  return format("%s(t, %d, %d)\n", kind == "number" and "fill" or "fill_flags", at, count)
end

function plain.store_list(kind, at, count)
  return format("%s(t, %d, %d)\n", kind == "number" and "dump" or "dump_flags", at, count)
end

-- -0 is stored as 0: whole numbers of Lua 5.4 have none.
function fast.load(kind, targets, at, stride)
  local lines = {}
  for i, target in ipairs(targets) do
    local place = format("%s + %d", at, (i - 1) * stride)
    lines[i] = format(kind == "number" and "%s = d[o + %s]\n" or "%s = b[q + %s] ~= 0\n", target, place)
  end
  return concat(lines)
end

function fast.store(kind, targets, at, stride)
  local lines = {}
  for i, target in ipairs(targets) do
    local place = format("%s + %d", at, (i - 1) * stride)
    lines[i] = kind == "boolean" and format("b[q + %s] = bytes[%s]\n", place, target)
      or format("x = %s + 0\nd[o + %s] = x\nif x ~= x then blame() end\n", target, place)
  end
  return concat(lines)
end

function fast.load_list(kind, at, count)
  return format("for i = 1, %d do t[i] = %s end\n", count,
    format(kind == "number" and "d[o + %d + i]" or "b[q + %d + i] ~= 0", at - 1))
end

function fast.store_list(kind, at, count)
  return format("for i = 1, %d do %s end\n", count,
    format(kind == "number" and "x = t[i] + 0 d[o + %d + i] = x if x ~= x then blame() end"
      or "b[q + %d + i] = bytes[t[i]]", at - 1))
end

local RUN = 40 -- values of one assignment

local function scalar_names(layout)
  local kinds = { number = {}, boolean = {} }
  for _, item in ipairs(layout.items) do
    if item.form == "scalar" then
      local list = kinds[item.leaf.kind]
      list[#list + 1] = "s." .. item.name
    end
  end
  return kinds
end

-- Of all but the first `left_out` numbers.
local function scalars(layout, write, left_out)
  local lines = {}
  for kind, list in next, scalar_names(layout) do
    for from = kind == "number" and left_out + 1 or 1, #list, RUN do
      local part = {}
      for i = from, min(from + RUN - 1, #list) do part[#part + 1] = list[i] end
      lines[#lines + 1] = write(kind, part, host.text(from - 1), 1)
    end
  end
  return concat(lines)
end

local function fields(item, write, at)
  local lines = {}
  for kind, leaves in next, numbers_and_flags(item) do
    for from = 1, #leaves, RUN do
      local part = {}
      for i = from, min(from + RUN - 1, #leaves) do part[#part + 1] = "u." .. leaves[i].field end
      lines[#lines + 1] = write(kind, part, format(at, leaves[from].at), item.count)
    end
  end
  return concat(lines)
end

local function compound(layout, write, write_list, check)
  local lines = {}
  for i, item in ipairs(layout.items) do
    local line
    if item.form == "array" then
      line = format("local t = T[%d].table\n%s", i, write_list(item.leaf.kind, item.leaf.at, item.count))
    elseif item.form == "record" then
      line = format("local u = T[%d].table\n%s", i, fields(item, write, "%d"))
    elseif item.form ~= "scalar" then
      local own = check and item.form == "records" and "if not rawequal(t[i + 1], u) then blame() end\n" or ""
      line = format("local h, t = T[%d].held, T[%d].table\nfor i = 0, %d do\nlocal u = h[i + 1]\n%s%send\n", i, i,
        item.count - 1, own, fields(item, write, "%d + i"))
    end
    if line then lines[#lines + 1] = "do\n" .. line .. "end\n" end
  end
  return concat(lines)
end

local function make(arguments, body, d, more)
  local source = format([[
local s, T, blame, host, bytes, rawequal = ...
local get, flags, put, mark = host.get, host.flags, host.put, host.mark
local fill, fill_flags, dump, dump_flags = host.fill, host.fill_flags, host.dump, host.dump_flags
return function(%s)
local x
%send]], arguments, body)
  local chunk = assert(compile(source, "=[state]"))
  local function blame() R.blame(d.layout, d.self) end
  return chunk(d.self, d.layout.items, blame, host, more, rawequal)
end

-- load and store: of the block that the host is at (plain), or (d, b, o, q): the numbers from d[o], the flags from b[q].
-- With `fused` without the first numbers, which the loops of the plain dialect hand over in the same call as the rest;
-- nil where nothing is left.
function R.sync(d, fused)
  local dialect, arguments = R.fast and fast or plain, R.fast and "d, b, o, q" or ""
  local layout = d.layout
  local bytes = setmetatable({ [true] = 1, [false] = 0 }, { __index = function() R.blame(layout, d.self) end })
  local left_out = fused and RUN or 0
  local load = scalars(layout, dialect.load, left_out) .. compound(layout, dialect.load, dialect.load_list, false)
  local store = scalars(layout, dialect.store, left_out) .. compound(layout, dialect.store, dialect.store_list, true)
  if fused and load == "" then return nil, nil end
  return make(arguments, load, d, bytes), make(arguments, store, d, bytes)
end

-- The numbers that are handed over so: "s.x", "s.y" ...
function R.fused_fields(layout)
  local list, part = scalar_names(layout).number, {}
  for i = 1, min(RUN, #list) do part[i] = list[i] end
  return part
end
