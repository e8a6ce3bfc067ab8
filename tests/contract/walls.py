"""The house's walls: who may include whom, lengths, the root folder. walls.py ROOT, after a test of itself.

A temporary tree with one fault of every sort comes first: each must be found, and nothing else.
"""
import re
import sys
import tempfile
from pathlib import Path

# room: the rooms it may include besides itself
MAY = {
    "base": "",
    "math": "base",
    "nn": "base math",
    "env": "base math",
    "data": "base math env",
    "agent": "base math env data",
    "train": "base math env data agent",
    "script": "base math env agent train",
    "view": "base math env agent train",
    "foreign": "base env agent train script view",
    "book": "base math nn env data agent train script view", # what an example's main consists of
    "cli": "base math nn env data agent train script view book",
    "envs": "base math env",
    "agents": "base math nn env data agent",
}
# room: its public headers
HEADERS = {
    "base": "arena block bytes error file hash pool rng sequence_shape settings value",
    "math": "blas cma_es cross_entropy distributions kernels linear real returns stats",
    "nn": "adapt body ops optim params sequence tape",
    "env": "canvas check env grid minimax model solo tree vecenv wrappers",
    "data": "decisions episodes hindsight replay rollout",
    "agent": "agent metrics player",
    "train": "judge match recording session train",
    "script": "script script_env",
    "view": "chart dashboard movie surface window",
    "foreign": "foreign",
    "book": "example",
}
# a library outside: its headers, who may include it
OUTSIDE = {
    "Lua": (r"(lua|lauxlib|lualib|luajit)\.h", r"engine/script/"),
    "OpenBLAS": (r"(cblas|f77blas|openblas_config|lapacke?)\.h", r"engine/math/blas\.c$"),
    "SDL2": (r"SDL.*", r"engine/view/"),
    "stb": (r"(stb/)?stb_.*", r"engine/view/"),
    "libcgif": (r"cgif\.h", r"engine/view/"),
    "argp": (r"argp\.h", r"engine/cli/"),
}
C_LIBRARY = re.compile(
    r"(assert|complex|ctype|dirent|errno|fcntl|fenv|float|immintrin|inttypes|limits|locale|math|poll|pthread|sched|setjmp"
    r"|signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|strings|tgmath|time|unistd"
    r"|sanitizer/asan_interface|sys/\w+)\.h"
)
ROOT = {"CMakeLists.txt", "README.md", "LICENSE", "engine", "agents", "envs", "scripts", "book-examples", "tests"}
IGNORED = re.compile(r"\..*|build.*|runs|.*\.(lua|replay)") # what is built, and what a user puts there: runs, maps, recordings
ROOM_OF = {header: room for room, headers in HEADERS.items() for header in headers.split()}
# What only programs may do, the command and (as their main) the room of examples: the library never prints, exits, reads clock or environment, or draws from a hidden state.
COMMAND_ONLY = re.compile(
    r"(?<![\w.>])(?<!format\()(printf\(|puts\(|putchar\(|perror\(|fprintf\(std(?:out|err)|_?exit\(|getenv\(|setenv\("
    r"|clock\(|clock_gettime\(|gettimeofday\(|time\(|s?rand\()")
LONGEST_FUNCTION = 80
LONGEST_FILE = 499
LONGEST_EXAMPLE = 120


def room_of(path):
    """The room of a file in the tree; None for book examples, tests and scripts."""
    parts = path.parts
    if parts[0] == "engine":
        return ROOM_OF.get(path.stem, f"{path.stem}, which no room has") if parts[1] == "include" else parts[1]
    return parts[0] if parts[0] in MAY else None


def include_fault(path, room, name, quoted):
    """Why `path` of `room` may not include `name`; None when it may."""
    if not quoted:
        for library, (pattern, where) in OUTSIDE.items():
            if re.fullmatch(pattern, name):
                return None if re.match(where, path.as_posix()) else f"includes {library}: <{name}>"
        return None if C_LIBRARY.fullmatch(name) else f"includes <{name}>, which is neither C's nor a library of the house"
    if name.startswith("cohort/"):
        if name == "cohort/cohort.h":
            return None if path.parts[0] == "book-examples" else "includes cohort.h, which is for programs outside"
        other = ROOM_OF.get(Path(name).stem)
        if other is None:
            return f'includes "{name}", which belongs to no room: see HEADERS in walls.py'
        return None if room is None or other == room or other in MAY[room].split() else f'{room} includes {other}: "{name}"'
    if room is None:
        return f'includes "{name}": book examples know public headers alone'
    return None


