#!/usr/bin/env python3
# Copyright 2026 The DJL Adapters authors.
# SPDX-License-Identifier: Apache-2.0
"""Measures what the way in which the engine's threads wait costs, alone and beside busy processes.

    busy.py --java ../target/adapters.jar --busy 0,4 --rounds 5

runs every job with threads that wait a short time and then sleep, which is the default of this
project, with threads that sleep at once, and with the default of GNU's OpenMP, interleaved, each
run a separate process. Prints a Markdown table of medians and ranges and ends with a line of JSON.
It needs no Python package.
"""
import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from statistics import median

FOLDER = Path(__file__).resolve().parent
SPRING_NAMES = {
    "dev.langchain4j.model.embedding": "org.springframework.ai.embedding",
    "org.djladapters.langchain4j": "org.djladapters.springai",
    "Langchain4jEmbeddingModel": "SpringAiEmbeddingModel",
}

# what the environment says; nothing leaves the choice to this project
WAITING = {
    "a short time": {},
    "sleeping": {"OMP_WAIT_POLICY": "PASSIVE"},
    "OpenMP's default": {"GOMP_SPINCOUNT": "300000"},
}
CHOICES = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")
ROWS, WORDS = 256, 60
SECONDS = 10


def environment(waiting, threads):
    """The environment of a run."""
    kept = {name: value for name, value in os.environ.items() if name not in CHOICES}
    return {**kept, **WAITING[waiting], "OMP_NUM_THREADS": str(threads)}


def last_json(command, env):
    """Runs a process; the JSON that it ends with."""
    done = subprocess.run(list(map(str, command)), env=env, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError((done.stderr or done.stdout).strip().splitlines()[-1])
    return json.loads(done.stdout.strip().splitlines()[-1])


def spin():
    """Keeps a processor busy."""
    while True:
        pass


@contextmanager
def busy(number):
    """Runs so many busy processes meanwhile."""
    processes = [multiprocessing.Process(target=spin, daemon=True) for _ in range(number)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


class Jobs:
    """What is timed: for each job a number that is better when it is smaller."""

    def __init__(self, jar, spring, folder):
        self.program = ["java", "-jar", jar]
        self.folder = Path(folder)
        self.train = self.folder / "train.tsv"
        lines = [f"{'ab'[row % 2]}\t{f'word{row % 7} ' * WORDS}" for row in range(ROWS)]
        self.train.write_text("label\tsentence1\n" + "\n".join(lines) + "\n", "utf-8")
        found = subprocess.run([*self.program, "model"], check=True, capture_output=True, text=True)
        self.model = found.stdout.splitlines()[-1]
        self.adapters = self.folder / "adapters"
        self.adapters.mkdir()
        last_json(self.finetuning(self.adapters / "lora"), dict(os.environ))
        langchain4j = FOLDER / "busy" / "Queries.java"
        self.classes = {"LangChain4j": (jar, langchain4j)}
        if spring:
            source = langchain4j.read_text("utf-8")
            for name, other in SPRING_NAMES.items():
                source = source.replace(name, other)
            queries = self.folder / "Queries.java"
            queries.write_text(source, "utf-8")
            self.classes["Spring AI"] = (f"{jar}:{spring}", queries)

    def finetuning(self, output):
        options = "--epochs 1 --batch-size 16 --max-length 64 --method lora --rank 8 --overwrite"
        options += " --targets all-linear --dev-split 0.1 --seed 1 --quiet"
        named = ["--model", self.model, "--train", self.train, "--output", output]
        return [*self.program, "finetune", *named, *options.split()]

    def finetune(self, env):
        return last_json(self.finetuning(self.folder / "tuned"), env)["seconds"] * 1000

    def serve(self, env):
        command = [*self.program, "serve", "--model", self.model, "--adapters", self.adapters]
        command += ["--port", "0", "--workers", "1"]
        command = list(map(str, command))
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        server = subprocess.Popen(command, env=env, text=True, **pipes)
        try:
            url = server.stdout.readline().split()[-1]
            load = ["bench", "--url", url, "--clients", "1", "--seconds", SECONDS]
            return last_json([*self.program, *load], dict(os.environ))["runs"][0]["p50_ms"]
        finally:
            server.terminate()
            server.wait()

    def queries(self, name, env):
        jars, source = self.classes[name]
        command = ["java", "-cp", jars, source, self.model, SECONDS]
        return last_json(command, env)["p50_ms"]

    def all(self):
        """The jobs by name."""
        named = {"finetune, ms an epoch": self.finetune, "serve, ms a request": self.serve}
        for name in self.classes:
            named[f"{name}, ms a query"] = lambda env, name=name: self.queries(name, env)
        return named


def cell(values):
    return f"{median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--java", type=Path, required=True, metavar="JAR", help="the program")
    parser.add_argument("--spring", metavar="JARS", help="class path of Spring AI; else left out")
    what = "numbers of busy processes (default: 0,4)"
    parser.add_argument("--busy", default="0,4", metavar="N,N", help=what)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    what = "only the jobs whose names begin with one of these"
    parser.add_argument("--jobs", default="", metavar="NAMES", help=what)
    arguments = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        jobs = Jobs(arguments.java.resolve(), arguments.spring, folder).all()
        wanted = tuple(arguments.jobs.split(","))
        for number in map(int, arguments.busy.split(",")):
            for job, run in jobs.items():
                if not job.startswith(wanted):
                    continue
                times = {waiting: [] for waiting in WAITING}
                with busy(number):
                    for _ in range(arguments.rounds):
                        for waiting, taken in times.items():
                            taken.append(run(environment(waiting, arguments.threads)))
                results.append({"job": job, "busy": number, "times": times})
                print(f"{job}, {number} busy: {times}", file=sys.stderr)
    print("| job | busy processes |", " | ".join(WAITING), "|")
    print("|---|---|" + "---|" * len(WAITING))
    for result in results:
        print("|", result["job"], "|", result["busy"], "|", end=" ")
        print(" | ".join(map(cell, result["times"].values())), "|")
    print(json.dumps({"threads": arguments.threads, "results": results}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
