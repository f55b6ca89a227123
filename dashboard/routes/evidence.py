"""Evidence of a case: add it, accept, reject or withdraw it; sign a stage off. Its files: `evidence_files`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.errors import NotFound
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.cases import service as cases
from casework.cases.tables import Case
from casework.evidence import service as evidence
from casework.evidence.files import Prepared
from casework.evidence.service import AddEvidence
from casework.evidence.tables import EvidenceItem
from checklists.programme import Each, Programme, Requirement
from dashboard import addresses
from dashboard.cases import requirements, wording
from dashboard.cases.known import assessment_of, find
from dashboard.cases.submitting import submit
from dashboard.forms import case as forms
from dashboard.parts import Kind
from dashboard.posting import Values, hidden
from dashboard.sessions import Form, Signed, Visit, signed_in
from documents import incoming

router = APIRouter(prefix="/cases/{case_id:uuid}", dependencies=[Depends(signed_in)])


@router.post("/evidence")
def add(case_id: UUID, visit: Signed, taken: Form) -> Response:
    case, programme = find(visit, case_id)
    require(visit.role, Permission.EDIT_CASES)
    subject = hidden(taken, "subject")
    requirement = _asked(visit, case, programme, hidden(taken, "requirement"), subject)
    title = wording.requirement_title(programme, requirement, subject)
    form = requirements.evidence_form(case, programme, requirement, subject, title)

    def act(values: Values, version: int) -> str:
        found = incoming.take(visit.installation, visit.actor, case.id, [one.data for one in values.files["file"]])
        command = _command(case, requirement, subject, values, found)
        visit.database.run(visit.actor, evidence.add, visit.installation.files, command, version)
        return "evidence-added"

    return submit(visit, case, taken, form, _("Add evidence: {title}", title=title), act, _place(case, requirement))


@router.post("/evidence/{item_id:uuid}/accept")
def accept(case_id: UUID, item_id: UUID, visit: Signed, taken: Form) -> Response:
    case, requirement = _to_decide(visit, case_id, item_id)
    form = forms.accept_evidence(case.id, case.version, item_id, requirement.label)

    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, evidence.accept, visit.installation.catalogue, item_id, version)
        return "evidence-accepted"

    heading = _("Accept: {title}", title=requirement.label)
    return submit(visit, case, taken, form, heading, act, _place(case, requirement))


@router.post("/evidence/{item_id:uuid}/reject")
def reject(case_id: UUID, item_id: UUID, visit: Signed, taken: Form) -> Response:
    case, requirement = _to_decide(visit, case_id, item_id)
    form = forms.reject_evidence(case.id, case.version, item_id, requirement.label, requirements.REJECTING)

    def act(values: Values, version: int) -> str:
        visit.database.run(
            visit.actor,
            evidence.reject,
            visit.installation.catalogue,
            item_id,
            values.text("reason"),
            values.text("note"),
            version,
        )
        return "evidence-rejected"

    heading = _("Reject: {title}", title=requirement.label)
    return submit(visit, case, taken, form, heading, act, _place(case, requirement))


@router.post("/evidence/{item_id:uuid}/withdraw")
def withdraw(case_id: UUID, item_id: UUID, visit: Signed, taken: Form) -> Response:
    case, requirement = _to_decide(visit, case_id, item_id)
    form = forms.withdraw_evidence(case.id, case.version, item_id, requirement.label, requirements.REJECTING)

    def act(values: Values, version: int) -> str:
        visit.database.run(
            visit.actor, evidence.withdraw, visit.installation.catalogue, item_id, values.text("reason"), version
        )
        return "evidence-withdrawn"

    heading = _("Withdraw: {title}", title=requirement.label)
    return submit(visit, case, taken, form, heading, act, _place(case, requirement))


@router.post("/stages/{stage_id}/sign-off")
def sign_off(case_id: UUID, stage_id: str, visit: Signed, taken: Form) -> Response:
    case, programme = find(visit, case_id)
    stage = programme.stage(stage_id)
    if stage is None:
        raise NotFound("stage", _("The programme has no such stage."), _("Open the stage from its case."))
    form = forms.sign_off(case.id, case.version, stage.id, stage.label)

    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, cases.sign_off, visit.installation.catalogue, case_id, stage_id, version)
        return "signed-off"

    return submit(visit, case, taken, form, _("Sign off: {stage}", stage=stage.label), act)


def _asked(visit: Visit, case: Case, programme: Programme, requirement_id: str, subject: str) -> Requirement:
    """A requirement that is asked of this case and fulfilled by a paper. Raises `NotFound` (``requirement``)."""
    found = programme.requirement(requirement_id)
    slots = {
        (slot.requirement, slot.subject)
        for state in assessment_of(visit, case, programme).stages
        for slot in state.requirements
    }
    if found is None or (requirement_id, subject) not in slots or not requirements.is_paper(found[1]):
        raise NotFound(
            "requirement", _("This is not asked of the case."), _("Add the evidence from the page of its case.")
        )
    return found[1]


def _to_decide(visit: Visit, case_id: UUID, item_id: UUID) -> tuple[Case, Requirement]:
    """The case and what the paper is for; whether the reader may decide on it is the service's to say."""
    case, programme = find(visit, case_id)
    item = _item(visit, case, item_id)
    return case, evidence.asked_for(programme, item.kind, item.subject)


def _item(visit: Visit, case: Case, item_id: UUID) -> EvidenceItem:
    with visit.database.read() as session:
        item = session.get(EvidenceItem, item_id)
    if item is None or item.case_id != case.id:
        raise NotFound("evidence", _("There is no such evidence."), _("Open it from its case."))
    return item


def _command(
    case: Case, requirement: Requirement, subject: str, values: Values, found: Sequence[Prepared]
) -> AddEvidence:
    days: dict[str, date] = {}
    attributes: dict[str, str | int | bool] = {}
    for field in requirements.questions(requirement):
        if field.kind is Kind.DATE:
            day = values.days[field.name]
            if day is not None:
                days[field.name] = day
        elif field.kind is Kind.RADIO:
            attributes[field.name] = values.flag(field.name)
        elif field.kind is Kind.NUMBER:
            number = values.numbers[field.name]
            if number is not None:
                attributes[field.name] = number
        elif values.text(field.name):
            attributes[field.name] = values.text(field.name)
    for name in ("issued_on", "expires_on"):
        day = values.days[name]
        if day is not None:
            days[name] = day
    return AddEvidence(
        case_id=case.id,
        kind=requirement.evidence,
        subject=subject,
        number=values.text("number"),
        issuer=values.text("issuer"),
        country=values.text("country") or (subject if requirement.each is Each.RESIDENCE else ""),
        days=days,
        attributes=attributes,
        file=found[0],
        further=tuple(found[1:]),
    )


def _place(case: Case, requirement: Requirement) -> str:
    return f"{addresses.case(case.id)}#requirement-{requirement.id}"
