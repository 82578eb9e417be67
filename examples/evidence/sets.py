"""Makes sets for tasks that the collected data have no example of:

    python sets.py DATA OUTPUT

DATA has clinc150, banking77 (text/) and debian (retrieval/) as tables. OUTPUT gets

joined      several intents a text: 1 to 3 texts of CLINC150 of different intents, joined, of 50 intents;
            1,500 rows to learn from, 500 to choose by, 500 to measure on (of other texts)
unbalanced  40 classes of Banking77, of which class i keeps 100 * 0.93^i rows to learn from; dev and test are balanced
titles      prompts with two titles of a Debian package, of which the shorter one is preferred
"""

import csv
import json
import random
import sys
from pathlib import Path


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def by_label(table, labels):
    texts = {label: [] for label in labels}
    for row in table:
        if row["label"] in texts:
            texts[row["label"]].append(row["sentence1"])
    return texts


def write(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


def joined(texts, count, draw):
    """Joins texts of 1 to 3 intents."""
    for _ in range(count):
        labels = draw.sample(sorted(texts), draw.randint(1, 3))
        yield {"labels": labels, "sentence1": " ".join(draw.choice(texts[label]) for label in labels)}


def make_joined(data, output):
    draw = random.Random(0)
    train, dev = rows(data / "text/clinc150/train.tsv"), rows(data / "text/clinc150/dev.tsv")
    labels = draw.sample(sorted({row["label"] for row in train}), 50)
    other = by_label(dev, labels)
    halves = [{label: of[part::2] for label, of in other.items()} for part in (0, 1)]
    write(output / "train.jsonl", joined(by_label(train, labels), 1500, draw))
    write(output / "dev.jsonl", joined(halves[0], 500, draw))
    write(output / "test.jsonl", joined(halves[1], 500, draw))


def make_unbalanced(data, output):
    draw = random.Random(0)
    train, dev = rows(data / "text/banking77/train.tsv"), rows(data / "text/banking77/dev.tsv")
    labels = draw.sample(sorted({row["label"] for row in train}), 40)
    texts = by_label(train, labels)
    kept = [
        {"label": label, "sentence1": text}
        for i, label in enumerate(labels)
        for text in draw.sample(texts[label], min(len(texts[label]), round(100 * 0.93**i)))
    ]
    draw.shuffle(kept)
    write(output / "train.jsonl", kept)
    measured = by_label(dev, labels)
    for part, name in enumerate(("dev", "test")):
        lines = [{"label": label, "sentence1": text} for label in labels for text in measured[label][part::2]]
        write(output / f"{name}.jsonl", lines)


def preferences(table):
    for row in table:
        short, long = row["sentence1"].strip(), row["sentence2"].strip()
        sentence = " ".join(long.split(". ")[0].split()[:24])
        if len(sentence) >= 1.5 * len(short) and sentence != short:
            prompt = "Write the title of this package: " + long[:100]
            yield {"prompt": prompt, "chosen": short, "rejected": sentence}


def make_titles(data, output):
    folder = data / "retrieval/debian"
    write(output / "train.jsonl", list(preferences(rows(folder / "train.tsv")))[:200])
    write(output / "dev.jsonl", list(preferences(rows(folder / "dev.tsv")))[:100])


def main():
    data, output = Path(sys.argv[1]), Path(sys.argv[2])
    make_joined(data, output / "joined")
    make_unbalanced(data, output / "unbalanced")
    make_titles(data, output / "titles")


if __name__ == "__main__":
    main()
