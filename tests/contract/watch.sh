#!/usr/bin/env bash
# The window on a virtual screen: keys from outside, and the very pixels that the software surface gives. watch.sh COHORT
set -euo pipefail
cohort=$(realpath "$1")
for tool in Xvfb xdotool; do
  if ! command -v "$tool" >/dev/null; then
    echo "$tool is missing: apt-get install xvfb xdotool"
    exit 77
  fi
done

folder=$(mktemp -d)
cd "$folder"
screen=
trap '[ -z "$screen" ] || kill "$screen" 2>/dev/null; cd /; rm -rf "$folder"' EXIT

# What the libraries behind a window never give back is not ours to find.
printf 'leak:%s\n' libdbus libSDL2 libX11 libxcb >leaks
export LSAN_OPTIONS=suppressions=$folder/leaks:print_suppressions=0

fail() {
  echo "watch.sh: $*" >&2
  exit 1
}

# Without a screen there is a sentence that says what to do.
if env -u DISPLAY -u WAYLAND_DISPLAY SDL_VIDEODRIVER=x11 "$cohort" watch tictactoe >out 2>&1; then
  fail "watch opened a window without a screen"
fi
grep -q "cohort record" out || fail "no way out is named: $(cat out)"

Xvfb -displayfd 6 -screen 0 1400x900x24 -nolisten tcp 6>display 2>xvfb.log &
screen=$!
for _ in $(seq 100); do
  [ -s display ] && break
  sleep 0.1
done
[ -s display ] || fail "Xvfb does not start: $(cat xvfb.log)"
DISPLAY=:$(cat display)
export DISPLAY SDL_VIDEODRIVER=x11

# begin ARGUMENTS...: the command in the background, its window in $window with the keyboard's focus
begin() {
  "$cohort" "$@" >out 2>&1 &
  program=$!
  window=$(timeout 20 xdotool search --sync --onlyvisible --name '^Cohort: ' | head -n 1) || fail "no window: $(cat out)"
  xdotool windowfocus --sync "$window"
}

# press KEYS...: one after the other, each seen by itself
press() {
  for key; do
    xdotool key "$key"
    sleep 0.1
  done
}

# leave: the window's own key ends the command well
leave() {
  press q
  wait "$program" || fail "ended with $?: $(cat out)"
}

# same A B: the same file, so the same pixels
same() {
  cmp -s "$1" "$2" || { cp "$1" "$2" "${TMPDIR:-/tmp}"; fail "$1 and $2 differ"; }
}

# 1. Steps forwards and backwards, another agent: as without a window, in the window, on the screen.
args=(skirmish/3m --algo heuristic --seed 4 --paused)
"$cohort" watch "${args[@]}" --headless --frames 8 --keys "right right right right left tab" --screenshot soft.png
"$cohort" watch "${args[@]}" --headless --frames 8 --keys "right right right tab" --screenshot straight.png
"$cohort" watch "${args[@]}" --headless --frames 8 --keys "right right tab" --screenshot other.png
! cmp -s soft.png other.png || fail "a step changes nothing"
begin watch "${args[@]}" --screenshot shot.png
press Right Right Right Right Left Tab
if command -v import >/dev/null; then
  import -window "$window" screen.png
  import=1
fi
leave
same shot.png soft.png
[ "$(compare -metric AE screen.png soft.png null: 2>&1 || true)" = 0 ] || [ -z "${import:-}" ] ||
  fail "the screen shows other pixels than the surface has"

# 2. The next episode and the same again; help comes and goes.
"$cohort" watch "${args[@]}" --headless --frames 3 --episode 1 --keys "right" --screenshot soft.png
begin watch "${args[@]}" --screenshot shot.png
press n Right Right r h space Right
leave
same shot.png soft.png

# The window's size is the person's.
"$cohort" watch "${args[@]}" --headless --frames 3 --window 900x500 --keys "right" --screenshot soft.png
begin watch "${args[@]}" --screenshot shot.png
xdotool windowsize --sync "$window" 900 500
press Right
leave
same shot.png soft.png

