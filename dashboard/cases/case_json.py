"""A case for programs, as the reader may know it: ``predeparture.case/1``. It says what the page of the case says."""

from __future__ import annotations

from typing import Any

from casework.accounts.rules import Permission
from casework.evidence import differences
from casework.evidence.consistency import Compared
from casework.evidence.differences import Comparison
from casework.evidence.tables import EvidenceItem
from casework.workers import passports
from checklists.assessment import RequirementState, StageState
from dashboard.cases import shown_papers, veil
from dashboard.cases.known import KnownCase
from dashboard.cases.requirements import shown_status

Json = dict[str, Any]


def shape(known: KnownCase) -> Json:
    """The whole answer. Names, numbers and differences only for who may see identities."""
    case = known.case
    content: Json = {
        "schema": "predeparture.case/1",
        "reference": case.reference,
        "programme": {"id": case.programme_id, "version": case.programme_version},
        "track": case.track,
        "life": case.life.value,
        "registered_on": case.registered_on.isoformat(),
        "planned_departure": case.planned_departure.isoformat() if case.planned_departure else None,
        "version": case.version,
        "stages": [_stage(known, state) for state in known.assessment.stages],
        "papers": [_paper(known, item) for item in known.items if not _hidden(known, item)],
    }
    if known.visit.may(Permission.SEE_IDENTITY):
        content |= _identity(known)
    return content


def _stage(known: KnownCase, state: StageState) -> Json:
    return {
        "stage": state.stage,
        "kind": state.kind.value,
        "status": veil.stage_status(known.visit.role, state.kind, state.status).value,
        "requirements": [_requirement(known, state, slot) for slot in state.requirements],
    }


def _requirement(known: KnownCase, state: StageState, slot: RequirementState) -> Json:
    stage = known.programme.stage(state.stage)
    said = shown_status(known, stage, state, slot) if stage is not None else None
    return {
        "requirement": slot.requirement,
        "subject": slot.subject,
        "status": slot.status.value if said is None else said.value,
        "due_on": slot.due_on.isoformat() if slot.due_on else None,
    }


def _hidden(known: KnownCase, item: EvidenceItem) -> bool:
    asking = known.programme.asking_for(item.kind)
    return bool(asking) and veil.hides_evidence(known.visit.role, asking[0][0].kind)


def _paper(known: KnownCase, item: EvidenceItem) -> Json:
    made: Json = {
        "id": str(item.id),
        "kind": item.kind,
        "subject": item.subject,
        "status": item.status.value,
        "issuer": item.issuer,
        "country": item.country,
        "days": {**item.days, **item.partial_days},
        "translation": item.translation.value,
        "translation_language": item.translation_language,
        "legalisation": item.legalisation.value,
        "legalised_on": item.legalised_on.isoformat() if item.legalised_on else None,
        "in_parents_passport": item.in_parents_passport,
        "checks": dict(item.checks),
    }
    if bring := shown_papers.to_bring(known.visit.role, known.programme, item):
        made["bring"] = str(bring)
    detail = known.details.get(item.id)
    if detail is not None:
        made |= {
            "number": detail.number,
            "holder": detail.holder.model_dump(),
            "as_printed": {name: one.model_dump(mode="json") for name, one in detail.as_printed.items()},
            "translator": detail.translator,
            "legalisation_number": detail.legalisation_number,
        }
    return made


def _identity(known: KnownCase) -> Json:
    visit, case = known.visit, known.case
    with visit.database.read() as session:
        vault = visit.database.vault(session)
        compared = differences.compare(session, vault, case, visit.today)
        former = passports.former(session, vault, case.worker_id)
    return {
        "differences": _differences(compared),
        "former_passports": [
            {
                "number": one.number,
                "country": one.row.country,
                "ended": one.row.ended.value,
                "ended_on": one.row.ended_on.isoformat(),
                "reported_to": one.reported_to,
            }
            for one in former
        ],
    }


def _differences(compared: Comparison) -> list[Json]:
    found = []
    for one in compared.found:
        row = compared.settled.get(one)
        found.append(
            {
                "field": Compared(one.field).value,
                "source": one.other.source,
                "recorded": one.reference.text(one.field),
                "stated": one.other.text(one.field),
                "settled": None
                if row is None
                else {"reason": row.reason, "by": row.recorded_by, "at": row.recorded_at.isoformat()},
            }
        )
    return found
