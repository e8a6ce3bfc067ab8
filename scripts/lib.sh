# shellcheck shell=bash
# What the scripts share: the project's folder, Debian packages, configurations. Sourced, never run.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034  # for those who source this file
cores=$(nproc)
to_build=(build-essential cmake pkg-config libopenblas-dev libluajit-5.1-dev libsdl2-dev libstb-dev libcgif-dev
  fonts-dejavu-core)
to_test=(check python3 python3-numpy xvfb xauth xdotool)
to_develop=(clang libclang-rt-dev clang-format clang-tidy shellcheck liblua5.4-dev imagemagick gifsicle ffmpeg)

say() { printf '\n== %s\n' "$*"; }

# need PACKAGE...: installs those Debian packages that are missing and says which. Elsewhere CMake names what it misses.
need() {
  local package missing=() as_root=()
  command -v dpkg-query >/dev/null || return 0
  for package; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  say "installing Debian packages: ${missing[*]}"
  if ((EUID)); then
    command -v sudo >/dev/null || { echo "sudo is missing; as root: apt-get install ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
}

# configure NAME FOLDER: the folder as a build of that configuration. CC and CFLAGS count as they do for CMake.
configure() {
  local options
  case $1 in
  release) options=(-DCMAKE_BUILD_TYPE=Release) ;;
  debug) options=(-DCMAKE_BUILD_TYPE=Debug) ;;
  asan) options=(-DCMAKE_BUILD_TYPE=Asan) ;;
  tsan) options=(-DCMAKE_BUILD_TYPE=Tsan) ;;
  coverage) options=(-DCMAKE_BUILD_TYPE=Coverage) ;;
  clang) options=(-DCMAKE_C_COMPILER=clang) ;;
  lua54) options=(-DCOHORT_LUA=lua5.4) ;;
  portable) options=(-DCOHORT_NATIVE=OFF) ;;
  fuzz) options=(-DCMAKE_C_COMPILER=clang -DCOHORT_FUZZ=ON) ;;
  *)
    echo "no configuration $1: release debug asan tsan coverage clang lua54 portable fuzz" >&2
    exit 2
    ;;
  esac
  case $1 in
  clang | fuzz) need "${to_build[@]}" "${to_test[@]}" "${to_develop[@]}" ;;
  lua54) need "${to_build[@]}" "${to_test[@]}" liblua5.4-dev ;;
  *) need "${to_build[@]}" "${to_test[@]}" ;;
  esac
  cmake -S "$root" -B "$2" -DCOHORT_TESTS=ON "${options[@]}" --log-level=WARNING >/dev/null
}
