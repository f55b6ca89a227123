"""``/cases/ID/household`` and ``/households``: who travels with whom, who left and came back, who may go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from sqlmodel import Session
from starlette.responses import Response

from basis.errors import InvalidInput, NotFound
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.cases import queries as cases
from casework.cases.rules import is_ended
from casework.cases.tables import Case
from casework.households import queries
from casework.households import service as households
from casework.households.queries import Accompanying, HouseholdLine, Member
from casework.households.rules import REASONS, ROLE_WORDS, ChangeKind, MemberRole
from casework.households.service import AddMember, ChangeMember, GiveConsent, SplitHousehold
from casework.households.tables import Household
from casework.workers.tables import Sex
from dashboard import addresses, paging
from dashboard.cases import household as shown
from dashboard.cases.known import find
from dashboard.cases.requirements import countries
from dashboard.cases.submitting import form_page, submit, typed
from dashboard.exports import csv_file
from dashboard.forms import people as forms
from dashboard.looking import look
from dashboard.pages.base import Place
from dashboard.pages.people import HouseholdList, HouseholdPage
from dashboard.parts import Form as AskedForm
from dashboard.parts import Link, Option, Text, Tile
from dashboard.posting import Values, Wrong, filled
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_MOST = 10_000
_HEADING = _("Household")
_WORKER = _("Add a worker to the household")
_PERSON = _("Add somebody who travels along")
_SPLIT = _("Split the household")
_ACTS: Mapping[str, tuple[ChangeKind, Message, Message]] = {
    "left": (ChangeKind.LEFT, _("Somebody leaves the household"), _("Record that this member leaves")),
    "rejoined": (ChangeKind.REJOINED, _("Somebody comes back to the household"), _("Take this member back in")),
    "together": (ChangeKind.TOGETHER, _("A member travels together with the principal"), _("Record it")),
    "apart": (ChangeKind.APART, _("A member travels apart from the principal"), _("Record it")),
}
_ONLY = {"": _("all"), "apart": _("travelling apart"), "split": _("that somebody has left")}


@router.get("/cases/{case_id:uuid}/household")
def one_household(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_HOUSEHOLDS)
    case, _programme = find(visit, case_id)
    with visit.database.read() as session:
        household = queries.last_of(session, case.worker_id)
        everybody = _everybody(session, visit, household)
        changes = queries.history(session, household.id) if household else []
        keys = cases.accounts_by_key(session, {row.recorded_by for row in changes})
    _leave_trace(visit, case, household)
    now = [one for one in everybody if one.row.left_on is None]
    people: dict[str, Text] = {key: account.name for key, account in keys.items()}
    return show(
        HouseholdPage(
            base=visit.at(Place.CASES),
            back=Link(addresses.case(case.id), case.reference),
            heading=_HEADING,
            summary=_summary(household, now),
            alerts=shown.alerts(now),
            members=tuple(shown.member_view(visit, case, one, now) for one in now),
            former=tuple(shown.member_view(visit, case, one, now) for one in everybody if one.row.left_on is not None),
            changes=shown.events(visit, changes, everybody, people),
            links=_links(visit, case, now),
            form=None if _belongs(case, now) or not _edits(visit, case) else _found_form(visit, case),
        )
    )


@router.get("/cases/{case_id:uuid}/household.json")
def one_for_programs(case_id: UUID, visit: Signed) -> Response:
    """The same for programs: ``predeparture.household/1``; `household` is null where there is none."""
    require(visit.role, Permission.SEE_HOUSEHOLDS)
    case, _programme = find(visit, case_id)
    with visit.database.read() as session:
        household = queries.last_of(session, case.worker_id)
        everybody = _everybody(session, visit, household)
    _leave_trace(visit, case, household)
    told = queries.for_programs(HouseholdLine(household, tuple(everybody))) if household else None
    return JSONResponse({"schema": "predeparture.household/1", "case": case.reference, "household": told})


@router.post("/cases/{case_id:uuid}/household")
def form_household(case_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values, version: int) -> str:
        role = MemberRole(values.text("role"))
        visit.database.run(visit.actor, households.form, case_id, role, values.day("happened_on"), version)
        return "household-formed"

    return _take(visit, case_id, taken, _HEADING, lambda case, _now: _found_form(visit, case), act)


@router.get("/cases/{case_id:uuid}/household/workers")
def ask_worker(case_id: UUID, visit: Signed) -> Response:
    return _ask(visit, case_id, _WORKER, lambda case, _now: _worker_form(visit, case))


@router.post("/cases/{case_id:uuid}/household/workers")
def add_worker(case_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values, version: int) -> str:
        command = AddMember(case_id=case_id, reference=values.text("reference"), **_joins(values))
        try:
            visit.database.run(visit.actor, households.add, command, version)
        except NotFound as error:
            form = _worker_form(visit, find(visit, case_id)[0])
            raise Wrong(filled(form, typed(form, taken), {"reference": error.message})) from None
        return "household-changed"

    return _take(visit, case_id, taken, _WORKER, lambda case, _now: _worker_form(visit, case), act)


@router.get("/cases/{case_id:uuid}/household/persons")
def ask_person(case_id: UUID, visit: Signed) -> Response:
    lead = _("For somebody who has no case here. What you write is kept sealed under a key of their own.")
    return _ask(visit, case_id, _PERSON, lambda case, _now: _person_form(visit, case), lead)


@router.post("/cases/{case_id:uuid}/household/persons")
def add_person(case_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values, version: int) -> str:
        person = Accompanying(
            family_name=values.text("family_name"),
            given_names=values.text("given_names"),
            sex=Sex(values.text("sex")),
            birth_date=values.days["birth_date"],
            nationality=values.text("nationality"),
            passport_number=values.text("passport_number"),
        )
        command = AddMember(case_id=case_id, person=person, **_joins(values))
        visit.database.run(visit.actor, households.add, command, version)
        return "household-changed"

    return _take(visit, case_id, taken, _PERSON, lambda case, _now: _person_form(visit, case), act)


@router.get("/cases/{case_id:uuid}/household/split")
def ask_split(case_id: UUID, visit: Signed) -> Response:
    lead = _("Who leaves is a household of their own from that day on. They can come back later.")
    return _ask(visit, case_id, _SPLIT, lambda case, now: _split_form(visit, case, now), lead)


@router.post("/cases/{case_id:uuid}/household/split")
def split(case_id: UUID, visit: Signed, taken: Form) -> Response:
    def act(values: Values, version: int) -> str:
        command = SplitHousehold(
            case_id=case_id,
            member_ids=tuple(map(UUID, values.many["members"])),
            principal_id=UUID(values.text("principal")),
            reason=values.text("reason"),
            happened_on=values.day("happened_on"),
        )
        visit.database.run(visit.actor, households.split, command, version)
        return "household-changed"

    return _take(visit, case_id, taken, _SPLIT, lambda case, now: _split_form(visit, case, now), act)


@router.get("/cases/{case_id:uuid}/household/members/{member_id:uuid}/{act}")
def ask_change(case_id: UUID, member_id: UUID, act: str, visit: Signed) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    return _ask(visit, case_id, _heading(act), lambda case, now: _member_form(visit, case, now, member_id, act))


@router.post("/cases/{case_id:uuid}/household/members/{member_id:uuid}/{act}")
def change_member(case_id: UUID, member_id: UUID, act: str, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.EDIT_CASES)

    def do(values: Values, version: int) -> str:
        if act == "consent":
            given = GiveConsent(
                case_id=case_id,
                child_id=member_id,
                guardian_id=UUID(values.text("guardian")),
                given_on=values.day("given_on"),
                reference=values.text("reference"),
            )
            visit.database.run(visit.actor, households.consent, given, version)
        elif act == "withdraw-consent":
            reason = values.text("reason")
            visit.database.run(visit.actor, households.withdraw_consent, case_id, member_id, reason, version)
        else:
            command = ChangeMember(
                case_id=case_id,
                member_id=member_id,
                kind=_ACTS[act][0],
                reason=values.text("reason"),
                happened_on=values.day("happened_on"),
            )
            visit.database.run(visit.actor, households.change, command, version)
        return "household-changed"

    build: Build = lambda case, now: _member_form(visit, case, now, member_id, act)  # noqa: E731 - one line, used once
    return _take(visit, case_id, taken, _heading(act), build, do)


@router.get(addresses.HOUSEHOLDS)
def household_list(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_HOUSEHOLDS)
    given = paging.given(request)
    only = _only(given)
    page = paging.wanted(given)
    with visit.database.read() as session:
        lines, total = _listed(session, visit, only, page.offset, page.size)
        counts = {name: _listed(session, visit, name, 0, 0)[1] for name in _ONLY}
    exported = {"only": only}
    return show(
        HouseholdList(
            base=visit.at(Place.CASES),
            summary=_n("{count} household, the newest first", "{count} households, the newest first", total),
            tiles=tuple(
                Tile(addresses.query(addresses.HOUSEHOLDS, only=name), counts[name], said, selected=name == only)
                for name, said in _ONLY.items()
            ),
            rows=tuple(map(shown.household_row, lines)),
            pager=paging.pager(addresses.HOUSEHOLDS, given, page, len(lines), total),
            links=(
                Link(addresses.query(addresses.HOUSEHOLDS_FILE, **exported), _("Download this list (CSV)")),
                Link(addresses.query(addresses.HOUSEHOLDS_JSON, **exported), _("Download this list (JSON)")),
            ),
        )
    )


@router.get(addresses.HOUSEHOLDS_FILE)
def list_as_file(request: Request, visit: Signed) -> Response:
    """One line a member; of who is no worker, name and birth date stay on the page."""
    require(visit.role, Permission.SEE_HOUSEHOLDS)
    lines = _all_lines(visit, _only(paging.given(request)))
    header = (_("Household"), _("In the household"), _("Case"), _("Since"), _("Journey"), _("Consent missing"))
    rows = [
        (
            line.household.reference,
            ROLE_WORDS[one.row.role],
            one.case.reference if one.case else "",
            one.row.joined_on.isoformat(),
            shown.travels(one.row.role, together=one.row.together).text,
            _("yes") if one.lacks_consent else _("no"),
        )
        for line in lines
        for one in line.members
    ]
    return csv_file("households.csv", header, rows)


@router.get(addresses.HOUSEHOLDS_JSON)
def list_for_programs(request: Request, visit: Signed) -> Response:
    """The same for programs: ``predeparture.households/1``."""
    require(visit.role, Permission.SEE_HOUSEHOLDS)
    lines = _all_lines(visit, _only(paging.given(request)))
    return JSONResponse({"schema": "predeparture.households/1", "households": list(map(queries.for_programs, lines))})


Build = Callable[[Case, list[Member]], AskedForm]


def _ask(visit: Visit, case_id: UUID, heading: Message, build: Build, lead: Text = "") -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, _programme = find(visit, case_id)
    return show(form_page(visit, case, build(case, _now(visit, case)), heading, lead))


def _take(
    visit: Visit, case_id: UUID, taken: Form, heading: Message, build: Build, act: Callable[[Values, int], str]
) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, _programme = find(visit, case_id)
    form = build(case, _now(visit, case))
    return submit(visit, case, taken, form, heading, act, addresses.case(case_id, "household"))


def _leave_trace(visit: Visit, case: Case, household: Household | None) -> None:
    """That there is no household is something to know about a worker, too."""
    look(visit, "household.viewed", f"household/{household.id}" if household else f"case_file/{case.id}", case.id)


def _now(visit: Visit, case: Case) -> list[Member]:
    """Everybody who is or was in the household of the case's worker."""
    with visit.database.read() as session:
        return _everybody(session, visit, queries.last_of(session, case.worker_id))


