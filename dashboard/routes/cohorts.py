"""``/cohorts``: groups that are paid for and trained together, what they cost, and what became of them."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput
from basis.messages import Message, _, _n
from basis.money import Money
from casework.accounts.rules import Permission, require
from casework.cases.pinned import programme_of
from casework.cohorts import queries
from casework.cohorts import service as cohorts
from casework.cohorts.queries import CohortLine, Count
from casework.cohorts.rules import COST_WORDS, OUTCOME_WORDS, CostGroup, Outcome
from casework.cohorts.service import AddCohort
from casework.training import course_queries
from casework.training.course_queries import CohortCourse
from casework.training.rules import EnrolmentState
from checklists.catalogue import Catalogue
from dashboard import addresses, courses, notices, words
from dashboard.cases import lists, wording
from dashboard.cases.submitting import typed
from dashboard.forms import following as forms
from dashboard.pages.base import Place
from dashboard.pages.case import FormPage
from dashboard.pages.cohorts import CohortList, CohortPage, CohortRow, CostRow, MemberRow, OutcomeRow, TaughtRow
from dashboard.parts import Badge, Fact, Link, Option, Text, Tone
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values, Wrong, filled, read
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_NEW = _("Set up a cohort")


@router.get(addresses.COHORTS)
def cohort_list(visit: Signed) -> Response:
    require(visit.role, Permission.SEE_COHORTS)
    with visit.database.read() as session:
        found = queries.listed(session, visit.actor, visit.installation.catalogue)
    may = visit.may(Permission.MANAGE_COHORTS)
    return show(
        CohortList(
            base=visit.at(Place.CASES),
            summary=_n("{count} cohort, the newest first", "{count} cohorts, the newest first", len(found)),
            rows=tuple(_row(visit.installation.catalogue, line) for line in found),
            links=(Link(addresses.NEW_COHORT, _NEW, primary=True),) if may else (),
        )
    )


@router.get(addresses.NEW_COHORT)
def ask_new(visit: Signed) -> Response:
    require(visit.role, Permission.MANAGE_COHORTS)
    return show(_new_page(visit, _form(visit)))


@router.post(addresses.NEW_COHORT)
def add(visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.MANAGE_COHORTS)
    form = _form(visit)
    try:
        values = read(form, taken)
        command = _command(visit, values)
        row = visit.database.run(visit.actor, cohorts.add, visit.installation.catalogue, command)
    except Wrong as wrong:
        return show(_new_page(visit, wrong.form), 422)
    except (InvalidInput, Conflict) as error:
        return show(_new_page(visit, filled(form, typed(form, taken), error=error.message)), error.status)
    return go_to(notices.done(addresses.cohort(row.code), "cohort-added"))


@router.get("/cohorts/{code}")
def one_cohort(code: str, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_COHORTS)
    catalogue = visit.installation.catalogue
    with visit.database.read() as session:
        line = queries.one(session, visit.actor, catalogue, code)
        members = queries.members(session, visit.actor, line.cohort)
        taught = course_queries.of_cohort(session, [case.id for case, _worker in members])
    row = line.cohort
    return show(
        CohortPage(
            base=visit.at(Place.CASES),
            back=Link(addresses.COHORTS, _("Cohorts")),
            heading=row.title,
            facts=(
                Fact(_("Code"), row.code),
                Fact(_("Programme"), _programme(catalogue, row.programme_id)),
                Fact(_("Funder"), row.funder),
                Fact(_("Starts"), words.on(row.starts_on)),
                Fact(_("Places"), _places(line)),
            ),
            costs=tuple(CostRow(COST_WORDS[group], str(line.costs[group])) for group in CostGroup),
            total=str(line.total),
            outcomes=tuple(_outcome(OUTCOME_WORDS[one], line.outcomes[one]) for one in Outcome),
            selected=_outcome(_("selected"), line.selected),
            links=_links(visit, row.code) if members else (),
            courses=tuple(_course(visit, one) for one in taught),
            members=tuple(
                MemberRow(
                    Link(addresses.case(case.id), lists.name_in_lists(worker)),
                    case.reference,
                    wording.track_title(programme_of(catalogue, case), case.track),
                    wording.life(case),
                )
                for case, worker in members
            ),
        )
    )


def _links(visit: Visit, code: str) -> tuple[Link, ...]:
    pack = Link(addresses.query(addresses.PACK, cohort=code), _("Hand the documents of all over"))
    sheet = Link(addresses.cohort(code, "attendance"), _("Attendance list with photographs"))
    links = (sheet,) if visit.may(Permission.SEE_PHOTOGRAPH) else ()
    return (*links, pack) if visit.may(Permission.HAND_OVER) else links


def _course(visit: Visit, one: CohortCourse) -> TaughtRow:
    course, counts = one.course, one.counts
    return TaughtRow(
        course=Link(addresses.course(course.code) if visit.may(Permission.SEE_COURSES) else "", course.title),
        status=courses.state(course, visit.today),
        enrolled=counts.get(EnrolmentState.ENROLLED, 0) + counts.get(EnrolmentState.COMPLETED, 0),
        attending=one.attending,
        passed=one.passed,
        dropped=counts.get(EnrolmentState.DROPPED, 0),
    )


def _row(catalogue: Catalogue, line: CohortLine) -> CohortRow:
    row = line.cohort
    return CohortRow(
        title=Link(addresses.cohort(row.code), row.title),
        code=row.code,
        programme=_programme(catalogue, row.programme_id),
        funder=row.funder,
        starts=words.on(row.starts_on),
        places=_places(line),
        full=Badge(Tone.WAIT, _("full")) if line.taken >= row.intake else None,
    )


def _programme(catalogue: Catalogue, programme_id: str) -> Text:
    return catalogue.get(programme_id).label


def _places(line: CohortLine) -> Message:
    return _("{taken} of {intake} taken", taken=line.taken, intake=line.cohort.intake)


def _outcome(said: Message, count: Count) -> OutcomeRow:
    return OutcomeRow(said, count.away, count.home, count.all)


def _form(visit: Visit) -> AskedForm:
    offered = visit.installation.catalogue.latest(on=visit.today)
    return forms.new_cohort(tuple(Option(one.id, one.label) for one in offered), COST_WORDS.items())


def _new_page(visit: Visit, form: AskedForm) -> FormPage:
    back = Link(addresses.COHORTS, _("Cohorts"))
    lead = _("The costs are those that the funder agreed to; they are in the currency of the programme.")
    return FormPage(base=visit.at(Place.CASES), heading=_NEW, lead=lead, facts=(), form=form, back=back)


def _command(visit: Visit, values: Values) -> AddCohort:
    currency = visit.installation.catalogue.get(values.text("programme")).currency
    given = {group: values.text(group.value) for group in CostGroup}
    return AddCohort(
        code=values.text("code"),
        title=values.text("title"),
        funder=values.text("funder"),
        programme=values.text("programme"),
        office_id=visit.organisation.id,
        starts_on=values.day("starts_on"),
        intake=values.number("intake"),
        costs={group: Money.parse(text, currency) for group, text in given.items() if text},
    )
