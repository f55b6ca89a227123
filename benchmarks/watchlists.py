"""The published lists where they lie beside the repository, else a synthetic list of their length."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from pathlib import Path

from benchmarks.names import CULTURES, worker
from casework.security.lists import ListEntry, ListFile, load, of_bytes, of_paths

_FOLDER = Path(__file__).parents[1].parent / "shared" / "data" / "watchlists"
_SYNTHETIC = 7_000


def sources() -> tuple[list[tuple[Sequence[ListFile], str]], str]:
    """Files and format of each list, and which lists they are."""
    if _FOLDER.is_dir():
        ofac = [_FOLDER / name for name in ("sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv")]
        return [
            (of_paths([_FOLDER / "UN_consolidated.xml"]), "un"),
            (of_paths(ofac), "ofac"),
        ], "UN and OFAC as published"
    return [(of_bytes(_synthetic(), "synthetic.csv"), "csv")], f"a synthetic list of {_SYNTHETIC:,} people"


def entries() -> tuple[list[ListEntry], str]:
    """The entries of all lists, and which lists they are."""
    lists, said = sources()
    return [entry for files, kind in lists for entry in load(files, kind).entries], said


def _synthetic() -> bytes:
    rng, text = random.Random(7), io.StringIO()
    rows = csv.writer(text)
    rows.writerow("reference name aliases birth_date nationalities sex remarks".split())
    for number in range(_SYNTHETIC):
        culture = CULTURES[number % len(CULTURES)]
        name, alias = worker(rng, culture).full, worker(rng, culture).full
        rows.writerow([f"S-{number}", name, alias, str(rng.randrange(1940, 2000)), "", "", ""])
    return text.getvalue().encode()
