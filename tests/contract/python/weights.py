"""A trained agent's weights give the same actions outside: by NumPy, and by PyTorch where it is installed.

weights.py COHORT: trains a little with QMIX (PyMARL's agent: fc1, rnn, fc2), lets the command record an episode that the
policy plays in C, and plays it here from the file agent.safetensors, over StarCraft2Env: every action must be the same.
"""
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import common
import cohort

try:
    import torch
except ImportError:
    torch = None

RUNS = {  # run: what it is trained with, and how its environment is made
    "gru": (["skirmish/2s3z", "--algo", "qmix", "--profile", "pymarl"], dict(map_name="2s3z")),
    "lone": (["skirmish/3m", "--algo", "vdn", "--profile", "pymarl", "--obs_agent_id", "false", "--hidden", "32"],
             dict(map_name="3m")),
}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class NumpyAgent:
    """PyMARL's agent: fc1, relu, torch.nn.GRUCell, fc2."""

    def __init__(self, weights, agents):
        self.w = {name: x.astype(np.float64) for name, x in weights.items()}
        self.h = np.zeros((agents, self.w["fc1.bias"].size))

    def values(self, x):
        w, h = self.w, self.h
        x = np.maximum(x @ w["fc1.weight"].T + w["fc1.bias"], 0)
        ir, iz, i_n = np.split(x @ w["rnn.weight_ih"].T + w["rnn.bias_ih"], 3, axis=1)
        hr, hz, hn = np.split(h @ w["rnn.weight_hh"].T + w["rnn.bias_hh"], 3, axis=1)
        z = sigmoid(iz + hz)
        self.h = (1 - z) * np.tanh(i_n + sigmoid(ir + hr) * hn) + z * h
        return self.h @ w["fc2.weight"].T + w["fc2.bias"]


def torch_agent(weights, agents):
    """The same as a module whose parameters have the file's names."""

    class Agent(torch.nn.Module):
        def __init__(self, inputs, hidden, actions):
            super().__init__()
            self.fc1 = torch.nn.Linear(inputs, hidden)
            self.rnn = torch.nn.GRUCell(hidden, hidden)
            self.fc2 = torch.nn.Linear(hidden, actions)
            self.h = torch.zeros(agents, hidden)

        def values(self, x):
            with torch.no_grad():
                self.h = self.rnn(torch.relu(self.fc1(torch.tensor(x, dtype=torch.float32))), self.h)
                return self.fc2(self.h).numpy()

    hidden, inputs = weights["fc1.weight"].shape
    module = Agent(inputs, hidden, weights["fc2.bias"].size)
    module.load_state_dict({name: torch.from_numpy(x) for name, x in weights.items()})  # strict: all names, all shapes
    return module


def record(folder, words):
    """A run, the seed of an episode that its policy plays in C, and the actions of every step."""
    run, replay = str(folder / "run"), folder / "episode.replay"

    def cohort_says(*given):
        return subprocess.run([sys.argv[1], *given], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout.decode()

    cohort_says("train", *words, "--steps", "4000", "--test_interval", "0", "--final_episodes", "1", "--out", run)
    cohort_says("eval", run, "--episodes", "1", "--record", str(replay))
    raw = replay.read_bytes()
    (seed,) = struct.unpack_from("<Q", raw, raw.rindex(b"play") + 4 + 8)
    lines = re.findall(r"^step \d+: actions ([\d ]+);", cohort_says("replay", str(replay), "--text"), re.M)
    return Path(run), seed, [[int(word) for word in line.split()] for line in lines]


def play(env, agent, seed, inputs):
    """Greedy play; the actions, and how close two legal values came."""
    env.seed(seed)
    env.reset()
    last, actions, closest, terminated = np.zeros((env.n_agents, env.n_actions)), [], np.inf, False
    while not terminated:
        x = np.concatenate([np.array(env.get_obs()), last, np.eye(env.n_agents)], axis=1)[:, :inputs]
        values = np.where(np.array(env.get_avail_actions()), agent.values(x), -np.inf)
        best = values.argmax(axis=1)
        two = np.sort(values, axis=1)[:, -2:]
        closest = min(closest, (two[:, 1] - two[:, 0]).min())
        last = np.eye(env.n_actions)[best]
        _, terminated, _ = env.step(best)
        actions.append(best.tolist())
    return actions, closest


def actions_are_those_of_c():
    makers = {"NumPy": NumpyAgent, **({"PyTorch " + torch.__version__: torch_agent} if torch is not None else {})}
    for words, given in RUNS.values():
        with tempfile.TemporaryDirectory() as folder:
            run, seed, expected = record(Path(folder), words)
            weights = cohort.load_safetensors(run / "agent.safetensors")
            assert set(weights) == {"fc1.weight", "fc1.bias", "rnn.weight_ih", "rnn.weight_hh", "rnn.bias_ih",
                                    "rnn.bias_hh", "fc2.weight", "fc2.bias"}
            for name, make in makers.items():
                env = cohort.StarCraft2Env(**given)
                actions, closest = play(env, make(weights, env.n_agents), seed, weights["fc1.weight"].shape[1])
                assert actions == expected, "%s: %s\n%s" % (name, actions, expected)
                print("%s, %s: %d steps of %d agents, all actions as in C; two values came as close as %.1e" %
                      (words[0], name, len(actions), env.n_agents, closest))
                assert len({tuple(row) for row in actions}) > 1, "the policy does more than one thing"
    if torch is None:
        print("PyTorch is not installed: NumPy alone was compared")


def broken_files():
    """Every file cut short, and every changed header, is refused with the file's name."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.safetensors")
        header = b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
        whole = struct.pack("<Q", len(header)) + header + struct.pack("<2f", 1.5, -2)
        path.write_bytes(whole)
        assert cohort.load_safetensors(path)["a"].tolist() == [1.5, -2]
        for size in range(len(whole)):
            path.write_bytes(whole[:size])
            common.refused(lambda: cohort.load_safetensors(path), "x.safetensors")
        for was, now in ((b"F32", b"Q99"), (b"[2]", b"[3]"), (b"[0,8]", b"[0,7]"), (b"[0,8]", b'"abc"'), (b'{"a"', b'["a"')):
            path.write_bytes(whole.replace(was, now))
            common.refused(lambda: cohort.load_safetensors(path), "x.safetensors")


common.run(actions_are_those_of_c, broken_files)