def _everybody(session: Session, visit: Visit, household: Household | None) -> list[Member]:
    if household is None:
        return []
    vault = visit.database.vault(session)
    return queries.members(session, vault, visit.actor, household.id, visit.today, left=True)


def _listed(session: Session, visit: Visit, only: str, offset: int, limit: int) -> tuple[list[HouseholdLine], int]:
    vault = visit.database.vault(session)
    return queries.listed(session, vault, visit.actor, visit.today, offset=offset, limit=limit, only=only)


def _all_lines(visit: Visit, only: str) -> list[HouseholdLine]:
    with visit.database.read() as session:
        return _listed(session, visit, only, 0, _MOST)[0]


def _only(given: Mapping[str, str]) -> str:
    paging.check_names(given, "only")
    only = given.get("only", "")
    if only not in _ONLY:
        names = ", ".join(name for name in _ONLY if name)
        raise InvalidInput("unknown_filter", _("There is no such filter."), _("Use one of: {names}.", names=names))
    return only


def _belongs(case: Case, now: list[Member]) -> bool:
    return any(one.row.worker_id == case.worker_id for one in now)


def _edits(visit: Visit, case: Case) -> bool:
    return visit.may(Permission.EDIT_CASES) and not is_ended(case.life)


def _summary(household: Household | None, now: list[Member]) -> Message:
    if household is None or not now:
        return _("The worker belongs to no household.")
    return _n("{reference}: {count} member", "{reference}: {count} members", len(now), reference=household.reference)


