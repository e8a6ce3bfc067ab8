"""Hostile calls: wrong shapes, types, names, states, threads, forks and handles raise exceptions and crash nothing."""
import copy
import ctypes
import gc
import itertools
import multiprocessing
import os
import pickle
import random
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import common
import cohort
from common import lists, refused

np = cohort.numpy


def made(name="skirmish/3m", **given):
    env = cohort.Env(name, seed=1, **given)
    env.reset(seed=1)
    return env


def wrong_actions():
    env = made()
    legal = [1, 1, 1]
    wrong = [None, 1, "111", b"111", [], [1], [1, 1], [1] * 4, [[1, 1, 1]], [[1], [1], [1]], [1.0, 1, 1], ["1", 1, 1],
             [None] * 3, {0: 1, 1: 1, 2: 1}, itertools.count(), object(), [9, 1, 1], [-1, 1, 1], [2**31, 1, 1],
             [2**63, 1, 1], [2**64 + 1, 1, 1], [10**100, 1, 1], [0, 1, 1], [float("nan"), 1, 1], env, cohort]
    if np is not None:
        wrong += [np.ones(2, int), np.ones((3, 1), int), np.ones(3), np.ones(3, complex), np.ones(3, bool),
                  np.array(["1"] * 3), np.array([1, 1, None]), np.array(1), np.zeros((0, 3), int),
                  np.array([2**63, 1, 1], "uint64"), np.array([2**32 + 1, 1, 1], "int64"), np.ones(3, "datetime64[s]")]
    before = env.copies.hash()
    for actions in wrong:
        refused(lambda: env.step(actions), kinds=(Exception,))
    assert env.copies.hash() == before, "a refused action moved something"
    env.step(legal)
    if np is not None:
        for fine in (np.ones(3, "int8"), np.ones(6, "uint64")[::2], np.ones((3, 3), int).T[0], np.array([1, 1, 1], object)):
            env.step(fine)
    assert "agent 2" in refused(lambda: env.step([1, 1, 0]), "not available, but 1 2 3 4 5 are")


def wrong_numbers():
    env = made("pendulum")
    for action in (None, [], [1, 2], [[1]], "1", ["1"], [float("nan")], [float("inf")], [1j], {0: 1.0}):
        refused(lambda: env.step(action), kinds=(Exception,))
    a, b = made("pendulum"), made("pendulum")
    assert lists(a.step([100])[0]) == lists(b.step([2.0])[0]), "beyond its bounds an action is clipped"


def wrong_construction():
    for name in (None, 5, "", "\0", "skirmish/nowhere", "taxi/3m", "a" * 10000, "/", "..", "é",
                 "no/such.lua", "skirmish/" + "m" * 5000, "/dev/null.lua"):
        refused(lambda: cohort.Env(name), kinds=(Exception,))
    for given in (dict(num_envs=0), dict(num_envs=-1), dict(num_envs=10**9), dict(num_envs=2**40), dict(num_envs="2"),
                  dict(num_envs=1.5), dict(threads=0), dict(threads=10**6), dict(threads=2**33), dict(seed=-1),
                  dict(seed=2**64), dict(seed=1.5), dict(seed="1"), dict(profile="fast"), dict(profile=3),
                  dict(data="/nowhere"), dict(data="\0"), dict(attack="far"), dict(attack=1e99), dict(attack=float("nan")),
                  dict(step_mul=0), dict(enemy="friend"), dict(nonsense=1), dict(settings={"move": object()}),
                  dict(settings={3: 4}), dict(settings=5), dict(map="\0")):
        refused(lambda: cohort.Copies("skirmish/3m", **given), kinds=(Exception,))
    refused(lambda: cohort.Copies("skirmish/3m", atack=5), "did you mean 'attack'")
    refused(lambda: cohort.Copies("huntrs"), "did you mean 'hunters'")
    refused(lambda: cohort.Copies("taxii"), "did you mean taxi")
    for given in (dict(render_mode="ansi"), dict(observation=3), dict(team=1), dict(team=-1)):
        refused(lambda: cohort.Env("taxi", **given))
    refused(lambda: cohort.VectorEnv("taxi", 2, autoreset_mode="Sometimes"), "Sometimes")


