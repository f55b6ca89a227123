"""The photograph beside a name, where somebody must know whom they have before them."""

from __future__ import annotations

from sqlmodel import Session

from basis.messages import _
from casework.accounts.rules import Permission
from casework.cases.tables import Case
from casework.evidence.tables import EvidenceStatus
from casework.photos import service as photos
from casework.workers.tables import Worker
from dashboard import addresses, words
from dashboard.cases.lists import name_in_lists
from dashboard.pages.case import Portrait
from dashboard.parts import Badge, Text, Tone
from dashboard.sessions import Visit


def portrait(visit: Visit, case: Case) -> Portrait | None:
    """Who is to be met, with a small picture that is loaded by itself; None for roles that may not see it."""
    if not visit.may(Permission.SEE_PHOTOGRAPH):
        return None
    with visit.database.read() as session:
        return of_case(visit, session, case, session.get_one(Worker, case.worker_id))


def of_case(visit: Visit, session: Session, case: Case, worker: Worker) -> Portrait:
    """The same within a session."""
    now = photos.current(session, case.id)
    status: Badge | None = None
    said: Text = ""
    if now is not None:
        said = _("Photograph of {day}", day=words.on(now.day)) if now.day else _("Photograph, day not known")
        if now.item.status is not EvidenceStatus.ACCEPTED:
            status = Badge(Tone.TODAY, _("nobody has verified it yet"))
        elif now.too_old(visit.today):
            status = Badge(Tone.TODAY, _("older than six months"))
    return Portrait(
        name=name_in_lists(worker),
        photo=addresses.case(case.id, "photo", "small") if now is not None else "",
        said=said or _("There is no photograph yet."),
        status=status,
    )
