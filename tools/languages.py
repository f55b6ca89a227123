"""The catalogues of documents: ``python -m tools.languages [check | update [TAG...]]``.

`update` writes the sentences that there are now into `documents/locale/<tag>.po` (a new file for a new tag), keeps what
is translated and drops what is no longer said. `check` says what is missing or wrong; exit status 1 then.
"""

from __future__ import annotations

import string
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from basis.messages import Message
from casework.accounts.rules import ROLE_WORDS
from casework.concessions.rules import KIND_WORDS
from casework.decisions.rules import KINDS, REASONS
from casework.ledger.rules import ENTRY_WORDS
from checklists.catalogue import Catalogue
from documents.languages import read_catalogue
from documents.template_history import LOCALE

ROOT = Path(__file__).parents[1]
KEYWORDS = {"_": None, "_n": (1, 2)}
NOTE = """\
# Words of certificates and letters: {name}.
# Written by the project. No sworn translator has reviewed them; who does may say so here.
"""
BEGUN = datetime(2026, 11, 22, tzinfo=UTC)
COMMON = 3
"""A requirement that so many programmes name alike is translated; those of one programme stay as it wrote them."""


@cache
def sentences() -> dict[str | tuple[str, str], list[str]]:
    """Every sentence that may stand on a document, with where it comes from."""
    found: dict[str | tuple[str, str], list[str]] = {}
    for said, place in (*_of_files(), *_of_rules(), *_of_programmes()):
        found.setdefault(said, [])
        if place not in found[said]:
            found[said].append(place)
    return found


def _of_files() -> Iterator[tuple[str | tuple[str, str], str]]:
    templates = sorted((ROOT / "documents/templates").glob("*.html"))
    modules = sorted((ROOT / "documents").glob("assemble*.py"))
    for path in (*templates, *modules, ROOT / "documents/duplicates.py"):
        method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
        for _line, said, _comments, _context in extract_from_file(method, path, keywords=KEYWORDS):
            yield said if isinstance(said, str) else (said[0], said[1]), path.relative_to(ROOT).as_posix()


def _of_rules() -> Iterator[tuple[str, str]]:
    mappings: Iterable[tuple[Mapping[Any, Message], str]] = (
        (KINDS, "casework/decisions/rules.py"),
        (REASONS, "casework/decisions/rules.py"),
        (KIND_WORDS, "casework/concessions/rules.py"),
        (ROLE_WORDS, "casework/accounts/rules.py"),
        (ENTRY_WORDS, "casework/ledger/rules.py"),
    )
    for words, place in mappings:
        for message in words.values():
            yield message.text, place


def _of_programmes() -> Iterator[tuple[str, str]]:
    counted: dict[str, set[str]] = {}
    for programme in Catalogue.load().programmes:
        place = f"checklists/programmes/{programme.id}"
        for track in programme.tracks:
            yield track.title, place
        for stage in programme.stages:
            yield stage.title, place
            yield stage.certificate.title, place
            for requirement in stage.requirements:
                counted.setdefault(requirement.title, set()).add(programme.id)
    for title, programmes in counted.items():
        if len(programmes) >= COMMON:
            yield title, "checklists/programmes"


def faults(tag: str) -> list[str]:
    """What is wrong with the catalogue of a language: one sentence a fault, none of a good one."""
    catalogue = read_catalogue(tag)
    wanted = sentences()
    found = []
    for said in wanted:
        entry = catalogue.get(said if isinstance(said, str) else said[0])
        if entry is None:
            found.append(f"{tag}: missing: {said}")
    for entry in catalogue:
        if entry.id:
            found += [f"{tag}: {fault}: {entry.id}" for fault in _faults_of(entry, wanted)]
    return found


def _faults_of(entry: Entry, wanted: Mapping[str | tuple[str, str], list[str]]) -> Iterator[str]:
    said = entry.id if isinstance(entry.id, str) else (entry.id[0], entry.id[1])
    if said not in wanted:
        yield "no longer said"
    if entry.fuzzy:
        yield "uncertain"
    singular, plural = (said, said) if isinstance(said, str) else said
    forms = (entry.string,) if isinstance(entry.string, str) else entry.string
    for form in forms or ("",):
        if not form:
            yield "not translated"
        elif not _places(form) <= _places(plural) or _places(singular) - _places(form) - {"count"}:
            yield f"other places to fill than the original in {form!r}"


def _places(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


def update(tag: str) -> None:
    """Write the catalogue of a language anew. Raises `babel.UnknownLocaleError` for a tag that CLDR does not know."""
    locale = Locale.parse(tag, sep="-")
    path = LOCALE / f"{tag}.po"
    old = read_catalogue(tag) if path.exists() else Catalog(locale=locale)
    new = Catalog(
        locale=locale,
        project="predeparture",
        version="0.1.0",
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        # No clock: the same sentences give the same file.
        creation_date=BEGUN,
        revision_date=BEGUN,
        fuzzy=False,
        header_comment=NOTE.format(name=locale.get_display_name("en")).strip(),
    )
    for said, places in sentences().items():
        entry = old.get(said if isinstance(said, str) else said[0])
        told = entry.string if entry and entry.id == said else None
        new.add(said, told, auto_comments=[f"from {', '.join(places)}"])
    with path.open("wb") as file:
        write_po(file, new, width=120, sort_output=True, omit_header=False)


def main(arguments: Sequence[str]) -> int:
    tags = sorted(path.stem for path in LOCALE.glob("*.po"))
    match list(arguments):
        case ["update", *chosen]:
            for tag in chosen or tags:
                update(tag)
            return 0
        case [] | ["check"]:
            found = [fault for tag in tags for fault in faults(tag)]
            for fault in found:
                print(fault)
            return 1 if found else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
