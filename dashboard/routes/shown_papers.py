"""Papers of a case: what each shows, how they differ, the worker's passports; and the case for programs."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.responses import JSONResponse, Response

from basis.errors import InvalidInput, NotFound
from basis.messages import Message, _
from basis.partial import PartialDate
from casework.accounts.rules import Permission, require
from casework.cases import differing, passports, queries
from casework.cases.differing import Settle
from casework.cases.passports import EndPassport, RenewPassport
from casework.cases.tables import Case
from casework.evidence import differences, papers
from casework.evidence import service as evidence
from casework.evidence.consistency import WORDS, Compared
from casework.evidence.differences import PASSPORT
from casework.evidence.papers import AsPrinted, Calendar, Holder, Shown
from casework.evidence.tables import EvidenceItem, Legalisation, Translation
from casework.work import Work
from casework.workers import passports as former_passports
from casework.workers.tables import PassportEnd
from checklists.programme import Programme
from dashboard import addresses
from dashboard.cases import case_json, requirements
from dashboard.cases import shown_papers as views
from dashboard.cases.known import find, known
from dashboard.cases.submitting import form_page, submit, typed
from dashboard.forms import shown_papers as forms
from dashboard.parts import Field
from dashboard.parts import Form as AskedForm
from dashboard.posting import Sent, Values, Wrong, filled, hidden
from dashboard.sessions import Form, Signed, Visit, signed_in
from dashboard.views import show

router = APIRouter(prefix="/cases/{case_id:uuid}", dependencies=[Depends(signed_in)])

_SHOWS = _("What the paper shows: {title}")
_PASSPORT = _("The passport was renewed or lost")


@router.get("/case.json")
def as_json(case_id: UUID, visit: Signed) -> Response:
    """The case for programs, as the reader may know it: ``predeparture.case/1``."""
    found = known(visit, case_id)
    if visit.may(Permission.SEE_IDENTITY):
        visit.database.run(visit.actor, _look, found.case)
    return JSONResponse(case_json.shape(found))


@router.get("/differences")
def compare(case_id: UUID, visit: Signed) -> Response:
    """All papers side by side; whoever looks leaves an event."""
    require(visit.role, Permission.SEE_IDENTITY)
    case, programme = find(visit, case_id)
    visit.database.run(visit.actor, _look, case)
    with visit.database.read() as session:
        vault = visit.database.vault(session)
        made = differences.compare(session, vault, case, visit.today)
        people = queries.accounts_by_key(session, {row.recorded_by for row in (*made.settled.values(), *made.earlier)})
        return show(views.differences_page(visit, vault, case, programme, made, people))


@router.post("/differences")
def settle(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.SEE_IDENTITY)
    case, programme = find(visit, case_id)
    try:
        field = Compared(hidden(taken, "field"))
    except ValueError:
        raise NotFound("field", _("Nothing of this kind is compared."), _("Open the page again.")) from None
    source = hidden(taken, "source")
    with visit.database.read() as session:
        made = differences.compare(session, visit.database.vault(session), case, visit.today)
    title = _("{field}: {source}", field=WORDS[field], source=_source(visit, programme, made, source))
    form = forms.settle(case.id, case.version, field, source, title)

    def act(values: Values, version: int) -> str:
        command = Settle(
            case_id=case.id, field=field, source=source, reason=values.text("reason"), note=values.text("note")
        )
        visit.database.run(visit.actor, differing.settle, visit.installation.catalogue, command, version)
        return "difference-settled"

    return submit(visit, case, taken, form, title, act, addresses.case(case.id, "differences"))


def _source(visit: Visit, programme: Programme, made: differences.Comparison, source: str) -> Message | str:
    if source not in {one.source for one in made.stated}:
        return _("a paper that counts no longer")
    return views.source_title(visit, programme, made, source)


@router.get("/evidence/{item_id:uuid}/describe")
def ask_description(case_id: UUID, item_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, programme = find(visit, case_id)
    item, shown = _item(visit, case, item_id)
    form = filled(_describe_form(case, programme, item), _prefilled(shown))
    heading = _(_SHOWS.text, title=views.paper_title(programme, item))
    lead = _("Copy it from the paper as it stands there. It is compared with what is recorded of the worker.")
    return show(form_page(visit, case, form, heading, lead))


@router.post("/evidence/{item_id:uuid}/describe")
def describe(case_id: UUID, item_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, programme = find(visit, case_id)
    item, _shown = _item(visit, case, item_id)
    form = _describe_form(case, programme, item)

    def act(values: Values, version: int) -> str:
        shown = _read(values, form, taken)
        found = visit.database.run(visit.actor, evidence.describe, item_id, shown, version)
        return "evidence-differs" if found.checks.get("consistent") is False else "evidence-described"

    heading = _(_SHOWS.text, title=views.paper_title(programme, item))
    return submit(visit, case, taken, form, heading, act)


@router.get("/passport")
def ask_passport(case_id: UUID, visit: Signed) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, _programme = find(visit, case_id)
    visit.database.run(visit.actor, _look, case)
    with visit.database.read() as session:
        former = former_passports.former(session, visit.database.vault(session), case.worker_id)
    form = forms.passport(case.id, case.version, visit.today.isoformat())
    lead = _("What stands on the passport is open again. Its number goes on leading to the worker.")
    return show(form_page(visit, case, form, _PASSPORT, lead, views.passport_facts(former)))


@router.post("/passport")
def passport(case_id: UUID, visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.EDIT_CASES)
    case, _programme = find(visit, case_id)
    form = forms.passport(case.id, case.version, visit.today.isoformat())

    def act(values: Values, version: int) -> str:
        visit.database.run(visit.actor, _record_passport, visit, case, values, version)
        return "passport-recorded"

    return submit(visit, case, taken, form, _PASSPORT, act)


def _record_passport(work: Work, visit: Visit, case: Case, values: Values, version: int) -> None:
    """The end of the old passport and, where it is there already, the new one, in one transaction."""
    ended, ended_on = PassportEnd(values.text("ended")), values.day("ended_on")
    catalogue = visit.installation.catalogue
    seen: int | None = version
    if ended is not PassportEnd.RENEWED:
        lost = EndPassport(
            case_id=case.id,
            ended=ended,
            ended_on=ended_on,
            reported_to=values.text("reported_to"),
            note=values.text("note"),
        )
        passports.end_passport(work, catalogue, lost, seen)
        seen = None
    issued_on, expires_on = values.days["issued_on"], values.days["expires_on"]
    if not values.text("number") and ended is not PassportEnd.RENEWED:
        return
    if not values.text("number") or issued_on is None or expires_on is None:
        raise InvalidInput(
            "missing_value",
            _("The new passport needs its number, its day of issue and its day of expiry."),
            _("Copy them from the new passport."),
        )
    new = RenewPassport(
        case_id=case.id,
        number=values.text("number"),
        issued_on=issued_on,
        expires_on=expires_on,
        renewed_on=ended_on,
        mrz=tuple(line.strip() for line in values.text("mrz").splitlines() if line.strip()),
        note=values.text("note"),
    )
    passports.renew_passport(work, catalogue, new, seen)


def _look(work: Work, case: Case) -> None:
    work.record("identity.viewed", f"worker/{case.worker_id}", case_id=case.id)


def _item(visit: Visit, case: Case, item_id: UUID) -> tuple[EvidenceItem, Shown]:
    with visit.database.read() as session:
        item = session.get(EvidenceItem, item_id)
        if item is None or item.case_id != case.id or item.sealed_off_at is not None:
            raise NotFound("evidence", _("There is no such evidence."), _("Open it from its case."))
        return item, papers.shown_of(visit.database.vault(session), item)


def _describe_form(case: Case, programme: Programme, item: EvidenceItem) -> AskedForm:
    asked: set[str] = set()
    if programme.asking_for(item.kind):
        asked = requirements.anchors(evidence.asked_for(programme, item.kind, item.subject))
    days = views.day_names(item, asked)
    return forms.describe(
        case.id, case.version, item.id, days, requirements.countries(), passport=item.kind == PASSPORT
    )


def _prefilled(shown: Shown) -> dict[str, str]:
    values = {name: day.isoformat() for name, day in shown.days.items()} | dict(shown.partial_days)
    values |= {f"{name}_printed": one.text for name, one in shown.as_printed.items()}
    calendars = {one.calendar.value for one in shown.as_printed.values()}
    return values | {
        "number": shown.number,
        "issuer": shown.issuer,
        "country": shown.country,
        **shown.holder.model_dump(),
        "calendar": calendars.pop() if calendars else "",
        "in_parents_passport": "yes" if shown.in_parents_passport else "",
        "translation": shown.translation.value,
        "translation_language": shown.translation_language,
        "translator": shown.translator,
        "legalisation": shown.legalisation.value,
        "legalisation_number": shown.legalisation_number,
        "legalised_on": shown.legalised_on.isoformat() if shown.legalised_on else "",
    }


def _read(values: Values, form: AskedForm, taken: Sent) -> Shown:
    """What was typed. Raises `Wrong` at the field that is no day."""
    days, in_part, errors = {}, {}, {}
    for field in _day_fields(form):
        try:
            known_part = PartialDate.parse(values.text(field.name)) if values.text(field.name) else None
        except InvalidInput:
            errors[field.name] = _("write a day like 2031-05-17, 2031-05 or 2031")
            continue
        if known_part is not None and field.name != papers.BIRTH_DATE:
            if known_part.exact is not None:
                days[field.name] = known_part.exact
            else:
                in_part[field.name] = str(known_part)
    printed = {name: text for name in _printed_names(form) if (text := values.text(f"{name}_printed"))}
    if printed and not values.text("calendar"):
        errors["calendar"] = _("choose the calendar that the days are printed in")
    if errors:
        raise Wrong(filled(form, typed(form, taken), errors))
    calendar = Calendar(values.text("calendar")) if printed else Calendar.OTHER
    return Shown(
        number=values.text("number"),
        issuer=values.text("issuer"),
        country=values.text("country"),
        days=days,
        partial_days=in_part,
        as_printed={name: AsPrinted(calendar=calendar, text=text) for name, text in printed.items()},
        holder=Holder(**{name: values.text(name) for name in Holder.model_fields}),
        translation=Translation(values.text("translation") or Translation.NOT_RECORDED),
        translation_language=values.text("translation_language"),
        translator=values.text("translator"),
        legalisation=Legalisation(values.text("legalisation") or Legalisation.NOT_RECORDED),
        legalisation_number=values.text("legalisation_number"),
        legalised_on=values.days["legalised_on"],
        in_parents_passport=values.texts.get("in_parents_passport") == "yes",
    )


def _printed_names(form: AskedForm) -> list[str]:
    return [field.name.removesuffix("_printed") for field in form.fields if field.name.endswith("_printed")]


def _day_fields(form: AskedForm) -> list[Field]:
    names = set(_printed_names(form))
    return [field for field in form.fields if field.name in names]
