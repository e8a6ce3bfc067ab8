#!/usr/bin/env bash
# cohort book, and the frame that all examples have, on an example with known numbers. book.sh COHORT CLAIMS
claims=$(realpath "$2")
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# example CODE TEXT ARGUMENTS...: as expect, of the example.
example() {
  local code=$1 text=$2 got
  shift 2
  "$claims" "$@" >out 2>err </dev/null
  got=$?
  [[ $got == "$code" ]] || fail "claims $*: exit $got, must be $code"
  grep -qF -- "$text" out err || fail "claims $*: does not say '$text'"
}
row() { tr -s ' ' <out | grep -qxF -- "$1" || fail "no row '$1'"; }

# The table: every seed's number; a share of the seeds, their mean; what is unknown stays empty.
example 0 "4 of 4 passed"
row "one 1 1 1 1 exactly PASS"
row "most 2 3 4 >= 2, 2 of 3 PASS"
row "mean 1 2 3 2 1.5 to 2.5, in the mean PASS"
row "whole 1 1 1 9 <= 9 PASS"
says "got, seeds 1 to 3"
says "seed 1 says so"
! grep -q "seed 2 says" out || fail "another seed than the first prints"
cp out first
example 0 "4 of 4 passed" --jobs 3
sed 's/passed.*//' first >a
sed 's/passed.*//' out >b
same a b

# A number outside its band fails, and the exit code says so; one seed of two is half of them.
example 1 "2 of 4 passed" --number 0.5 --seeds 2
row "one 0.5 0.5 1 exactly FAIL"
row "most 1.5 2.5 >= 2, 1 of 2 PASS"
row "mean 0.5 1 2 1.5 to 2.5, in the mean FAIL"
says "Settings differ"
example 1 "FAIL" --letter=2 --seed 5 --seeds 1
row "one 2 1 exactly FAIL"

# --quick: its profile, one seed, no judgement of what is true of whole runs alone; what is given counts before it.
example 1 "2 of 3 passed" --quick
row "whole 10 9 <= 9 whole runs"
example 0 "4 of 4 passed" --updates 2 --seeds 3
example 2 "updates is 200, must lie in [0, 100]" --quick --updates 200

# Updates, curves, the window.
example 0 "update" --trace 2
row " 1 0 2 1 2 0 0.5"
row " 2 1 2 1 2 0 0.5"
! tr -s ' ' <out | grep -q "^ 3 2" || fail "more is traced than asked for"
example 0 "passed" --csv c.csv --png c.png
printf 'curve,seed,x,y\nline,1,0,1\nline,1,10,1\nline,2,0,1\nline,2,10,2\nline,3,0,1\nline,3,10,3\n' >c.expected
same c.csv c.expected
[[ $(od -An -tx1 -N8 c.png | tr -d ' ') == 89504e470d0a1a0a ]] || fail "c.png is no PNG"
SDL_VIDEODRIVER=dummy example 0 "passed" --view --frames 3
SDL_VIDEODRIVER=x11 DISPLAY='' WAYLAND_DISPLAY='' example 2 "record" --view --frames 3

expect 0 "update   state" train frozen_lake --algo td0 --steps 100 --trace 2 --out run
[[ $(grep -c "^ *[12] " out) == 2 ]] || fail "train --trace 2 does not print two updates"

# Wrong words are refused before anything runs.
example 2 "unknown option '--numbr' (did you mean '--number'?)" --numbr 3
example 2 "number is 101, must lie in [-100, 100]" --number 101
example 2 "--number needs a value" --number
example 2 "'word' is no option" word
example 2 "slippery is 'perhaps'" --slippery=perhaps
example 2 "unknown option '--algo'" --algo q_learning
example 2 "/nowhere/c.csv" --csv /nowhere/c.csv
example 0 "(also letter)" --help
says "of frozen_lake"
says "of q_learning"
! grep -q -- "--algo " out || fail "--help shows what is refused"

# The command: the list, one, the nearest name, all of them as a table.
expect 0 "chapter 2: tabular" book
says "q_learning_taxi"
says "appendix b"
[[ $(grep -E "^(chapter|appendix)" out | tail -1) == appendix* ]] || fail "an appendix is not listed last"
expect 2 "no example 'q_learning_tax' (did you mean 'q_learning_taxi'?)" book q_learning_tax
expect 2 "chapter is 99, of which there are no examples" book --all --chapter 99
expect 2 "an example comes first" book --quick q_learning_taxi
expect 2 "did you mean '--chapter'" book --all --chaptr 2
expect 0 "cohort book --all" book --help
expect 0 "update   state" book q_learning_taxi --quick --trace 1
cp "$cohort" cohort
mkdir -p book-examples/ch01-numbers book-examples/other
cp "$claims" book-examples/ch01-numbers/claims
cp "$claims" book-examples/other/claims
mkdir -p book-examples/appendix-b
# shellcheck disable=SC2016  # the program's own $1
printf '#!/bin/sh\n[ "$1" = --about ] && printf "0\\t0\\t1\\tapart\\tEnds early too.\\n" || exit 1\n' >book-examples/appendix-b/apart
chmod +x book-examples/appendix-b/apart
# shellcheck disable=SC2016
printf '#!/bin/sh\n[ "$1" = --about ] && printf "1\\t0\\t1\\tbroken\\tEnds early.\\n" || exit 1\n' >book-examples/ch01-numbers/broken
chmod +x book-examples/ch01-numbers/broken
cohort=$work/cohort
expect 0 "longer   Numbers are what they are." book
[[ $(grep -c "Numbers" out) == 1 ]] || fail "a folder that is no chapter's is searched"
expect 1 "| 1 | broken | did not finish | | | | FAIL | |" book --all --out table.md
grep -qF "| B | apart | did not finish" out || fail "an appendix has no row"
! grep -q "claims" out || fail "what takes longer runs without being asked for"
expect 1 "| 1 | claims | most | 2 3 4 |  | >= 2, 2 of 3 | PASS |" book --all --longer --out table.md
same out table.md

# Interrupted: what did not end was not run, which is no failure; the tables' folder is gone.
mkdir -p temporary book-examples/ch01-numbers
# shellcheck disable=SC2016
printf '#!/bin/sh\n[ "$1" = --about ] && printf "1\t0\t1\tbroken\tEnds late.\n" || exec sleep 60\n' \
  >book-examples/ch01-numbers/broken
rm err # the one before: what this run says is waited for
TMPDIR=$work/temporary "$cohort" book --all --jobs 1 >out 2>err </dev/null &
child=$!
for _ in {1..100}; do
  grep -qs broken err && break
  sleep 0.05
done
kill -TERM $child
wait $child
[[ $? == 3 ]] || fail "an interrupted book --all does not end with 3"
says "| 1 | broken | not run: interrupted | | | | | |"
says "| B | apart | not run: interrupted | | | | | |"
[[ -z $(ls temporary) ]] || fail "tables are left in TMPDIR"
exit $((failures > 0))
