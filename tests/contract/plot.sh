#!/usr/bin/env bash
# cohort plot on small metrics files: which are seeds of one another, what is drawn, wrong inputs. plot.sh COHORT
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

draws() { expect "$1" "$2" plot "${@:3}"; }

is_picture() { # FILE WIDTH HEIGHT
  [[ $(od -An -tx1 -N8 "$1" | tr -d ' ') == 89504e470d0a1a0a ]] || fail "$1 is no PNG"
  [[ $(od -An -tu1 -j16 -N8 "$1" | awk '{ print $3 * 256 + $4, $7 * 256 + $8 }') == "$2 $3" ]] || fail "$1 is not $2 x $3"
}

# metrics FILE VALUES...: tests at steps 100, 200 ..., each the end of 10 episodes, rows without a test between them.
metrics() {
  local file=$1 step=0
  shift
  mkdir -p "$(dirname "$file")"
  echo "t_env,episode,updates,return_mean,test_return_mean" >"$file"
  for value in "$@"; do
    step=$((step + 100))
    echo "$((step - 50)),$((step / 10 - 5)),$step,1," >>"$file"
    echo "$step,$((step / 10)),$step,2,$value" >>"$file"
  done
}

# Kept curves: seeds by their names; median and quartiles of 1, 3, 11 at the end of what all have.
metrics kept/qmix-seed-1.csv 0 1
metrics kept/qmix-seed-2.csv 0 3 9
metrics kept/qmix-seed-10.csv 0 11
metrics kept/vdn.csv 5 7
echo "of,no,interest" >kept/summary.csv
draws 0 "qmix: 3 (2 to 7) at 200 steps, 3 seeds" kept
grep -qF "vdn: 7 at 200 steps, 1 seed" out || fail "the single curve"
is_picture curves.png 800 500
draws 0 "qmix: 3 (1 to 11) at 200 steps" kept --band range
draws 0 "qmix: 3 at 200 steps" kept --band none
draws 0 "qmix: 4 (1 to 11) at 200 steps" kept --band interval
draws 0 "qmix: 1.5 (1 to 3.5) at 200 steps" kept --smooth 2
draws 0 "vdn: 7 at 20 episodes" kept --x episodes
draws 0 "vdn: 7 at 200 updates" kept --x updates
draws 0 "vdn: 2 at 200 steps" kept --metric return
draws 0 "both: 5 (2.5 to 8) at 200 steps, 4 seeds" both=kept

# Steps that differ between seeds meet on lines between the points.
metrics between/a-seed-1.csv 0 2
printf 't_env,test_return_mean\n50,10\n250,30\n' >between/a-seed-2.csv
draws 0 "a: 13.5 (7.75 to 19.25) at 200 steps, 2 seeds" between

# Run folders: seeds of a method by their folder, others by their settings; the environment becomes the title.
for seed in 1 2; do
  metrics runs/toy/vdn/seed-$seed/metrics.csv $seed 2
  metrics runs/toy/qmix/seed-$seed/metrics.csv $seed 4
  metrics "elsewhere/run $seed/metrics.csv" $seed 6
  printf 'return {\n  train = {\n  env = "toy",\n  algo = "iql",\n  seed = %d,\n  },\n}\n' $seed >"elsewhere/run $seed/config.lua"
done
metrics runs/other/vdn/seed-1/metrics.csv 8 8
: >runs/toy/vdn/seed-2/result.csv
draws 0 "qmix: 4 (4 to 4) at 200 steps, 2 seeds" runs/toy
draws 0 "other/vdn: 8 at 200 steps, 1 seed" runs
draws 0 "iql: 6 (6 to 6) at 200 steps, 2 seeds" elsewhere --text
grep -qx "toy" out || fail "the environment is no title"
[[ ! -e elsewhere/curves.png ]] || fail "a picture nobody asked for"
draws 0 "vdn: 2 at 200 steps, 1 seed" runs/toy/vdn/seed-1/metrics.csv
echo 't_env,episode' >runs/toy/vdn/seed-2/metrics.csv
draws 0 "no test_return_mean yet, left out" runs/toy/vdn

# In the terminal: dots, numbers, the label at the line's end.
rm -f curves.png
draws 0 "└──" kept/vdn.csv --text --title "A title"
grep -q "⠤\|⠒\|⠉\|⠊\|⠔" out || fail "no dots"
grep -q " vdn$" out || fail "no label beside the curve"
grep -qx "A title" out || fail "no title"
[[ ! -e curves.png ]] || fail "a picture although only --text was asked for"
draws 0 "wide.png" kept --text -o wide.png --width 1000 --height 300
is_picture wide.png 1000 300
cp wide.png first.png
draws 0 "wide.png" kept -o wide.png --width 1000 --height 300
cmp -s wide.png first.png || fail "the same curves give another picture"

# Several teams: the first that has the metric, or the one that is named.
printf 't_env,team0_updates,team0_return_mean,team1_return_mean\n10,1,3,4\n' >teams.csv
draws 0 "teams: 3 at 10 steps" teams.csv
draws 0 "teams: 4 at 10 steps" teams.csv --metric team1_return
draws 0 "teams: 3 at 1 updates" teams.csv --x updates

# What is wrong is named.
draws 2 "nothing to plot: name runs"
draws 2 "absent: no such run" absent
mkdir empty
draws 2 "empty holds no metrics" empty
draws 2 "did you mean 'test_return_mean'" kept --metric test_retrun
draws 2 "must be one of quartiles" kept --band all
draws 2 "did you mean '--smooth'" kept --smoth 3
draws 2 "smooth is 0" kept --smooth 0
draws 2 "written as .png" kept -o curves.svg
draws 2 "-o needs the name of a file" kept -o
draws 2 "no/such/folder" kept -o no/such/folder/curves.png
printf 't_env,test_return_mean\n1,2\n2,many\n' >words.csv
draws 2 "words.csv:3: test_return_mean is 'many', must be a number" words.csv
printf 't_env,test_return_mean\n1,2,3\n' >long.csv
draws 2 "long.csv:2: more cells" long.csv
echo "hello" >hello.csv
draws 2 "hello.csv is no metrics file" hello.csv
printf 't_env,test_return_mean\n1,2\n2,5' >growing.csv # a line that is being written
draws 0 "growing: 2 at 1 steps" growing.csv
printf 't_env,return_mean,test_return_mean\n10,1,\n20,2,\n' >early.csv # before the first test
draws 0 "early: 2 at 20 steps" early.csv
echo 't_env,test_return_mean' >begun.csv
draws 2 "nothing to plot yet" begun.csv
draws 0 "--band" --help

[[ $failures == 0 ]] && echo "all well"
exit $((failures > 0))
