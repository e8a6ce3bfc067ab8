"""Cohort's environments in Python, over ctypes: SMAC's, Gymnasium's and PettingZoo's shapes, and batched stepping.

    StarCraft2Env(map_name)     SMAC's class (Samvelyan et al. 2019), for PyMARL and EPyMARL
    Env(name)                   gymnasium.Env
    VectorEnv(name, num_envs)   gymnasium.vector.VectorEnv: N copies in one call, across threads, into one array
    ParallelEnv(name)           pettingzoo.ParallelEnv
    Copies(name, num_envs)      what these stand on, for programs of one's own
    load_safetensors(path)      a trained agent's weights, by PyTorch's names

Names are those of `cohort list envs` ("skirmish/3m", "hunters", "taxi"), or the path of a script; settings are keyword
arguments. Python 3.8 and later, nothing else: NumPy gives arrays where it is installed (lists elsewhere), Gymnasium and
PettingZoo their base classes and spaces. The library is $COHORT_LIBRARY, or found beside the place where this file was
installed. Whatever fails raises an exception with the engine's sentence.
"""
import array
import ctypes
import ctypes.util
import enum
import functools
import itertools
import json
import math
import operator
import os
import random
import struct
import threading
import time
import types
import weakref
from collections.abc import Mapping
from pathlib import Path

try:
    import numpy
except ImportError:
    numpy = None
try:
    import gymnasium
except ImportError:
    gymnasium = None
try:
    import pettingzoo
except ImportError:
    pettingzoo = None

VERSION = 1  # of cohort/foreign.h
HERE = Path(__file__).resolve().parent


class Error(Exception):
    """The engine's sentence: which file, field, agent or copy, what it is and what was expected."""


class AutoresetMode(enum.Enum):
    """What copies do whose episode has ended, by Gymnasium's names."""

    NEXT_STEP = "NextStep"  # the next step resets them, whatever their action
    SAME_STEP = "SameStep"  # the step that ends them resets them; infos["final_obs"] has what was seen at the end
    DISABLED = "Disabled"  # reset(options={"reset_mask": ...}) does


if gymnasium is not None and hasattr(getattr(gymnasium, "vector", None), "AutoresetMode"):
    AutoresetMode = gymnasium.vector.AutoresetMode
MODES = {"Disabled": 0, "NextStep": 1, "SameStep": 2}

# --- the library ---


class Setup(ctypes.Structure):
    """CoForeignSetup."""

    _fields_ = [("size", ctypes.c_size_t), ("env", ctypes.c_char_p), ("data", ctypes.c_char_p),
                ("settings", ctypes.POINTER(ctypes.c_char_p)), ("profile", ctypes.c_char_p), ("seed", ctypes.c_uint64),
                ("num_envs", ctypes.c_int32), ("threads", ctypes.c_int32), ("privileged", ctypes.c_int32),
                ("strict", ctypes.c_int32), ("recorded", ctypes.c_int32)]


# CoForeignViews: name, kind of number, and shape in the description's words.
VIEWS = [("obs", "f", ("num_envs", "agents", "obs_size")),
         ("privileged", "f", ("num_envs", "agents", "privileged_size")),
         ("state", "f", ("num_envs", "teams", "global_size")),
         ("mask", "B", ("num_envs", "agents", "actions")),
         ("alive", "B", ("num_envs", "agents")),
         ("acting", "B", ("num_envs", "agents")),
         ("index", "i", ("num_envs", "agents")),
         ("rewards", "f", ("num_envs", "agents")),
         ("terminated", "B", ("num_envs",)),
         ("truncated", "B", ("num_envs",)),
         ("info", "f", ("num_envs", "infos")),
         ("clock", "q", ("num_envs",)),
         ("seed", "Q", ("num_envs",))]
KINDS = {"f": (ctypes.c_float, "float32"), "B": (ctypes.c_uint8, "uint8"), "i": (ctypes.c_int32, "int32"),
         "q": (ctypes.c_int64, "int64"), "Q": (ctypes.c_uint64, "uint64"), "d": (ctypes.c_double, "float64")}


class Views(ctypes.Structure):
    """CoForeignViews."""

    _fields_ = [("size", ctypes.c_size_t)] + [(name, ctypes.c_void_p) for name, _, _ in VIEWS]


POINTER, INT, SIZE, TEXT = ctypes.c_void_p, ctypes.c_int32, ctypes.c_size_t, ctypes.c_char_p
PROTOTYPES = {  # name: result, parameters
    "version": (ctypes.c_int, []),
    "create": (POINTER, [ctypes.POINTER(Setup), TEXT, SIZE]),
    "destroy": (None, [POINTER]),
    "error": (TEXT, [POINTER]),
    "describe": (SIZE, [POINTER, TEXT, SIZE]),
    "reset": (ctypes.c_int, [POINTER, POINTER, POINTER, POINTER]),
    "step": (ctypes.c_int, [POINTER, POINTER, POINTER, INT, POINTER, POINTER]),
    "look": (ctypes.c_int, [POINTER, POINTER]),
    "sample": (ctypes.c_int, [POINTER, POINTER, POINTER]),
    "save": (ctypes.c_int, [POINTER, INT, POINTER, SIZE]),
    "restore": (ctypes.c_int, [POINTER, INT, TEXT, SIZE]),
    "hash": (ctypes.c_int, [POINTER, INT, ctypes.POINTER(ctypes.c_uint64)]),
    "save_replay": (ctypes.c_int, [POINTER, INT, TEXT]),
    "render": (ctypes.c_int, [POINTER, INT, INT, INT, POINTER]),
    "show": (ctypes.c_int, [POINTER, INT, INT, INT]),
}