def private_fault(root, path, name):
    """Private headers are found beside the file or from the room's folder; an environment's belong to it alone."""
    room = Path(*path.parts[: 2 if path.parts[0] == "engine" else 1])
    for found in (root / path.parent / name, root / room / name):
        if found.exists():
            target = found.resolve().relative_to(root.resolve())
            if path.parts[0] == "envs" and path.name != "list.c" and target.parent != path.parent:
                return f'includes "{name}" of another environment'
            return None if target.is_relative_to(room) else f'includes "{name}" of another room'
    return f'includes "{name}", which is not in {room}'


def include_faults(root, path, lines):
    room = room_of(path)
    if room is not None and room not in MAY:
        yield 1, f"belongs to room {room}: see HEADERS and MAY in walls.py"
        return
    for number, line in enumerate(lines, 1):
        match = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
        if not match:
            continue
        quoted, name = match[1] == '"', match[2]
        fault = include_fault(path, room, name, quoted)
        if fault is None and quoted and not name.startswith("cohort/"):
            fault = private_fault(root, path, name)
        if fault:
            yield number, fault


def length_faults(path, lines):
    """In formatted C a function's first line is the last one before its brace that begins in column 0."""
    start = 0
    for number, line in enumerate(lines, 1):
        if re.match(r"[A-Za-z_]", line) and not re.fullmatch(r"\w+:", line):
            start = number
        elif line == "}" and number - start + 1 > LONGEST_FUNCTION:
            yield start, f"a function of {number - start + 1} lines, the most is {LONGEST_FUNCTION}"
    longest = LONGEST_EXAMPLE if path.parts[0] == "book-examples" else LONGEST_FILE
    if len(lines) > longest:
        yield len(lines), f"a file of {len(lines)} lines, the most is {longest}"


def file_faults(root, path):
    lines = (root / path).read_text().splitlines()
    if not lines or not lines[0].startswith("// "):
        yield 1, "the first line does not say what the file is"
    yield from length_faults(path, lines)
    if path.parts[0] == "tests":
        return
    yield from include_faults(root, path, lines)
    if room_of(path) in MAY and room_of(path) not in ("cli", "book"):
        for number, line in enumerate(lines, 1):
            match = COMMAND_ONLY.search(re.sub(r'"[^"]*"|//.*', '""', line))
            if match:
                yield number, f"calls {match[1]}...), which only the command may"


def faults(root):
    found = [f"{name}: not a name for the root folder" for name in sorted(p.name for p in root.iterdir())
             if name not in ROOT and not IGNORED.fullmatch(name)]
    for folder in ("engine", "agents", "envs", "book-examples", "tests"):
        for path in sorted((root / folder).rglob("*.[ch]")):
            path = path.relative_to(root)
            if path.name != "cohort.h":
                found += [f"{path}:{number}: {fault}" for number, fault in file_faults(root, path)]
    everything = root / "engine/include/cohort/cohort.h"
    for header in sorted(everything.parent.glob("*.h")):
        if header != everything and f'#include "cohort/{header.name}"' not in everything.read_text():
            found.append(f"engine/include/cohort/cohort.h:1: does not include {header.name}")
    return found


