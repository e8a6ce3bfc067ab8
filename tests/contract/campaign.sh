#!/usr/bin/env bash
# The scripts behind the README's tables: campaign runs, stops, goes on and prints; maps knows all maps.
# campaign.sh COHORT EXPERIMENTS
experiments=$(realpath "$2")
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
export COHORT=$cohort

campaign() { "$experiments/campaign" "$@" --out runs >out 2>err </dev/null; }

campaign run learning --only nothing
(($? == 2)) || fail "a table without runs is no mistake"
says "nothing: no run of table learning"
COHORT=nowhere campaign run learning --only iql-3m
(($? == 2)) || fail "a missing command is no mistake"
says "nowhere is missing: build it"

# Two seeds, stopped as soon as both have begun.
campaign run learning --only iql-3m --steps 11000 --seeds 1,2 --jobs 2 &
for ((i = 0; i < 1000; i++)); do
  [[ -e runs/learning/iql-3m/seed-1/config.lua && -e runs/learning/iql-3m/seed-2/config.lua ]] && break
  sleep 0.05
done
pkill -INT -P "$!" -f campaign || fail "it ended before it was stopped"
wait "$!"
(($? == 3)) || fail "an interruption has another exit code"
says "goes on from the checkpoints"
campaign table learning --only iql-3m --seeds 1,2
says "no finished run"

campaign run learning --only iql-3m --steps 11000 --seeds 1,2 --jobs 2 || fail "it does not go on"
says "train --resume"
campaign run learning --only iql-3m --steps 11000 --seeds 1,2 || fail "a second time"
[[ -s out ]] && fail "what is finished runs again"
campaign table learning --only iql-3m --seeds 1,2
says "| iql-3m | 2 |"
says "commits: $("$cohort" --version | sed 's/.* commit //') (2 runs)"
campaign keep learning --only iql-3m --seeds 1,2 --into kept
for seed in 1 2; do same "runs/learning/iql-3m/seed-$seed/metrics.csv" "kept/learning/iql-3m-seed-$seed.csv"; done

"$experiments/maps" 1 stop >out 2>err || fail "maps"
[[ $(grep -c '| 0.0, ' out) == 23 ]] || fail "players that stop win somewhere, or a map is missing"
exit $((failures > 0))
