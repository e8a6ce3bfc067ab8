#!/usr/bin/env bash
# The command with environments in Lua: new, check, train, eval, replay, resume from the run's own copies, teams by
# name, default algorithms, errors with their line, scripts that do not return, sweeps. command_lua.sh PROGRAM
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# A new environment works as it is, and nothing is overwritten.
expect 0 "cohort train walker.lua" new walker.lua
for file in walker.lua cohort.d.lua .luacheckrc; do [[ -s $file ]] || fail "new did not write $file"; done
grep -q "my_env" walker.lua && fail "the template's name is left in walker.lua"
grep -q "fun(self: rng, low: integer" cohort.d.lua || fail "cohort.d.lua does not know rng:int"
echo "-- mine" >.luacheckrc
expect 2 "there is such a file already" new walker.lua
expect 0 "other.lua" new other.lua
[[ $(cat .luacheckrc) == "-- mine" ]] || fail "new has overwritten .luacheckrc"
if command -v luacheck >/dev/null; then
  rm .luacheckrc && expect 0 "third.lua" new third.lua
  luacheck -q walker.lua >out 2>&1 || fail "luacheck complains"
fi
expect 2 "lower case letters" new My-Env.lua
expect 2 "must end in .lua" new walker
expect 2 "the name of one file" new
expect 0 "all well" check walker.lua --seconds 0.05
grep -q FAILED out && fail "check finds a fault in the template"
says "ok      nobody leaves the grid"
says "steps/s with --strict"
says "end by themselves"
says "qmix               refuses: needs a global state"
says "bytes of garbage a step"
says "cohort train takes q_learning: one agent in numbered states"
expect 0 "all well" check hunters --seconds 0.05
expect 0 "all well" check frozen_lake --seconds 0.05
expect 0 "rng" list api
expect 0 "cartpole.lua " list envs
expect 0 "hunters: " list settings
expect 2 "did you mean hunters" check huntrs
expect 2 "absent.lua: there is no such file" check absent.lua
expect 2 "one script" check

# Settings of its own, from the command line and in --help.
expect 0 "--size" train walker.lua --help
expect 0 "324 numbered states" check walker.lua --seconds 0.05 --size 3
expect 2 "size is 2, must lie in [3, 20]" check walker.lua --size 2
expect 2 "did you mean '--size'" eval walker.lua --algo random --sise 4

# An algorithm is chosen and named; the run keeps the script, with what it requires, and goes on with its copies.
sed -i '1i local start = require("start")' walker.lua
sed -i 's/self.robot.x, self.robot.y = rng:int(1, self.size), rng:int(1, self.size)/start(self, rng)/' walker.lua
echo 'return function(self, rng) self.robot.x, self.robot.y = rng:int(1, self.size), 1 end' >start.lua
run=(train walker.lua --num_envs 4 --final_episodes 10 --log_interval 500 --checkpoint_interval 500)
expect 0 "q_learning is chosen (one agent in numbered states)" "${run[@]}" --steps 4000 --out long
expect 0 "episodes: return" "${run[@]}" --steps 2000 --out short
for file in walker.lua start.lua; do same $file short/sources/$file; done
expect 0 "episodes: return" "${run[@]}" --steps 4000 --out threads --threads 4
expect 0 "episodes: return" "${run[@]}" --steps 4000 --out strict --strict
for other in threads strict; do
  for file in metrics.csv result.csv; do same long/$file $other/$file; done
done
expect 0 "episodes: return" eval walker.lua --algo random --episodes 3 --record walk.rec
cp start.lua kept.lua
echo 'return function(self, rng) self.robot.x, self.robot.y = 1, 1 end' >start.lua
expect 0 "going on from step" train --resume short --steps 4000
for file in metrics.csv result.csv; do same long/$file short/$file; done
expect 0 "episodes: return" train --file long/config.lua --out again
for file in metrics.csv config.lua; do same long/$file again/$file; done
expect 0 "ends in the state that was recorded" replay walk.rec
expect 0 "ends in the state that was recorded" replay walk.rec --strict --text
expect 0 "5 episodes: return" eval long --episodes 5
expect 0 "going on from step" train walker.lua --resume again --steps 4500
same kept.lua again/sources/start.lua
expect 0 "episodes: return" train walker.lua --file long/config.lua --out edited # named: as it is now
same start.lua edited/sources/start.lua
rm walker.lua start.lua
expect 0 "5 episodes: return" eval long --episodes 5
mv kept.lua start.lua && cp long/sources/walker.lua .

# Two teams with two algorithms, by name.
small=(--num_envs 2 --steps 300 --final_episodes 2 --test_interval 0 --size 4)
expect 0 "captured" train hunters --algo prey=iql,hunters=qmix "${small[@]}" --out duel
[[ -s duel/mixer.safetensors && -s duel/team-1/agent.safetensors ]] || fail "two teams must leave their weights"
expect 0 "hunters=qmix,prey=iql is chosen" train hunters "${small[@]}"
[[ -d "runs/hunters/hunters=qmix,prey=iql/seed-1" ]] || fail "the run's default folder"
expect 0 "captured" eval hunters --size 4 --algo hunters=duel,prey=random --episodes 3
expect 2 "no team is called 'pray' (did you mean 'prey'?)" train hunters --algo pray=iql
expect 0 "return" train skirmish/3m --algo vdn --num_envs 2 --steps 100 --final_episodes 2 --out battle
expect 0 "qmix is chosen" train skirmish/3m --num_envs 2 --steps 100 --final_episodes 2 --out chosen
expect 0 "is chosen" train lander --num_envs 2 --steps 100 --final_episodes 2 --out glider

