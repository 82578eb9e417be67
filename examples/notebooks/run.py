"""Runs the notebooks of this folder, cell by cell, in a real Java kernel, on the built project.

A notebook fails where a cell fails or writes to standard error. Without --save it also fails where what is committed
does not belong to its code: the code has changed since it was saved, or a cell that shows something has nothing
committed. With --save the outputs are written into the notebooks instead.

    python run.py [--save] [NOTEBOOK ...]
"""

import argparse
import hashlib
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

FOLDER = Path(__file__).resolve().parent
JAR = FOLDER.parent / "target" / "adapters.jar"

SECONDS = 600
"""The longest a cell may take."""

HASH = "executed"
"""The key of a notebook's metadata that holds the hash of the code that its outputs are of."""

PICTURES = ("image/png", "image/svg+xml")
COLORS = re.compile(r"\x1b\[[0-9;]*m")


class Failure(Exception):
    """What is wrong with a notebook, in a sentence."""


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def code_hash(notebook):
    code = "\n\n".join(cell.source for cell in code_cells(notebook))
    return hashlib.sha256(code.encode()).hexdigest()


def kinds(cell):
    """What a cell shows: the names of streams and the types of data."""
    shown = []
    for output in cell.outputs:
        shown.append(output.name if output.output_type == "stream" else ", ".join(sorted(output.data)))
    return shown


def error_message(notebook):
    """What the kernel says of the cell that failed, after the cell itself."""
    for number, cell in enumerate(code_cells(notebook), 1):
        for output in cell.outputs:
            if output.output_type == "error":
                said = COLORS.sub("", "\n".join(output.traceback) or f"{output.ename}: {output.evalue}")
                return f"code cell {number} failed:\n\n{cell.source}\n\n{said.strip()}"
    return "a cell failed."


def execute(path):
    """The notebook with the outputs of a new run."""
    notebook = nbformat.read(path, as_version=4)
    for cell in code_cells(notebook):
        cell.outputs = []
        cell.execution_count = None
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="java",
        coalesce_streams=True,
        # the class path of the first cell is relative to the notebook
        resources={"metadata": {"path": str(FOLDER)}},
    )
    with tempfile.TemporaryFile(mode="w+") as log:
        try:
            client.execute(stderr=log)
        except CellExecutionError:
            raise Failure(error_message(notebook)) from None
        except CellTimeoutError:
            raise Failure(f"a cell took longer than {SECONDS} s.") from None
        except NoSuchKernel:
            raise Failure("there is no Java kernel; install what requirements.txt lists.") from None
        except (DeadKernelError, RuntimeError) as error:
            log.seek(0)
            said = "".join(log.readlines()[-20:]).strip()
            raise Failure(f"{error}; is a JDK of version 17 or newer the first java of the PATH?\n{said}") from None
    for number, cell in enumerate(code_cells(notebook), 1):
        tidy(cell)
        check_output(cell, number)
    return notebook


def tidy(cell):
    """Leaves out what differs from run to run or only repeats a picture."""
    cell.metadata.pop("execution", None)
    for output in cell.outputs:
        if output.output_type in ("display_data", "execute_result"):
            if any(picture in output.data for picture in PICTURES):
                output.data["text/plain"] = "<picture>"
            output.metadata = {}


def check_output(cell, number):
    for output in cell.outputs:
        if output.output_type == "stream":
            if output.name == "stderr":
                raise Failure(f"code cell {number} writes to standard error: {output.text.strip()}")
            texts = [output.text]
        else:
            texts = [text for kind, text in output.data.items() if kind.startswith("text/")]
        for own in (FOLDER.parents[1], Path.home()):
            path = re.compile(re.escape(str(own)) + r"(?![\w-])")
            if own != own.parent and any(path.search(text) for text in texts):
                raise Failure(f"code cell {number} shows a path of this machine, {own}.")


def check_committed(committed, executed):
    advice = "run run.py --save and look at the outputs."
    if committed.metadata.get(HASH) != code_hash(committed):
        raise Failure(f"its outputs are not of the code as it stands; {advice}")
    for number, (old, new) in enumerate(zip(code_cells(committed), code_cells(executed)), 1):
        if kinds(old) != kinds(new):
            raise Failure(f"code cell {number} shows {kinds(new)}, but committed are {kinds(old)}; {advice}")


def run(path, save):
    committed = nbformat.read(path, as_version=4)
    started = time.monotonic()
    executed = execute(path)
    if save:
        executed.metadata[HASH] = code_hash(executed)
        # what else the kernel tells of itself are versions of this machine
        executed.metadata["language_info"] = {
            "file_extension": ".jshell",
            "mimetype": "text/x-java-source",
            "name": "java",
        }
        written = path.with_suffix(".ipynb.partial")
        nbformat.write(executed, written)
        written.replace(path)
    else:
        check_committed(committed, executed)
    print(f"{path.name}: {'saved' if save else 'passed'}, {time.monotonic() - started:.0f} s", flush=True)


def prepare_environment():
    # The engine's threads wait for one another actively: with other programs on the same cores many are slower than one.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # Pictures are drawn without a screen. Garbage is collected rarely, since blocks of DJL lose gradients by it.
    os.environ.setdefault("JJAVA_JVM_OPTS", "-Djava.awt.headless=true -Xmn1g -Xmx2g")
    home = os.environ.get("JAVA_HOME")
    if home:
        os.environ["PATH"] = str(Path(home) / "bin") + os.pathsep + os.environ.get("PATH", "")


def main():
    parser = argparse.ArgumentParser(description="Runs the notebooks of this folder on the built project.")
    parser.add_argument("--save", action="store_true", help="write the outputs into the notebooks")
    parser.add_argument("notebooks", nargs="*", type=Path, metavar="NOTEBOOK", help="default: all of the folder")
    arguments = parser.parse_args()
    if not JAR.is_file():
        sys.exit(f"{JAR} is missing; build the project first: mvn --batch-mode --quiet -DskipTests package")
    prepare_environment()
    failed = False
    for path in arguments.notebooks or sorted(FOLDER.glob("*.ipynb")):
        try:
            run(path, arguments.save)
        except Failure as failure:
            failed = True
            print(f"{path.name}: {failure}", file=sys.stderr, flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
