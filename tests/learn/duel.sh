#!/usr/bin/env bash
# Two teams with methods of their own learn against each other on a script: hunters by PPO, the prey by A2C. duel.sh PROGRAM
# What each has learnt shows against players that have not.
set -euo pipefail
program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# The share of episodes that end with a capture.
captured() {
  "$program" eval hunters --algo "$1" --episodes 300 2>/dev/null | sed -n 's/.*captured \([0-9.]*\).*/\1/p'
}
seeds=(1 2)
[[ ${COHORT_SEEDS:-} == all ]] && seeds+=(3)
for seed in "${seeds[@]}"; do
  "$program" train hunters --algo hunters=ppo,prey=a2c --a2c.num_steps 128 --steps 400000 --seed "$seed" --out "run-$seed" \
    --final_episodes 0 --test_interval 0 >/dev/null 2>&1
  untaught=$(captured hunters=random,prey=random)
  fled=$(captured "hunters=random,prey=run-$seed")
  caught=$(captured "hunters=run-$seed,prey=run-$seed")
  echo "seed $seed: random hunters catch a random prey $untaught, the trained one $fled; trained hunters catch that $caught"
  awk -v u="$untaught" -v f="$fled" -v c="$caught" 'BEGIN { exit !(f < u / 2 && c > 0.8) }' || exit 1
done
