-- With LuaJIT's compiler: the engine's functions and buffers through pointers, which traces inline. ffi stays in here.
local R, host = ...
local ffi = host.ffi
local cast = ffi.cast

ffi.cdef [[
typedef struct { uint64_t state, gamma; uint8_t *moments; const uint8_t *running; const int32_t *discrete;
  const float *continuous; float *rewards, *info; uint8_t *terminated; float *obs; int32_t count, stride, first; } co_call;
]]
R.call, R.cast = cast("co_call *", host.call), cast
for _, name in ipairs { "sin", "cos", "exp", "log", "tanh" } do
  local f = cast("double (*)(double)", host.functions[name])
  host[name] = function(x) return f(x) end
end
local atan2 = cast("double (*)(double, double)", host.functions.atan2)
host.atan2 = function(y, x) return atan2(y, x) end

local rng = cast("void *", host.call)
local int = cast("int (*)(void *, int, int)", host.functions.int)
local unit = cast("double (*)(void *)", host.functions.unit)
local normal = cast("double (*)(void *)", host.functions.normal)
host.int = function(low, high) return int(rng, low, high) end
host.unit = function() return unit(rng) end
host.normal = function() return normal(rng) end
host.drawing = function() end
host.ipairs = nil -- LuaJIT's own is compiled
host.charge = nil -- steps are counted without the compiler alone
host.ffi, host.functions = nil, nil

host.optimise("maxmcode=8192", "maxtrace=4000", "maxrecord=8000", "maxside=200", "sizemcode=64")
host.optimise = nil