def library_paths():
    """Where the library may be: named; installed (PREFIX/share/cohort/python); built beside the sources; the system's."""
    if os.environ.get("COHORT_LIBRARY"):
        return [Path(os.environ["COHORT_LIBRARY"])]
    prefix, source = HERE.parents[2], HERE.parents[1]
    found = [path for pattern in ("lib*/libcohort.so.0", "lib/*/libcohort.so.0") for path in sorted(prefix.glob(pattern))]
    found += sorted(source.glob("build*/libcohort.so.0"))
    system = ctypes.util.find_library("cohort")
    return found + ([Path(system)] if system else [])


@functools.lru_cache(maxsize=None)
def library():
    """The functions co_foreign_*, by the rest of their names, and the path that they come from."""
    paths = library_paths()
    if not paths:
        raise Error("there is no libcohort.so.0 beside %s: build it, or name it in COHORT_LIBRARY" % HERE)
    try:
        loaded = ctypes.CDLL(str(paths[0]))
        functions = types.SimpleNamespace(path=paths[0])
        for name, (result, parameters) in PROTOTYPES.items():
            function = getattr(loaded, "co_foreign_" + name)
            function.restype, function.argtypes = result, parameters
            setattr(functions, name, function)
    except (OSError, AttributeError) as error:
        raise Error("%s is not Cohort's library: %s" % (paths[0], error)) from None
    if functions.version() < VERSION:
        raise Error("%s has version %d of the interface, this file needs %d" % (paths[0], functions.version(), VERSION))
    return functions


def data_folder():
    """The folder of maps and environments: beside this file, else beside the library."""
    near = [HERE.parent] + [above / "share" / "cohort" for above in library().path.resolve().parents]
    for folder in near:
        if (folder / "maps").is_dir():
            return folder
    raise Error("there is no folder of maps beside %s: name it with data=..." % HERE)


# --- arrays ---


class Plain:
    """An array where there is no NumPy: reading gives lists."""

    def __init__(self, kind, shape):
        self.shape = shape
        self.flat = (KINDS[kind][0] * math.prod(shape))()
        self.pointer = ctypes.addressof(self.flat)

    def __len__(self):
        return self.shape[0]

    def __getitem__(self, i):
        row = math.prod(self.shape[1:])
        i = range(self.shape[0])[i]
        return nest(self.flat[i * row:(i + 1) * row], self.shape[1:])

    def tolist(self):
        return nest(self.flat[:], self.shape)

    copy = tolist


def nest(numbers, shape):
    """A flat list as lists of lists of that shape."""
    if not shape:
        return numbers[0]
    row = math.prod(shape[1:])
    return [nest(numbers[i * row:(i + 1) * row], shape[1:]) for i in range(shape[0])] if len(shape) > 1 else numbers


def make_array(kind, shape):
    """An array and the address of its memory."""
    if numpy is None:
        plain = Plain(kind, shape)
        return plain, plain.pointer
    filled = numpy.zeros(shape, KINDS[kind][1])
    return filled, filled.ctypes.data


def whole(value):
    """A whole number that fits the engine's; also from PyTorch's tensors of one."""
    number = operator.index(value)
    if not -2**63 <= number < 2**63:
        raise ValueError("the action %d is out of range" % number)
    return number


def real(value):
    if isinstance(value, (str, bytes)):
        raise TypeError("the action %r is not a number" % value)
    number = float(value)
    if not abs(number) <= 3e38:
        raise ValueError("the action %r is not finite" % (value,))
    return number


def flatten(values, shape, convert, out):
    """The numbers of nested lists that must have this shape, appended to `out`."""
    if not shape:
        out.append(convert(values))
        return
    if isinstance(values, (str, bytes, Mapping)):
        raise TypeError("actions are lists of numbers, not %r" % (values,))
    rows = list(itertools.islice(values, shape[0] + 1))
    if len(rows) != shape[0]:
        raise ValueError("actions have %s%d entries where %d are expected" %
                         ("more than " if len(rows) > shape[0] else "", min(len(rows), shape[0]), shape[0]))
    for row in rows:
        flatten(row, shape[1:], convert, out)


def check_number(name, value, low, high):
    number = operator.index(value)
    if not low <= number <= high:
        raise ValueError("%s is %d, must lie in [%d, %d]" % (name, number, low, high))
    return number


def text_of(value):
    """A setting's value as the engine reads it."""
    if isinstance(value, bool):
        return b"true" if value else b"false"
    text = os.fspath(value) if isinstance(value, os.PathLike) else str(value)
    if "\0" in text:
        raise ValueError("%r holds a zero byte" % text)
    return os.fsencode(text)


def destroy(functions, handle, owner):
    if owner in (None, os.getpid()):
        functions.destroy(handle)


