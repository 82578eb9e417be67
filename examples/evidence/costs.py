"""Measures what the methods of sweep files cost, each in processes of its own.

    python costs.py adapters.jar MODEL OUTPUT.jsonl FILE.json...

A line of OUTPUT is what `bench` measures of a method, with the name that it has in its file. Methods
that OUTPUT holds are not measured again.
"""

import json
import pathlib
import shlex
import subprocess
import sys

CONDITIONS = "--batch 16 --length 32 --precision float32 --threads 1 --rounds 10 --no-stock"


def main(jar, model, output, *files):
    output = pathlib.Path(output)
    lines = output.read_text().splitlines() if output.exists() else []
    measured = {json.loads(line)["name"] for line in lines}
    for name, options in methods(files):
        if name not in measured:
            print(name, flush=True)
            line = {"name": name, **bench(jar, model, options)}
            with output.open("a") as out:
                out.write(json.dumps(line) + "\n")


def methods(files):
    for file in files:
        for method in json.loads(pathlib.Path(file).read_text())["methods"]:
            if "--method head" not in method["options"]:  # nothing of the model is trained
                yield method["name"], method["options"]


def bench(jar, model, options):
    command = ["java", "-jar", jar, "bench", "--model", model, *CONDITIONS.split(), *shlex.split(options)]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(run.stdout.splitlines()[-1])


main(*sys.argv[1:])
