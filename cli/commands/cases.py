"""predeparture case, advance: where cases stand, and moving them as far as machines can."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import typer

from basis.errors import InvalidInput
from basis.messages import Message, _, _n
from basis.roles import Role
from cli.commands import rulings
from cli.console import Sign, emit, line, progress, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, find_case, opened

if TYPE_CHECKING:
    from sqlmodel import Session

    from casework.actor import Actor
    from casework.cases.tables import Case
    from checklists.assessment import Assessment, StageState
    from checklists.programme import Programme
    from documents.installation import Installation

cases_app = typer.Typer(no_args_is_help=True, help=str(_("Cases: one worker in one programme.")))

_CHUNK: Final = 50


@cases_app.command("list", help=str(_("Cases with their state and next action, by planned departure.")))
def list_all(
    life: Annotated[str, typer.Option("--life", help=str(_("Only this life: open, cleared, departed, ...")))] = "",
    programme: Annotated[str, typer.Option("--programme", metavar="ID", help=str(_("Only this programme.")))] = "",
    agency: Annotated[str, typer.Option("--agency", metavar="CODE", help=str(_("Only this agency.")))] = "",
    stuck: Annotated[bool, typer.Option("--stuck", help=str(_("Only cases where something keeps failing.")))] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help=str(_("At most this many.")))] = 200,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        query, total = _wanted(session, installation, actor, life, programme, agency, stuck=stuck)
        found = [_line(session, case, actor.role) for case in session.exec(query.limit(limit))]
    if as_json:
        emit("cases", total=total, cases=found)
        return
    table(
        (_("Case"), _("Programme"), _("Track"), _("Life"), _("Departure"), _("Next"), _("By"), _("Due"), _("Stuck")),
        [
            (
                one["reference"],
                one["programme"],
                one["track"],
                one["life"],
                one["planned_departure"],
                _next(one["next"]),
                one["next"]["actor"] if one["next"] else "",
                one["next"]["due_on"] if one["next"] else "",
                one["stuck"],
            )
            for one in found
        ],
    )
    line(_n("{shown} of {count} case.", "{shown} of {count} cases.", total, shown=len(found)))


def _wanted(
    session: Session, installation: Installation, actor: Actor, life: str, programme: str, agency: str, *, stuck: bool
) -> tuple[Any, int]:
    """The query of the filters, and how many cases it finds. An unknown filter value is refused, not ignored."""
    from sqlmodel import col, func, select

    from casework.cases.changes import visible
    from casework.cases.rules import CaseLife
    from casework.cases.tables import Case
    from casework.organisations import service as organisations
    from casework.organisations.tables import OrganisationKind

    conditions = [visible(actor)]
    if life:
        if life not in set(CaseLife):
            raise InvalidInput(
                "unknown_life",
                _("There is no life {life}.", life=life),
                _("Choose one of: {lives}.", lives=", ".join(CaseLife)),
            )
        conditions.append(col(Case.life) == CaseLife(life))
    if programme:
        conditions.append(col(Case.programme_id) == installation.catalogue.get(programme).id)
    if agency:
        agency_id = organisations.by_code(session, agency, OrganisationKind.AGENCY).id
        conditions.append(col(Case.agency_id) == agency_id)
    if stuck:
        conditions.append(col(Case.stuck) != "")
    total = session.exec(select(func.count()).select_from(Case).where(*conditions)).one()
    order = (col(Case.planned_departure).is_(None), col(Case.planned_departure), col(Case.reference))
    return select(Case).where(*conditions).order_by(*order), total


def _line(session: Session, case: Case, role: Role | None) -> dict[str, Any]:
    from sqlmodel import col, select

    from casework.cases.tables import CaseTask

    first = select(CaseTask).where(CaseTask.case_id == case.id).order_by(col(CaseTask.position)).limit(1)
    task = session.exec(first).one_or_none()
    kinds = {one["stage"]: one["kind"] for one in (case.assessment or {}).get("stages", [])}
    hidden = task is not None and is_hidden(kinds.get(task.stage, ""), role)
    return {
        "reference": case.reference,
        "programme": case.programme_id,
        "version": case.programme_version,
        "track": case.track,
        "life": case.life.value,
        "planned_departure": case.planned_departure.isoformat() if case.planned_departure else None,
        "next": None
        if task is None
        else {
            "stage": task.stage,
            "requirement": "" if hidden else task.requirement,
            "subject": "" if hidden else task.subject,
            "status": "in_progress" if hidden else task.status,
            "actor": task.actor,
            "due_on": task.due_on.isoformat() if task.due_on else None,
        },
        "stuck": case.stuck,
    }


def _next(task: dict[str, Any] | None) -> str:
    return " · ".join(filter(None, (task["stage"], task["requirement"], task["subject"]))) if task else ""


@cases_app.command("show", help=str(_("Where a case stands: stages, what is missing and why, certificates.")))
def show(
    reference: Annotated[str, typer.Argument(metavar="CASE", help=str(_("The case's reference.")))],
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.cases.pinned import programme_of
    from casework.certificates import service as certificates
    from casework.certificates.queries import standing_on
    from casework.certificates.rules import may_know_of

    installation = opened()
    actor, today = acting(installation, as_account), installation.database.today()
    with installation.database.read() as session:
        case = find_case(session, actor, reference)
        programme = programme_of(installation.catalogue, case)
        assessment = _assessed(installation, session, case, programme, actor.role)
        issued = [one for one in certificates.of_cases(session, [case.id]) if may_know_of(actor.role, one.kind)]
        shape: dict[str, Any] = {
            "case": _line(session, case, actor.role),
            "assessed_on": assessment.on.isoformat(),
            "changes_on": assessment.changes_on.isoformat() if assessment.changes_on else None,
            "cleared": assessment.cleared,
            "stages": [_stage(programme, state, actor.role) for state in assessment.stages],
            "certificates": [
                {
                    "number": one.number,
                    "kind": one.kind,
                    "state": standing_on(one, today).value,
                    "issued_on": one.issued_on.isoformat(),
                    "valid_until": one.valid_until.isoformat() if one.valid_until else None,
                }
                for one in issued
            ],
        }
    if as_json:
        emit("case", **shape)
    else:
        _print_case(shape)


def _assessed(
    installation: Installation, session: Session, case: Case, programme: Programme, role: Role | None
) -> Assessment:
    """Assessed for reading only: nothing that no longer holds is ended by looking."""
    from casework.cases import facts
    from checklists.assessment import assess

    known = facts.load(session, [case])[case.id]
    if not sees_matches(role):
        known = facts.without_matches(known)
    return assess(programme, known, installation.database.today())


def sees_matches(role: Role | None) -> bool:
    """Whether the role knows of possible matches. Who runs the command in nobody's name does not."""
    from casework.accounts.rules import Permission, may

    return role is not None and may(role, Permission.SEE_MATCHES)


