"""What the tests of scripts/python/cohort.py share: the library under test, the names of all environments, checks."""
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "scripts/python"))

if "standins" in sys.argv:
    import standins  # noqa: E402
import cohort  # noqa: E402


def names():
    """Every registered environment in each of its variants, and the scripts: those with a golden playthrough."""
    lines = (ROOT / "tests/golden/playthroughs.txt").read_text().splitlines()
    found = [line.split()[0] for line in lines]
    assert len(found) > 50, "the list of environments is short"
    return [str(ROOT / "scripts/envs" / (name[4:] + ".lua")) if name.startswith("lua/") else name for name in found]


def lists(x):
    """Arrays as nested lists, whether there is NumPy or not."""
    return x.tolist() if hasattr(x, "tolist") else [lists(y) for y in x] if isinstance(x, (list, tuple)) else x


def flat(x):
    return [z for y in x for z in flat(y)] if isinstance(x, list) else [x]


def shape(x):
    x = lists(x)
    return (len(x),) + shape(x[0]) if isinstance(x, list) and x else (0,) if isinstance(x, list) else ()


def refused(call, *words, kinds=(cohort.Error, ValueError, TypeError, OverflowError)):
    """The sentence of an exception that must come, and hold these words."""
    try:
        call()
    except kinds as error:
        for word in words:
            assert word in str(error), "%r does not say %r" % (str(error), word)
        return str(error)
    raise AssertionError("nothing was refused (%s)" % ", ".join(words))


def run(*tests):
    """Runs the tests and says what was run with."""
    for test in tests:
        print("%s ..." % test.__name__, flush=True)
        test()
    print("%d passed, 0 failed" % len(tests))
    print("Python %s, %s, %s" % (sys.version.split()[0],
                                 "NumPy " + cohort.numpy.__version__ if cohort.numpy is not None else "without NumPy",
                                 os.environ.get("COHORT_LIBRARY", "")))
