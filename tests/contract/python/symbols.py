"""The foreign interface is what it was: its symbols are those of symbols.txt, its structs are laid out as in cohort.py.

symbols.py NM CC: the shared library's symbols by NM; offsets and sizes by CC, from cohort/foreign.h.
"""
import ctypes
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import common
import cohort

STRUCTS = {"CoForeignSetup": (cohort.Setup, {}), "CoForeignViews": (cohort.Views, {"state": "global"})}


def symbols_are_those_of_the_list():
    text = subprocess.run([sys.argv[1], "-D", "--defined-only", os.environ["COHORT_LIBRARY"]], check=True,
                          stdout=subprocess.PIPE).stdout.decode()
    found = sorted(line.split()[-1] for line in text.splitlines() if " T co_foreign_" in line)
    listed = (Path(__file__).parent / "symbols.txt").read_text().split()
    assert found == listed, "%s: only here, %s: only in symbols.txt" % (set(found) - set(listed), set(listed) - set(found))
    assert listed == sorted("co_foreign_" + name for name in cohort.PROTOTYPES)


def layouts_are_those_of_python():
    lines = ['#include <stdio.h>\n#include "cohort/foreign.h"\nint main(void) {']
    expected = []
    for name, (struct, renamed) in STRUCTS.items():
        lines.append('  printf("%%zu\\n", sizeof(%s));' % name)
        expected.append(ctypes.sizeof(struct))
        for field, *_ in struct._fields_:
            lines.append('  printf("%%zu\\n", offsetof(%s, %s));' % (name, renamed.get(field, field)))
            expected.append(getattr(struct, field).offset)
    lines.append('  printf("%d\\n", CO_FOREIGN_VERSION);\n}')
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "layout.c").write_text("\n".join(lines))
        subprocess.run([sys.argv[2], "-std=c17", "-I", str(common.ROOT / "engine/include"), folder + "/layout.c", "-o",
                        folder + "/layout"], check=True)
        found = subprocess.run([folder + "/layout"], check=True, stdout=subprocess.PIPE).stdout.split()
    assert [int(word) for word in found] == expected + [cohort.VERSION]
    assert expected[0] == 72 and cohort.library().version() == cohort.VERSION


common.run(symbols_are_those_of_the_list, layouts_are_those_of_python)