def _stage(programme: Programme, state: StageState, role: Role | None) -> dict[str, Any]:
    stage = programme.stage(state.stage)
    hidden = is_hidden(state.kind.value, role)
    if state.kind.value == "security" and not hidden and not sees_matches(role):
        state = _veiled(programme, state)
    return {
        "stage": state.stage,
        "kind": state.kind.value,
        "title": str(stage.label) if stage else state.stage,
        "status": _coarse(state.status.value) if hidden else state.status.value,
        "holds_until": state.holds_until.isoformat() if state.holds_until and not hidden else None,
        "why": "" if hidden else str(state.why),
        "requirements": []
        if hidden
        else [
            {
                "requirement": slot.requirement,
                "subject": slot.subject,
                "status": slot.status.value,
                "actor": slot.actor.value if slot.actor else None,
                "due_on": slot.due_on.isoformat() if slot.due_on else None,
                "holds_until": slot.holds_until.isoformat() if slot.holds_until else None,
                "why": str(slot.why),
            }
            for slot in state.requirements
        ],
    }


def _veiled(programme: Programme, state: StageState) -> StageState:
    """The screening is in progress until its stage is signed off: that it waits for a person would tell of a match."""
    from casework.cases.facts import SCREENING
    from checklists.assessment import RequirementStatus, StageStatus

    if state.status is StageStatus.SIGNED_OFF:
        return state
    asking = {requirement.id for _stage, requirement in programme.asking_for(SCREENING)}
    slots = tuple(
        slot._replace(status=RequirementStatus.PENDING, why=_("In progress.")) if slot.requirement in asking else slot
        for slot in state.requirements
    )
    status = StageStatus.OPEN if state.status is StageStatus.READY else state.status
    return replace(state, requirements=slots, status=status, why=_("In progress."))


def is_hidden(kind: str, role: Role | None) -> bool:
    """Medical detail is for the medical role alone, also on the command line; agencies see none of security either."""
    return (kind == "medical" and role is not Role.MEDICAL_OFFICER) or (kind == "security" and role is Role.AGENCY_USER)


def _coarse(status: str) -> str:
    return {"signed_off": "met", "broken": "not_met", "not_asked": "not_asked"}.get(status, "in_progress")


_STATUS_WORDS: Final[dict[str, tuple[Message, Sign | None]]] = {
    "not_asked": (_("not asked"), None),
    "blocked": (_("blocked"), None),
    "open": (_("open"), None),
    "ready": (_("ready to be signed off"), Sign.WARNING),
    "signed_off": (_("signed off"), Sign.GOOD),
    "broken": (_("no longer holds"), Sign.BAD),
    "met": (_("met"), Sign.GOOD),
    "not_met": (_("not met"), Sign.BAD),
    "in_progress": (_("in progress"), None),
}


