#!/usr/bin/env bash
# cohort record, from outside: pictures without a display, the same bits each time, and what it refuses. record.sh PROGRAM
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
unset DISPLAY WAYLAND_DISPLAY

# The size that a picture says it has.
size_of_png() { od -An -tu1 -j16 -N8 "$1" | awk '{print $3 * 256 + $4 "x" $7 * 256 + $8}'; }
size_of_gif() { od -An -tu1 -j6 -N4 "$1" | awk '{print $1 + 256 * $2 "x" $3 + 256 * $4}'; }

# A sheet, one frame, an animation; the same again.
expect 0 "sheet.png: skirmish/3m, heuristic, ends with step" \
  record skirmish/3m --algo heuristic --seed 3 -o sheet.png --frames 4 --picture 320x200
[[ $(size_of_png sheet.png) == 644x404 ]] || fail "the sheet is $(size_of_png sheet.png)"
expect 0 "frame.png" record frozen_lake --out frame.png --step 1 --picture 200x150
[[ $(size_of_png frame.png) == 200x150 ]] || fail "the frame is $(size_of_png frame.png)"
expect 0 "a.gif" record skirmish/3m --algo heuristic --seed 3 -o a.gif --picture 160x100 --episodes 2
[[ $(size_of_gif a.gif) == 160x100 ]] || fail "the GIF is $(size_of_gif a.gif)"
expect 0 "b.gif" record skirmish/3m --algo heuristic --seed 3 -o b.gif --picture 160x100 --episodes 2
cmp -s a.gif b.gif || fail "the same episodes give another GIF"
expect 0 "c.gif" record skirmish/3m --algo heuristic --seed 4 -o c.gif --picture 160x100 --episodes 2
cmp -s a.gif c.gif && fail "another seed gives the same GIF"
expect 0 "panels.png" record skirmish/3m --panels -o panels.png --picture 960x600

# A recording shows the episode that `eval` recorded.
expect 0 "battle.replay" eval skirmish/3m --algo heuristic --seed 3 --episodes 1 --record battle.replay --episode 2
expect 0 "battle.png: skirmish/3m, heuristic" record battle.replay -o battle.png --caption false
expect 0 "same.png" record skirmish/3m --algo heuristic --seed 3 --episode 2 -o same.png --caption false
cmp -s battle.png same.png || fail "a recording shows another episode"

# A trained run plays as it learnt to.
expect 0 "" train frozen_lake --algo q_learning --steps 2000 --out run
expect 0 "run.gif: frozen_lake, q_learning, ends with step" record run -o run.gif --steps 30

if command -v ffmpeg >/dev/null; then
  expect 0 "a.mp4" record frozen_lake --algo random -o a.mp4 --picture 161x101 --steps 5
  [[ $(od -An -c -j4 -N4 a.mp4 | tr -d ' ') == ftyp ]] || fail "the MP4 has another beginning"
fi
empty=$(mktemp -d -p .)
PATH=$empty "$cohort" record frozen_lake -o b.mp4 >out 2>err && fail "an MP4 without ffmpeg"
grep -q "apt-get install ffmpeg" err || fail "nothing is said of ffmpeg"
[[ ! -e b.mp4 && ! -e b.mp4.tmp ]] || fail "something was left behind"

# What is refused, before anybody plays.
expect 2 "record needs a file" record frozen_lake
expect 2 "movie.avi: must end in .gif, .png or .mp4" record frozen_lake -o movie.avi
expect 2 "absent/a.gif: cannot write: No such file or directory" record frozen_lake -o absent/a.gif
mkdir folder.gif
expect 2 "folder.gif: is a folder" record frozen_lake -o folder.gif
expect 2 "picture is '5x5', must be like 640x400" record frozen_lake -o a.png --picture 5x5
expect 2 "picture is '640', must be" record frozen_lake -o a.png --picture 640
expect 2 "step is 900, the episode ends with step" record frozen_lake -o late.png --step 900
expect 2 "record takes one environment" record -o a.png
expect 2 "has learnt nothing yet" record skirmish/3m --algo qmix -o a.png
expect 2 "did you mean '--episode'" record frozen_lake -o a.png --epsode 3
[[ ! -e late.png ]] || fail "a refused picture was written"

[[ $failures == 0 ]] && echo "all well"
exit $((failures > 0))
