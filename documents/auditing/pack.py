"""A pack for auditors: all that was issued in a case or drawn into a sample, as one ZIP that is checked anywhere.

Documents, papers as far as the reader may open them, register rows, events with their exact text and hash, the proof
of each under the newest tree head, and the issuer's certificates and public keys. Who takes it is recorded, document
by document, before a byte is written; the ZIP is written to the disk file by file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import or_
from sqlmodel import Session, col, select

from basis.errors import NotFound, Refused
from basis.ids import new_id
from basis.messages import _
from casework.accounts.rules import Permission, may, require
from casework.actor import Actor
from casework.audit import heads
from casework.audit.tables import AuditEvent, TreeHead
from casework.auditing import access, samples
from casework.auditing import queries as auditing
from casework.auditing.tables import ReportState, Sample
from casework.cases.changes import visible
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.certificates.queries import standing_on
from casework.certificates.rules import may_read_file
from casework.certificates.tables import Certificate, CertificateState
from casework.evidence import files
from casework.evidence.media import SUFFIXES
from casework.evidence.tables import EvidenceFile, EvidenceItem
from casework.oversight import scope
from casework.vault import Vault
from casework.work import Work
from casework.workers import merge_queries as merges
from checklists.programme import StageKind
from documents import publishing
from documents.auditing import matches
from documents.installation import Installation
from documents.reading import plain

SCHEMA = "predeparture.audit-pack/1"
_CHUNK = 500
_CHECK = Path(__file__).with_name("check_pack.py")
_EPOCH = (1980, 1, 1)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A case by its reference or a sample by its number: exactly one of them."""

    case: str = ""
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a pack; `named` is the reference or number it is of."""

    id: UUID
    named: str
    rows: Sequence[Certificate]
    cases: Sequence[Case]
    sample: Sample | None


@dataclass(slots=True)
class Made:
    """How much went into a pack. `kept_back` are documents that the reader may not have, or that were erased."""

    documents: int = 0
    papers: int = 0
    events: int = 0
    kept_back: list[str] = field(default_factory=list)


def make(
    installation: Installation,
    actor: Actor,
    asked: Asked,
    out: BinaryIO,
    show: Progress = lambda _done, _total: None,
) -> Made:
    """Record who takes the pack, and write it.

    Raises `NotFound` (``case``, ``sample``, ``nothing_issued``), `Refused`, `Unavailable` where the archive does not
    give a file out.
    """
    require(actor.role, Permission.AUDIT)
    with installation.database.read() as session:
        contents = gather(session, actor, asked)
    installation.database.run(actor, _record, contents)
    return _Writer(installation, actor, contents, out, show).write()


def gather(session: Session, actor: Actor, asked: Asked) -> Contents:
    """The documents of the case, or those drawn into the sample, as far as the actor reaches."""
    if asked.sample:
        sample, _engagement = samples.find(session, actor, asked.sample)
        drawn = [item.certificate_id for item in samples.items_of(session, sample)]
        rows = [row for part in _parts(drawn) for row in _documents(session, actor, col(Certificate.id).in_(part))]
    else:
        sample = None
        rows = _documents(session, actor, col(Case.reference) == asked.case.strip())
    found: dict[UUID, Case] = {case.id: case for _row, case in rows}
    if not rows and not asked.sample:
        found = {one.id: one for one in session.exec(select(Case).where(Case.reference == asked.case, visible(actor)))}
        if not found:
            raise NotFound(
                "case",
                _("There is no case with the reference {reference}, or it is not one of yours.", reference=asked.case),
                _("Look for it among the cases."),
            )
    return Contents(new_id(), asked.sample or asked.case, [row for row, _case in rows], list(found.values()), sample)


def _documents(session: Session, actor: Actor, *where: Any) -> list[tuple[Certificate, Case]]:
    query = select(Certificate, Case).join(Case, col(Case.id) == col(Certificate.case_id))
    found = session.exec(query.where(visible(actor), *where).order_by(col(Certificate.number)))
    return [(row, case) for row, case in found]


def _parts(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def _record(work: Work, contents: Contents) -> None:
    """Every document that leaves is one that was read; the pack itself is an event of its own."""
    role = work.actor.role
    for row in contents.rows:
        if row.state is CertificateState.ISSUED and may_read_file(role, row.kind):
            data = {"number": row.number, "pack": str(contents.id), **access.noted(work, row.case_id)}
            work.record("certificate.read", f"certificate/{row.id}", case_id=row.case_id, data=data)
    matches.record(work, contents.cases, str(contents.id))
    case = contents.cases[0] if contents.sample is None else None
    subject = f"case_file/{case.id}" if case else f"audit_sample/{contents.sample.id if contents.sample else ''}"
    told = {"pack": str(contents.id), "documents": len(contents.rows), "cases": len(contents.cases)}
    work.record("audit_pack.made", subject, case_id=case.id if case else None, data=told)


class _Writer:
    """Writes one pack; knows the fingerprint of each file it has written."""

    def __init__(
        self, installation: Installation, actor: Actor, contents: Contents, out: BinaryIO, show: Progress
    ) -> None:
        self._installation, self._actor, self._contents, self._show = installation, actor, contents, show
        self._on = installation.database.today()
        self._zip = ZipFile(out, "w", ZIP_STORED)
        self._sums: list[str] = []
        self._made = Made()
        self._references = {case.id: case.reference for case in contents.cases}
        catalogue = installation.catalogue
        self._programmes = {case.id: programme_of(catalogue, case) for case in contents.cases}

    def write(self) -> Made:
        with self._zip:
            self._put("README.txt", _readme(self._contents.named, self._installation.public_url))
            self._put("check.py", _CHECK.read_bytes())
            register = self._files()
            papers = self._papers()
            found = self._matches()
            with self._installation.database.read() as session:
                head = heads.newest(session)
                self._events(session, head)
                self._sample(session)
            shape = {"schema": SCHEMA, "of": self._contents.named, "made_on": self._on.isoformat()}
            self._json("register.json", {**shape, "documents": register})
            self._json("papers.json", {**shape, "papers": papers})
            if matches.may_have(self._actor):
                self._json("matches.json", {**shape, "matches": found})
            if head is not None:
                self._put("tree-head.json", head.body)
            self._keys()
            self._zip.writestr(_entry("SHA256SUMS", self._on), "".join(self._sums))
        return self._made

    def _matches(self) -> list[dict[str, Any]]:
        """Possible matches with watch lists and the papers about them, for those who know of them."""
        written = []
        database, store = self._installation.database, self._installation.files
        for start in range(0, len(self._contents.cases), _CHUNK):
            part = self._contents.cases[start : start + _CHUNK]
            with database.read() as session:
                for shape, files in matches.shapes(session, database.vault(session), store, self._actor, part):
                    written.append(shape)
                    for name, content in files:
                        self._put(name, content, ZIP_STORED)
        return written

    def _put(self, name: str, content: str | bytes, packed: int = ZIP_DEFLATED) -> None:
        data = content.encode() if isinstance(content, str) else content
        self._zip.writestr(_entry(name, self._on), data, packed)
        self._sums.append(f"{sha256(data).hexdigest()}  {name}\n")

    def _json(self, name: str, shape: Any) -> None:
        self._put(name, json.dumps(shape, ensure_ascii=False, indent=1) + "\n")

    def _files(self) -> list[dict[str, Any]]:
        """The documents, one file at a time; rows of the register for all of them."""
        shapes = []
        for part in range(0, len(self._contents.rows), _CHUNK):
            # A session keeps the keys of all people it opened, so it serves so many and no more.
            with self._installation.database.read() as session:
                vault = self._installation.database.vault(session)
                for row in self._contents.rows[part : part + _CHUNK]:
                    name = f"documents/{row.number}.pdf"
                    content = self._content(vault, row)
                    if content is not None:
                        self._put(name, content, ZIP_STORED)
                        self._made.documents += 1
                    elif row.state is CertificateState.ISSUED:
                        self._made.kept_back.append(row.number)
                    shapes.append(self._row(row, name if content is not None else ""))
                    self._show(len(shapes), len(self._contents.rows))
        return shapes

    def _content(self, vault: Any, row: Certificate) -> bytes | None:
        if row.state is not CertificateState.ISSUED or not may_read_file(self._actor.role, row.kind):
            return None
        try:
            return plain(self._installation.archive, vault, row)
        except NotFound as error:
            if error.code == "erased":
                return None
            raise

    def _row(self, row: Certificate, name: str) -> dict[str, Any]:
        moments = {"issued_at": row.issued_at, "signed_at": row.signed_at, "reserved_at": row.reserved_at}
        days = {"issued_on": row.issued_on, "valid_until": row.valid_until, "ended_on": row.ended_on}
        same = (
            "number", "kind", "title", "sha256", "size", "template_digest", "renderer", "flow_run", "signed_by",
            "timestamped", "end_reason",
        )  # fmt: skip
        return {
            **{one: getattr(row, one) for one in same},
            **{one: value.isoformat() if value else None for one, value in (moments | days).items()},
            "id": str(row.id),
            "case": self._references[row.case_id],
            "standing": standing_on(row, self._on).value,
            "superseded_by": str(row.superseded_by) if row.superseded_by else None,
            "file": name,
        }

    def _papers(self) -> list[dict[str, Any]]:
        """The papers of the cases with their fingerprints; the files too where the role may open them."""
        opens = may(self._actor.role, Permission.SEE_IDENTITY)
        shapes = []
        for part in _parts([case.id for case in self._contents.cases]):
            with self._installation.database.read() as session:
                vault = self._installation.database.vault(session)
                for item, number, file in self._handed_in(session, part):
                    reference = self._references[item.case_id]
                    further = f"-{number}" if number > 1 else ""
                    name = f"papers/{reference}-{item.id}{further}.{SUFFIXES[file.media_type]}" if opens else ""
                    if name and (content := self._paper(session, vault, file)) is not None:
                        self._put(name, content, ZIP_STORED)
                        self._made.papers += 1
                    else:
                        name = ""
                    shapes.append(_paper_shape(item, file, reference, name))
        return shapes

    def _handed_in(
        self, session: Session, case_ids: Sequence[UUID]
    ) -> Iterator[tuple[EvidenceItem, int, EvidenceFile]]:
        """The files of each paper, numbered from 1. What was put on the wrong worker is not here any more."""
        query = select(EvidenceItem).where(
            col(EvidenceItem.case_id).in_(case_ids), col(EvidenceItem.sealed_off_at).is_(None)
        )
        for item in session.exec(query.order_by(col(EvidenceItem.id))).all():
            if not self._hides(item):
                for number, file in enumerate(files.files_of(session, item), start=1):
                    yield item, number, file

    def _hides(self, item: EvidenceItem) -> bool:
        """Of the medical stage others learn its outcome alone, not which papers there are."""
        if may(self._actor.role, Permission.SEE_MEDICAL):
            return False
        asking = self._programmes[item.case_id].asking_for(item.kind)
        return any(stage.kind is StageKind.MEDICAL for stage, _asked in asking)

    def _paper(self, session: Session, vault: Vault, file: EvidenceFile) -> bytes | None:
        """The file as it came; None where it was erased, or something harmful was found in it."""
        try:
            return files.open_file(session, vault, self._installation.files, file.id)[1]
        except (NotFound, Refused):
            return None

    def _events(self, session: Session, head: TreeHead | None) -> None:
        """The events of the cases and their workers, as the reader may know them, in the order of the history."""
        written, proofs = [], []
        for event in self._seen(session):
            written.append(_event_line(event))
            if head is not None and event.seq <= head.size:
                _text, path = heads.prove_inclusion(session, event.seq, head)
                proofs.append(_line({"seq": event.seq, "path": [step.hex() for step in path]}))
        self._made.events = len(written)
        self._put("events.jsonl", "".join(written))
        if head is not None:
            self._put("proofs.jsonl", "".join(proofs))

    def _seen(self, session: Session) -> list[AuditEvent]:
        found: dict[int, AuditEvent] = {}
        may_read = scope.events(session, self._actor)
        for part in _parts([case.id for case in self._contents.cases]):
            workers = {case.worker_id for case in self._contents.cases if case.id in part}
            of = [subject for one in sorted(workers) for subject in merges.subjects(session, one)]
            query = select(AuditEvent).where(
                may_read, or_(col(AuditEvent.case_id).in_(part), col(AuditEvent.subject).in_(of))
            )
            found |= {event.seq: event for event in session.exec(query)}
        return [found[seq] for seq in sorted(found)]

    def _sample(self, session: Session) -> None:
        """How the sample was drawn, so that the draw can be repeated, and its report once it is signed."""
        sample = self._contents.sample
        if sample is None:
            return
        numbers = {row.id: row.number for row in self._contents.rows}
        items = [
            {"position": item.position, "document": numbers.get(item.certificate_id, "")}
            for item in samples.items_of(session, sample)
        ]
        same = ("number", "asked", "size", "seed", "population_size", "population_sha256", "conclusion")
        shape = {one: getattr(sample, one) for one in same}
        more = {"method": sample.method.value, "drawn_on": sample.drawn_on.isoformat(), "items": items}
        self._json("sample.json", shape | more)
        self._put("population.tsv", sample.population)
        report = auditing.report_of(session, sample)
        if report is not None and report.state is ReportState.ISSUED:
            self._put(f"{report.number}.pdf", self._installation.archive.read(str(report.id)), ZIP_STORED)

    def _keys(self) -> None:
        self._put("issuer/keys.json", publishing.issuer_keys(self._installation))
        for pem in self._installation.trusted.certificates:
            self._put(f"issuer/{sha256(pem).hexdigest()[:12]}.pem", pem)


def _paper_shape(item: EvidenceItem, file: EvidenceFile, reference: str, name: str) -> dict[str, Any]:
    same = ("kind", "subject", "issuer", "country", "days", "checks", "recorded_by", "decided_by", "reject_code")
    return {
        **{one: getattr(item, one) for one in same},
        "id": str(item.id),
        "case": reference,
        "status": item.status.value,
        "decided_on": item.decided_on.isoformat() if item.decided_on else None,
        "sha256": file.sha256,
        "size": file.size,
        "file": name,
    }


def _event_line(event: AuditEvent) -> str:
    return _line({"seq": event.seq, "previous": event.previous, "hash": event.hash, "body": event.body})


def _line(shape: dict[str, Any]) -> str:
    return json.dumps(shape, ensure_ascii=False, separators=(",", ":")) + "\n"


def _entry(name: str, on: date) -> ZipInfo:
    entry = ZipInfo(name, (*max((on.year, on.month, on.day), _EPOCH), 0, 0, 0))
    entry.external_attr = 0o600 << 16
    return entry


def _readme(named: str, address: str) -> str:
    said = (
        _("A pack for auditors about {named}: documents/ (as they were issued), papers/ (as far as the reader may open "
          "them), register.json and papers.json (what the register keeps), events.jsonl (the history, word for word), "
          "proofs.jsonl and tree-head.json (its place in the tree), issuer/ (certificates and public keys).",
          named=named),
        _("It holds personal data. Keep it as you must, and destroy it when your work is done."),
        _("Check it with ordinary tools, in this folder:"),
        _("1. No file was changed on the way:\n   sha256sum -c SHA256SUMS"),
        _("2. Documents, history and tree fit together, with Python alone:\n   python3 check.py"),
        _("3. The signature of each document, with Poppler. “Signature is Valid” is what counts; that the issuer is "
          "not trusted by your computer is usual:\n   for file in documents/*.pdf; do pdfsig \"$file\"; done"),
        _("4. Whose certificate that is; compare its SHA-256 fingerprint with the one that the office publishes:\n"
          "   for file in issuer/*.pem; do openssl x509 -in \"$file\" -noout -subject -dates -fingerprint -sha256; "
          "done"),
        _("5. The signature of the tree head, with the command of the project, on any computer; compare it with the "
          "heads that you were sent:\n   predeparture audit check-proof tree-head.json --key issuer/keys.json"),
        _("6. Whether a document still holds today: {address}", address=f"{address}/verify"),
        _("How an event is hashed: SHA-256 over the hash of the event before it, a line feed, and the text in “body”. "
          "Events of other cases lie between those here; that all are in one history is what the proofs show."),
        _("matches.json and matches/ hold what was compared and decided about possible matches with watch lists. They "
          "are for auditors alone: show nobody who works on the case, or whose case it is, that there are any."),
    )  # fmt: skip
    return "\n\n".join(str(one) for one in said) + "\n"
