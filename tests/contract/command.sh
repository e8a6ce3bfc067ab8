#!/usr/bin/env bash
# The command, from outside: what it says and with which exit code, runs and their folders, signals, resume, recordings.
# command.sh PROGRAM
data=$(realpath "$(dirname "$0")/../../scripts")
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

small=(--hidden 8 --batch_size 8 --buffer_size 32 --test_interval 400 --test_nepisode 4 --log_interval 200
  --checkpoint_interval 200 --final_episodes 4 --num_envs 2)
train=(train skirmish/3m --algo qmix "${small[@]}")

# What is wrong is named, with the nearest right name.
expect 2 "cohort list" # no subcommand: usage
expect 2 "did you mean 'train'" trian
expect 2 "no environment is named" train
expect 2 "did you mean skirmish" train skirmsh/3m --algo qmix
expect 2 "did you mean '3m'" train skirmish/3n --algo qmix
expect 2 "did you mean 'qmix'" train skirmish/3m --algo qmx
expect 2 "did you mean '--lr'" train skirmish/3m --algo qmix --lrr 1
expect 2 "lr is 7, must lie in" train skirmish/3m --algo qmix --lr 7
expect 2 "--lr needs a value" train skirmish/3m --algo qmix --lr
expect 2 "write --skirmish.obs_last_action or --qmix.obs_last_action" train skirmish/3m --algo qmix --obs_last_action true
expect 2 "did you mean 'pymarl'" train skirmish/3m --algo qmix --profile pymar
expect 2 "nobody plays" eval skirmish/3m
expect 2 "no table 'qmux'" train skirmish/3m --algo qmix --qmux.lr 1
expect 2 "qmix: needs a global state" train frozen_lake --algo qmix --out refused
[[ ! -e refused ]] || fail "a refused run leaves a folder"
expect 2 "names team 1, skirmish/3m has 1" train skirmish/3m --algo 0=qmix,1=iql
expect 2 "no team learns" train skirmish/3m --algo heuristic --out nobody
expect 2 "absent.lua" train absent.lua
expect 2 "holds no run" train --resume absent
expect 2 "one too many" train skirmish/3m two_step --algo qmix
expect 2 "has learnt nothing yet" eval skirmish/3m --algo qmix
expect 2 "absent" eval absent --algo random
expect 2 "cannot read" replay absent
ln -s nowhere dangling
expect 2 "cannot create the folder: File exists" train skirmish/3m --algo qmix --out dangling
expect 2 "unknown figure" bench all
expect 2 "there are envs" list everything
mkdir broken && echo 'return { train = { steps = "many" } }' >broken/config.lua
expect 2 "broken/config.lua:1: steps is 'many', must be a whole number" train --resume broken
printf 'return {\n  env = "skirmish/3m", algo = "qmix",\n  stepz = 3,\n}\n' >typo.lua
expect 2 "typo.lua:3: unknown setting 'stepz' (did you mean 'steps'?)" train typo.lua

# Help comes from the tables.
expect 0 "Exit codes" --help
expect 0 "--test_interval" train --help
expect 0 "--mixing_embed_dim" train skirmish/3m --algo qmix --help
expect 0 "--reward_win" train skirmish/3m --help
expect 0 "--episodes" eval --help
expect 0 "--text" replay --help
expect 0 "--seconds" bench --help
expect 0 "qmix" list algos
expect 0 "heuristic" list envs
expect 0 "epsilon_anneal_time" list settings
expect 0 ", commit " --version
"$cohort" list >/dev/full 2>err && fail "a full disk under standard output goes unnoticed"

