"""Compares the vectors of a merged model in sentence-transformers with those of `predict`.

    venv-sentences/bin/python sentences.py --model MODEL --adapter ADAPTER

MODEL is a model that gives texts vectors, ADAPTER one of its adapters without a head.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

JAR = Path(__file__).resolve().parent.parent / "target" / "adapters.jar"

TEXTS = [
    "Where is my parcel?",
    "The parcel was sent to another address.",
    "How do I change the password of my account",
    "Ein Satz, der nicht englisch ist",
    "word " * 300,
    "a",
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--adapter", required=True)
    parser.add_argument(
        "--program", default=f"java -jar {JAR}", help="how the program is started"
    )
    parser.add_argument("--largest", type=float, default=1e-5, help="difference that passes")
    arguments = parser.parse_args()
    program = arguments.program.split()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        ours = vectors_here(program, arguments, folder)
        checkpoint = folder / "checkpoint"
        run(program, "merge", "--model", arguments.model, "--adapter", arguments.adapter,
            "--format", "huggingface", "--output", checkpoint)
        model = SentenceTransformer(str(checkpoint), device="cpu", local_files_only=True)
        print(model)
        theirs = model.encode(TEXTS)
    difference = float(np.abs(ours - theirs).max())
    print(f"{len(TEXTS)} vectors of {ours.shape[1]} numbers, largest difference {difference:.1e}")
    print(json.dumps({"largest_difference": difference}))
    sys.exit(0 if difference <= arguments.largest else 1)


def vectors_here(program, arguments, folder):
    """What the adapted model gives, text by text."""
    texts = folder / "texts.jsonl"
    texts.write_text("".join(json.dumps({"sentence1": text}) + "\n" for text in TEXTS))
    output = folder / "vectors.jsonl"
    run(program, "predict", "--model", arguments.model, "--adapter", arguments.adapter,
        "--input", texts, "--output", output)
    rows = [json.loads(line) for line in output.read_text().splitlines()]
    return np.array([row["vector"] for row in rows], dtype=np.float32)


def run(program, *words):
    subprocess.run([*program, *map(str, words)], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