LONG = "int f(void) {\n" + "  f();\n" * 79 + "}\n"
# file: (text, a part of the fault that must be found, or None)
SEED = {
    "engine/include/cohort/error.h": ("// E.\n", None),
    "engine/include/cohort/env.h": ('// E.\n#include "cohort/error.h"\n', None),
    "engine/include/cohort/blas.h": ("// E.\n", "cohort.h:1: does not include blas.h"),
    "engine/include/cohort/tape.h": ("// E.\n", None),
    "engine/include/cohort/agent.h": ("// E.\n", None),
    "engine/include/cohort/guest.h": ("// E.\n", "guest.h:1: belongs to room guest, which no room has"),
    "engine/include/cohort/cohort.h": ("".join(f'#include "cohort/{h}.h"\n' for h in "error env tape agent guest".split()), None),
    "engine/math/blas.c": ("// E.\n#include <cblas.h>\n#include <math.h>\n", None),
    "engine/math/other.c": ("// E.\n#include <cblas.h>\n", "engine/math/other.c:2: includes OpenBLAS"),
    "engine/math/far.c": ('// E.\n#include "../nn/op.h"\n', 'far.c:2: includes "../nn/op.h" of another room'),
    "engine/nn/op.h": ("// E.\n", None),
    "engine/nn/op.c": ('// E.\n#include "op.h"\n#include "cohort/env.h"\n', "engine/nn/op.c:3: nn includes env"),
    "engine/nn/lost.c": ('// E.\n#include "lost.h"\n', "which is not in engine/nn"),
    "engine/base/loud.c": ("// E.\nint f(void) { return printf(0); }\n", "loud.c:2: calls printf"),
    "engine/base/louder.c": ("// E.\nint f(void) { return fprintf(stderr, 0); }\n", "louder.c:2: calls fprintf(stderr"),
    "engine/base/strange.c": ("// E.\n#include <zlib.h>\n", "strange.c:2: includes <zlib.h>"),
    "engine/train/ui.c": ("// E.\n#include <SDL2/SDL.h>\n", "ui.c:2: includes SDL2"),
    "engine/env/all.c": ('// E.\n#include "cohort/cohort.h"\n', "all.c:2: includes cohort.h"),
    "engine/script/lua.c": ('// E.\n#include <lua.h>\n#include "cohort/tape.h"\n', "lua.c:3: script includes nn"),
    "engine/cli/main.c": ('// E.\n#include <argp.h>\n#include "cohort/tape.h"\nint f(void) { return puts("x"); }\n', None),
    "envs/games/one.h": ("// E.\n", None),
    "envs/games/one.c": ('// E.\n#include "one.h"\n#include "cohort/agent.h"\n', "one.c:3: envs includes agent"),
    "envs/coop/two.c": ('// E.\n#include "games/one.h"\n', 'two.c:2: includes "games/one.h" of another environment'),
    "envs/list.c": ('// E.\n#include "cohort/env.h"\n#include "games/one.h"\n', None),
    "agents/dqn.c": ('// E.\n#include "cohort/tape.h"\n#include <lua.h>\n', "dqn.c:3: includes Lua"),
    "agents/long.c": ("// E.\n" + LONG, "long.c:2: a function of 81 lines"),
    "agents/fits.c": ("// E.\n" + LONG.replace("  f();\n", "", 1), None),
    "book-examples/ch01/a.c": ('// E.\n#include "cohort/cohort.h"\n', None),
    "book-examples/ch01/c.c": ("// E.\n" * 121, "c.c:121: a file of 121 lines, the most is 120"),
    "book-examples/ch01/d.c": ('// E.\n#include "cohort/cohort.h"\n' + "// E.\n" * 118, None),
    "book-examples/ch01/b.c": ('// E.\n#include "op.h"\n', "b.c:2: includes \"op.h\": book examples"),
    "tests/unit/nameless.c": ("int a;\n", "nameless.c:1: the first line"),
    "tests/unit/endless.c": ("// E.\n" * 500, "endless.c:500: a file of 500 lines"),
    "notes.txt": ("", "notes.txt: not a name"),
    "README.md": ("", None),
    "build-asan/x": ("", None),
}


def check_itself():
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, (text, _) in SEED.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        found = faults(root)
    expected = [part for _, part in SEED.values() if part]
    missed = [part for part in expected if not any(part in fault for fault in found)]
    wrong = [fault for fault in found if not any(part in fault for part in expected)]
    return [f"not found: {part}" for part in missed] + [f"wrongly found: {fault}" for fault in wrong]


if __name__ == "__main__":
    problems = check_itself() or faults(Path(sys.argv[1]))
    print("\n".join(problems) or "the walls stand")
    sys.exit(bool(problems))