# Scripts play; a recording plays again, and a damaged one says so.
expect 0 "episodes: won" eval skirmish/3m --algo heuristic --episodes 20 --csv scores.csv
expect 0 "20 episodes: won 0.0 %" eval skirmish/3m --algo stop --episodes 20 --csv scores.csv
[[ $(wc -l <scores.csv) == 3 ]] || fail "scores.csv must have a header and two rows"
expect 0 "battle.rec" eval skirmish/3m --algo focus --episodes 1 --record battle.rec --episode 3
expect 0 "ends in the state that was recorded" replay battle.rec
expect 0 "unit.hp" replay battle.rec --text
head -c 200 battle.rec >cut.rec
expect 2 "damaged" replay cut.rec
echo no >no.rec
expect 2 "not a recording" replay no.rec

# A run: its folder, the same bits for any number of threads, and from its own config.
expect 0 "4 episodes: won" "${train[@]}" --steps 1000 --out one
for file in config.lua metrics.csv timing.csv result.csv checkpoint-a checkpoint-b events.out.tfevents.0.cohort \
  sources/skirmish.map.lua agent.safetensors; do
  [[ -s one/$file ]] || fail "one/$file is missing"
done
grep -q 'profile = "cohort"' one/config.lua || fail "config.lua does not name the profile"
head -1 one/metrics.csv | grep -q '^t_env,episode,.*return_mean.*test_battle_won_mean' || fail "columns of metrics.csv"
for threads in 2 4; do
  expect 0 "won" "${train[@]}" --steps 1000 --out "threads-$threads" --threads $threads
  for file in metrics.csv events.out.tfevents.0.cohort agent.safetensors mixer.safetensors result.csv; do
    same one/$file "threads-$threads/$file"
  done
done
expect 0 "won" train --file one/config.lua --out again
for file in metrics.csv agent.safetensors config.lua; do same one/$file again/$file; done
expect 2 "holds a run already" "${train[@]}" --out one
expect 0 "won" eval one --episodes 8
cp "$data/maps/3m.lua" own_map.lua
expect 0 "skirmish/own_map.lua" eval skirmish/own_map.lua --algo random --episodes 2
expect 0 "5 episodes" train matrix --algo vdn --steps 40 --matrix.steps 2 --final_episodes 5
expect 0 "profile pymarl" "${train[@]}" --profile pymarl --num_envs 2 --steps 300 --out pymarl
grep -q 'reward = "smac"' pymarl/config.lua || fail "the profile does not reach the environment"

# A stream that came closed lends its number to no file of the run.
"$cohort" "${train[@]}" --steps 1000 --out closed <&- >&- 2>&- || fail "a run without streams must end as others do"
for file in metrics.csv events.out.tfevents.0.cohort agent.safetensors result.csv; do same one/$file closed/$file; done

# A finished run can be extended, with the same bits as a run that was longer from the start.
expect 0 "won" "${train[@]}" --steps 1700 --out long
expect 0 "going on from step" train --resume again --steps 1700
for file in metrics.csv events.out.tfevents.0.cohort agent.safetensors result.csv; do same long/$file again/$file; done
expect 2 "other settings" train --resume again --lr 0.001

# A torn checkpoint is passed over; without a whole one there is a sentence.
newest=$(find again -name 'checkpoint-?' -printf '%T@ %p\n' | sort -n | tail -1 | cut -d' ' -f2)
truncate -s -1 "$newest"
expect 0 "going on from step" train --resume again --steps 1700
for file in metrics.csv agent.safetensors; do same long/$file again/$file; done
truncate -s 100 again/checkpoint-a again/checkpoint-b
expect 2 "no checkpoint can be used" train --resume again