# Errors name the line and show it.
script() { # FILE STEP-BODY [TOP]
  printf '%s\nreturn {\n  actions = 2, observation = 1, state = { n = 0 }, episode_limit = 50,\n  step = function(self, action, rng, out)\n    self.n = self.n + 1\n    %s\n  end,\n  observe = function(self, agent, obs) obs:put(self.n / 50) end,\n}\n' "${3:--- a test}" "$2" >"$1"
}
script wrong.lua 'if self.n == 7 then self.hpp = 1 end'
expect 2 "wrong.lua:6: step: state has no field 'hpp'" eval wrong.lua --algo random
says "6 |     if self.n == 7 then self.hpp = 1 end"
expect 1 "self.hpp = 1" train wrong.lua --out wrong
expect 1 "not well" check wrong.lua
mkdir elsewhere && cp wrong.lua elsewhere/
expect 2 "self.hpp = 1" eval elsewhere/wrong.lua --algo random
script syntax.lua 'if self.n = 7 then end'
expect 2 "6 |     if self.n = 7 then end" check syntax.lua
script hides.lua 'count = count + 1; out:reward(count)' 'local count = 0'
expect 1 "count" check hides.lua
script noise.lua 'if self.n == 3 then out:reward(0 / 0) end'
expect 1 "reward" check noise.lua
script test.lua 'out:reward(1)'
sed -i 's/^}$/  tests = { ["fails"] = function(t) t:equal(1, 2) end },\n}/' test.lua
expect 1 "FAILED  fails: test.lua:" check test.lua
printf 'return { env = "walker.lua", step = 3 }\n' >experiment.lua # no environment: its step is a number
expect 2 "experiment.lua:1: unknown setting 'step'" train experiment.lua
script train.lua 'out:reward(1)'
expect 2 "must not be named train" check train.lua
cp train.lua qmix.lua
expect 2 "must not be named qmix" check qmix.lua

# A script that does not return: named, and the run's checkpoint is whole.
script hangs.lua 'out:reward(1) if self.n == 45 and rng:chance(0.02) then while true do self.n = 45 end end'
expect 4 "hangs.lua: step has not returned for 1 s; --resume goes on" train hangs.lua --algo iql --num_envs 1 --steps 1000000 \
  --checkpoint_interval 50 --test_interval 0 --batch_size 4 --hidden 8 --out hung --patience 1
[[ -s hung/checkpoint-a ]] || fail "no checkpoint is left of the run that hung"
expect 1 "hangs.lua: step has not returned for 1 s" eval hangs.lua --algo random --episodes 1000 --patience 1
expect 2 "hangs.lua:6: step: stopped" eval hangs.lua --algo random --episodes 1000 --strict
printf 'while true do end\nreturn { step = function() end }\n' >top.lua
expect 2 "top.lua:1: stopped" check top.lua
script test.lua 'out:reward(1)'
sed -i 's/^}$/  tests = { ["endless"] = function(t) while true do end end },\n}/' test.lua
expect 1 "test.lua: a test has not returned for 1 s" check test.lua --patience 1

# Experiments sweep; what is there is not done again; what is missing is.
mkdir lab && cp walker.lua start.lua lab/
cat >lab/grid.lua <<'END'
return {
  env = "walker.lua", algo = { "q_learning", "iql" }, seed = { 1, 2 }, steps = 300, num_envs = 2,
  final_episodes = 3, test_interval = 0, q_learning = { lr = { 0.1, 0.5 } }, iql = { hidden = 8 },
}
END
rm walker.lua start.lua
expect 0 "runs/grid/summary.csv: 8 runs" train lab/grid.lua
says "algo=q_learning, lr=0.1"
[[ $(wc -l <runs/grid/summary.csv) == 9 ]] || fail "summary.csv must have a header and eight rows"
grep -q '^algo,lr,seed,' runs/grid/summary.csv || fail "columns of summary.csv"
expect 2 "holds a sweep already" train lab/grid.lua
expect 2 "instead of --seeds" train lab/grid.lua --seeds 2 --out seeds
cp -r "runs/grid/algo=iql,lr=0.1,seed=2" whole && cp runs/grid/summary.csv all.csv
rm -r "runs/grid/algo=iql,lr=0.1,seed=2" runs/grid/summary.csv lab
expect 0 "runs/grid/summary.csv: 8 runs" train --resume runs/grid # from the folder alone
same all.csv runs/grid/summary.csv
same whole/metrics.csv "runs/grid/algo=iql,lr=0.1,seed=2/metrics.csv"
printf 'return { env = "matrix", algo = { "vdn", "iqll" } }\n' >bad.lua
expect 2 "algo=iqll: no algorithm, script or run 'iqll' (did you mean 'iql'?)" train bad.lua
printf 'return { env = "matrix", algo = "vdn", lr = { 0.1, {} } }\n' >bad.lua
expect 2 "must be a number, a word, true or false" train bad.lua
printf 'return { env = "matrix", algo = { "vdn", "iql" } }\n' >bad.lua
expect 2 "must be one value" eval bad.lua

[[ $failures == 0 ]] && echo "all well"
exit $((failures > 0))
