#!/usr/bin/env bash
# cohort plot on small metrics files: which are seeds of one another, what is drawn, wrong inputs. plot.sh COHORT
set -uo pipefail
cohort=$(realpath "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/cohort-plot-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

fail() {
  echo "FAILED: $*" >&2
  sed 's/^/  | /' out err 2>/dev/null | tail -30 >&2
  failures=$((failures + 1))
}

# expect CODE TEXT ARGUMENTS...: runs cohort plot; its output (either stream) must hold TEXT.
expect() {
  local code=$1 text=$2 got
  shift 2
  "$cohort" plot "$@" >out 2>err </dev/null
  got=$?
  [[ $got == "$code" ]] || fail "cohort plot $*: exit $got, must be $code"
  grep -qF -- "$text" out err || fail "cohort plot $*: does not say '$text'"
}

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
expect 0 "qmix: 3 (2 to 7) at 200 steps, 3 seeds" kept
grep -qF "vdn: 7 at 200 steps, 1 seed" out || fail "the single curve"
is_picture curves.png 800 500
expect 0 "qmix: 3 (1 to 11) at 200 steps" kept --band range
expect 0 "qmix: 3 at 200 steps" kept --band none
expect 0 "qmix: 4 (1 to 11) at 200 steps" kept --band interval
expect 0 "qmix: 1.5 (1 to 3.5) at 200 steps" kept --smooth 2
expect 0 "vdn: 7 at 20 episodes" kept --x episodes
expect 0 "vdn: 7 at 200 updates" kept --x updates
expect 0 "vdn: 2 at 200 steps" kept --metric return
expect 0 "both: 5 (2.5 to 8) at 200 steps, 4 seeds" both=kept

# Steps that differ between seeds meet on lines between the points.
metrics between/a-seed-1.csv 0 2
printf 't_env,test_return_mean\n50,10\n250,30\n' >between/a-seed-2.csv
expect 0 "a: 13.5 (7.75 to 19.25) at 200 steps, 2 seeds" between

# Run folders: seeds of a method by their folder, others by their settings; the environment becomes the title.
for seed in 1 2; do
  metrics runs/toy/vdn/seed-$seed/metrics.csv $seed 2
  metrics runs/toy/qmix/seed-$seed/metrics.csv $seed 4
  metrics "elsewhere/run $seed/metrics.csv" $seed 6
  printf 'return {\n  train = {\n  env = "toy",\n  algo = "iql",\n  seed = %d,\n  },\n}\n' $seed >"elsewhere/run $seed/config.lua"
done
metrics runs/other/vdn/seed-1/metrics.csv 8 8
: >runs/toy/vdn/seed-2/result.csv
expect 0 "qmix: 4 (4 to 4) at 200 steps, 2 seeds" runs/toy
expect 0 "other/vdn: 8 at 200 steps, 1 seed" runs
expect 0 "iql: 6 (6 to 6) at 200 steps, 2 seeds" elsewhere --text
grep -qx "toy" out || fail "the environment is no title"
[[ ! -e elsewhere/curves.png ]] || fail "a picture nobody asked for"
expect 0 "vdn: 2 at 200 steps, 1 seed" runs/toy/vdn/seed-1/metrics.csv
echo 't_env,episode' >runs/toy/vdn/seed-2/metrics.csv
expect 0 "no test_return_mean yet, left out" runs/toy/vdn

# In the terminal: dots, numbers, the label at the line's end.
rm -f curves.png
expect 0 "└──" kept/vdn.csv --text --title "A title"
grep -q "⠤\|⠒\|⠉\|⠊\|⠔" out || fail "no dots"
grep -q " vdn$" out || fail "no label beside the curve"
grep -qx "A title" out || fail "no title"
[[ ! -e curves.png ]] || fail "a picture although only --text was asked for"
expect 0 "wide.png" kept --text -o wide.png --width 1000 --height 300
is_picture wide.png 1000 300
cp wide.png first.png
expect 0 "wide.png" kept -o wide.png --width 1000 --height 300
cmp -s wide.png first.png || fail "the same curves give another picture"

# Several teams: the first that has the metric, or the one that is named.
printf 't_env,team0_updates,team0_return_mean,team1_return_mean\n10,1,3,4\n' >teams.csv
expect 0 "teams: 3 at 10 steps" teams.csv
expect 0 "teams: 4 at 10 steps" teams.csv --metric team1_return
expect 0 "teams: 3 at 1 updates" teams.csv --x updates

# What is wrong is named.
expect 2 "nothing to plot: name runs"
expect 2 "absent: no such run" absent
mkdir empty
expect 2 "empty holds no metrics" empty
expect 2 "did you mean 'test_return_mean'" kept --metric test_retrun
expect 2 "must be one of quartiles" kept --band all
expect 2 "did you mean '--smooth'" kept --smoth 3
expect 2 "smooth is 0" kept --smooth 0
expect 2 "written as .png" kept -o curves.svg
expect 2 "-o needs the name of a file" kept -o
expect 2 "no/such/folder" kept -o no/such/folder/curves.png
printf 't_env,test_return_mean\n1,2\n2,many\n' >words.csv
expect 2 "words.csv:3: test_return_mean is 'many', must be a number" words.csv
printf 't_env,test_return_mean\n1,2,3\n' >long.csv
expect 2 "long.csv:2: more cells" long.csv
echo "hello" >hello.csv
expect 2 "hello.csv is no metrics file" hello.csv
printf 't_env,test_return_mean\n1,2\n2,5' >growing.csv # a line that is being written
expect 0 "growing: 2 at 1 steps" growing.csv
printf 't_env,return_mean,test_return_mean\n10,1,\n20,2,\n' >early.csv # before the first test
expect 0 "early: 2 at 20 steps" early.csv
echo 't_env,test_return_mean' >begun.csv
expect 2 "nothing to plot yet" begun.csv
expect 0 "--band" --help

[[ $failures == 0 ]] && echo "all well"
exit $((failures > 0))