def wrong_resets():
    env = cohort.Copies("skirmish/3m", 3, seed=1)
    refused(lambda: env.step([[1] * 3] * 3), "reset first")
    refused(lambda: env.reset(which=[1, 0, 0]), "first reset")
    env.reset()
    for seed in (-1, 2**64, 1.5, "abc", [1, 2], [1, 2, 3, 4], [1, 2, -3], [1, 2, None], itertools.count(), object()):
        refused(lambda: env.reset(seed=seed), kinds=(Exception,))
    for which in (1, [1], [1] * 4, itertools.repeat(1)):
        refused(lambda: env.reset(which=which), kinds=(Exception,))
    env.reset(seed=2**64 - 1)
    assert lists(env.views.seed) == [2**64 - 1, 0, 1]
    for number in (-1, 3, 2**31, 2**40, 1.0, "0", None):
        for call in (env.hash, env.save, env.render, env.show, lambda i: env.restore(b"", i),
                     lambda i: env.save_replay("x", i)):
            refused(lambda: call(number), kinds=(Exception,))


def closed_and_gone():
    env = made()
    obs = env.copies.obs
    seen = lists(obs)
    saved = env.save_state()
    env.close()
    for call in (lambda: env.reset(), lambda: env.step([1, 1, 1]), env.save_state, lambda: env.restore_state(saved),
                 env.copies.hash, env.copies.sample, env.copies.render, env.copies.show, env.copies.describe,
                 lambda: env.save_replay("x")):
        refused(call, "closed")
    env.close()
    assert lists(obs) == seen, "what was read stays valid"
    views = [made().copies.obs for _ in range(20)]
    gc.collect()
    noise = [bytearray(10000) for _ in range(100)]
    assert all(lists(view) == lists(views[0]) for view in views) and noise
    env = made()
    for call in (copy.copy, copy.deepcopy, pickle.dumps):
        refused(lambda: call(env.copies), "not copied")
        refused(lambda: call(env), kinds=(Exception,)) if call is not copy.copy else None
    shallow = copy.copy(env)  # shares the copies; closing one closes both
    shallow.close()
    refused(lambda: env.reset(), "closed")


def forged_states():
    env, other = made(), made("skirmish/2s3z")
    saved = env.save_state()
    env.step([1, 1, 1])
    for data in (b"", saved[:-1], saved + b"x", bytes(len(saved)), os.urandom(len(saved)), None, 5, "abc", [1, 2]):
        refused(lambda: env.restore_state(data), kinds=(Exception,))
    dice = random.Random(1)
    for _ in range(300):  # any changed bit is found
        broken = bytearray(saved)
        broken[dice.randrange(len(saved))] ^= 1 << dice.randrange(8)
        refused(lambda: env.restore_state(bytes(broken)), "")
    refused(lambda: env.restore_state(other.save_state()), "saved state")
    refused(lambda: made(attack=5).restore_state(saved), "other settings")
    before = env.copies.hash()
    env.restore_state(bytearray(saved))
    assert env.copies.hash() != before
    refused(lambda: env.save_replay("x"), "restored")


def saved_states_go_on():
    """A state goes on alike where it was saved, elsewhere, in a fresh process, and in a vector."""
    for name in ("skirmish/2s3z", "hunters", "lander", "blackjack", "cartpole"):
        env, twin = cohort.Copies(name, seed=1), cohort.Copies(name, 3, seed=2)
        env.reset(), twin.reset()
        for _ in range(5):
            env.step(env.sample(), cohort.AutoresetMode.SAME_STEP)
        saved, ways = env.save(), []
        for play, i in ((env, 0), (twin, 2), (env, 0)):
            play.restore(saved, i)
            way = [play.hash(i)]
            for _ in range(40):
                play.step(play.sample(), cohort.AutoresetMode.SAME_STEP)
                way.append((play.hash(i), lists(play.obs[i]), lists(play.rewards[i]), int(play.views.seed[i])))
            ways.append(way)
        assert ways[0] == ways[1] == ways[2], name


