#!/usr/bin/env python3
"""Environment steps a second through Python, beside the command's own figure: bench.py [ENV] [--seconds N].

Random legal actions; observations, global states and masks are read after every step, as a learner reads them. One
thread, CPU seconds, the median of three.
"""
import argparse
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import cohort


def rate(step, steps, seconds):
    """Steps a CPU second: `step` makes `steps` of them."""
    step()
    began, count = time.process_time(), 0
    while time.process_time() - began < seconds:
        for _ in range(20):
            step()
        count += 20 * steps
    return count / (time.process_time() - began)


def smac(name, copy):
    """StarCraft2Env as PyMARL's episode runner uses it; its actions drawn here."""
    env = cohort.StarCraft2Env(name.split("/", 1)[1], seed=1, copy=copy)
    env.reset()

    def step():
        _, terminated, _ = env.step(env.copies.sample()[0])
        if terminated:
            env.reset()
        env.get_obs(), env.get_state(), env.get_avail_actions()

    return step


def gymnasium(name):
    env = cohort.Env(name, seed=1)
    env.reset()

    def step():
        *_, terminated, truncated, info = env.step(env.copies.sample()[0])
        if terminated or truncated:
            env.reset()

    return step


def pettingzoo(name):
    env = cohort.ParallelEnv(name, seed=1)
    env.reset()

    def step():
        actions = env.copies.sample()[0]
        env.step({agent: actions[env.place[agent]] for agent in env.agents})
        if not env.agents:
            env.reset()

    return step


def vector(name, num_envs, copy=True):
    env = cohort.VectorEnv(name, num_envs, threads=1, seed=1, autoreset_mode="SameStep", copy=copy)
    env.reset()

    def step():
        env.step(env.sample())
        env.copies.state.copy()

    return step


def in_c(name, seconds):
    """The command's figure for the same, or None where it has none."""
    program = cohort.library().path.parent / "cohort"
    installed = [folder / "bin" / "cohort" for folder in cohort.library().path.parents]
    for path in [program] + installed:
        if path.is_file():
            text = subprocess.run([str(path), "bench", "env", "--seconds", str(seconds)], stdout=subprocess.PIPE).stdout.decode()
            found = re.search(r"^\s*%s\s+(\d+)" % re.escape(name), text, re.M)
            return float(found[1]) if found else None
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("env", nargs="?", default="skirmish/3m")
    parser.add_argument("--seconds", type=float, default=1)
    given = parser.parse_args()
    rows = {"Env": lambda: (gymnasium(given.env), 1), "ParallelEnv": lambda: (pettingzoo(given.env), 1)}
    if given.env.startswith("skirmish/"):
        rows = {"StarCraft2Env": lambda: (smac(given.env, True), 1),
                "StarCraft2Env, copy=False": lambda: (smac(given.env, False), 1), **rows}
    for copies in (1, 8, 64, 256):
        rows["VectorEnv, %d copies" % copies] = lambda copies=copies: (vector(given.env, copies), copies)
    rows["VectorEnv, 64 copies, copy=False"] = lambda: (vector(given.env, 64, False), 64)
    numpy = "NumPy " + cohort.numpy.__version__ if cohort.numpy is not None else "without NumPy"
    print("%s, steps/s through Python %s, %s, one thread" % (given.env, sys.version.split()[0], numpy))
    own = in_c(given.env, given.seconds)
    if own:
        print("  %-34s %10.0f" % ("C (cohort bench env, 32 copies)", own))
    for row, make in rows.items():
        rates = [rate(*make(), given.seconds) for _ in range(3)]
        share = "  %3.0f %% of C's" % (100 * statistics.median(rates) / own) if own else ""
        print("  %-34s %10.0f  (%.0f to %.0f)%s" % (row, statistics.median(rates), min(rates), max(rates), share), flush=True)


if __name__ == "__main__":
    main()
