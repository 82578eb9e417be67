"""Runs exported circuits of a compound adapter in Qiskit and compares them with determinants.

For every rotation of the adapter the command `circuit` writes OpenQASM 3 and 2 in both layouts; Qiskit reads them
and computes their unitary, which on the states with k ones must be the compound matrix C_k(Q). Q comes from the
adapter's file, by numpy. Then a vector of every order is loaded and turned as the adapter does.
"""

import argparse
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import qiskit.qasm2
import qiskit.qasm3
from qiskit.quantum_info import Operator, Statevector

PREFIX, SUFFIX = "base_model.model.", ".compound"
ROUNDING = 1e-12  # float64, a few hundred gates


def read_tensors(path):
    """The float32 tensors of a safetensors file."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            tensors[name] = np.frombuffer(data[start:end], "<f4").reshape(entry["shape"]).astype(np.float64)
    return tensors


def cayley(stored):
    """Q = (I - S)(I + S)^-1 of a packed triangle or of a matrix A with S = (A - A^T) / 2."""
    if stored.ndim == 1:
        n = round((1 + np.sqrt(1 + 8 * stored.size)) / 2)
        skew = np.zeros((n, n))
        skew[np.triu_indices(n, 1)] = stored
        skew = skew - skew.T
    else:
        n = len(stored)
        skew = (stored - stored.T) / 2
    return (np.eye(n) - skew) @ np.linalg.inv(np.eye(n) + skew)


def compound(q, k):
    """Determinants of all k x k submatrices, and the basis state of every k-subset."""
    sets = list(itertools.combinations(range(len(q)), k))
    minors = [[np.linalg.det(q[np.ix_(rows, columns)]) for columns in sets] for rows in sets]
    return np.array(minors), [sum(1 << qubit for qubit in s) for s in sets]


def circuit(arguments, options):
    command = ["java", "-jar", arguments.jar, "circuit", "--adapter", arguments.adapter, *options]
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout


def load(program, version):
    return (qiskit.qasm3 if version == "qasm3" else qiskit.qasm2).loads(program)


def check_unitary(arguments, place, q):
    worst = 0
    for layout, version in itertools.product(("pyramid", "brick"), ("qasm3", "qasm2")):
        program = circuit(arguments, [*place, "--layout", layout, "--format", version])
        unitary = Operator(load(program, version)).data
        expected = np.zeros_like(unitary)
        for k in range(len(q) + 1):
            minors, states = compound(q, k)
            expected[np.ix_(states, states)] = minors
        worst = max(worst, np.abs(unitary - expected).max())
    return worst


def check_vector(arguments, place, q, k, folder):
    minors, states = compound(q, k)
    x = np.random.default_rng(k).normal(size=len(states))
    file = folder / "vector.txt"
    file.write_text(" ".join(map(repr, x.tolist())))
    options = [*place, "--inverse", "--vector", file, "--order", k]
    loaded = load(circuit(arguments, options), "qasm3").remove_final_measurements(inplace=False)
    turned = Statevector(loaded).data[states] * np.linalg.norm(x)
    return np.abs(turned - minors.T @ x).max()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--jar", type=pathlib.Path, default="examples/target/adapters.jar")
    parser.add_argument("--adapter", type=pathlib.Path, required=True, help="folder of a compound adapter, map cayley")
    parser.add_argument("--modules", type=int, default=2, help="how many modules are checked")
    arguments = parser.parse_args()
    orders = json.loads((arguments.adapter / "adapter_config.json").read_text())["compound_pattern"]
    tensors = read_tensors(arguments.adapter / "adapter_model.safetensors")
    names = [name for name in tensors if name.endswith(SUFFIX)][: arguments.modules]
    print("| module, block | qubits | unitary | " + " | ".join(f"vector of order {k[5:]}" for k in orders) + " |")
    print("|---" * (3 + len(orders)) + "|")
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            module = name[len(PREFIX) : -len(SUFFIX)]
            for block, stored in enumerate(tensors[name][0]):
                q = cayley(stored)
                place = ["--module", module, "--block", block]
                errors = [check_unitary(arguments, place, q)]
                errors += [check_vector(arguments, place, q, int(k[5:]), pathlib.Path(folder)) for k in orders]
                worst = max(worst, *errors)
                print(f"| {module}, {block} | {len(q)} | " + " | ".join(f"{e:.1e}" for e in errors) + " |", flush=True)
    return 0 if worst <= ROUNDING else 1


if __name__ == "__main__":
    sys.exit(main())
