"""What would be issued, before it is: the same page, marked, with no number, seal and code of its own.

The stage is signed off in a transaction that is taken back as soon as the document's value is made of it. So a preview
stands on exactly the rows that the document will stand on, nobody sees one who may not sign the stage off, and nothing
of it stays but the event that somebody looked.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final
from uuid import UUID

from basis.errors import Refused
from basis.ids import new_id
from basis.messages import _
from casework.actor import Actor
from casework.cases import service as cases
from casework.cases.pinned import programme_of
from casework.cases.tables import Case
from casework.certificates.rules import may_read_file
from casework.certificates.service import Reservation
from casework.work import Work
from documents.apart import Make, Wanted
from documents.assemble import Issue, assemble, place_of
from documents.credentials.proofs import Proofs
from documents.encoding import facts
from documents.installation import Installation
from documents.values import Certificate

NOWHERE: Final = "PREVIEW"
_NO_CODE: Final = "0000-0000"


class _TakenBack(Exception):
    def __init__(self, value: Certificate) -> None:
        self.value = value


def preview(installation: Installation, actor: Actor, case_id: UUID, stage_id: str, make: Make) -> bytes:
    """The page of the stage's document as it would be today. Takes no number; that somebody looked is recorded.

    Raises what signing the stage off raises: `NotFound` (``stage``), `Refused` (``role``), `Conflict` (``not_ready``,
    ``signed_off``); `Refused` (``document``) where the role may not have the document's file; and what `make` raises.
    """
    try:
        installation.database.run(actor, _tried, installation, case_id, stage_id)
        raise AssertionError("a preview is always taken back")
    except _TakenBack as made:
        value = made.value
    if not may_read_file(actor.role, value.kind):
        raise Refused("document", _("Files of this kind are not for this role."), _("Ask the office that issues them."))
    (page,) = make([Wanted(value, _no_proofs(value), preview=True)]).pages
    installation.database.run(actor, _looked, case_id, stage_id)
    return page


def _tried(work: Work, installation: Installation, case_id: UUID, stage_id: str) -> None:
    row = cases.sign_off(work, installation.catalogue, case_id, stage_id)
    case = work.session.get_one(Case, case_id)
    programme = programme_of(installation.catalogue, case)
    stage = programme.stage(stage_id)
    if stage is None:
        raise AssertionError("a stage that was signed off is in the programme")
    number = Reservation(new_id(), f"{stage.certificate.prefix}-0000-000000", NOWHERE)
    value = assemble(work, Issue(case, row, programme, stage), number, place_of(installation))
    raise _TakenBack(replace(value, head=replace(value.head, short_code=_NO_CODE)))


def _no_proofs(value: Certificate) -> Proofs:
    """The data without a signature, and a code that leads to the answer for what nobody issued."""
    return Proofs(json.dumps(facts(value), ensure_ascii=False, sort_keys=True).encode(), value.head.verify_url)


def _looked(work: Work, case_id: UUID, stage_id: str) -> None:
    work.record("certificate.previewed", f"case_file/{case_id}", case_id=case_id, data={"stage": stage_id})
