"""``/audits/samples``: draw one, see how it stands, repeat its draw, sign it, have its report."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput
from basis.messages import Message, _, _n
from casework.accounts import queries as accounts
from casework.auditing import engagements, estimates, population, queries, samples, words
from casework.auditing.drawing import Method
from casework.auditing.population import Asked
from casework.auditing.risk import POINTS, SIGN_WORDS
from casework.auditing.rules import Strata
from casework.auditing.samples import DrawSample
from casework.auditing.tables import Engagement
from casework.cases import queries as cases
from casework.certificates import queries as register
from casework.certificates.queries import Standing
from casework.work import Work
from dashboard import addresses, notices
from dashboard.cases.submitting import typed
from dashboard.forms import auditing as forms
from dashboard.forms import lists
from dashboard.pages.auditing import DrawPage, SizeRow
from dashboard.pages.base import Place
from dashboard.parts import Fact, Form, Link, Option
from dashboard.posting import Wrong, filled, read
from dashboard.routes import sample_pages
from dashboard.sessions import Form as SentForm
from dashboard.sessions import Signed, Visit, go_to, signed_in
from dashboard.views import show
from documents.archive import Archive

router = APIRouter(dependencies=[Depends(signed_in)])
_CONFIDENCES = (0.90, 0.95, 0.99)
_RATES = (0.01, 0.02, 0.05, 0.10)
_USUAL = (0.05, 0.95)


@router.get("/audits/engagements/{number}/samples/new")
def ask(request: Request, number: str, visit: Signed) -> Response:
    return show(_page(visit, number, dict(request.query_params)))


@router.post("/audits/engagements/{number}/samples/new")
def draw(number: str, visit: Signed, taken: SentForm) -> Response:
    given = {name: str(value[0]) for name, value in taken.items() if value and name in Asked.model_fields}
    page = _page(visit, number, given)
    if page.form is None:
        return show(page, 422)
    try:
        values = read(page.form, taken)
        strata = values.text("strata")
        command = DrawSample(
            engagement=number,
            asked=_asked(given),
            method=Method(values.text("method")),
            strata=Strata(strata) if strata else None,
            size=values.number("size"),
            seed=values.text("seed"),
            second_share=values.number("second_share"),
            confidence=int(values.text("confidence")),
        )
        sample = visit.database.run(visit.actor, samples.draw, command)
    except Wrong as wrong:
        return show(_page(visit, number, given, wrong.form), 422)
    except InvalidInput as error:
        said = _("{message} {fix}", message=error.message, fix=error.fix or "")
        again = filled(page.form, typed(page.form, taken), error=said)
        return show(_page(visit, number, given, again), error.status)
    return go_to(notices.done(addresses.sample(sample.number), "sample-drawn"))


@router.get("/audits/samples/{number}")
def one_sample(number: str, visit: Signed) -> Response:
    with visit.database.read() as session:
        return show(sample_pages.sample_page(session, visit, *samples.find(session, visit.actor, number)))


@router.get("/audits/samples/{number}/reproduce")
def reproduce(number: str, visit: Signed) -> Response:
    with visit.database.read() as session:
        sample, engagement = samples.find(session, visit.actor, number)
        again = queries.reproduce(session, sample, engagement, visit.today)
        return show(sample_pages.reproduced_page(visit, sample, again))


@router.get("/audits/samples/{number}/population.tsv")
def population_file(number: str, visit: Signed) -> Response:
    """The population as it was hashed."""
    with visit.database.read() as session:
        sample, _engagement = samples.find(session, visit.actor, number)
    headers = {"Content-Disposition": f'attachment; filename="{sample.number}-population.tsv"'}
    return Response(sample.population.encode(), media_type="text/tab-separated-values; charset=utf-8", headers=headers)


@router.post("/audits/samples/{number}/sign")
def sign(number: str, visit: Signed, taken: SentForm) -> Response:
    form = forms.sign(number)
    try:
        conclusion = read(form, taken).text("conclusion")
        visit.database.run(visit.actor, samples.sign, number, conclusion)
    except Wrong as wrong:
        return _again(visit, number, wrong.form, 422)
    except (InvalidInput, Conflict) as error:
        again = filled(form, typed(form, taken), error=error.message)
        return _again(visit, number, again, error.status)
    return go_to(notices.done(addresses.sample(number), "sample-signed"))


@router.get("/audits/samples/{number}/report")
def report(number: str, visit: Signed) -> Response:
    """The report's PDF, as an attachment. Who took it is recorded before it leaves."""
    name, content = visit.database.run(visit.actor, _hand_out, visit.installation.archive, number)
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _hand_out(work: Work, archive: Archive, number: str) -> tuple[str, bytes]:
    row = queries.issued_report(work.session, work.actor, number)
    work.record("audit_report.read", f"audit_report/{row.id}", data={"number": row.number})
    return row.number, archive.read(str(row.id))


