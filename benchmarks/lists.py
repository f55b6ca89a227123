"""How long the published watch lists take to load: `python benchmarks/lists.py [FOLDER]`.

FOLDER holds `UN_consolidated.xml` and OFAC's four CSV files (default: `../shared/data/watchlists` beside the
repository); its `broken/` files must be refused with their line. Times are of the processor: reading alone, and
loading into an empty SQLite database. Exit status 1 when a list takes ten seconds, or a broken file is taken.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from basis.errors import InvalidInput
from casework import schema
from casework.actor import ENGINE
from casework.database import Database
from casework.keys import InstallationKeys
from casework.security import lists, loading
from casework.security.lists import ListFile

MOST_SECONDS = 10.0
_BESIDE = Path(__file__).parents[1].parent / "shared" / "data" / "watchlists"
_OFAC = ("sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv")


def sources(folder: Path) -> dict[str, list[ListFile]]:
    """The files of each list by its format."""
    return {
        "un": lists.of_paths([folder / "UN_consolidated.xml"]),
        "ofac": lists.of_paths(folder / name for name in _OFAC),
    }


def timed(folder: Path, database: Database) -> list[float]:
    """Print a line a list; the seconds of each."""
    taken = []
    for kind, files in sources(folder).items():
        started = time.process_time()
        loaded = lists.load(files, kind)
        read = time.process_time()
        row = database.run(ENGINE, loading.load_list, files, kind).row
        stored = time.process_time() - read
        people = [entry for entry in loaded.entries if entry.kind is lists.Kind.PERSON]
        names = sum(len(entry.names) for entry in people)
        print(
            f"{row.name:40} {row.entry_count:6,} entries, {len(people):5,} people with {names:6,} names: "
            f"read in {read - started:.2f} s, loaded in {stored:.2f} s of processor time"
        )
        taken.append(stored)
    return taken


def taken_for_whole(folder: Path) -> list[str]:
    """The broken files that were not refused; prints what is said of each."""
    wrong = []
    for broken in sorted((folder / "broken").glob("*.csv")):
        files = [broken, *(folder / name for name in _OFAC if name != broken.name)]
        try:
            lists.load(lists.of_paths(files), "ofac")
            wrong.append(broken.name)
        except InvalidInput as refusal:
            print(f"broken/{broken.name}: refused: {refusal.message}")
    return wrong


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("folder", type=Path, nargs="?", default=_BESIDE)
    folder = options.parse_args().folder
    if not folder.is_dir():
        print(f"There are no published lists in {folder}.")
        return 2
    with tempfile.TemporaryDirectory() as home:
        keys = InstallationKeys(os.urandom(32), os.urandom(32))
        database = Database(f"sqlite:///{home}/lists.sqlite3", keys)
        schema.upgrade(database.engine)
        taken = timed(folder, database)
        database.engine.dispose()
    wrong = taken_for_whole(folder)
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB of memory")
    return int(max(taken) >= MOST_SECONDS or bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
