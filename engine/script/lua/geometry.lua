-- grid and geometry: the helpers that come with the engine.
local R = ...
local floor, sqrt, abs, min, max = math.floor, math.sqrt, math.abs, math.min, math.max
local heading = { north = { 0, 1 }, south = { 0, -1 }, east = { 1, 0 }, west = { -1, 0 } }
local around = { { 0, 1 }, { 1, 0 }, { 0, -1 }, { -1, 0 }, { 1, 1 }, { 1, -1 }, { -1, -1 }, { -1, 1 } }

local function inside(x, y, width, height) return x >= 1 and x <= width and y >= 1 and y <= height end
local function cell(x, y, width) return (y - 1) * width + x end
local function place(c, width) return (c - 1) % width + 1, floor((c - 1) / width) + 1 end

local function next_neighbor(walk)
  while walk.at < walk.count do
    walk.at = walk.at + 1
    local step = around[walk.at]
    local x, y = walk.x + step[1], walk.y + step[2]
    if inside(x, y, walk.width, walk.height) then return x, y end
  end
end

local function neighbors(x, y, width, height, diagonal)
  return next_neighbor, { x = x, y = y, width = width, height = height, at = 0, count = diagonal and 8 or 4 }
end

-- Breadth first; a blocked start counts as free.
local function distances(x, y, width, height, blocked)
  local steps, queue, head = {}, { cell(x, y, width) }, 1
  for c = 1, width * height do steps[c] = -1 end
  steps[queue[1]] = 0
  while queue[head] do
    local from = queue[head]
    local column, row = place(from, width)
    for i = 1, 4 do
      local nx, ny = column + around[i][1], row + around[i][2]
      local to = cell(nx, ny, width)
      if inside(nx, ny, width, height) and steps[to] < 0 and not (blocked and blocked(nx, ny)) then
        steps[to] = steps[from] + 1
        queue[#queue + 1] = to
      end
    end
    head = head + 1
  end
  return steps
end

-- Downhill along the distances from the far end; ties go north, east, south, west.
local function path(x1, y1, x2, y2, width, height, blocked)
  local steps = distances(x2, y2, width, height, blocked)
  local way, x, y = { cell(x1, y1, width) }, x1, y1
  if steps[way[1]] < 0 then return nil end
  while steps[way[#way]] > 0 do
    for i = 1, 4 do
      local nx, ny = x + around[i][1], y + around[i][2]
      if inside(nx, ny, width, height) and steps[cell(nx, ny, width)] == steps[way[#way]] - 1 then
        x, y = nx, ny
        break
      end
    end
    way[#way + 1] = cell(x, y, width)
  end
  return way
end

-- Bresenham's line, its two ends left out.
local function sight(x1, y1, x2, y2, blocked)
  local dx, dy = abs(x2 - x1), -abs(y2 - y1)
  local sx, sy, rest = x1 < x2 and 1 or -1, y1 < y2 and 1 or -1, dx + dy
  local x, y = x1, y1
  while x ~= x2 or y ~= y2 do
    local double = 2 * rest
    if double >= dy then rest, x = rest + dy, x + sx end
    if double <= dx then rest, y = rest + dx, y + sy end
    if (x ~= x2 or y ~= y2) and blocked(x, y) then return false end
  end
  return true
end

R.libraries.grid = {
  cell = cell, place = place, inside = inside, neighbors = neighbors, distances = distances, path = path, sight = sight,
  move = function(x, y, direction)
    local step = heading[direction]
    if not step then return x, y end
    return x + step[1], y + step[2]
  end,
}

local function distance(x1, y1, x2, y2)
  local dx, dy = x2 - x1, y2 - y1
  return sqrt(dx * dx + dy * dy)
end

-- Where a ray enters the part of a line between low and high: the share of it, narrowed to what was left before.
local function slab(from, step, low, high, enter, leave)
  if step == 0 then
    if from < low or from > high then return 1, 0 end
    return enter, leave
  end
  local a, b = (low - from) / step, (high - from) / step
  return max(enter, min(a, b)), min(leave, max(a, b))
end

R.libraries.geometry = {
  distance = distance,
  angle = function(x1, y1, x2, y2) return R.mathematics.atan2(y2 - y1, x2 - x1) end,
  toward = function(x1, y1, x2, y2, step)
    local far = distance(x1, y1, x2, y2)
    if far <= step then return x2, y2 end
    return x1 + (x2 - x1) / far * step, y1 + (y2 - y1) / far * step
  end,
  discs = function(x1, y1, r1, x2, y2, r2)
    local dx, dy, r = x2 - x1, y2 - y1, r1 + r2
    return dx * dx + dy * dy < r * r
  end,
  rects = function(x1, y1, w1, h1, x2, y2, w2, h2)
    return x1 < x2 + w2 and x2 < x1 + w1 and y1 < y2 + h2 and y2 < y1 + h1
  end,
  disc_rect = function(x, y, r, left, bottom, w, h)
    local dx, dy = x - max(left, min(x, left + w)), y - max(bottom, min(y, bottom + h))
    return dx * dx + dy * dy < r * r
  end,
  within = function(x, y, left, bottom, w, h) return x >= left and x <= left + w and y >= bottom and y <= bottom + h end,
  segment = function(x, y, x1, y1, x2, y2)
    local dx, dy = x2 - x1, y2 - y1
    local square = dx * dx + dy * dy
    local share = square > 0 and max(0, min(1, ((x - x1) * dx + (y - y1) * dy) / square)) or 0
    return distance(x, y, x1 + share * dx, y1 + share * dy)
  end,
  ray_disc = function(x, y, dx, dy, cx, cy, r)
    local fx, fy = x - cx, y - cy
    local a, b, c = dx * dx + dy * dy, fx * dx + fy * dy, fx * fx + fy * fy - r * r
    if c <= 0 then return 0 end
    local root = b * b - a * c
    if b >= 0 or root < 0 then return nil end
    return (-b - sqrt(root)) / a
  end,
  ray_rect = function(x, y, dx, dy, left, bottom, w, h)
    local enter, leave = slab(x, dx, left, left + w, 0, 1 / 0)
    enter, leave = slab(y, dy, bottom, bottom + h, enter, leave)
    if enter > leave then return nil end
    return enter
  end,
}
