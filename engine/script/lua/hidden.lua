-- State that hides outside the declared one: what functions of the script reach through their locals, compared.
local R, host = ...
local type, next, ipairs, tostring = type, next, ipairs, tostring

-- What `value` holds: seen[path] = { name, file, line, value }, everything once.
local function walk(value, owner, path, seen, visited)
  local kind = type(value)
  seen[path] = { owner = owner, value = value }
  if (kind ~= "table" and kind ~= "function") or visited[value] then return end
  visited[value] = true
  if kind == "table" then
    for key, item in next, value do
      local place = type(key) == "table" and "table" or tostring(key)
      walk(item, owner, path .. "/" .. place, seen, visited)
    end
    return
  end
  for i = 1, 255 do
    local name, held = host.upvalue(value, i)
    if not name then return end
    local own = { name = name, where = host.declared(value, name) }
    if own.where then walk(held, own, own.where .. name, seen, visited) end
  end
end

local function snapshot(d)
  local seen, visited, roots = {}, { [d.self] = true }, {}
  for _, item in ipairs(d.layout.items) do
    if item.table then visited[item.table] = true end
  end
  for name, value in next, d.script do
    if type(value) == "function" then roots[#roots + 1] = tostring(name) end
  end
  table.sort(roots)
  for _, name in ipairs(roots) do walk(d.script[name], { name = name }, "." .. name, seen, visited) end
  walk(d.script, { name = "the returned table", where = R.file .. ": " }, ".", seen, visited)
  return seen
end

-- play.hidden(): remembers; play.hidden(place): what has changed since, the finds in order, nil behind the last.
function R.hidden(d, play)
  local before, finds
  function play.hidden(place)
    if not place then
      before, finds = snapshot(d), nil
      return
    end
    if not finds then
      local after, told = snapshot(d), {}
      finds = {}
      local function tell(owner)
        local sentence = (owner.where or "") .. "'" .. owner.name .. "' is changed during play: declare it in state"
        if not told[sentence] then finds[#finds + 1] = sentence end
        told[sentence] = true
      end
      for path, one in next, after do
        if not before[path] or before[path].value ~= one.value then tell(one.owner) end
      end
      for path, one in next, before do
        if not after[path] then tell(one.owner) end
      end
      table.sort(finds)
    end
    return finds[place]
  end
end