def replays():
    env = made()
    refused(lambda: env.save_replay("x"), "goes on")
    while not any(env.step([max(i for i, x in enumerate(mask) if x) for mask in lists(env.copies.mask[0])])[2:4]):
        pass
    refused(lambda: env.save_replay("/nowhere/x.replay"), "/nowhere/x.replay")
    refused(lambda: env.save_replay("a\0b"), "zero byte")
    plain = cohort.Copies("skirmish/3m")
    plain.reset()
    refused(lambda: plain.save_replay("x"), "not recorded")


def pictures():
    env = made()
    for size in ((0, 100), (-1, 100), (100, 10**6), (2**33, 100), (1.5, 100), ("a", 2)):
        refused(lambda: env.copies.render(0, *size), kinds=(Exception,))
    picture = cohort.Env("skirmish/3m", render_mode="rgb_array", picture=(64, 48))
    refused(picture.render, "reset first")
    picture.reset(seed=1)
    first = lists(picture.render())
    assert common.shape(first) == (48, 64, 3) and len({tuple(pixel) for row in first for pixel in row}) > 3
    assert lists(picture.render()) == first
    assert lists(env.copies.render(0, 64, 48))[5][7][3] == 255


def windows():
    """A window on SDL2's dummy driver: shows every step, and stays closed once a person has closed it."""
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    env = cohort.Env("cartpole", render_mode="human")
    env.metadata = dict(env.metadata, render_fps=1000)
    env.reset(seed=1)
    assert env.step(1)[1] == 1 and env.render() is None and env.copies.show()
    quit_event = (ctypes.c_uint32 * 32)(0x100)  # SDL_QUIT
    assert ctypes.CDLL("libSDL2-2.0.so.0").SDL_PushEvent(quit_event) == 1
    assert not env.copies.show()
    assert env.step(1)[1] == 1 and not env.copies.show()
    env.close()


def many_threads():
    """Two threads that use one environment: every call works or says so; the state stays sound."""
    env, said = cohort.Copies("skirmish/3m", 8, threads=2, seed=1), []
    env.reset()

    def hammer(legal):
        for i in range(300):
            try:
                env.step(env.sample() if legal else [[99, 1, 2**40]] * 8, cohort.AutoresetMode.SAME_STEP)
                assert legal
            except cohort.Error as error:
                said.append(str(error))

    threads = [threading.Thread(target=hammer, args=(i < 2,)) for i in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert all("another thread" in text or "not available" in text or "is 99" in text for text in said), set(said)
    assert len(said) >= 600
    env.step(env.sample(), cohort.AutoresetMode.SAME_STEP)
    one = made()
    done = []
    mine = threading.Thread(target=lambda: done.append(lists(one.step([1, 1, 1])[0])))  # another thread, one at a time
    mine.start(), mine.join()
    assert done
    env.close()


def child(env, queue):
    try:
        env.reset(seed=1)
        queue.put("fine")
    except cohort.Error as error:
        queue.put(str(error))


def forks():
    """A handle with threads of its own says so after a fork; one without goes on."""
    if not hasattr(os, "fork"):
        return
    context = multiprocessing.get_context("fork")
    for threads, expected in ((2, "process"), (1, "fine")):
        env, queue = cohort.Copies("skirmish/3m", 8, threads=threads), context.Queue()
        process = context.Process(target=child, args=(env, queue))
        process.start()
        said = queue.get(timeout=60)
        process.join(60)
        assert expected in said and process.exitcode == 0, (said, process.exitcode)
        env.reset()


SCRIPT = """
return {
  name = "broken", title = "One that breaks",
  actions = { "go", "fail", "hang" },
  observation = 1,
  state = { count = 0 },
  step = function(self, action, rng, out)
    self.count = self.count + 1
    if action[1] == "fail" then self.count = self.nothing end
    while action[1] == "hang" do self.count = self.count + 1 end
    out:reward(1)
  end,
  observe = function(self, agent, obs) obs:put(0) end,
}
"""


def broken_scripts():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "broken.lua")
        path.write_text("return {")
        refused(lambda: cohort.Env(path), "broken.lua:1")
        path.write_text("return 5")
        refused(lambda: cohort.Env(path), "broken.lua")
        path.write_text(SCRIPT)
        env = cohort.Env(path, strict=True)
        env.reset()
        assert env.step(0)[1] == 1
        refused(lambda: env.step(1), "broken.lua:")
        refused(lambda: env.step(0), "has failed")
        env.reset()
        assert env.step(0)[1] == 1
        refused(lambda: env.step(2), "broken.lua")
        env.close()