class Copies:
    """num_envs copies of one environment, stepped together: what the classes below stand on.

    spec holds the facts (cohort/foreign.h: agents, obs_size, actions, infos ...). The arrays are those of CoForeignViews,
    by the same names (`global` is `state`): obs [num_envs][agents][obs_size], mask [num_envs][agents][actions], state
    [num_envs][teams][global_size], rewards [num_envs][agents], terminated [num_envs] ... They are the engine's memory:
    every call writes them anew. An episode is determined by its seed and its actions; seed=None draws one from the
    system. One thread at a time; a handle with threads of its own belongs to the process that made it.
    """

    def __init__(self, env, num_envs=1, *, seed=None, threads=1, profile="cohort", data=None, strict=False,
                 privileged=False, recorded=False, settings=None, **more):
        functions = library()
        pairs = [text_of(part) for pair in dict(settings or {}, **more).items() for part in pair]
        words = (ctypes.c_char_p * (len(pairs) + 1))(*pairs, None)
        setup = Setup(size=ctypes.sizeof(Setup), env=text_of(env), data=text_of(data_folder() if data is None else data),
                      settings=words, profile=text_of(profile), seed=self.check_seed(draw_seed() if seed is None else seed),
                      num_envs=check_number("num_envs", num_envs, 1, 65536),
                      threads=check_number("threads", threads, 1, 1024), privileged=bool(privileged),
                      strict=bool(strict), recorded=bool(recorded))
        sentence = ctypes.create_string_buffer(1024)
        handle = functions.create(setup, sentence, len(sentence))
        if not handle:
            raise Error(sentence.value.decode(errors="replace"))
        self.functions, self.handle, self.lock = functions, handle, threading.Lock()
        self.owner = os.getpid() if setup.threads > 1 else None
        self.finalizer = weakref.finalize(self, destroy, functions, handle, self.owner)
        self.finalizer.atexit = False  # another thread may be within a call still
        self.spec = types.SimpleNamespace(**self.describe())
        self.views, self.final = self.make_views(), None
        self.discrete = self.spec.actions > 0
        shape = (self.spec.num_envs, self.spec.agents) + (() if self.discrete else (self.spec.action_size,))
        self.actions, address = make_array("q" if self.discrete else "f", shape)
        self.taken = (address, None) if self.discrete else (None, address)
        self.action_shape = shape

    def __reduce__(self, *_):
        raise TypeError("environments are not copied: save() and restore() move their states")

    __copy__ = __deepcopy__ = __reduce__

    @staticmethod
    def check_seed(seed):
        return check_number("seed", seed, 0, 2**64 - 1)

    def call(self, function, *arguments, actions=None):
        """actions: what `take` takes, where the call needs them."""
        if not self.lock.acquire(False):
            raise Error("the environment is in use by another thread")
        try:
            if self.handle is None:
                raise Error("the environment is closed")
            if self.owner not in (None, os.getpid()):
                raise Error("the environment belongs to the process that made it: make another one after a fork")
            if actions is not None:
                self.take(*actions)
            result = function(self.handle, *arguments)
            if result == -1:
                raise Error(self.functions.error(self.handle).decode(errors="replace"))
            if result < 0:
                raise Error("the environment is in use by another thread")
            return result
        finally:
            self.lock.release()

    def describe(self):
        size = self.call(self.functions.describe, None, 0)
        text = ctypes.create_string_buffer(max(size, 1))
        if not size or self.call(self.functions.describe, text, size) != size:
            raise Error("no memory for a description")
        return json.loads(text.value.decode())

    def make_views(self):
        """Arrays for one look, and the pointers to them for the engine."""
        sizes = dict(vars(self.spec), infos=len(self.spec.infos))
        views, pointers = types.SimpleNamespace(), Views(size=ctypes.sizeof(Views))
        for name, kind, shape in VIEWS:
            filled, address = make_array(kind, tuple(sizes[word] for word in shape))
            setattr(views, name, filled)
            setattr(pointers, name, address)
        views.pointers, views.address = pointers, ctypes.addressof(pointers)
        return views

    def __getattr__(self, name):  # of what is shown: obs, mask, state ...
        views = self.__dict__.get("views")
        if views is None or name.startswith("_"):
            raise AttributeError(name)
        return getattr(views, name)

    def reset(self, seed=None, which=None):
        """Begins episodes: in all copies, or in those marked in `which` [num_envs]. seed: a number, copy i then has
        seed + i; or one for each copy; None: they go on by themselves."""
        copies, seeds, marks = self.spec.num_envs, None, None
        if seed is not None:
            try:
                seed = self.check_seed(seed)
                each = [(seed + i) % 2**64 for i in range(copies)]
            except TypeError:
                each = [self.check_seed(one) for one in itertools.islice(seed, copies + 1)]
                if len(each) != copies:
                    raise ValueError("there are %d seeds, must be %d" % (len(each), copies)) from None
            seeds = (ctypes.c_uint64 * copies)(*each)
        if which is not None:
            each = [bool(one) for one in itertools.islice(which, copies + 1)]
            if len(each) != copies:
                raise ValueError("there are %d marks, must be %d" % (len(each), copies))
            marks = (ctypes.c_uint8 * copies)(*each)
        self.call(self.functions.reset, marks, seeds, self.views.address)

    def take(self, actions, shape):
        """Actions of that shape into the engine's array: NumPy's, PyTorch's, lists."""
        target = self.actions if numpy is None else self.actions.reshape(shape)
        if numpy is not None and hasattr(actions, "__array__"):
            actions = numpy.asarray(actions)
        if numpy is not None and isinstance(actions, numpy.ndarray) and actions.dtype.kind != "O":
            if actions.dtype.kind not in ("iu" if self.discrete else "fiu"):
                raise TypeError("actions are of type %s, must be %s" %
                                (actions.dtype, "whole numbers" if self.discrete else "numbers"))
            if actions.shape != shape:
                raise ValueError("actions have the shape %s, must have %s" % (actions.shape, shape))
            if not self.discrete and not (abs(actions) <= 3e38).all():
                raise ValueError("actions hold numbers that are not finite")
            target[...] = actions
            return
        flat = []
        flatten(actions, shape, whole if self.discrete else real, flat)
        if numpy is None:
            target.flat[:] = flat
        else:
            target.reshape(-1)[:] = flat

    def step(self, actions, autoreset=AutoresetMode.DISABLED):
        """One step of every copy; how many episodes ended. With SAME_STEP `final` then holds what was seen at the end."""
        return self.advance(actions, self.action_shape, MODES[autoreset.value])

    def advance(self, actions, shape, mode=0):
        """The same with actions of another shape that has as many numbers."""
        if mode == 2 and self.final is None:
            self.final = self.make_views()
        return self.call(self.functions.step, *self.taken, mode, self.views.address,
                         self.final.address if mode == 2 else None, actions=(actions, shape))

    def sample(self):
        """Random legal actions of all copies, in the array that the engine keeps for actions."""
        self.call(self.functions.sample, *self.taken)
        return self.actions

    def save(self, copy=0):
        """A copy's whole moment as bytes: state, streams, clock."""
        data = ctypes.create_string_buffer(self.spec.saved_bytes)
        self.call(self.functions.save, self.check_copy(copy), data, len(data))
        return data.raw

    def restore(self, data, copy=0):
        """Goes on where `save` was called, here or in another environment of the same settings."""
        data = bytes(memoryview(data))
        self.call(self.functions.restore, self.check_copy(copy), data, len(data))
        self.call(self.functions.look, self.views.address)

    def hash(self, copy=0):
        """The state's hash: the same in C, on any machine."""
        number = ctypes.c_uint64()
        self.call(self.functions.hash, self.check_copy(copy), number)
        return number.value

    def save_replay(self, path, copy=0):
        """The episode that has ended, for `cohort replay`, `watch` and `record`. Needs recorded=True."""
        self.call(self.functions.save_replay, self.check_copy(copy), text_of(path))

    def render(self, copy=0, width=640, height=400):
        """The picture, [height][width][4] of 0..255: red, green, blue, 255."""
        width, height = check_number("width", width, 16, 4096), check_number("height", height, 16, 4096)
        picture, address = make_array("B", (height, width, 4))
        self.call(self.functions.render, self.check_copy(copy), width, height, address)
        return picture

    def show(self, copy=0, width=640, height=400):
        """The picture in a window; False once a person has closed it."""
        width, height = check_number("width", width, 16, 4096), check_number("height", height, 16, 4096)
        return self.call(self.functions.show, self.check_copy(copy), width, height) > 0

    def check_copy(self, copy):
        return check_number("copy", copy, 0, self.spec.num_envs - 1)

    def close(self):
        """What was read from the arrays stays valid; every other call fails from now on."""
        if not self.lock.acquire(False):
            raise Error("the environment is in use by another thread")
        try:
            self.handle = None
            self.finalizer()
        finally:
            self.lock.release()


