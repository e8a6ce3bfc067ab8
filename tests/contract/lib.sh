# shellcheck shell=bash
# What the tests of the command share: a folder of their own, and what a command must say. Sourced with COHORT as $1.
set -uo pipefail
cohort=$(realpath "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/cohort-test-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
failures=0

fail() {
  echo "FAILED: $*" >&2
  sed 's/^/  | /' out err 2>/dev/null | tail -30 >&2
  failures=$((failures + 1))
}

# expect CODE TEXT ARGUMENTS...: runs the command; its output (either stream) must hold TEXT.
expect() {
  local code=$1 text=$2 got
  shift 2
  "$cohort" "$@" >out 2>err </dev/null
  got=$?
  [[ $got == "$code" ]] || fail "cohort $*: exit $got, must be $code"
  grep -qF -- "$text" out err || fail "cohort $*: does not say '$text'"
}

says() { grep -qF -- "$1" out err || fail "does not say '$1'"; }
same() { cmp -s "$1" "$2" || fail "$1 and $2 differ"; }
