"""The page of one paper's files."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session

from basis.messages import Message, _, _n
from casework.accounts.rules import Permission
from casework.cases import queries
from casework.cases.tables import Case
from casework.evidence import service as evidence
from casework.evidence import twins
from casework.evidence.media import HEIC, JPEG, PDF, PNG
from casework.evidence.tables import EvidenceFile, EvidenceItem, EvidenceTwin, ScanState
from checklists.programme import Programme
from dashboard import addresses, words
from dashboard.cases import paper_files, wording
from dashboard.forms import papers as forms
from dashboard.pages.base import Place
from dashboard.pages.papers import FileView, PaperPage, SameFile
from dashboard.parts import Badge, Fact, Link, Tone
from dashboard.sessions import Visit

_TYPES: Mapping[str, Message] = {
    PDF: _("PDF"),
    JPEG: _("JPEG picture"),
    PNG: _("PNG picture"),
    HEIC: _("HEIC picture"),
}
_SCANS: Mapping[ScanState, Badge] = {
    ScanState.CLEAN: Badge(Tone.DONE, _("scanned for viruses: clean")),
    ScanState.NOT_SCANNED: Badge(Tone.TODAY, _("not scanned for viruses")),
    ScanState.INFECTED: Badge(Tone.LATE, _("something harmful was found")),
}


def page(visit: Visit, case: Case, programme: Programme, item: EvidenceItem) -> PaperPage:
    """The files of a paper, with what this reader can do about them."""
    requirement = evidence.asked_for(programme, item.kind, item.subject)
    title = wording.requirement_title(programme, requirement, item.subject)
    with visit.database.read() as session:
        kept = paper_files.load(session, [item]).get(item.id)
        shown = kept.files if kept else ()
        rows = kept.twins if kept else ()
        views = tuple(
            _view(visit, session, case, item, file, number, tuple(row for row in rows if row.file_id == file.id))
            for number, file in enumerate(shown, start=1)
        )
    moves = visit.may(Permission.EDIT_CASES) and visit.may(Permission.DECIDE_EVIDENCE) and views
    return PaperPage(
        base=visit.at(Place.CASES),
        back=Link(addresses.case(case.id), case.reference),
        heading=title,
        summary=_n("{count} file", "{count} files", len(views)),
        files=views,
        move=forms.move(case.id, case.version, item.id) if moves else None,
    )


def _view(
    visit: Visit,
    session: Session,
    case: Case,
    item: EvidenceItem,
    file: EvidenceFile,
    number: int,
    rows: tuple[EvidenceTwin, ...],
) -> FileView:
    usable = file.scan is not ScanState.INFECTED
    place = addresses.evidence(case.id, item.id, "files", number)
    title = _("File {number}", number=number)
    picture = usable and file.media_type != PDF
    verifies = usable and visit.may(Permission.DECIDE_EVIDENCE)
    return FileView(
        title=title,
        status=_SCANS[file.scan],
        picture=place if picture else "",
        about=_("File {number} of this paper", number=number),
        facts=_facts(visit, session, file),
        save=Link(place, _("Save it as a cleaned PDF")) if usable and not picture else None,
        original=Link(f"{place}/original", _("Save it as it came, to verify it")) if verifies else None,
        same=tuple(_same(visit, session, case, item, row) for row in rows),
    )


def _facts(visit: Visit, session: Session, file: EvidenceFile) -> tuple[Fact, ...]:
    people = queries.accounts_by_key(session, {file.recorded_by})
    who = people[file.recorded_by].name if file.recorded_by in people else _("the engine")
    size = f"{max(1, round(file.size / 1024)):,} KB".replace(",", "\u202f")
    return (
        Fact(_("Came in"), _("{when} by {who}", when=words.moment(file.recorded_at, visit.zone), who=who)),
        Fact(_("Type"), _("{type}, {size}", type=_TYPES[file.media_type], size=size)),
        Fact(_("SHA-256 of the file as it came"), file.sha256),
    )


def _same(visit: Visit, session: Session, case: Case, item: EvidenceItem, row: EvidenceTwin) -> SameFile:
    beside = twins.cases_beside(session, visit.actor, row)
    settled: Message | str = ""
    if row.settled_at is not None:
        when = words.moment(row.settled_at, visit.zone)
        settled = _("Settled on {when}: {why}", when=when, why=twins.REASONS[row.reason])
    may_settle = row.settled_at is None and visit.may(Permission.DECIDE_EVIDENCE)
    return SameFile(
        said=_("The very same file is among another worker's papers."),
        beside=tuple(Link(addresses.case(one.id), one.reference) for one in beside),
        settled=settled,
        settle=forms.settle(case.id, item.id, row.id) if may_settle else None,
    )