def draw_seed():
    return int.from_bytes(os.urandom(7), "little")


# --- spaces ---


class Space:
    """A set of values. Gymnasium's take its place where they are installed."""

    def __init__(self, shape, dtype):
        self.shape, self.dtype, self.random = shape, dtype, random.Random()

    def seed(self, seed=None):
        self.random.seed(seed)
        return [seed]

    def __contains__(self, x):
        return self.contains(x)

    def __eq__(self, other):
        return type(self) is type(other) and repr(self) == repr(other)

    __hash__ = None

    def give(self, numbers):
        """Nested lists as a value of this space."""
        return numbers if numpy is None else numpy.asarray(numbers, self.dtype)


class Discrete(Space):
    """0 .. n - 1."""

    def __init__(self, n):
        super().__init__((), "int64")
        self.n = n

    def sample(self, mask=None):
        return self.random.choice([i for i in range(self.n) if mask is None or mask[i]] or [0])

    def contains(self, x):
        try:
            return 0 <= operator.index(x) < self.n
        except TypeError:
            return False

    def __repr__(self):
        return "Discrete(%d)" % self.n


class MultiDiscrete(Space):
    """Whole numbers below those of `nvec`, nested lists."""

    def __init__(self, nvec):
        shape = (len(nvec),) if isinstance(nvec[0], int) else (len(nvec), len(nvec[0]))
        super().__init__(shape, "int64")
        self.nvec = nvec

    def sample(self, mask=None):
        def draw(n, mask):
            if not isinstance(n, int):
                return [draw(one, None if mask is None else mask[i]) for i, one in enumerate(n)]
            return Discrete.sample(types.SimpleNamespace(n=n, random=self.random), mask)

        return self.give(draw(self.nvec, mask))

    def contains(self, x):
        return within(x, self.nvec, lambda number, n: Discrete(n).contains(number))

    def __repr__(self):
        return "MultiDiscrete(%s)" % self.nvec


class Box(Space):
    """Numbers from low to high, nested lists of that shape."""

    def __init__(self, low, high, shape):
        super().__init__(shape, "float32")
        self.low, self.high = self.give(low), self.give(high)

    def sample(self, mask=None):
        def draw(low, high):
            if isinstance(low, list):
                return [draw(*pair) for pair in zip(low, high)]
            if math.isinf(low) or math.isinf(high):
                return max(low, min(high, self.random.gauss(0, 1)))
            return self.random.uniform(low, high)

        low, high = (self.low, self.high) if numpy is None else (self.low.tolist(), self.high.tolist())
        return self.give(draw(low, high))

    def contains(self, x):
        if numpy is None:
            return within(x, self.low, lambda number, low: number >= low) and within(x, self.high, lambda a, b: a <= b)
        if not isinstance(x, numpy.ndarray) or x.shape != self.shape or x.dtype.kind not in "fiu":
            return False
        return bool(((x >= self.low) & (x <= self.high)).all())

    def __repr__(self):
        return "Box(%s)" % (self.shape,)


def within(x, bounds, test):
    """Whether nested numbers have the bounds' shape and pass the test with them, one by one."""
    if isinstance(bounds, (int, float)):
        return isinstance(x, (int, float)) or hasattr(x, "__index__") if test(x, bounds) else False
    try:
        return len(x) == len(bounds) and all(within(a, b, test) for a, b in zip(x, bounds))
    except TypeError:
        return False


def repeat(value, counts):
    for count in reversed(counts):
        value = [value] * count
    return value


def discrete_space(n):
    return gymnasium.spaces.Discrete(n) if gymnasium is not None else Discrete(n)


def multi_space(n, counts):
    nvec = repeat(n, counts)
    return gymnasium.spaces.MultiDiscrete(nvec) if gymnasium is not None else MultiDiscrete(nvec)


def box_space(low, high, row, counts):
    """A Box of shape (*counts, *row); low, high: a number or a flat list for one row, None: no bound."""

    def spread(bound, unbounded):
        each = bound if isinstance(bound, list) else [bound] * math.prod(row)
        return repeat(nest([unbounded if one is None else one for one in each], row), counts)

    low, high, shape = spread(low, -math.inf), spread(high, math.inf), tuple(counts) + tuple(row)
    if gymnasium is None:
        return Box(low, high, shape)
    return gymnasium.spaces.Box(numpy.array(low, "float32"), numpy.array(high, "float32"), shape, "float32")


