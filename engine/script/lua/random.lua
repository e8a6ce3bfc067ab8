-- rng: draws from the environment's stream, or, for the exact model, every draw in turn.
local R, host = ...
local fail, need, whole = R.fail, R.need, R.whole
local next = next
local int, unit, normal = host.int, host.unit, host.normal

local NONE, STREAM, TREE = 0, 1, 2
local mode = NONE

-- The draws of one run through the tree of all: choice[i] of width[i], share[i] its probabilities (nil: equal).
local choice, width, share, depth, at, probability = {}, {}, {}, 0, 0, 1

-- From place `from` on, the first choice that has a probability.
local function possible(shares, from, count)
  while shares and from <= count and not (shares[from] > 0) do from = from + 1 end
  return from
end

local function branch(count, shares)
  at = at + 1
  if at > depth then
    depth, choice[at], width[at], share[at] = at, possible(shares, 1, count), count, shares
    if choice[at] > count then fail("rng: no draw has a probability above 0") end
  end
  local chosen = choice[at]
  probability = probability * (shares and shares[chosen] or 1 / count)
  return chosen
end

-- The next way through the tree; false when all have been.
local function advance()
  while depth > 0 do
    choice[depth] = possible(share[depth], choice[depth] + 1, width[depth])
    if choice[depth] <= width[depth] then break end
    depth = depth - 1
  end
  at, probability = 0, 1
  return depth > 0
end

local function forbid() fail("random numbers are drawn by reset and step alone") end
local function endless(name) fail("rng:%s has no finite model: draw with int, chance, choose or weighted", name) end

local function draw_int(_, low, high)
  if high == nil then low, high = 1, low end
  if not (whole(low, "rng:int: the low end") <= whole(high, "rng:int: the high end")) then
    fail("rng:int: %s to %s is empty", host.text(low), host.text(high))
  end
  if low < -2147483648 or high > 2147483647 then fail("rng:int: numbers must lie within 32 bits") end
  if mode == STREAM then return int(low, high) end
  if mode == NONE then forbid() end
  return low + branch(high - low + 1) - 1
end

local function draw_unit()
  if mode == STREAM then return unit() end
  if mode == NONE then forbid() end
  return endless("unit")
end

local function chance(_, p)
  need(p, "number", "rng:chance: the probability")
  if mode ~= TREE then return draw_unit() < p end
  if not (p > 0) or p >= 1 then return p >= 1 end
  return branch(2, { p, 1 - p }) == 1
end

local function weighted(_, weights)
  local total, last = 0, nil
  for i = 1, #weights do
    if not (need(weights[i], "number", "rng:weighted: a weight") >= 0) then fail("rng:weighted: a weight is negative") end
    total = total + weights[i]
  end
  if not (total > 0) then fail("rng:weighted: no weight is above 0") end
  if mode == TREE then
    local shares = {}
    for i = 1, #weights do shares[i] = weights[i] / total end
    return branch(#weights, shares)
  end
  local left = draw_unit() * total
  for i = 1, #weights do
    if weights[i] > 0 then
      last = i
      if left < weights[i] then break end
      left = left - weights[i]
    end
  end
  return last
end

local methods = {
  int = draw_int,
  unit = draw_unit,
  uniform = function(_, low, high)
    need(low, "number", "rng:uniform: the low end")
    return low + (need(high, "number", "rng:uniform: the high end") - low) * draw_unit()
  end,
  normal = function(_, mean, deviation)
    if mode == NONE then forbid() end
    if mode == TREE then endless("normal") end
    return (mean or 0) + (deviation or 1) * normal()
  end,
  chance = chance,
  choose = function(_, list)
    if #need(list, "table", "rng:choose: the list") == 0 then fail("rng:choose: the list is empty") end
    return list[draw_int(nil, 1, #list)]
  end,
  weighted = weighted,
  shuffle = function(_, list)
    for i = #need(list, "table", "rng:shuffle: the list"), 2, -1 do
      local other = draw_int(nil, 1, i)
      list[i], list[other] = list[other], list[i]
    end
  end,
}
-- Without pointers the usual draws are functions in C, which hand over what is not usual.
if not R.fast then
  for name, quick in next, host.quick_draws do methods[name] = quick(methods[name]) end
end
R.rng = R.object("rng", methods)

function R.draw(kind)
  mode = kind
  host.drawing(kind == STREAM)
end
function R.tree_start() depth, at, probability = 0, 0, 1 end
function R.tree_probability() return probability end
R.tree_next, R.NONE, R.STREAM, R.TREE = advance, NONE, STREAM, TREE
