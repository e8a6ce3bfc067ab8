-- The declared state's form: where each number and each boolean lies in the engine's block: R.layout.
local R = ...
local ipairs = ipairs
local show, keys_of = R.show, R.keys_of
local type, next, floor = type, next, math.floor

local MOST = 2 ^ 20 -- numbers and booleans of one state

-- One number or boolean, or `count` of them side by side.
local function leaf(layout, name, default, count, path)
  local kind = type(default)
  if kind ~= "number" and kind ~= "boolean" then
    layout.refuse(path, "is %s, must be a number, true or false", show(default))
  end
  if kind == "number" and default ~= default then layout.refuse(path, "is not a number") end
  local at = layout.used[kind]
  layout.used[kind] = at + count
  if at + count > MOST then layout.refuse(path, "makes the state larger than %d numbers", MOST) end
  local made = { name = name, kind = kind, at = at, count = count, default = default }
  layout.leaves[#layout.leaves + 1] = made
  return made
end

local function fields_of(t)
  local fields = {}
  for _, key in ipairs(keys_of(t)) do
    if key ~= "count" and key ~= "pool" then fields[#fields + 1] = key end
  end
  return fields
end

-- A record (count nil), an array of records, or a pool.
local function records(layout, name, t, count, pool)
  local item = { name = name, form = pool and "pool" or count and "records" or "record", count = count or 1, leaves = {} }
  for _, field in ipairs(fields_of(t)) do
    local path = { "state", name, field }
    if not layout.is_word(field) then layout.refuse(path, "must be a name of letters, digits and underscores") end
    if pool and field == "live" then layout.refuse(path, "is a name that every pool has already") end
    item.leaves[#item.leaves + 1] = leaf(layout, name .. "." .. field, layout.value(t[field]), item.count, path)
    item.leaves[#item.leaves].field = field
  end
  if pool then
    item.leaves[#item.leaves + 1] = leaf(layout, name .. ".live", false, item.count, { "state", name })
    item.leaves[#item.leaves].field = "live"
  end
  if #item.leaves == 0 then layout.refuse({ "state", name }, "has no fields") end
  return item
end

-- A list as written, or `count` times its first item.
local function array(layout, name, t, count)
  local path, item = { "state", name }, { name = name, form = "array", count = count or #t, defaults = {} }
  for key in next, t do
    local listed = type(key) == "number" and key >= 1 and key <= #t and key == floor(key)
    if not listed and key ~= "count" then layout.refuse(path, "mixes a list and names") end
  end
  if count and #t ~= 1 then layout.refuse(path, "has a count and %d items, must have one", #t) end
  for i = 1, item.count do item.defaults[i] = layout.value(t[count and 1 or i]) end
  item.leaf = leaf(layout, name, item.defaults[1], item.count, path)
  for i = 2, item.count do
    if type(item.defaults[i]) ~= item.leaf.kind then layout.refuse(path, "mixes numbers and booleans") end
  end
  return item
end

local function entry(layout, name, value)
  local path = { "state", name }
  if type(value) ~= "table" then return { name = name, form = "scalar", leaf = leaf(layout, name, value, 1, path) } end
  if value.pool ~= nil then return records(layout, name, value, layout.size(path, value.pool), true) end
  local count = value.count ~= nil and layout.size(path, value.count) or nil
  if #value > 0 then return array(layout, name, value, count) end
  return records(layout, name, value, count, false)
end

-- items: scalars first, so that they lie side by side, then the others; both in alphabetical order.
function R.layout(state, self, taken, refuse, count, is_word, made)
  if state == nil then state = {} end
  if type(state) ~= "table" then refuse({ "state" }, "is %s, must be a table", show(state)) end
  local layout = { used = { number = 0, boolean = 0 }, items = {}, leaves = {}, refuse = refuse, is_word = is_word }
  function layout.value(value)
    return made(value, self)
  end
  function layout.size(path, value) return count(path, value, 1, 65536, self) end
  local plain, others = {}, {}
  for _, name in ipairs(keys_of(state)) do
    if not is_word(name) then refuse({ "state", R.text_of(name) }, "must be a name of letters, digits and underscores") end
    if taken[name] then refuse({ "state", name }, "is %s too", taken[name]) end
    local value = layout.value(state[name])
    local list = type(value) == "table" and others or plain
    list[#list + 1] = { name = name, value = value }
  end
  for _, list in ipairs({ plain, others }) do
    for _, one in ipairs(list) do layout.items[#layout.items + 1] = entry(layout, one.name, one.value) end
  end
  layout.numbers, layout.booleans = layout.used.number, layout.used.boolean
  return layout
end
