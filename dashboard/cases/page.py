"""The page of a case and its sheet."""

from __future__ import annotations

from basis.isco import numbered
from basis.messages import _, _n
from basis.roles import Role
from casework.accounts.rules import Permission
from casework.cases.moving import led_here
from casework.cases.rules import CaseLife, is_ended, moves_from
from casework.certificates.queries import Standing, standing_on
from casework.entitlements import queries as entitlements
from casework.medical import readings
from casework.qualifications.queries import may_read as may_read_qualifications
from checklists.programme import StageKind
from dashboard import addresses, words
from dashboard.cases import bookings, following, history, planning, rulings, stages, wording
from dashboard.cases.known import KnownCase
from dashboard.pages.base import Place
from dashboard.pages.case import CasePage, CaseSheet, CertificateRow, Identity
from dashboard.parts import Badge, Fact, Link, Text, Tone

_PARTS = (
    ("originals", Permission.SEE_ORIGINALS, _("Originals that the worker handed over")),
    ("photos", Permission.SEE_IDENTITY, _("Photographs")),
    ("residence", Permission.SEE_IDENTITY, _("Where the worker has lived")),
    ("differences", Permission.SEE_IDENTITY, _("Papers side by side")),
    ("costs", Permission.SEE_COSTS, _("Costs and fees")),
    ("job", Permission.CHECK_CONTRACTS, _("Job and contract")),
    ("household", Permission.SEE_HOUSEHOLDS, _("Household: who travels with the worker")),
)
"""Pages of a case, for those who hold their permission."""
_LAST = 30
"""So many events stand on the page; the sheet has them all."""
_STANDINGS = {
    Standing.VALID: Badge(Tone.DONE, _("valid")),
    Standing.EXPIRED: Badge(Tone.TODAY, _("expired")),
    Standing.SUPERSEDED: Badge(Tone.IDLE, _("superseded")),
    Standing.REVOKED: Badge(Tone.LATE, _("revoked")),
    Standing.RESERVED: Badge(Tone.WAIT, _("being prepared")),
    Standing.VOID: Badge(Tone.IDLE, _("void")),
}


def case_page(known: KnownCase) -> CasePage:
    """A case on one page."""
    return CasePage(
        base=known.visit.at(Place.CASES),
        identity=identity(known),
        next=stages.next_step(known) or following.next_step(known),
        stages=stages.stage_views(known),
        timeline=history.timeline(known, _LAST),
        decisions=history.decisions(known),
        certificates=certificates(known),
        rulings=rulings.rulings(known),
        follow_ups=following.follow_ups(known),
        bookings=bookings.bookings(known),
        to_tell=bookings.to_tell(known),
        plan=planning.plan_view(known),
        acts=_acts(known),
        poll=addresses.case(known.case.id) if stages.is_moving(known) else "",
    )


def case_sheet(known: KnownCase) -> CaseSheet:
    """The case for printing."""
    case, visit = known.case, known.visit
    printed_at = words.at(visit.database.now(), visit.zone)
    owner = known.people.get(str(case.owner_id))
    facts = (
        Fact(
            _("Programme"), _("{title}, version {version}", title=known.programme.label, version=case.programme_version)
        ),
        Fact(_("Track"), case.track),
        *((Fact(_("Destination"), wording.country(case.destination)),) if case.destination else ()),
        *((Fact(_("Cohort"), known.cohort),) if known.cohort else ()),
        Fact(_("Occupation"), numbered(case.occupation, case.job_title)),
        Fact(_("Employer"), case.employer or _("none named")),
        Fact(_("Job order"), case.job_order or _("none named")),
        Fact(_("Agency"), known.agency or _("none")),
        Fact(_("Caseworker"), owner.name if owner and visit.role is not Role.AGENCY_USER else _("nobody yet")),
        Fact(_("Opened"), words.on(case.registered_on)),
    )
    return CaseSheet(
        base=visit.at(Place.CASES),
        identity=identity(known),
        facts=facts,
        stages=stages.stage_views(known, printed=True),
        decisions=history.decisions(known),
        certificates=certificates(known),
        timeline=history.timeline(known),
        printed=_("Printed on {day} by {name}", day=printed_at, name=visit.account.name),
    )


def identity(known: KnownCase) -> Identity:
    """Who the case is about."""
    worker, case = known.worker, known.case
    name = " ".join(part for part in (worker.given_names, worker.family_name) if part)
    born = _("born {day}", day=words.on(worker.birth_date)) if worker.birth_date else ""
    facts: tuple[Text, ...] = (
        case.reference,
        born,
        wording.country(worker.nationality),
        numbered(case.occupation, case.job_title),
        case.employer,
        _leads_to(known),
    )
    return Identity(
        name=name or worker.native_name,
        native_name=worker.native_name if worker.native_name != name else "",
        name_language="",
        photo=addresses.case(case.id, "photo", "small") if known.photo else "",
        facts=tuple(fact for fact in facts if fact),
        departure=_departure(known),
        danger=_danger(known),
        life=wording.life(case) if case.life is not CaseLife.OPEN else None,
        suspended=wording.suspended(known.suspended) if known.suspended and not is_ended(case.life) else "",
        flags=known.flags,
    )


