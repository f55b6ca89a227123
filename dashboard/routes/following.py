"""What is decided for a case beside its stages: another track, the follow-ups after departure, its cohort."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.errors import InvalidInput, NotFound
from basis.messages import _
from casework.accounts.rules import Permission, require
from casework.cases import tracks
from casework.cases.rules import TRACK_REASONS
from casework.cases.tables import Case
from casework.cases.tracks import ChangeTrack
from casework.cohorts import queries
from casework.cohorts import service as cohorts
from casework.followups import service as followups
from casework.followups.rules import FollowUpHow
from casework.followups.service import RecordFollowUp
from casework.recorded import WITHDRAW_REASONS
from checklists.programme import Programme
from dashboard.cases import wording
from dashboard.cases.following import outcome_words
from dashboard.cases.known import find
from dashboard.cases.submitting import form_page, submit
from dashboard.forms import following as forms
from dashboard.parts import Fact, Option
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values, filled
from dashboard.routes.life import destination_field
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_TRACK = _("Change the track")
_TRACK_LEAD = _("All evidence stays. Certificates that do not apply on the new track are superseded.")
_COHORT = _("Cohort of the case")
_NONE = "none"


@router.get("/cases/{case_id:uuid}/track")
def ask_track(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.MOVE_CASES)
    case, programme = find(visit, case_id)
    now = programme.track(case.track)
    facts = (
        Fact(_("Now"), now.label if now else case.track),
        Fact(_("Departure"), wording.departure(case, programme)),
    )
    return show(form_page(visit, case, _track_form(case, programme, but=case.track), _TRACK, _TRACK_LEAD, facts))


@router.post("/cases/{case_id:uuid}/track")
def change_track(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.MOVE_CASES)
    case, programme = find(visit, case_id)

    def act(values: Values, version: int) -> str:
        command = ChangeTrack(
            case_id=case_id,
            track=values.text("track"),
            reason=values.text("reason"),
            authority=values.text("authority"),
            planned_departure=values.days.get("planned_departure"),
            destination=values.texts.get("destination", ""),
        )
        visit.database.run(visit.actor, tracks.change_track, visit.installation.catalogue, command, version)
        return "track-changed"

    # Every track is read, also the present one: who is second then learns what happened instead of “choose one”.
    return submit(visit, case, taken, _track_form(case, programme, but=""), _TRACK, act)


@router.post("/cases/{case_id:uuid}/follow-ups/{name}")
def record_follow_up(case_id: UUID, name: str, visit: Signed, taken: Form) -> Response:
    case, programme = find(visit, case_id)
    found = next((one for one in programme.follow_ups if one.id == name), None)
    if found is None:
        raise NotFound("follow_up", _("The programme has no such follow-up."), _("Open it on the page of the case."))
    outcomes = tuple(Option(outcome, outcome_words(outcome)) for outcome in found.outcomes)
    # Which papers there are is asked of the service; the form takes any that was offered.
    offered = tuple(Option(text, text) for text in taken.get("report", ()) if isinstance(text, str) and text)
    form = forms.follow_up(case.id, case.version, name, found.label, outcomes, visit.today.isoformat(), offered)

    def act(values: Values, version: int) -> str:
        command = RecordFollowUp(
            case_id=case_id,
            follow_up=name,
            outcome=values.text("outcome"),
            happened_on=values.day("happened_on"),
            how=FollowUpHow(values.text("how")),
            next_on=values.days.get("next_on"),
            report_id=_uuid(values.texts.get("report", "")),
            note=values.text("note"),
        )
        visit.database.run(visit.actor, followups.record, visit.installation.catalogue, command, version)
        return "followed-up"

    return submit(visit, case, taken, form, found.label, act)


@router.post("/cases/{case_id:uuid}/follow-ups/{row_id:uuid}/withdraw")
def withdraw_follow_up(case_id: UUID, row_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, _programme = find(visit, case_id)
    reasons = tuple(Option(code, said) for code, said in WITHDRAW_REASONS.items())
    title = _("Take the record of a follow-up back")
    form = forms.withdraw_follow_up(case.id, case.version, row_id, title, reasons)

    def act(values: Values, version: int) -> str:
        catalogue = visit.installation.catalogue
        visit.database.run(visit.actor, followups.withdraw, catalogue, row_id, values.text("reason"), version)
        return "follow-up-withdrawn"

    return submit(visit, case, taken, form, title, act)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise InvalidInput("report", _("The report is none of the papers of this case."), None) from None


@router.get("/cases/{case_id:uuid}/cohort")
def ask_cohort(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, _programme = find(visit, case_id)
    with visit.database.read() as session:
        now = queries.of_case(session, case_id)
    form = filled(_cohort_form(visit, case), {"cohort": now.code if now else _NONE})
    return show(form_page(visit, case, form, _COHORT, _("A case is in one cohort at most.")))


@router.post("/cases/{case_id:uuid}/cohort")
def change_cohort(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, _programme = find(visit, case_id)

    def act(values: Values, version: int) -> str:
        code = values.text("cohort")
        with visit.database.read() as session:
            now = queries.of_case(session, case_id)
        if code == (now.code if now else _NONE):
            return "unchanged"
        if code == _NONE:
            visit.database.run(visit.actor, cohorts.leave, case_id, version)
            return "cohort-changed"
        with visit.database.read() as session:
            cohort_id = queries.by_code(session, visit.actor, code).id
        visit.database.run(visit.actor, cohorts.join, case_id, cohort_id, version)
        return "cohort-changed"

    return submit(visit, case, taken, _cohort_form(visit, case), _COHORT, act)


def _track_form(case: Case, programme: Programme, *, but: str) -> AskedForm:
    others = [track for track in programme.tracks if track.id != but]
    return forms.track(
        case.id,
        case.version,
        tuple(Option(track.id, track.label) for track in others),
        tuple(Option(code, said) for code, said in TRACK_REASONS.items()),
        destination_field(programme),
        departs=any(track.departs for track in others),
    )


def _cohort_form(visit: Visit, case: Case) -> AskedForm:
    with visit.database.read() as session:
        found = queries.choices(session, visit.actor, case)
    options = tuple(Option(row.code, _("{title} ({code})", title=row.title, code=row.code)) for row in found)
    return forms.cohort(case.id, case.version, (Option(_NONE, _("in no cohort")), *options))