# Another BLAS core is refused unless told.
OPENBLAS_CORETYPE=Nehalem expect 0 "won" "${train[@]}" --steps 300 --out nehalem
if ! grep -q "$(grep -o 'core = "[^"]*"' nehalem/config.lua)" one/config.lua; then
  OPENBLAS_CORETYPE=Nehalem expect 2 "BLAS core" train --resume one --steps 1200
  OPENBLAS_CORETYPE=Nehalem expect 0 "going on" train --resume one --steps 1200 --any_core
fi

# Signals: the round ends with a checkpoint, and the run goes on as if nothing had been. A folder in use is refused.
expect 0 "won" "${train[@]}" --steps 6000 --out undisturbed
"$cohort" "${train[@]}" --steps 6000 --out stopped >out 2>err &
child=$!
until [[ -s stopped/checkpoint-a ]]; do sleep 0.01; done
kill -STOP $child
"$cohort" train --resume stopped >out2 2>err2 && fail "two processes in one folder"
kill -CONT $child
kill -INT $child
wait $child
got=$?
if [[ $got == 0 ]]; then
  echo "the run was over before the signal"
else
  [[ $got == 3 ]] || fail "interrupted: exit $got, must be 3"
  grep -q "with a checkpoint" err || fail "the interrupted run does not say that there is a checkpoint"
  expect 0 "going on from step" train --resume stopped
fi
for file in metrics.csv events.out.tfevents.0.cohort agent.safetensors mixer.safetensors result.csv; do
  same undisturbed/$file stopped/$file
done

# Several seeds, side by side; several teams.
expect 0 "final_battle_won_mean" "${train[@]}" --steps 500 --seeds 2 --out seeds
grep -q '^cohort,final_battle_won_mean,2,' seeds/summary.csv || fail "summary.csv has no median of two seeds"
expect 0 "final_battle_won_mean" train --resume seeds --seeds 2 --steps 700
mv seeds/seed-2 whole && rm -f seeds/summary.csv # as if interrupted before the second seed had begun
expect 0 "final_battle_won_mean" train --resume seeds --seeds 2 --steps 700
same whole/metrics.csv seeds/seed-2/metrics.csv
expect 2 "seeds/seed-7 holds no run" train --resume seeds --seeds 2 --seed 7
expect 0 "won" train skirmish/3m --enemy player --algo 0=vdn,1=iql "${small[@]}" --steps 500 --out teams
expect 0 "team noughts does not learn, it plays random; --algo crosses=ppo,noughts=ppo" \
  train tictactoe --algo ppo --steps 100 --out one_team
head -1 teams/metrics.csv | grep -q 'team0_return_mean.*team1_return_mean' || fail "columns of two teams"
expect 0 "won" eval teams --episodes 4
expect 0 "won" train skirmish/3m --enemy player --algo 0=vdn,1=teams "${small[@]}" --steps 500 --out against
expect 0 "won" train skirmish/3m --enemy player --algo 0=vdn,1=heuristic "${small[@]}" --steps 500 --out first
expect 0 "won" eval skirmish/3m --enemy player --algo 0=teams,1=first --episodes 4 # trained as the other team
expect 2 "fc1.weight is" eval skirmish/8m --enemy player --algo 0=focus,1=first
expect 0 "won" eval skirmish/3m --enemy player --algo heuristic --episodes 4

# A trained policy as Lua: the same numbers whatever interpreter runs it.
expect 0 "policy.lua: qmix on skirmish/3m" export undisturbed
head -1 policy.lua | grep -q "^-- What qmix learnt on skirmish/3m" || fail "the policy's first line"
echo 'local policy, obs = dofile("policy.lua"), {}
for i = 1, policy.obs_size do obs[i] = i / 100 end
print(policy.act(policy.new(), 2, obs, { [2] = true, [5] = 1, [7] = 0 }))' >ask.lua
for lua in luajit lua5.4 lua5.1; do
  command -v $lua >/dev/null || continue
  answer=$($lua ask.lua 2>&1 | cut -f1)
  [[ $answer == [25] && $answer == "${first:=$answer}" ]] || fail "$lua answers '$answer', another '$first'"
done
expect 0 "second.lua: iql on skirmish/3m" export teams --team 1 -o second.lua
expect 2 "nothing was trained here" export first --team 1
expect 2 "team is 3, skirmish/3m has 1" export undisturbed --team 3
expect 2 "one run folder" export
expect 2 "absent holds no run" export absent

[[ $failures == 0 ]] && echo "all well"
exit $((failures > 0))
