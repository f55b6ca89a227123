"""Many documents for one recipient: as one PDF for the printer, or as a ZIP of the signed files with a manifest.

What the release policy keeps back is left out. The pack is written to the disk file by file; only when all of it is
there are the disclosures recorded, in one transaction, and only then may anybody have it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import BinaryIO
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from basis.errors import Conflict, InvalidInput, NotFound, Refused, Unavailable
from basis.ids import new_id
from basis.messages import Message, _, _n
from casework.actor import Actor
from casework.cases.tables import Case
from casework.certificates.release import RECIPIENT_WORDS, Recipient
from casework.certificates.rules import KIND_WORDS
from casework.certificates.tables import Certificate
from casework.disclosures import service as disclosures
from casework.disclosures.queries import Pack, PackLine
from casework.disclosures.service import HandOver
from casework.work import Work
from documents.installation import Installation
from documents.languages import day as written
from documents.pack_cover import Column, can_write, cover
from documents.pack_pdf import PackWriter

SCHEMA = "predeparture.manifest/1"
_CHUNK = 500
_EPOCH = (1980, 1, 1)
"""The first day that a ZIP can name."""

Progress = Callable[[int, int], None]


class Form(StrEnum):
    """`PRINT` is one PDF, `FILES` a ZIP of the signed files."""

    PRINT = "pdf"
    FILES = "zip"


@dataclass(frozen=True, slots=True)
class Packed:
    """How many documents and how many pages (0 in a ZIP) went into a pack, and the id under which they are recorded."""

    id: UUID
    documents: int
    pages: int


def make(
    installation: Installation,
    actor: Actor,
    pack: Pack,
    command: HandOver,
    form: Form,
    out: BinaryIO,
    show: Progress = lambda _done, _total: None,
) -> Packed:
    """Write the pack to `out` and record what it discloses; if that fails, the pack must not be given to anybody.

    Raises what `write` and `record` raise, and `InvalidInput` (``several_workers``, ``several_agencies``,
    ``several_employers``) where what belongs to several would go to one of them.
    """
    with installation.database.read() as session:
        _require_one_hand(session, pack, command, form)
    packed = write(installation, pack, command, form, out, installation.database.today(), show)
    installation.database.run(actor, record, pack, packed, command)
    return packed


def _require_one_hand(session: Session, pack: Pack, command: HandOver, form: Form) -> None:
    """Pages of several workers may be printed together, since each is given the own ones; nobody else shares a pack."""
    if command.recipient is Recipient.WORKER and form is Form.FILES and len({one.worker_id for one in pack.lines}) > 1:
        raise _several("several_workers", _("These documents belong to several workers."))
    cases = sorted({line.case_id for line in pack.lines})
    agencies: set[UUID | None] = set()
    employers: set[str] = set()
    for start in range(0, len(cases), _CHUNK):
        query = select(Case.agency_id, Case.employer).where(col(Case.id).in_(cases[start : start + _CHUNK]))
        for agency, employer in session.exec(query):
            agencies.add(agency)
            employers.add(employer)
    if command.recipient is Recipient.AGENCY and len(agencies) > 1:
        raise _several("several_agencies", _("These documents belong to cases of several agencies."))
    if command.recipient is Recipient.EMPLOYER and len(employers) > 1:
        raise _several("several_employers", _("These documents belong to cases of several employers."))


def _several(code: str, message: Message) -> InvalidInput:
    return InvalidInput(code, message, _("Make a pack for each of them."))


def write(
    installation: Installation, pack: Pack, command: HandOver, form: Form, out: BinaryIO, on: date, show: Progress
) -> Packed:
    """Write the pack. Nothing is recorded yet: `record` does, before the pack is handed to anybody.

    Raises `Refused` (``not_released``), `NotFound` (``nothing_issued``), `Unavailable` where a file is missing or not
    the one that was issued.
    """
    _require_some(pack)
    pages = 0
    if form is Form.PRINT:
        pages = _write_pdf(installation, pack, out, on, show)
    else:
        _write_zip(installation, pack, command, out, on, show)
    return Packed(new_id(), len(pack.lines), pages)


def record(work: Work, pack: Pack, packed: Packed, command: HandOver) -> None:
    """Record every document of the pack as disclosed. Raises `Conflict` (``changed_meanwhile``) where one ended since
    the pack was written, and what `disclosures.hand_over` raises."""
    for start in range(0, len(pack.lines), _CHUNK):
        lines = pack.lines[start : start + _CHUNK]
        query = (
            select(Certificate, Case)
            .join(Case, col(Case.id) == col(Certificate.case_id))
            .where(col(Certificate.id).in_([line.id for line in lines]))
            .options(defer(Certificate.value), defer(Certificate.proofs))  # type: ignore[arg-type]  # columns, to SQLModel
        )
        rows = {row.id: (row, case) for row, case in work.session.exec(query)}
        for line in lines:
            row, case = rows[line.id]
            stood = line.standing in ("valid", "expired")
            if row.sha256 != line.sha256 or disclosures.stands(row) is not stood:
                raise Conflict(
                    "changed_meanwhile",
                    _("Document {number} has changed since the pack was made.", number=line.number),
                    _("Make the pack anew."),
                )
            disclosures.hand_over(work, row, case, command, sha256=line.sha256, pack_id=packed.id)
        work.session.flush()


def _require_some(pack: Pack) -> None:
    if pack.lines:
        return
    if pack.kept_back:
        raise Refused(
            "not_released",
            _("None of these documents goes to {recipient}.", recipient=RECIPIENT_WORDS[pack.recipient]),
            _("The page of a document says who may have it."),
        )
    raise NotFound("nothing_issued", _("There is no issued document among these."), _("Choose others."))


def _contents(installation: Installation, pack: Pack, show: Progress) -> Iterator[tuple[PackLine, bytes]]:
    """The files one by one. A session serves so many and no more, since it keeps the keys of all people it opened."""
    for start in range(0, len(pack.lines), _CHUNK):
        with installation.database.read() as session:
            vault = installation.database.vault(session)
            for place, line in enumerate(pack.lines[start : start + _CHUNK], start + 1):
                stored = installation.archive.read(str(line.id))
                content = vault.open(line.worker_id, "certificate", line.id, "file", stored)
                if sha256(content).hexdigest() != line.sha256:
                    raise Unavailable(
                        "archive_conflict",
                        _("The file of document {number} is not the one that was issued.", number=line.number),
                        _("Check the archive with: predeparture doctor."),
                    )
                yield line, content
                show(place, len(pack.lines))


def _write_pdf(installation: Installation, pack: Pack, out: BinaryIO, on: date, show: Progress) -> int:
    title = str(_("Print pack of {day}", day=written(on)))
    writer = PackWriter(out, title)
    columns = (
        Column(str(_("Number")), 56),
        Column(str(_("Document")), 170),
        Column(str(_("Case")), 345),
        Column(str(_("SHA-256 begins")), 440, fixed=True),
    )
    rows = [(line.number, _latin_title(line), line.case, line.sha256[:16]) for line in pack.lines]
    first = cover(title, [str(said) for said in _about(pack)], columns, rows)
    writer.add_cover(first, str(_("Contents")))
    pages = len(first)
    for line, content in _contents(installation, pack, show):
        pages += writer.add(content, line.case, f"{line.number} · {line.title}")
    writer.close()
    return pages


def _about(pack: Pack) -> list[object]:
    count = len(pack.lines)
    only = _(
        "These pages are for printing. The signatures, and the data for machines, are in the single files alone: "
        "check a document by the code on it, or ask for its file."
    )
    return [
        _n("{count} document for {recipient}.", "{count} documents for {recipient}.", count,
           recipient=RECIPIENT_WORDS[pack.recipient]),
        only,
    ]  # fmt: skip


def _latin_title(line: PackLine) -> str:
    """The title, cut to its column; the kind in plain words where the cover cannot write the title."""
    title = line.title if can_write(line.title) else str(KIND_WORDS[line.kind])
    return title if len(title) <= 36 else f"{title[:35]}…"


def file_name(line: PackLine) -> str:
    return f"{line.number}-{line.kind}.pdf"


def _write_zip(
    installation: Installation, pack: Pack, command: HandOver, out: BinaryIO, on: date, show: Progress
) -> None:
    sums: list[tuple[str, str]] = []
    with ZipFile(out, "w", ZIP_STORED) as archive:
        for line, content in _contents(installation, pack, show):
            name = f"documents/{file_name(line)}"
            archive.writestr(_entry(name, on), content)
            sums.append((line.sha256, name))
        for name, text in (
            ("manifest.json", json.dumps(manifest(pack, command, on), ensure_ascii=False, indent=2) + "\n"),
            ("README.txt", _readme(installation.public_url)),
        ):
            archive.writestr(_entry(name, on), text.encode())
            sums.append((sha256(text.encode()).hexdigest(), name))
        archive.writestr(_entry("SHA256SUMS", on), "".join(f"{digest}  {name}\n" for digest, name in sums).encode())


def manifest(pack: Pack, command: HandOver, on: date) -> Mapping[str, object]:
    """What the ZIP holds, for programs: ``predeparture.manifest/1``."""
    return {
        "schema": SCHEMA,
        "made_on": on.isoformat(),
        "recipient": command.recipient.value,
        "purpose": command.purpose,
        "documents": [
            {
                "number": line.number,
                "kind": line.kind,
                "title": line.title,
                "case": line.case,
                "issued_on": line.issued_on.isoformat(),
                "valid_until": line.valid_until.isoformat() if line.valid_until else None,
                "standing": line.standing,
                "sha256": line.sha256,
                "size": line.size,
                "file": f"documents/{file_name(line)}",
            }
            for line in pack.lines
        ],
    }


def _readme(address: str) -> str:
    said = (
        _("Signed documents, a list of them for programs (manifest.json), and the fingerprints of all files."),
        _("1. No file was changed on the way: run “sha256sum -c SHA256SUMS” in this folder."),
        _("2. A document is genuine and holds today: hand its file in at {address}, or scan the code on it.",
          address=f"{address}/verify"),
        _("3. Without the office: “pdfsig FILE” (of Poppler) or any PDF reader shows the signature and who signed."),
        _("The standing in the list is that of the day on which the list was made. Only the check of today counts."),
    )  # fmt: skip
    return "\n\n".join(str(one) for one in said) + "\n"


def _entry(name: str, on: date) -> ZipInfo:
    """With the day of the pack as its time: the same pack is the same file."""
    day = max((on.year, on.month, on.day), _EPOCH)
    entry = ZipInfo(name, (*day, 0, 0, 0))
    entry.external_attr = 0o600 << 16
    return entry