def _links(visit: Visit, case: Case, now: list[Member]) -> tuple[Link, ...]:
    if not _edits(visit, case) or not _belongs(case, now):
        return ()
    links = [
        Link(addresses.case(case.id, "household", "persons"), _PERSON, primary=True),
        Link(addresses.case(case.id, "household", "workers"), _WORKER),
    ]
    if len(now) > 1 and sum(one.row.worker_id is not None for one in now) > 1:
        links.append(Link(addresses.case(case.id, "household", "split"), _SPLIT))
    return tuple(links)


def _found_form(visit: Visit, case: Case) -> AskedForm:
    return forms.found(case.id, case.version, _roles(*MemberRole), visit.today.isoformat())


def _worker_form(visit: Visit, case: Case) -> AskedForm:
    joined = shown.reasons(ChangeKind.JOINED, REASONS)
    return forms.add_worker(case.id, case.version, _roles(*MemberRole), joined, visit.today.isoformat())


def _person_form(visit: Visit, case: Case) -> AskedForm:
    joined = shown.reasons(ChangeKind.JOINED, REASONS)
    roles = _roles(*(role for role in MemberRole if role is not MemberRole.PRINCIPAL))
    return forms.add_person(case.id, case.version, roles, joined, countries(), visit.today.isoformat())