def obs_space(spec, indexed, counts):
    if indexed and counts:
        return multi_space(spec.states, counts)
    if indexed:
        return discrete_space(spec.states)
    return box_space(spec.obs_low, spec.obs_high, spec.obs_shape or [spec.obs_size], counts)


def action_space(spec, counts):
    if spec.actions and counts:
        return multi_space(spec.actions, counts)
    if spec.actions:
        return discrete_space(spec.actions)
    return box_space(spec.low, spec.high, [spec.action_size], counts)


# --- pictures ---


class Camera:
    """render_mode and what it does, for the classes of one copy."""

    metadata = {"render_modes": ["human", "rgb_array"], "render_fps": 10, "name": "cohort", "is_parallelizable": True}

    def set_camera(self, render_mode, picture):
        if render_mode not in (None, "human", "rgb_array"):
            raise ValueError("render_mode is %r, must be None, 'human' or 'rgb_array'" % (render_mode,))
        if render_mode and not self.copies.spec.drawn:
            raise Error("%s does not draw itself" % self.copies.spec.env)
        self.render_mode, self.picture, self.shown_at = render_mode, tuple(picture), 0.0

    def render(self):
        """[height][width][3] with rgb_array; None with human, whose window shows every step without being asked."""
        if self.render_mode == "rgb_array":
            picture = self.copies.render(0, *self.picture)
            return [[pixel[:3] for pixel in row] for row in picture.tolist()] if numpy is None else picture[..., :3].copy()
        if self.render_mode == "human":
            self.copies.show(0, *self.picture)
        return None

    def show_step(self):
        if self.render_mode == "human":
            pause = self.shown_at + 1 / self.metadata["render_fps"] - time.monotonic()
            if pause > 0:
                time.sleep(min(pause, 10))
            self.render()
            self.shown_at = time.monotonic()


def row_of(array, i, copy):
    """Row i; without NumPy reading copies anyway."""
    return array[i].copy() if copy and numpy is not None else array[i]


# --- SMAC ---

SMAC_NAMES = {"move_amount": "move", "obs_pathing_grid": "obs_pathing", "state_timestep_number": "state_timestep",
              "reward_death_value": "reward_death", "reward_negative_scale": "reward_loss"}
# Arguments about StarCraft II itself: accepted as long as they ask for nothing.
SMAC_IDLE = {"difficulty": (None, "7"), "game_version": (None,), "debug": (None, False), "window_size_x": None,
             "window_size_y": None, "heuristic_ai": (None, False), "heuristic_rest": (None, False),
             "obs_terrain_height": (None, False)}


def smac_settings(given):
    """SMAC's constructor arguments as settings of skirmish; others are settings already."""
    settings = {}
    for name, value in given.items():
        if name in SMAC_IDLE:
            if SMAC_IDLE[name] is not None and value not in SMAC_IDLE[name]:
                raise Error("%s is %r: there is no StarCraft II here, and nothing that it could mean" % (name, value))
        else:
            settings[SMAC_NAMES.get(name, name)] = value
    if not settings.pop("reward_only_positive", True):
        settings["reward"] = "smac_negative"
    if settings.pop("reward_sparse", False):
        settings["reward"] = "sparse"
    scaled, rate = settings.pop("reward_scale", True), settings.pop("reward_scale_rate", 20)
    settings["reward_scale"] = scaled if not isinstance(scaled, bool) else rate if scaled else 0
    if settings.pop("obs_timestep_number", False):
        settings["obs_timestep"] = "smac"
    return settings


