"""A form of a case from page to service and back: what was typed is never lost, and who was second sees why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from starlette.responses import Response

from basis.errors import Conflict, InvalidInput, PredepartureError
from basis.messages import Message, _
from casework.cases.tables import Case
from dashboard import addresses, notices
from dashboard.cases import history
from dashboard.cases.known import find, known
from dashboard.pages.base import Place
from dashboard.pages.case import EvidenceView, FormPage, Portrait
from dashboard.parts import Fact, Form, Kind, Link, Text
from dashboard.posting import Sent, Values, Wrong, clean, filled, hidden, read
from dashboard.sessions import Visit, go_to
from dashboard.views import show

_LAST = 3


def form_page(
    visit: Visit,
    case: Case,
    form: Form,
    heading: Text,
    lead: Text = "",
    facts: tuple[Fact, ...] = (),
    recorded: tuple[EvidenceView, ...] = (),
    portrait: Portrait | None = None,
) -> FormPage:
    """A form on a page of its own, with the way back to its case."""
    back = Link(addresses.case(case.id), case.reference)
    base = visit.at(Place.CASES)
    return FormPage(
        base=base,
        heading=heading,
        lead=lead,
        facts=facts,
        form=form,
        back=back,
        recorded=recorded,
        portrait=portrait,
    )


def submit(
    visit: Visit,
    case: Case,
    taken: Sent,
    form: Form,
    heading: Text,
    act: Callable[[Values, int], str],
    after: str = "",
) -> Response:
    """Read `form`, do `act(values, version)`, go to `after` (the case) and say the notice that `act` returns.

    What is wrong with the values is said at the form again (`act` may raise `Wrong` too); of two people who decide
    at once the second gets the form back, with the present version and what happened meanwhile.
    """
    try:
        code = act(read(form, taken), version_of(taken))
    except Wrong as wrong:
        return show(form_page(visit, case, _as_sent(wrong.form, taken), heading), 422)
    except InvalidInput as error:
        again = filled(_as_sent(form, taken), typed(form, taken), error=_in_words(error))
        return show(form_page(visit, case, again, heading), error.status)
    except Conflict as error:
        return _second(visit, case, taken, form, heading, error)
    return go_to(notices.done(after or addresses.case(case.id), code))


def version_of(taken: Sent) -> int:
    """The version of the case that the person saw."""
    text = hidden(taken, "version")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        fix = _("Open the page again and send it from there.")
        raise InvalidInput("missing_field", _("The form is not complete."), fix)
    return int(text)


def typed(form: Form, taken: Sent) -> dict[str, str]:
    """What was typed, by field; files and passwords cannot be shown again."""
    values = {}
    for field in form.fields:
        given = [clean(item) for item in taken.get(field.name, ()) if isinstance(item, str)]
        if field.kind not in (Kind.FILE, Kind.PASSWORD):
            values[field.name] = " ".join(given) if field.kind is Kind.CHECKS else (given[0] if given else "")
    return values


def _second(visit: Visit, case: Case, taken: Sent, form: Form, heading: Text, error: Conflict) -> Response:
    fresh, _programme = find(visit, case.id)
    hidden_now = tuple((name, str(fresh.version) if name == "version" else value) for name, value in form.hidden)
    again = filled(replace(form, hidden=hidden_now), typed(form, taken), error=_in_words(error))
    events = history.timeline(known(visit, case.id))[:_LAST]
    facts = tuple(Fact(_("{when}, {who}", when=event.when, who=event.who), event.what) for event in events)
    lead = _("This is what happened last in the case. What you typed is still here.")
    return show(form_page(visit, case, again, heading, lead, facts), error.status)


def _as_sent(form: Form, taken: Sent) -> Form:
    """The form with the version that was sent: to read it again must not hide that the case has changed."""
    return replace(form, hidden=tuple((name, _sent(taken, name, value)) for name, value in form.hidden))


def _sent(taken: Sent, name: str, value: str) -> str:
    given = taken.get(name, ())
    return given[0] if given and isinstance(given[0], str) else value


def _in_words(error: PredepartureError) -> Message:
    return _("{message} {fix}", message=error.message, fix=error.fix or "")