def _again(visit: Visit, number: str, form: Form, status: int) -> Response:
    with visit.database.read() as session:
        sample, engagement = samples.find(session, visit.actor, number)
        return show(sample_pages.sample_page(session, visit, sample, engagement, form), status)


def _page(visit: Visit, number: str, given: Mapping[str, str], form: Form | None = None) -> DrawPage:
    with visit.database.read() as session:
        engagement = engagements.find(session, visit.actor, number)
        engagements.require_auditor(session, visit.actor, engagement, visit.today)
        filters = _filters(session, visit, number)
        lists.check_known(filters, given)
        asked = _asked(given)
        count = population.count(session, engagement, asked, visit.today)
        facts = _chosen(session, visit, asked, engagement)
    if count and form is None:
        hidden = tuple((name, value) for name, value in given.items() if value)
        form = forms.draw(number, hidden, estimates.suggested_size(count, *_USUAL))
    return DrawPage(
        base=visit.at(Place.AUDITS),
        back=Link(addresses.engagement(number), number),
        heading=_("Draw a sample"),
        filters=filled(filters, given),
        chosen=facts,
        summary=_n("{count} document fits", "{count} documents fit", count),
        confidences=tuple(_("{percent} %", percent=round(100 * one)) for one in _CONFIDENCES),
        sizes=_sizes(count),
        signs=tuple(
            _("{sign} Counts {points} more.", sign=said, points=POINTS[sign]) for sign, said in SIGN_WORDS.items()
        ),
        form=form if count else None,
    )


def _sizes(count: int) -> tuple[SizeRow, ...]:
    if not count:
        return ()
    return tuple(
        SizeRow(
            _("{percent} %", percent=round(100 * rate)),
            tuple(estimates.suggested_size(count, rate, one) for one in _CONFIDENCES),
        )
        for rate in _RATES
    )


def _filters(session: Session, visit: Visit, number: str) -> Form:
    catalogue = visit.installation.catalogue
    people = accounts.people(session, population.deciders(session, visit.actor))
    return forms.population(
        number,
        tuple(Option(kind, Message(title)) for kind, title in register.kinds(session, visit.actor)),
        tuple(Option(one.id, one.label) for one in catalogue.latest()),
        tuple(Option(str(row.id), row.name) for row in cases.agencies(session, visit.actor)),
        tuple(Option(str(row.id), row.name) for row in cases.offices(session, visit.actor)),
        tuple(Option(key, row.name) for key, row in sorted(people.items(), key=lambda pair: pair[1].name)),
    )


def _asked(given: Mapping[str, str]) -> Asked:
    """The filter of the address. Raises `InvalidInput` (``unknown_filter``)."""
    kept = {name: value for name, value in given.items() if value}
    try:
        return Asked(
            kind=kept.get("kind", ""),
            programme=kept.get("programme", ""),
            standing=Standing(kept["standing"]) if "standing" in kept else None,
            since=sample_pages.day(kept["since"]) if "since" in kept else None,
            until=sample_pages.day(kept["until"]) if "until" in kept else None,
            **{name: UUID(kept[name]) for name in ("agency", "office", "person") if name in kept},
        )
    except ValueError:
        raise InvalidInput(
            "unknown_filter", _("A filter of this list cannot be read."), _("Use the form above the list.")
        ) from None


def _chosen(session: Session, visit: Visit, asked: Asked, engagement: Engagement) -> tuple[Fact, ...]:
    said = words.asked_words(session, visit.installation.catalogue, asked)
    return (Fact(_("Engagement"), engagement.title), *(Fact(label, value) for label, value in said))