class StarCraft2Env(Camera):
    """SMAC's environment on Cohort's maps: its methods, its constructor's arguments, its `info`.

    map_name: a map of `cohort list maps`, or the path of one's own. Further keywords are settings of skirmish
    (`cohort train skirmish/3m --help`). The profile is "pymarl": SMAC's rewards as they are.
    """

    def __init__(self, map_name="3m", *, seed=None, continuing_episode=False, obs_instead_of_state=False, replay_dir="",
                 replay_prefix="", profile="pymarl", data=None, render_mode=None, picture=(640, 400), copy=True, **given):
        self.copies = Copies("skirmish/%s" % map_name, seed=seed, profile=profile, data=data, recorded=True,
                             settings=smac_settings(given))
        spec = self.copies.spec
        if spec.teams > 1:
            raise Error("SMAC's class has one team: leave enemy=player to ParallelEnv")
        self.set_camera(render_mode, picture)
        self.map_name, self.n_agents, self.n_actions, self.episode_limit = map_name, spec.agents, spec.actions, spec.episode_limit
        self.continuing_episode, self.obs_instead_of_state, self.copy = continuing_episode, obs_instead_of_state, copy
        self.replay_dir, self.replay_prefix, self.next_seed = replay_dir, replay_prefix, None
        self.battles_won = self.battles_game = self.battles_draw = self.timeouts = 0
        self.shape = (spec.agents,)
        self.places = [spec.infos.index(name) for name in ("battle_won", "dead_allies", "dead_enemies", "draw")]

    def reset(self):
        self.copies.reset(self.next_seed)
        self.next_seed = None
        self.show_step()
        return self.get_obs(), self.get_state()

    def step(self, actions):
        """Reward of the team, whether the episode is over (running out of time too), info."""
        copies = self.copies
        ended = copies.advance(actions, self.shape)
        values = copies.views.info[0] if numpy is None else copies.views.info[0].tolist()
        won, allies, enemies, draw = [values[place] for place in self.places]
        info = {"battle_won": won > 0, "dead_allies": int(allies), "dead_enemies": int(enemies)}
        if ended:
            timeout = bool(copies.views.truncated[0])
            self.battles_game += 1
            self.battles_won += won > 0
            self.battles_draw += draw > 0
            self.timeouts += timeout
            if timeout and self.continuing_episode:
                info["episode_limit"] = True
        if self.render_mode:
            self.show_step()
        return float(copies.views.rewards[0][0]), bool(ended), info

    def get_obs(self):
        """[agents] arrays [obs_size]; zeros for the dead."""
        return list(row_of(self.copies.views.obs, 0, self.copy))

    def get_obs_agent(self, agent_id):
        return row_of(self.copies.views.obs[0], check_number("agent_id", agent_id, 0, self.n_agents - 1), self.copy)

    def get_obs_size(self):
        return self.copies.spec.obs_size

    def get_state(self):
        if self.obs_instead_of_state:
            obs = self.copies.views.obs
            return [x for row in obs[0] for x in row] if numpy is None else obs.reshape(-1).copy()
        return row_of(self.copies.views.state[0], 0, self.copy)

    def get_state_size(self):
        spec = self.copies.spec
        return spec.obs_size * spec.agents if self.obs_instead_of_state else spec.global_size

    def get_avail_actions(self):
        """[agents] lists [actions] of 0 and 1."""
        mask = self.copies.views.mask[0]
        return mask if numpy is None else mask.tolist()

    def get_avail_agent_actions(self, agent_id):
        return self.get_avail_actions()[check_number("agent_id", agent_id, 0, self.n_agents - 1)]

    def get_total_actions(self):
        return self.n_actions

    def get_env_info(self):
        return {"state_shape": self.get_state_size(), "obs_shape": self.get_obs_size(), "n_actions": self.n_actions,
                "n_agents": self.n_agents, "episode_limit": self.episode_limit}

    def get_stats(self):
        return {"battles_won": self.battles_won, "battles_game": self.battles_game, "battles_draw": self.battles_draw,
                "win_rate": self.battles_won / max(self.battles_game, 1), "timeouts": self.timeouts, "restarts": 0}

    def seed(self, seed=None):
        """The running episode's seed; with an argument, the next one's."""
        if seed is not None:
            self.next_seed = self.copies.check_seed(seed)
        return int(self.copies.views.seed[0]) if seed is None else seed

    def save_replay(self, path=None):
        """Writes the episode that has ended, for `cohort replay`; returns the file's name."""
        name = "%s_%d.replay" % (self.replay_prefix or Path(self.map_name).stem, self.seed())
        path = Path(self.replay_dir or ".") / name if path is None else path
        self.copies.save_replay(path)
        return str(path)

    def save_state(self):
        return self.copies.save()

    def restore_state(self, data):
        self.copies.restore(data)

    def close(self):
        self.copies.close()


# --- Gymnasium ---

GymEnv = gymnasium.Env if gymnasium is not None else object
GymVector = getattr(getattr(gymnasium, "vector", None), "VectorEnv", object)


class Table:
    """What Env and VectorEnv share: one row of actions and observations a copy, whoever the agents are.

    One agent: its own observation and action. Several: rows [agents], rewards of `team` (the mean of its agents; each
    agent's are in info["rewards"]), info["alive"] and info["acting"] (the actions of those who do not act are ignored).
    """

    def set_table(self, observation, team, copy):
        spec = self.copies.spec
        if observation not in ("vector", "index"):
            raise ValueError("observation is %r, must be 'vector' or 'index'" % (observation,))
        if observation == "index" and not spec.states:
            raise Error("%s has no table: its observation is a vector" % spec.env)
        self.team, self.copy, self.single = check_number("team", team, 0, spec.teams - 1), copy, spec.agents == 1
        self.indexed = observation == "index"
        self.members = [agent for agent in range(spec.agents) if spec.team[agent] == team]
        self.rows = () if self.single else (spec.agents,)
        self.row_shape = tuple(spec.obs_shape or [spec.obs_size])
        if numpy is not None:  # the same memory in the shapes that are shown
            for views in [self.copies.views] + ([self.copies.final] if self.copies.final else []):
                self.shape_views(views)

    def shape_views(self, views):
        spec = self.copies.spec
        front = (spec.num_envs,) + self.rows
        views.shown = views.index.reshape(front) if self.indexed else views.obs.reshape(front + self.row_shape)
        views.legal = views.mask.reshape(front + (spec.actions,)).view(numpy.int8)

    def seen(self, views, i):
        """Copy i's observation."""
        if numpy is not None:
            row = views.shown[i]
            return int(row) if row.ndim == 0 else row.copy() if self.copy else row
        rows = views.index[i] if self.indexed else [nest(row, self.row_shape) for row in views.obs[i]]
        return rows[0] if self.single else rows

    def legal(self, views, i):
        if numpy is not None:
            return views.legal[i].copy() if self.copy else views.legal[i]
        return views.mask[i][0] if self.single else views.mask[i]

    def paid(self, views, i):
        """The team's reward in copy i: the mean of its agents'."""
        rewards = views.rewards[i]
        return float(rewards[0]) if self.single else sum(float(rewards[a]) for a in self.members) / len(self.members)


