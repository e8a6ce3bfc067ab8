"""Stand-ins for Gymnasium's and PettingZoo's base classes and spaces, as strict as theirs about types and shapes: shows
that cohort.py uses the packages where they are importable. Imported before cohort by `protocols.py standins`."""
import enum
import sys
import types

import numpy as np


class Space:
    def __init__(self, shape, dtype):
        self.shape, self.dtype, self.random = tuple(shape), np.dtype(dtype), np.random.default_rng()

    def seed(self, seed=None):
        self.random = np.random.default_rng(seed)
        return seed


class Discrete(Space):
    def __init__(self, n):
        assert isinstance(n, (int, np.integer)) and n > 0
        super().__init__((), np.int64)
        self.n = n

    def sample(self, mask=None):
        if mask is None:
            return np.int64(self.random.integers(self.n))
        assert isinstance(mask, np.ndarray) and mask.dtype == np.int8 and mask.shape == (self.n,), mask
        assert ((mask == 0) | (mask == 1)).all()
        return np.int64(self.random.choice(np.flatnonzero(mask)))

    def contains(self, x):
        return isinstance(x, (int, np.integer)) and 0 <= x < self.n


class MultiDiscrete(Space):
    def __init__(self, nvec):
        self.nvec = np.array(nvec, dtype=np.int64)
        super().__init__(self.nvec.shape, np.int64)

    def sample(self, mask=None):
        if mask is None:
            return self.random.integers(self.nvec)
        assert isinstance(mask, tuple) and len(mask) == len(self.nvec)
        assert all(row.dtype == np.int8 and row.shape == (n,) for n, row in zip(self.nvec, mask))
        return np.array([self.random.choice(np.flatnonzero(row)) for row in mask])

    def contains(self, x):
        return isinstance(x, np.ndarray) and x.shape == self.shape and x.dtype != object and \
            bool(((0 <= x) & (x < self.nvec)).all())


class Box(Space):
    def __init__(self, low, high, shape, dtype):
        assert low.shape == high.shape == tuple(shape) and low.dtype == high.dtype == np.dtype(dtype)
        super().__init__(shape, dtype)
        self.low, self.high = low, high

    def sample(self, mask=None):
        assert mask is None
        low, high = np.clip(self.low, -10, 10), np.clip(self.high, -10, 10)
        return self.random.uniform(low, high).astype(self.dtype)

    def contains(self, x):
        return isinstance(x, np.ndarray) and np.can_cast(x.dtype, self.dtype) and x.shape == self.shape and \
            bool(((x >= self.low) & (x <= self.high)).all())


class Env:
    np_random = None

    def reset(self, *, seed=None, options=None):
        if seed is not None:
            self.np_random = np.random.default_rng(seed)


class VectorEnv:
    pass


class AutoresetMode(enum.Enum):
    NEXT_STEP = "NextStep"
    SAME_STEP = "SameStep"
    DISABLED = "Disabled"


class ParallelEnv:
    @property
    def num_agents(self):
        return len(self.agents)


def module(name, **members):
    made = types.ModuleType(name)
    vars(made).update(members)
    sys.modules[name] = made
    return made


module("gymnasium", Env=Env, spaces=module("gymnasium.spaces", Discrete=Discrete, MultiDiscrete=MultiDiscrete, Box=Box),
       vector=module("gymnasium.vector", VectorEnv=VectorEnv, AutoresetMode=AutoresetMode))
module("pettingzoo", ParallelEnv=ParallelEnv)