def _split_form(visit: Visit, case: Case, everybody: list[Member]) -> AskedForm:
    now = [one for one in everybody if one.row.left_on is None]
    workers = [one for one in now if one.row.worker_id is not None]
    left = shown.reasons(ChangeKind.LEFT, REASONS)
    return forms.split(case.id, case.version, _people(now), _people(workers), left, visit.today.isoformat())


def _member_form(visit: Visit, case: Case, everybody: list[Member], member_id: UUID, act: str) -> AskedForm:
    member = next((one for one in everybody if one.row.id == member_id), None)
    if member is None:
        raise NotFound("member", _("There is no such member of this household."), _("Look at the household again."))
    today = visit.today.isoformat()
    if act == "consent":
        adults = [one for one in everybody if one.row.left_on is None and not one.child]
        grown = [one for one in adults if one.row.role is not MemberRole.CHILD]
        return forms.consent(case.id, case.version, member_id, _people(grown), today)
    if act == "withdraw-consent":
        reasons = shown.reasons(ChangeKind.CONSENT_WITHDRAWN, REASONS)
        return forms.withdraw_consent(case.id, case.version, member_id, reasons)
    kind, _said, button = _ACTS[act]
    return forms.change_member(
        case.id,
        case.version,
        member_id,
        act,
        button,
        shown.reasons(kind, REASONS),
        today,
        danger=kind is ChangeKind.LEFT,
    )


def _heading(act: str) -> Message:
    if act == "consent":
        return _("A guardian lets a child go")
    if act == "withdraw-consent":
        return _("A guardian takes the consent back")
    if act not in _ACTS:
        raise NotFound("page", _("There is no such page."), _("Open the household from its case."))
    return _ACTS[act][1]


def _roles(*roles: MemberRole) -> tuple[Option, ...]:
    return tuple(Option(role.value, ROLE_WORDS[role]) for role in roles)


def _people(members: list[Member]) -> tuple[Option, ...]:
    return tuple(
        Option(str(one.row.id), _("{name} ({role})", name=shown.name_of(one), role=ROLE_WORDS[one.row.role]))
        for one in members
    )


def _joins(values: Values) -> dict[str, Any]:
    return {
        "role": MemberRole(values.text("role")),
        "reason": values.text("reason"),
        "happened_on": values.day("happened_on"),
    }