class Env(Table, Camera, GymEnv):
    """One copy in Gymnasium's shape. Settings of the environment are keywords, or `settings` where names collide.

    observation: "vector", or "index" (the row of a table, as Gymnasium's own Taxi shows it); team: whose reward counts;
    copy=False shows the engine's own memory, written anew by every step. info has "action_mask" where actions are
    discrete, the environment's sums by name, and "seed", which determines the episode.
    """

    def __init__(self, env, *, render_mode=None, observation="vector", team=0, copy=True, picture=(640, 400), **settings):
        self.copies = Copies(env, 1, recorded=True, **settings)
        self.set_table(observation, team, copy)
        self.set_camera(render_mode, picture)
        spec = self.copies.spec
        self.observation_space, self.action_space = obs_space(spec, self.indexed, self.rows), action_space(spec, self.rows)
        self.shape = self.rows + (() if spec.actions else (spec.action_size,))
        self.fps = self.metadata["render_fps"]

    def look(self):
        views, spec = self.copies.views, self.copies.spec
        info = dict(zip(spec.infos, views.info[0] if numpy is None else views.info[0].tolist())) if spec.infos else {}
        if spec.actions:
            info["action_mask"] = self.legal(views, 0)
        if not self.single:
            for name in ("rewards", "alive", "acting"):
                info[name] = row_of(getattr(views, name), 0, self.copy)
        info["seed"] = int(views.seed[0])
        return self.seen(views, 0), info

    def reset(self, *, seed=None, options=None):
        if GymEnv is not object:
            super().reset(seed=seed)
        self.copies.reset(seed)
        self.show_step()
        return self.look()

    def step(self, action):
        views = self.copies.views
        self.copies.advance(action, self.shape)
        if self.render_mode:
            self.show_step()
        obs, info = self.look()
        return obs, self.paid(views, 0), bool(views.terminated[0]), bool(views.truncated[0]), info

    def state(self, team=None):
        """The global state that a central critic sees, [global_size]."""
        return row_of(self.copies.views.state[0], self.team if team is None else team, True)

    def save_state(self):
        return self.copies.save()

    def restore_state(self, data):
        """Goes on where save_state was called; returns what is seen there, as reset does."""
        self.copies.restore(data)
        return self.look()

    def save_replay(self, path):
        self.copies.save_replay(path)

    def close(self):
        self.copies.close()


class VectorEnv(Table, GymVector):
    """num_envs copies in the shape of Gymnasium's vector environments, stepped in one call across `threads`.

    threads=None: as many as the process may use. After reset(seed=s) copy i is the same as a single Env after
    reset(seed=s + i). infos are arrays [num_envs ...] with "_NAME" saying where they hold.
    """

    def __init__(self, env, num_envs=1, *, threads=None, autoreset_mode=AutoresetMode.NEXT_STEP, observation="vector",
                 team=0, copy=True, **settings):
        self.autoreset_mode = autoreset_mode if isinstance(autoreset_mode, AutoresetMode) else AutoresetMode(autoreset_mode)
        if threads is None:
            threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.copies = Copies(env, num_envs, threads=threads, **settings)
        if self.autoreset_mode.value == "SameStep":
            self.copies.final = self.copies.make_views()
        self.set_table(observation, team, copy)
        spec, self.num_envs = self.copies.spec, num_envs
        self.metadata = {"autoreset_mode": self.autoreset_mode, "render_modes": []}
        self.render_mode, self.closed, self.spec = None, False, None
        self.single_observation_space = obs_space(spec, self.indexed, self.rows)
        self.single_action_space = action_space(spec, self.rows)
        front = (num_envs,) + self.rows
        self.observation_space, self.action_space = obs_space(spec, self.indexed, front), action_space(spec, front)
        self.everywhere = [True] * num_envs if numpy is None else numpy.ones(num_envs, bool)
        self.action_shape = front + (() if spec.actions else (spec.action_size,))

    def shown(self, views):
        if numpy is None:
            return [self.seen(views, i) for i in range(self.num_envs)]
        return views.shown.copy() if self.copy else views.shown

    def infos(self, views):
        spec, infos = self.copies.spec, {}
        if spec.actions:
            infos["action_mask"] = [self.legal(views, i) for i in range(self.num_envs)] if numpy is None else \
                views.legal.copy() if self.copy else views.legal
        for k, name in enumerate(spec.infos):
            infos[name] = [row[k] for row in views.info.tolist()] if numpy is None else views.info[:, k].copy()
        if not self.single:
            for name in ("rewards", "alive", "acting"):
                infos[name] = getattr(views, name).copy()
        for name in list(infos):
            infos["_" + name] = self.everywhere
        return infos

    def reset(self, *, seed=None, options=None):
        """seed: a number, or one for each copy. options {"reset_mask": [num_envs]}: only these copies."""
        if isinstance(seed, (list, tuple)) and all(one is None for one in seed):
            seed = None
        self.copies.reset(seed, (options or {}).get("reset_mask"))
        return self.shown(self.copies.views), self.infos(self.copies.views)

    def step(self, actions):
        copies, views = self.copies, self.copies.views
        ended = copies.advance(actions, self.action_shape, MODES[self.autoreset_mode.value])
        infos = self.infos(views)
        if numpy is None:
            rewards = [self.paid(views, i) for i in range(self.num_envs)]
            over, out = [bool(x) for x in views.terminated.tolist()], [bool(x) for x in views.truncated.tolist()]
            marks = [a or b for a, b in zip(over, out)]
        else:
            rewards = views.rewards[:, self.members].mean(axis=1, dtype="float64")
            over, out = views.terminated.astype(bool), views.truncated.astype(bool)
            marks = over | out
        if ended and copies.final is not None:
            ends = self.infos(copies.final)
            ends.update({name: infos[name] for name in copies.spec.infos + ([] if self.single else ["rewards"])})
            infos.update(final_obs=self.shown(copies.final), _final_obs=marks, final_info=ends, _final_info=marks)
        return self.shown(views), rewards, over, out, infos

    def sample(self):
        """Random legal actions [num_envs ...], by the engine."""
        actions = self.copies.sample()
        return nest(actions.flat[:], self.action_shape) if numpy is None else actions.reshape(self.action_shape).copy()

    def close(self, **_):
        self.closed = True
        self.copies.close()


# --- PettingZoo ---

ZooEnv = getattr(pettingzoo, "ParallelEnv", object)