def the_interface_itself():
    """What the C functions are handed: no setup, an older one, views that are too small, unknown modes."""
    functions, sentence = cohort.library(), ctypes.create_string_buffer(64)
    assert not functions.create(None, sentence, 64) and b"setup" in sentence.value
    assert not functions.create(cohort.Setup(size=4), sentence, 64) and b"setup" in sentence.value
    assert not functions.create(cohort.Setup(size=ctypes.sizeof(cohort.Setup)), None, 0)
    functions.destroy(None)
    env = cohort.Copies("taxi", seed=1)
    env.reset()
    short = cohort.Views(size=8)
    assert functions.look(env.handle, ctypes.addressof(short)) == -1 and b"views" in functions.error(env.handle)
    for discrete, continuous, mode in ((None, None, 0), (env.taken[0], None, 7), (None, env.taken[0], 0)):
        assert functions.step(env.handle, discrete, continuous, mode, None, None) == -1
    assert functions.step(env.handle, env.taken[0], None, 0, None, None) == 0  # nothing wanted
    assert functions.describe(env.handle, None, 0) > 100
    assert functions.save(env.handle, 0, None, 0) == -1 and functions.restore(env.handle, 0, None, 0) == -1


def wrong_libraries():
    code = "import sys; sys.path.insert(0, %r); import cohort; cohort.Env('taxi')" % str(common.ROOT / "scripts/python")
    for path, word in (("/nowhere.so", b"/nowhere.so"), (__file__, b"not Cohort's library")):
        done = subprocess.run([sys.executable, "-c", code], env=dict(os.environ, COHORT_LIBRARY=path), stderr=subprocess.PIPE)
        assert done.returncode == 1 and word in done.stderr and b"cohort.Error" in done.stderr, done.stderr


def noise():
    """Random values of random kinds, thousands of times."""
    dice = random.Random(5)

    def anything(depth=0):
        kinds = [lambda: dice.randrange(-5, 12), lambda: dice.choice([0, 1, 2**31, 2**63, -2**63, 2**200]),
                 lambda: dice.gauss(0, 1e3), lambda: None, lambda: "x" * dice.randrange(4), lambda: b"\xff",
                 lambda: [anything(depth + 1) for _ in range(dice.randrange(5))] if depth < 3 else [],
                 lambda: {"a": 1}, lambda: float("nan"), lambda: object()]
        if np is not None:
            kinds += [lambda: np.zeros([dice.randrange(4) for _ in range(dice.randrange(4))],
                                       dice.choice(["int64", "uint8", "float32", "bool", "O", "U3"]))]
        return dice.choice(kinds)()

    for name in ("skirmish/3m", "pendulum", "tictactoe", "hunters"):
        single, many, zoo = made(name), cohort.VectorEnv(name, 3, seed=1), cohort.ParallelEnv(name, seed=1)
        many.reset(), zoo.reset()
        for _ in range(500):
            for call in (lambda: single.step(anything()), lambda: many.step(anything()), lambda: many.step([anything()] * 3),
                         lambda: zoo.step(anything()), lambda: zoo.step({agent: anything() for agent in zoo.agents}),
                         lambda: single.restore_state(anything()), lambda: many.reset(seed=anything()),
                         lambda: many.reset(options={"reset_mask": anything()}), lambda: single.reset(seed=anything())):
                try:
                    call()
                except Exception:  # noqa: BLE001  any exception will do: the interpreter lives
                    pass
        single.reset(seed=1), many.reset(seed=1), zoo.reset(seed=1)
        assert lists(single.reset(seed=1)[0]) == lists(many.reset(seed=1)[0][0]), name


if __name__ == "__main__":
    common.run(wrong_actions, wrong_numbers, wrong_construction, wrong_resets, closed_and_gone, forged_states,
               saved_states_go_on, replays, pictures, windows, many_threads, forks, broken_scripts, the_interface_itself,
               wrong_libraries, noise)
