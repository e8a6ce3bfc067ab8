"""Saved weights mean what PyTorch's documentation says: numpy computes the networks of forward.c from its files alone.

forward.py PROGRAM: PROGRAM writes weights, inputs and outputs into a temporary folder.
"""
import json
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np


def load(path):
    """The tensors of a safetensors file by name."""
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    data = raw[8 + length :]
    assert (8 + length) % 8 == 0, "the numbers begin on a boundary of eight bytes"
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        assert entry["dtype"] == "F32"
        tensors[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"]).astype(np.float64)
    return tensors


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def hard_sigmoid(x):
    return np.clip(0.2 * x + 0.5, 0, 1)


def linear(w, name, x):
    return x @ w[name + ".weight"].T + w[name + ".bias"]


def gru(w, x, state):
    """torch.nn.GRUCell: r, z, n."""
    h = state[0]
    ir, iz, i_n = np.split(x @ w["rnn.weight_ih"].T + w["rnn.bias_ih"], 3, axis=1)
    hr, hz, hn = np.split(h @ w["rnn.weight_hh"].T + w["rnn.bias_hh"], 3, axis=1)
    r, z = sigmoid(ir + hr), sigmoid(iz + hz)
    return [(1 - z) * np.tanh(i_n + r * hn) + z * h]


def lstm(squash):
    """torch.nn.LSTMCell: i, f, g, o."""

    def step(w, x, state):
        h, c = state
        gates = x @ w["rnn.weight_ih"].T + w["rnn.bias_ih"] + h @ w["rnn.weight_hh"].T + w["rnn.bias_hh"]
        i, f, g, o = np.split(gates, 4, axis=1)
        c = squash(f) * c + squash(i) * np.tanh(g)
        return [squash(o) * np.tanh(c), c]

    return step


def agent(step, states):
    def forward(w, data):
        x = np.maximum(linear(w, "fc1", data["x"]), 0)
        counts = data["count"].astype(int)
        state = [np.zeros((counts[0], w["rnn.weight_hh"].shape[1]))] * states
        rows, outputs = 0, []
        for count in counts:
            state = step(w, x[rows : rows + count], [part[:count] for part in state])
            outputs.append(linear(w, "fc2", state[0]))
            rows += count
        return np.concatenate(outputs)

    return forward


def images(w, data):
    """torch.nn.Conv2d(2, 3, 3, stride=2, padding=1) on images of 5 x 6."""
    kernel, bias = w["conv.weight"], w["conv.bias"]
    x = np.pad(data["x"].reshape(-1, 2, 5, 6), ((0, 0), (0, 0), (1, 1), (1, 1)))
    y = np.empty((len(x), 3, 3, 3))
    for i in range(3):
        for j in range(3):
            patch = x[:, None, :, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3]
            y[:, :, i, j] = (patch * kernel).sum(axis=(2, 3, 4)) + bias
    return linear(w, "fc", np.maximum(y, 0).reshape(len(x), -1))


NETWORKS = {
    "gru": agent(gru, 1),
    "lstm": agent(lstm(sigmoid), 2),
    "lstm_hard": agent(lstm(hard_sigmoid), 2),
    "conv": images,
}


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        for name, forward in NETWORKS.items():
            data = load(Path(folder, name + ".data"))
            error = np.abs(forward(load(Path(folder, name + ".weights")), data) - data["y"]).max()
            print(f"{name}: {data['y'].size} outputs up to {np.abs(data['y']).max():.3f}, largest error {error:.2e}")
            assert error < 1e-5, name


main()