def _print_case(shape: dict[str, Any]) -> None:
    case = shape["case"]
    departure = case["planned_departure"] or _("no departure planned")
    line(
        f"{case['reference']} · {case['programme']} {case['version']} · {case['track']} · {case['life']} · {departure}"
    )
    if case["stuck"]:
        line(case["stuck"], Sign.BAD)
    for stage in shape["stages"]:
        word, sign = _STATUS_WORDS[stage["status"]]
        line(f"{stage['title']}: {word}", sign)
        for slot in stage["requirements"]:
            if slot["status"] not in ("met", "waived", "conditional"):
                name = " ".join(filter(None, (slot["requirement"], slot["subject"])))
                due = f" ({_('due {day}', day=slot['due_on'])})" if slot["due_on"] else ""
                line(f"    {name}: {slot['why']}{due}")
    table(
        (_("Certificate"), _("Kind"), _("State"), _("Issued"), _("Until")),
        [
            tuple(one[key] for key in ("number", "kind", "state", "issued_on", "valid_until"))
            for one in shape["certificates"]
        ],
    )


def advance(
    references: Annotated[
        list[str] | None, typer.Argument(metavar="[CASE]...", help=str(_("References of cases.")))
    ] = None,
    every: Annotated[bool, typer.Option("--all", help=str(_("Every case that is open or cleared.")))] = False,
    as_json: AsJson = False,
) -> None:
    if bool(references) == every:
        raise InvalidInput(
            "which_cases", _("It is not said which cases to move."), _("Give references of cases, or --all.")
        )
    installation = opened()
    ids = _ids(installation, references or [])
    moved = _Moved()
    with progress(_("Moving cases")) as show:
        for start in range(0, len(ids), _CHUNK):
            show(start, len(ids))
            _move(installation, list(ids)[start : start + _CHUNK], moved)
    failed = [{"case": ids[case_id], "message": sentence} for case_id, sentence in moved.failures.items()]
    if as_json:
        emit("advance", cases=len(ids), moves=moved.moves, issued=moved.issued, failures=failed)
    else:
        table((_("Case"), _("What keeps failing")), [(one["case"], one["message"]) for one in failed])
        line(
            _n(
                "{count} case looked at: {moves} moves, {issued} certificates issued.",
                "{count} cases looked at: {moves} moves, {issued} certificates issued.",
                len(ids),
                moves=moved.moves,
                issued=moved.issued,
            )
        )
    if failed:
        raise typer.Exit(FINDINGS)


@dataclass
class _Moved:
    """What was done so far; `failures` holds a sentence by case."""

    moves: int = 0
    issued: int = 0
    failures: dict[UUID, str] = field(default_factory=dict)


def _move(installation: Installation, case_ids: list[UUID], moved: _Moved) -> None:
    """Move the cases and issue what was signed off. The engine may do the same meanwhile; twice is harmless."""
    from sqlmodel import col, select

    from casework.cases.tables import LiveSignOff
    from casework.certificates.queries import unissued_letters, unissued_papers
    from casework.certificates.tables import Certificate, CertificateState
    from workflows.advance import advance as move_cases
    from workflows.issuing import issue

    done = move_cases(installation, case_ids)
    query = (
        select(LiveSignOff)
        .outerjoin(Certificate, col(Certificate.sign_off_id) == col(LiveSignOff.sign_off_id))
        .where(
            col(LiveSignOff.case_id).in_(case_ids),
            col(Certificate.id).is_(None) | (col(Certificate.state) == CertificateState.RESERVED),
        )
    )
    with installation.database.read() as session:
        unissued = {row.sign_off_id: row.case_id for row in session.exec(query)}
        unissued |= {row.id: row.case_id for row in unissued_letters(session, case_ids)}
        unissued |= {row.id: row.case_id for row in unissued_papers(session, case_ids)}
    issued = issue(installation, list(unissued))
    moved.moves += done.moves
    moved.issued += issued.count
    moved.failures |= {unissued[subject_id]: sentence for subject_id, sentence in issued.failures.items()}
    moved.failures |= dict(done.failures)


def _ids(installation: Installation, references: list[str]) -> dict[UUID, str]:
    """Ids and references of the cases named, or of all that move or lack a letter or paper."""
    from sqlmodel import col, select

    from casework.actor import ENGINE
    from casework.cases.rules import ACTIVE
    from casework.cases.tables import Case
    from casework.certificates.queries import unissued_letters, unissued_papers

    with installation.database.read() as session:
        if references:
            return {find_case(session, ENGINE, one).id: one for one in references}
        lacking = [row.case_id for row in unissued_letters(session)]
        lacking += [row.case_id for row in unissued_papers(session)]
        moving = col(Case.life).in_(ACTIVE) | col(Case.id).in_(lacking)
        query = select(Case).where(moving).order_by(col(Case.id))
        return {case.id: case.reference for case in session.exec(query)}


def add_to(app: typer.Typer) -> None:
    """Hang the commands under the outermost one."""
    rulings.add_to(cases_app)
    app.add_typer(cases_app, name="case")
    app.command("advance", help=str(_("Move cases as far as machines can, until a person is needed.")))(advance)