def _leads_to(known: KnownCase) -> Text:
    """The country of destination, where the programme leads to several."""
    if not known.case.destination or len(known.programme.destinations) == 1:
        return ""
    return _("to {country}", country=wording.country(known.case.destination))


def certificates(known: KnownCase) -> tuple[CertificateRow, ...]:
    """Every certificate of the case that was numbered, the newest first."""
    rows = []
    for row in reversed(known.certificates):
        link = stages.certificate_link(known, row)
        badge = _STANDINGS[standing_on(row, known.today)]
        rows.append(CertificateRow(link or Link("", row.number), _(row.title), words.on(row.issued_on), badge))
    return tuple(rows)


def _departure(known: KnownCase) -> Text:
    case, track = known.case, known.programme.track(known.case.track)
    if track is not None and not track.departs:
        return track.label
    if case.planned_departure is None:
        return _("No departure planned")
    day = words.on(case.planned_departure)
    if case.life in {CaseLife.DEPARTED, CaseLife.ARRIVED, CaseLife.RETURNED, CaseLife.CLOSED}:
        return _("Departed {day}", day=day)
    if is_ended(case.life):
        return _("Departure was planned for {day}", day=day)
    return _("Departs {day}", day=day)


def _danger(known: KnownCase) -> Badge | None:
    if known.case.stuck:
        return Badge(Tone.LATE, _("stuck: something keeps failing"))
    task = stages.leading_task(known)
    stage = known.programme.stage(task.stage) if task is not None else None
    if task is None or stage is None or task.due_on is None:
        return None
    left = (task.due_on - known.today).days
    if left < 0:
        late = _n("{stage} is {count} day overdue", "{stage} is {count} days overdue", -left, stage=stage.label)
        return Badge(Tone.LATE, late)
    if left <= 7:
        return Badge(Tone.TODAY, _("{stage} must move by {day}", stage=stage.label, day=words.on(task.due_on)))
    return None


def _acts(known: KnownCase) -> tuple[Link, ...]:
    visit, case = known.visit, known.case
    links = [Link(addresses.case(case.id, "sheet"), _("Print the case sheet, with the whole timeline"))]
    if visit.may(Permission.SEE_REGISTER) and known.certificates:
        links.append(Link(addresses.case(case.id, "disclosures"), _("What was handed over, and to whom")))
    if may_read_qualifications(visit.actor):
        links.append(Link(addresses.case(case.id, "qualifications"), _("Diploma, language and professional ability")))
    if readings.may_list(visit.role) and any(stage.kind is StageKind.MEDICAL for stage in known.programme.stages):
        links.append(Link(addresses.case(case.id, "medical", "readings"), _("Who read medical details")))
    track = known.programme.track(case.track)
    if track is None or track.departs:
        links.append(Link(addresses.case(case.id, "journey"), _("Journey: booking, departure, arrival")))
    sees_loan = visit.may(Permission.SEE_LOANS) or visit.may(Permission.ASK_LOANS)
    if sees_loan and known.lends:
        links.append(Link(addresses.case(case.id, "loan"), _("Loan and its repayment")))
    if known.programme.entitlements and entitlements.may_read(visit.actor):
        links.append(Link(addresses.case(case.id, "entitlements"), _("Entitlements: what the programme pays")))
    links += [Link(addresses.case(case.id, part), said) for part, permission, said in _PARTS if visit.may(permission)]
    last = led_here(case, known.moves)
    came_from = last.from_life if last is not None else None
    if visit.may(Permission.EDIT_CASES) and not is_ended(case.life):
        links.append(Link(addresses.case(case.id, "evidence", "several"), _("Add several papers at once")))
        links.append(Link(addresses.case(case.id, "worker"), _("Correct the worker's data")))
        links.append(Link(addresses.case(case.id, "passport"), _("The passport was renewed or lost")))
        links.append(Link(addresses.case(case.id, "plan"), _("Change the departure or the job")))
        links.append(Link(addresses.case(case.id, "cohort"), _("Put it into a cohort, or out of one")))
    if visit.may(Permission.MOVE_CASES) and not is_ended(case.life) and len(known.programme.tracks) > 1:
        links.append(Link(addresses.case(case.id, "track"), _("Change the track")))
    if visit.may(Permission.ASSIGN_CASES) and not is_ended(case.life):
        links.append(Link(addresses.case(case.id, "owner"), _("Assign to a caseworker")))
    elif visit.may(Permission.EDIT_CASES) and case.owner_id is None and not is_ended(case.life):
        links.append(Link(addresses.case(case.id, "owner"), _("Take this case")))
    if visit.may(Permission.MOVE_CASES) and moves_from(case.life, visit.role, came_from).keys() - rulings.ENDINGS:
        links.append(Link(addresses.case(case.id, "life"), _("Hold, withdraw, confirm or end the case")))
    return (*links, *rulings.acts(known))
