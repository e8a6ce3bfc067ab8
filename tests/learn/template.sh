#!/usr/bin/env bash
# What `cohort new` writes is learnt by the method that `cohort train` chooses, and stays learnt. template.sh PROGRAM
# Three coins on a 5 x 5 grid: perfect play returns 2.9 on average.
set -euo pipefail
program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

"$program" new coins.lua >/dev/null
for seed in 1 2 3; do
  score=$("$program" train coins.lua --seed $seed --steps 1000000 --test_interval 0 --out run-$seed 2>/dev/null |
    sed -n 's/.*episodes: return \(-\{0,1\}[0-9.]*\).*/\1/p')
  echo "seed $seed: return $score"
  awk -v score="$score" 'BEGIN { exit !(score > 2.85) }' || exit 1
done