class ParallelEnv(Camera, ZooEnv):
    """All agents at once in PettingZoo's shape. Agents are called by their team and place: "allies_0", "agent_0".

    An agent that dies is terminated and leaves `agents`, as there; with keep_dead=True it stays to the episode's end,
    sees zeros and has one action left. In games of turns the actions of those who wait are ignored, and may be left
    out: infos[agent]["acting"]. infos[agent]["action_mask"] says what is legal.
    """

    def __init__(self, env, *, render_mode=None, keep_dead=False, copy=True, picture=(640, 400), **settings):
        self.copies = Copies(env, 1, recorded=True, **settings)
        self.set_camera(render_mode, picture)
        spec, self.copy, self.keep_dead, counts = self.copies.spec, copy, keep_dead, {}
        self.possible_agents, self.agents = [], []
        for team in spec.team:
            self.possible_agents.append("%s_%d" % (spec.team_names[team], counts.setdefault(team, 0)))
            counts[team] += 1
        self.place = {agent: i for i, agent in enumerate(self.possible_agents)}
        self.observation_spaces = {agent: obs_space(spec, False, ()) for agent in self.possible_agents}
        self.action_spaces = {agent: action_space(spec, ()) for agent in self.possible_agents}
        if spec.global_size:
            self.state_space = box_space(None, None, [spec.global_size], ())
        self.row_shape = tuple(spec.obs_shape or [spec.obs_size])

    def observation_space(self, agent):
        return self.observation_spaces[agent]

    def action_space(self, agent):
        return self.action_spaces[agent]

    @property
    def num_agents(self):
        return len(self.agents)

    @property
    def max_num_agents(self):
        return len(self.possible_agents)

    @property
    def unwrapped(self):
        return self

    def look(self, agents):
        views, spec, seen, infos = self.copies.views, self.copies.spec, {}, {}
        rows, masks, acting = views.obs[0], views.mask[0] if spec.actions else None, views.acting[0]
        sums = dict(zip(spec.infos, views.info[0] if numpy is None else views.info[0].tolist()))
        for agent in agents:
            i = self.place[agent]
            row = row_of(rows, i, self.copy)
            seen[agent] = nest(row, self.row_shape) if numpy is None else row.reshape(self.row_shape)
            infos[agent] = dict(sums, acting=bool(acting[i]))
            if masks is not None:
                infos[agent]["action_mask"] = masks[i] if numpy is None else masks[i].view(numpy.int8).copy()
        return seen, infos

    def reset(self, seed=None, options=None):
        self.copies.reset(seed)
        self.agents = list(self.possible_agents)
        self.show_step()
        return self.look(self.agents)

    def gather(self, actions):
        """Everybody's actions as one list: whoever is gone or waits gets zeros, which the engine ignores."""
        if not isinstance(actions, Mapping):
            raise TypeError("actions are a dict {agent: action}, not %s" % type(actions).__name__)
        for agent in actions:
            if agent not in self.place:
                raise Error("there is no agent %r: they are %s" % (agent, ", ".join(self.possible_agents)))
        spec, acting = self.copies.spec, self.copies.views.acting[0]
        for agent in self.agents:
            if agent not in actions and acting[self.place[agent]]:
                raise Error("there is no action for %s" % agent)
        everybody = [0 if spec.actions else [0.0] * spec.action_size for _ in self.possible_agents]
        if self.agents:
            everybody = self.legal_rest(everybody)
        for agent, action in actions.items():
            if agent in self.agents:
                everybody[self.place[agent]] = action
        return everybody

    def legal_rest(self, everybody):
        """An agent that has left may live again by an environment's rules: it does its first legal action."""
        spec = self.copies.spec
        for agent in self.possible_agents if spec.actions else ():
            if agent not in self.agents:
                mask = self.copies.views.mask[0][self.place[agent]]
                everybody[self.place[agent]] = next(i for i in range(spec.actions) if mask[i])
        return everybody

    def step(self, actions):
        copies, views = self.copies, self.copies.views
        copies.step([self.gather(actions)])
        self.show_step()
        over, out = bool(views.terminated[0]), bool(views.truncated[0])
        rewards, alive, agents = views.rewards[0], views.alive[0], self.agents
        seen, infos = self.look(agents)
        paid = {agent: float(rewards[self.place[agent]]) for agent in agents}
        gone = {agent: over or not (self.keep_dead or alive[self.place[agent]]) for agent in agents}
        self.agents = [agent for agent in agents if not (gone[agent] or out)]
        return seen, paid, gone, {agent: out for agent in agents}, infos

    def state(self, team=0):
        """The global state that a central critic sees, [global_size]."""
        if not self.copies.spec.global_size:
            raise Error("%s has no global state" % self.copies.spec.env)
        return row_of(self.copies.views.state[0], check_number("team", team, 0, self.copies.spec.teams - 1), True)

    def save_state(self):
        return self.copies.save()

    def restore_state(self, data):
        self.copies.restore(data)
        alive = self.copies.views.alive[0]
        ended = self.copies.views.terminated[0] or self.copies.views.truncated[0]
        self.agents = [agent for agent in self.possible_agents
                       if not ended and (self.keep_dead or alive[self.place[agent]])]
        return self.look(self.agents)

    def save_replay(self, path):
        self.copies.save_replay(path)

    def close(self):
        self.copies.close()


# --- weights ---


def load_safetensors(path):
    """{name: array} of a weight file (https://huggingface.co/docs/safetensors); without NumPy array.array, flat.

    PyTorch: module.load_state_dict({name: torch.from_numpy(x) for name, x in load_safetensors(path).items()})
    """
    kinds, tensors, raw = {"F32": "f", "F64": "d", "I32": "i", "I64": "q", "U8": "B"}, {}, Path(path).read_bytes()
    try:
        (length,) = struct.unpack_from("<Q", raw)
        for name, entry in json.loads(raw[8:8 + length]).items():
            if name == "__metadata__":
                continue
            begin, end = (8 + length + at for at in entry["data_offsets"])
            numbers = array.array(kinds[entry["dtype"]], raw[begin:end])
            if len(numbers) != math.prod(entry["shape"]):
                raise ValueError("%s has %d numbers, its shape is %s" % (name, len(numbers), entry["shape"]))
            tensors[name] = numbers if numpy is None else numpy.array(numbers).reshape(entry["shape"])
    except (struct.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Error("%s: no weight file: %s" % (path, error)) from None
    return tensors
