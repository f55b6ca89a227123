"""Stages whose certificate a person revoked: the engine must not sign them off by itself again.

Whatever the stage asks may still be met, and a stage that is signed off automatically would have its certificate back
within a second. A supervisor signs it off instead, or a fact that speaks against it is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session, select

from basis.errors import Refused
from basis.messages import _
from casework.accounts.rules import Permission, may
from casework.cases.rules import EndKind
from casework.cases.tables import Case, SignOff
from casework.certificates.rules import REVOKE_REASONS
from casework.work import Work
from checklists.assessment import Assessment, StageStatus
from checklists.programme import AUTOMATIC, Programme, Stage


def held_of(sign_offs: Iterable[SignOff]) -> frozenset[str]:
    """The stages whose newest sign-off, of these, was revoked by hand."""
    newest: dict[str, SignOff] = {}
    for row in sorted(sign_offs, key=lambda one: (one.recorded_at, one.id)):
        newest[row.stage] = row
    return frozenset(
        stage for stage, row in newest.items() if row.end_kind is EndKind.REVOKED and row.end_reason in REVOKE_REASONS
    )


def held(session: Session, case_id: UUID) -> frozenset[str]:
    """The held stages of a case."""
    return held_of(session.exec(select(SignOff).where(SignOff.case_id == case_id)))


def waiting(session: Session, programme: Programme, case_id: UUID, assessment: Assessment) -> frozenset[str]:
    """The stages that are complete and that the engine would sign off, were they not held."""
    complete = {state.stage for state in assessment.stages if state.status is StageStatus.READY}
    automatic = {stage.id for stage in programme.stages if stage.id in complete and stage.sign_off == AUTOMATIC}
    # Most cases have no such stage, and none of their assessments costs a query.
    return held(session, case_id) & automatic if automatic else frozenset()


def require_engine(stage: Stage, held_stages: frozenset[str]) -> None:
    """The engine signs off automatic stages, unless a person revoked their last certificate.

    Raises `Refused` (``role``, ``held``)."""
    if stage.sign_off != AUTOMATIC:
        raise _other_role(stage)
    if stage.id in held_stages:
        raise _held(stage)


def require_signer(work: Work, case: Case, stage: Stage) -> None:
    """The role that the programme names; for an automatic stage the engine, or, where a person revoked its last
    certificate, a supervisor instead. Raises `Refused` (``role``, ``held``)."""
    role = work.actor.role
    automatic = stage.sign_off == AUTOMATIC
    if automatic and stage.id in held(work.session, case.id):
        if role is not None and may(role, Permission.CORRECT_DOCUMENTS):
            return
        raise _held(stage)
    if (role is None) is not automatic or role not in (None, stage.sign_off):
        raise _other_role(stage)


def _held(stage: Stage) -> Refused:
    return Refused(
        "held",
        _("The certificate of the stage {stage} was revoked by hand.", stage=stage.label),
        _("A supervisor signs the stage off again, once nothing speaks against it any more."),
    )


def _other_role(stage: Stage) -> Refused:
    return Refused(
        "role",
        _("The stage {stage} is signed off by: {role}.", stage=stage.label, role=stage.sign_off),
        _("Leave it to that role."),
    )
