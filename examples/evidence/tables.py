"""Tables of tabs without quotes, as the evidence's sets are."""

import csv


def read(path):
    """Returns the rows below the header, as tuples."""
    with open(path, encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)][1:]


def write(path, header, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        for row in [header, *rows]:
            file.write("\t".join(row) + "\n")
