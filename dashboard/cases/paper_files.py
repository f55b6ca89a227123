"""The files of a case's papers, as its page tells of them: how many, scanned or not, the same on another worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from basis.messages import Message, _, _n
from casework.cases.tables import Case
from casework.evidence.tables import EvidenceFile, EvidenceItem, EvidenceTwin, ScanState
from dashboard import addresses
from dashboard.parts import Fact, Link


@dataclass(frozen=True, slots=True)
class PaperFiles:
    """The files of one paper in their order, and the notes on those that another worker has too."""

    files: tuple[EvidenceFile, ...]
    twins: tuple[EvidenceTwin, ...]

    @property
    def scan(self) -> ScanState:
        """The worst that is known of any of them."""
        states = {file.scan for file in self.files}
        worst = (ScanState.INFECTED, ScanState.NOT_SCANNED)
        return next((state for state in worst if state in states), ScanState.CLEAN)

    @property
    def unsettled(self) -> tuple[EvidenceTwin, ...]:
        return tuple(row for row in self.twins if row.settled_at is None)


def load(session: Session, items: Iterable[EvidenceItem]) -> Mapping[UUID, PaperFiles]:
    """The files of each paper by its id, in two queries; papers without a file are left out."""
    named = {item.id: [*([item.file_id] if item.file_id else []), *map(UUID, item.further_files)] for item in items}
    ids = {file_id for found in named.values() for file_id in found}
    if not ids:
        return {}
    files = {row.id: row for row in session.exec(select(EvidenceFile).where(col(EvidenceFile.id).in_(ids)))}
    twins = list(session.exec(select(EvidenceTwin).where(col(EvidenceTwin.file_id).in_(ids))))
    return {
        item_id: PaperFiles(
            tuple(files[one] for one in found if one in files),
            tuple(row for row in twins if row.file_id in found),
        )
        for item_id, found in named.items()
        if found
    }


def link(case: Case, item: EvidenceItem, kept: PaperFiles, title: Message) -> Link:
    """Where the files of a paper are looked at."""
    text = _n("Open the file", "Open the {count} files", len(kept.files))
    return Link(addresses.evidence(case.id, item.id, "files"), text, _("of: {title}", title=title))


def facts(case: Case, item: EvidenceItem, kept: PaperFiles) -> tuple[Fact, ...]:
    """What is to be known of the files before anybody decides on the paper; nothing where all is well."""
    found = []
    if kept.scan is ScanState.INFECTED:
        found.append(Fact(_("Virus scan"), _("something harmful was found; ask for the paper again")))
    elif kept.scan is ScanState.NOT_SCANNED:
        found.append(Fact(_("Virus scan"), _("not scanned")))
    if kept.unsettled:
        place = addresses.evidence(case.id, item.id, "files")
        found.append(Fact(_("To be looked at"), _("the same file is among another worker's papers"), place))
    return tuple(found)
