"""The same seed and actions give the same states through Python as in C. same.py PROGRAM: PROGRAM is play.c's."""
import subprocess
import sys

import common
import cohort

STEPS = 60


def choose(env, t):
    """play.c's actions, of every copy."""
    spec, masks = env.spec, common.lists(env.mask)
    if spec.actions:
        legal = [[[i for i, x in enumerate(mask) if x] for mask in masks[c]] for c in range(spec.num_envs)]
        return [[each[(7 * t + 3 * a) % len(each)] for a, each in enumerate(one)] for one in legal]
    return [[[single(low, high, 7 * t + 3 * a + k) for k, (low, high) in enumerate(zip(spec.low, spec.high))]
             for a in range(spec.agents)] for _ in range(spec.num_envs)]


def single(low, high, number):
    """low + (high - low) * (number % 9 / 8) in single precision."""
    if cohort.numpy is None:
        import ctypes
        f = lambda x: ctypes.c_float(x).value  # noqa: E731
        return f(low + f(f(high - low) * f(number % 9 / 8)))
    f = cohort.numpy.float32
    return float(f(low) + (f(high) - f(low)) * (f(number % 9) / f(8)))


def python_plays(name, seed, num_envs, threads, copy):
    """The lines that play.c prints, of one of several copies."""
    env = cohort.Copies(name, num_envs, threads=threads)
    env.reset(seed=(seed - copy) % 2**64)
    lines, t = ["%016x" % env.hash(copy)], 0
    while t < STEPS and not (env.terminated[copy] or env.truncated[copy]):
        env.step(choose(env, t), cohort.AutoresetMode.NEXT_STEP)
        ending = 1 if env.terminated[copy] else 2 if env.truncated[copy] else 0
        lines.append("%016x %.9g %d" % (env.hash(copy), sum(common.lists(env.rewards[copy])), ending))
        t += 1
    env.close()
    return lines


def states_are_those_of_c():
    for name in common.names():
        expected = subprocess.run([sys.argv[1], str(common.ROOT / "scripts"), name, "11", str(STEPS)], check=True,
                                  stdout=subprocess.PIPE).stdout.decode().splitlines()
        assert len(expected) > 1, name
        for num_envs, threads, copy in ((1, 1, 0), (5, 2, 3)):
            lines = python_plays(name, 11, num_envs, threads, copy)
            # Another copy's reset does not concern this one; its own actions are the same for the same step.
            for t, (c, python) in enumerate(zip(expected, lines)):
                assert c == python, "%s, copy %d of %d, step %d: C %s, Python %s" % (name, copy, num_envs, t, c, python)
            assert len(expected) == len(lines), name


def another_seed_gives_other_states():
    a, b = (python_plays("skirmish/3m", seed, 1, 1, 0) for seed in (11, 12))
    assert a != b


common.run(states_are_those_of_c, another_seed_gives_other_states)
