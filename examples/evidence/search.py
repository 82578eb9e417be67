"""Makes the corpora of the evidence on search:

    python search.py OUTPUT debian DATA/retrieval/debian
    python search.py OUTPUT jdk JAVA_HOME/lib/src.zip
    python search.py OUTPUT python /usr/lib/python3.11

debian  short descriptions of packages find long ones
jdk     first sentences of documentation find the code of methods, of java.base and java.desktop
python  first sentences of documentation find the code of functions, of Python's library

Each gets train.tsv (2,000 pairs), dev.tsv (300), test.tsv (500) and corpus.tsv, the 3,000 passages of these and of
others. The functions of a file go all to the same part.
"""

import ast
import html
import random
import re
import sys
import textwrap
import zipfile
from pathlib import Path

import tables

SIZES = {"train": 2000, "dev": 300, "test": 500}
CORPUS = 3000
CHARACTERS = 700
MODULES = ("java.base/java/", "java.base/javax/", "java.desktop/java/", "java.desktop/javax/")
METHOD = re.compile(
    r"/\*\*(?P<doc>(?:[^*]|\*(?!/))*)\*/\s*(?:@\w+(?:\([^)]*\))?\s*)*"
    r"(?P<head>(?:public|protected)[^;{}=]*\([^;{}]*\)[^;{}]*)\{"
)


def first_sentence(text):
    text = " ".join(text.split())
    return re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]


def is_query(text):
    return 4 <= len(text.split()) <= 40


def javadoc_sentence(text):
    text = re.sub(r"^\s*\*", "", text, flags=re.MULTILINE)
    text = re.split(r"^\s*@\w", text, maxsplit=1, flags=re.MULTILINE)[0]
    text = re.sub(r"\{@\w+\s+([^{}]*)\}", r"\1", text)
    return first_sentence(html.unescape(re.sub(r"<[^<>]*>|\{@\w+\}", " ", text)))


def java_body(source, start):
    """Returns the block from its brace on, or nothing where braces in strings mislead."""
    depth = 0
    for i in range(start, len(source)):
        depth += {"{": 1, "}": -1}.get(source[i], 0)
        if depth == 0:
            return source[start : i + 1]
    return ""


def java_functions(archive):
    with zipfile.ZipFile(archive) as files:
        for name in sorted(files.namelist()):
            if not (name.startswith(MODULES) and name.endswith(".java")):
                continue
            source = files.read(name).decode()
            for method in METHOD.finditer(source):
                body = java_body(source, method.end() - 1)
                body = re.sub(r"/\*.*?\*/|//[^\n]*", "", body, flags=re.DOTALL)
                if body.count("\n") > 2:
                    yield name, javadoc_sentence(method["doc"]), method["head"] + body


def python_functions(folder):
    for file in sorted(Path(folder).rglob("*.py")):
        if {"test", "tests", "idlelib", "site-packages", "dist-packages"} & set(file.parts):
            continue
        try:
            tree = ast.parse(file.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                doc = ast.get_docstring(node)
                if doc and len(node.body) > 1:
                    node.body = node.body[1:]
                    yield str(file), first_sentence(doc), textwrap.dedent(ast.unparse(node))


def pairs_by_file(functions):
    """Returns the pairs of every file, each query and each beginning of a passage once."""
    found, queries, passages = {}, set(), set()
    for file, query, code in functions:
        passage = " ".join(code.split())[:CHARACTERS]
        if is_query(query) and query.lower() not in queries and passage[:80] not in passages:
            queries.add(query.lower())
            passages.add(passage[:80])
            found.setdefault(file, []).append((query, passage))
    return found


def split(by_file):
    """Fills test, dev and train with whole files in a drawn order; the passages that are left are others."""
    files = sorted(by_file)
    random.Random(0).shuffle(files)
    parts = {part: [] for part in ("test", "dev", "train", "others")}
    for file in files:
        part = next((p for p in ("test", "dev", "train") if len(parts[p]) < SIZES[p]), "others")
        parts[part] += by_file[file]
    others = [passage for _, passage in parts.pop("others")]
    for part, pairs in parts.items():
        others += [passage for _, passage in pairs[SIZES[part] :]]
        if len(pairs) < SIZES[part]:
            sys.exit(f"{part} has only {len(pairs)} pairs of {SIZES[part]}; give more sources")
    return {part: pairs[: SIZES[part]] for part, pairs in parts.items()}, others


def debian(folder):
    train, dev = tables.read(Path(folder) / "train.tsv"), tables.read(Path(folder) / "dev.tsv")
    random.Random(0).shuffle(dev)
    pairs = {"train": train[: SIZES["train"]], "dev": dev[: SIZES["dev"]], "test": dev[SIZES["dev"] :][: SIZES["test"]]}
    return pairs, [passage for _, passage in train[SIZES["train"] :]]


def main():
    if len(sys.argv) != 4 or sys.argv[2] not in ("debian", "jdk", "python"):
        sys.exit(__doc__)
    output, kind, source = Path(sys.argv[1]) / sys.argv[2], sys.argv[2], sys.argv[3]
    if kind == "debian":
        parts, others = debian(source)
    else:
        parts, others = split(pairs_by_file(java_functions(source) if kind == "jdk" else python_functions(source)))
    for part, pairs in parts.items():
        tables.write(output / f"{part}.tsv", ("sentence1", "sentence2"), pairs)
    passages = [passage for pairs in parts.values() for _, passage in pairs]
    corpus = (passages + others)[:CORPUS]
    tables.write(output / "corpus.tsv", ("id", "text"), [(str(i), passage) for i, passage in enumerate(corpus)])
    print(f"{output}: {len(passages)} pairs, {len(others)} other passages")


main()