# 3. A person plays a turn game with keys: the same moves, the same board.
args=(tictactoe --algo "0=human,1=human" --seed 2)
"$cohort" play "${args[@]}" --headless --frames 30 --keys "5 1 9" --screenshot soft.png
begin play "${args[@]}" --screenshot shot.png
press 5
xdotool mousemove --window "$window" 300 150 click 1 # into the cell with the 1
sleep 0.2
press 9
leave
same shot.png soft.png

# A trained run is watched as well, here and against a person.
"$cohort" train tictactoe --algo 0=q_learning,1=q_learning --steps 3000 --out run >out 2>&1 || fail "train: $(cat out)"
"$cohort" watch run --headless --frames 1 --step 3 --screenshot soft.png
begin watch run --paused --step 2 --screenshot shot.png
press Right space
sleep 0.3
leave
[[ -s soft.png && -s shot.png ]] || fail "no picture of a trained run"
"$cohort" play tictactoe --algo 0=human,1=run --headless --frames 60 --keys 5 --screenshot shot.png
! cmp -s shot.png soft.png || fail "a person's game is the run's own"

# script COLOUR [FIELD [KEY]]: an environment in Lua; a field more is another state
script() {
  cat >walker.new <<LUA
return {
  name = "walker", actions = { "stay", "left", "right" }, keys = { ${3:-} left = "left", right = "right" },
  observation = 1, episode_limit = 10, state = { x = 0${2:+, $2 = 0} },
  step = function(self, action, rng, out)
    self.x = self.x + (action[1] == "right" and 1 or action[1] == "left" and -1 or 0)
    out:reward(self.x)
  end,
  observe = function(self, agent, obs) obs:put(self.x) end,
  draw = function(self, g)
    g:camera(-12, -6, 12, 6)
    g:color("$1"); g:disc(self.x, 0, 1)
  end,
}
LUA
  mv walker.new walker.lua
}

# 4. A key that is held counts at every step, and so does none where it has a meaning; else time waits.
script red ""
"$cohort" play walker.lua --headless --frames 40 --keys "right c" --fps 60 --screenshot waits.png
"$cohort" play walker.lua --headless --frames 3 --keys "right c" --fps 60 --screenshot soft.png
cmp waits.png soft.png || fail "time does not wait for a key"
script red "" '[""] = "stay",'
"$cohort" play walker.lua --headless --frames 40 --keys "right c" --fps 60 --screenshot soft.png
! cmp -s waits.png soft.png || fail "time waits where no key has a meaning"
script red
"$cohort" play walker.lua --headless --fps 60 --frames 20 --screenshot soft.png \
  --keys "right right right right right right right right right right c c"
begin play walker.lua --screenshot shot.png
xdotool keydown Right
sleep 2
xdotool keyup Right
press c c
leave
same shot.png soft.png

# 5. A script that changes is loaded anew, at the same step of the same episode; one that is wrong leaves the window.
args=(walker.lua --paused --seed 3)
"$cohort" watch "${args[@]}" --step 5 --headless --frames 2 --screenshot red.png
script blue
"$cohort" watch "${args[@]}" --step 5 --headless --frames 2 --screenshot blue.png
script blue y
"$cohort" watch "${args[@]}" --headless --frames 2 --screenshot start.png
script red
begin watch "${args[@]}" --step 5 --screenshot shot.png
script blue
sleep 1.5
press c c
leave
same shot.png blue.png

script red
begin watch "${args[@]}" --step 5 --screenshot shot.png
echo "oops" >>walker.lua
sleep 1.5
leave
! cmp -s shot.png red.png || fail "a script's mistake is not shown"

script red
begin watch "${args[@]}" --step 5 --screenshot shot.png
echo "oops" >>walker.lua
sleep 1.5
script red
sleep 1.5
press c c
leave
same shot.png red.png

begin watch "${args[@]}" --step 5 --screenshot shot.png
script blue y # another state: from the start
sleep 1.5
press c c
leave
same shot.png start.png
echo "the window shows what the surface has"
