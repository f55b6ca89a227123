"""The costs of a case in words: what was paid, what is wrong with it, and the alerts with their steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from gettext import NullTranslations
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from basis.messages import Message, _
from basis.money import Money, exponent
from casework.accounts.rules import Permission
from casework.cases import changes
from casework.cases import queries as cases
from casework.cases.tables import Case
from casework.costs import alerts, queries, service
from casework.costs.rules import (
    ALERT_WORDS,
    BEARER_WORDS,
    HEAD_WORDS,
    STATE_WORDS,
    STEP_WORDS,
    AlertState,
    CostHead,
    Finding,
    FindingKind,
    due,
)
from casework.costs.tables import Cost, FeeAlert, FeeAlertStep
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.organisations.tables import Organisation
from casework.workers import service as workers
from checklists.programme import Programme
from dashboard import addresses, reporting, words
from dashboard.cases.requirements import source
from dashboard.forms import costs as forms
from dashboard.forms.case import NOTICE_LANGUAGES, Options
from dashboard.pages.base import Place
from dashboard.pages.costs import AlertView, CostRow, CostSheet, CostsPage, SheetSide
from dashboard.parts import Badge, Fact, Form, Link, Option, Text, Tone
from dashboard.sessions import Visit
from dashboard.words import ENGLISH, Language

_TONES: Final[Mapping[FindingKind, Tone]] = {
    FindingKind.FORBIDDEN: Tone.LATE,
    FindingKind.OVER_LIMIT: Tone.LATE,
    FindingKind.UNSAID: Tone.TODAY,
    FindingKind.NO_RECEIPT: Tone.TODAY,
    FindingKind.NOT_ASKED: Tone.OPEN,
}
_FLAGS: Final[Mapping[FindingKind, Message]] = {
    FindingKind.FORBIDDEN: _("must not be charged"),
    FindingKind.OVER_LIMIT: _("over the ceiling"),
    FindingKind.UNSAID: _("cannot be said"),
    FindingKind.NO_RECEIPT: _("no receipt"),
    FindingKind.NOT_ASKED: _("not asked"),
}


@dataclass(frozen=True, slots=True)
class _Known:
    """All that the page is told from."""

    visit: Visit
    case: Case
    rows: Sequence[Cost]
    findings: Sequence[Finding]
    alerts: Sequence[FeeAlert]
    steps: Mapping[UUID, Sequence[FeeAlertStep]]
    payees: Mapping[UUID, frozenset[UUID]]
    sources: Mapping[UUID, str]
    details: Mapping[UUID, service.Detail]
    names: Mapping[UUID, str]
    people: Mapping[str, str]
    language: str


def status_of(row: FeeAlert) -> Badge:
    """Where an alert stands."""
    if row.state is not AlertState.OPEN:
        return Badge(Tone.DONE, STATE_WORDS[row.state])
    if row.agreed_on is not None:
        return Badge(Tone.LATE, _("to be resolved; the departure waits"))
    return Badge(Tone.LATE, STATE_WORDS[row.state])


def title_of(row: FeeAlert) -> Message:
    """What an alert is about: its head, and why it was raised."""
    return _("{head}: {why}", head=HEAD_WORDS[row.head], why=ALERT_WORDS[row.kind])


def page(visit: Visit, session: Session, programme: Programme, case: Case) -> CostsPage:
    """The costs of a case, as the reader may know them."""
    known = _read(visit, session, programme, case)
    records = visit.may(Permission.RECORD_COSTS)
    today = visit.today.isoformat()
    general = [one for one in known.findings if one.cost_id is None]
    return CostsPage(
        base=visit.at(Place.CASES),
        back=Link(addresses.case(case.id), case.reference),
        summary=_("What was paid for this departure, and by whom. No worker pays more than the rules allow."),
        links=(Link(addresses.case(case.id, "costs", "sheet"), _("Print the sheet: what did you pay?")),),
        alerts=tuple(_alert(known, row) for row in known.alerts),
        findings=tuple(Badge(_TONES[one.kind], one.said) for one in general),
        rows=tuple(_row(known, row) for row in known.rows if row.live),
        totals=tuple((HEAD_WORDS[one.head], BEARER_WORDS[one.paid_by], str(one.amount))
                     for one in queries.totals(known.rows)),
        form=forms.record(case.id, case.version, payees(session, case), papers(session, case), today,
                          programme.currency) if records else None,
        asked=forms.asked(case.id, case.version, today, known.language) if records else None,
    )  # fmt: skip


def payees(session: Session, case: Case) -> Options:
    """The organisations that work with the office of a case, by name."""
    query = select(Organisation).where(
        (col(Organisation.office_id) == case.office_id) | (col(Organisation.id) == case.office_id)
    )
    return tuple(Option(str(one.id), one.name) for one in session.exec(query.order_by(col(Organisation.name))))


def papers(session: Session, case: Case) -> Options:
    """The papers of a case that can show a payment, the newest first."""
    query = select(EvidenceItem).where(
        EvidenceItem.case_id == case.id,
        col(EvidenceItem.status).in_([EvidenceStatus.SUBMITTED, EvidenceStatus.ACCEPTED]),
        col(EvidenceItem.sealed_off_at).is_(None),
    )
    rows = session.exec(query.order_by(col(EvidenceItem.id).desc()))
    return tuple(
        Option(str(one.id), _("{kind}, handed in on {day}", kind=one.kind.replace("_", " "),
                              day=words.on(one.recorded_at.date())))
        for one in rows
    )  # fmt: skip


def sheet(visit: Visit, session: Session, case: Case) -> CostSheet:
    """The sheet to print, in English and in the worker's language."""
    sides: list[tuple[Language, NullTranslations]] = [(ENGLISH, NullTranslations())]
    own = reporting.spoken(workers.language_of(session, case.worker_id))
    if own is not None and own[0] is not ENGLISH:
        sides.append(own)
    settings = visit.installation.settings
    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    return CostSheet(
        base=visit.at(Place.CASES),
        back=Link(addresses.case(case.id, "costs"), _("Costs and fees")),
        issuer=changes.office_of(session, case).name,
        reference=case.reference,
        sides=tuple(_side(language, catalogue, address + addresses.REPORT) for language, catalogue in sides),
    )


def plain_amount(money: Money) -> str:
    """An amount as a form takes it."""
    digits = exponent(money.currency)
    return f"{Decimal(money.minor).scaleb(-digits):.{digits}f}"


def _side(language: Language, catalogue: NullTranslations, address: str) -> SheetSide:
    with words.reading(language, catalogue):
        return SheetSide(
            tag=language.code,
            direction=language.direction,
            title=str(reporting.SHEET_TITLE),
            lead=str(reporting.SHEET_LEAD),
            columns=tuple(map(str, reporting.SHEET_COLUMNS)),
            heads=tuple(str(HEAD_WORDS[one]) for one in CostHead),
            nothing=str(reporting.SHEET_NOTHING),
            signed=str(reporting.SHEET_SIGNED),
            report=str(reporting.SHEET_REPORT.with_params({"address": address})),
        )


def _read(visit: Visit, session: Session, programme: Programme, case: Case) -> _Known:
    rows = queries.of_case(session, visit.actor, case.id)
    found = queries.alerts_of(session, case.id)
    steps = queries.steps_of(session, [row.id for row in found])
    payees = queries.payees_of(session, [row.id for row in found])
    every = [step for of in steps.values() for step in of]
    vault = visit.database.vault(session)
    keys = {row.recorded_by for row in rows} | {step.recorded_by for step in every}
    known = workers.language_of(session, case.worker_id)
    return _Known(
        visit,
        case,
        rows,
        queries.findings(session, vault, programme, case, rows),
        found,
        steps,
        payees,
        {step.id: alerts.source_of(vault, case.worker_id, step) for step in every},
        {row.id: service.opened(vault, case.worker_id, row) for row in rows},
        cases.organisation_names(session, [*(row.payee_id for row in rows), *frozenset().union(*payees.values())]),
        {key: row.name for key, row in cases.accounts_by_key(session, keys).items()},
        known if known in {option.value for option in NOTICE_LANGUAGES} else "en",
    )


def _row(known: _Known, row: Cost) -> CostRow:
    case = known.case
    records = known.visit.may(Permission.RECORD_COSTS)
    earlier = [one for one in known.rows if one.first_id == row.first_id and one.number < row.number]
    href = addresses.cost(case.id, row.id, "correct")
    about = _("{head}, {amount}", head=HEAD_WORDS[row.head], amount=Money(row.amount_minor, row.currency))
    return CostRow(
        head=HEAD_WORDS[row.head],
        amount=str(Money(row.amount_minor, row.currency)),
        paid_by=BEARER_WORDS[row.paid_by],
        payee=_payee(known, row),
        day=words.on(row.paid_on),
        receipt=row.receipt or (_("a paper of the case") if row.evidence_id else ""),
        note=known.details[row.id].note,
        flags=tuple(Badge(_TONES[one.kind], _FLAGS[one.kind]) for one in known.findings if one.cost_id == row.id),
        before=tuple(
            _("Before: {head}, {amount}, paid by {bearer}", head=HEAD_WORDS[one.head],
              amount=Money(one.amount_minor, one.currency), bearer=BEARER_WORDS[one.paid_by])
            for one in reversed(earlier)
        ),
        correct=Link(href, _("Correct"), about) if records else None,
    )  # fmt: skip


def _payee(known: _Known, row: Cost) -> Text:
    return known.names.get(row.payee_id, "") if row.payee_id else known.details[row.id].payee


def _alert(known: _Known, row: FeeAlert) -> AlertView:
    left = Money(due(row.excess_minor, row.refunded_minor, row.allowed_minor), row.currency)
    facts: list[tuple[Message, Text]] = [
        (_("Charged too much"), str(Money(row.excess_minor, row.currency))),
        (_("Refunded"), str(Money(row.refunded_minor, row.currency)) if row.refunded_minor else ""),
        (_("Refunded for what was corrected since"), str(Money(row.freed_minor, row.currency)) if row.freed_minor
         else ""),
        (_("Still to be settled"), str(left) if row.state is AlertState.OPEN else ""),
        (_("On the record of"), ", ".join(sorted(known.names[one] for one in known.payees[row.id]))),
        (_("Raised on"), words.on(row.opened_on)),
        (_("The worker agreed to wait"), words.on(row.agreed_on) if row.agreed_on else ""),
    ]  # fmt: skip
    ceilings = (one.ceiling for one in known.findings if one.excess and one.head == row.head)
    rule = next((one for one in ceilings if one is not None), None)
    return AlertView(
        id=f"alert-{row.id}",
        title=title_of(row),
        status=status_of(row),
        facts=tuple(Fact(label, value) for label, value in facts if value),
        source=source(rule.legal_basis) if rule else None,
        steps=tuple(_step(known, row, step) for step in reversed(known.steps[row.id])),
        forms=_forms(known, row, left),
    )


def _step(known: _Known, row: FeeAlert, step: FeeAlertStep) -> tuple[Text, Text, Text]:
    """The day, who did it, what was done and why."""
    who = known.people.get(step.recorded_by, _("the engine"))
    what: Text = STEP_WORDS[step.step]
    if step.amount_minor:
        what = _("{what}: {amount}", what=what, amount=Money(step.amount_minor, row.currency))
    if step.receipt:
        what = _("{what}, receipt {receipt}", what=what, receipt=step.receipt)
    if known.sources[step.id]:
        what = _("{what} ({source})", what=what, source=known.sources[step.id])
    return words.on(step.happened_on), who, what


def _forms(known: _Known, row: FeeAlert, left: Money) -> tuple[Form, ...]:
    """What the reader can do: nobody resolves an alert about a cost that they recorded."""
    if row.state is not AlertState.OPEN:
        return ()
    visit, case = known.visit, known.case
    about, today = title_of(row), visit.today.isoformat()
    shown: list[Form] = []
    own = visit.actor.key in queries.recorders(known.rows, row.head)
    if visit.may(Permission.RESOLVE_FEES) and not own:
        if left.minor:
            amount = plain_amount(left)
            shown.append(forms.refund(case.id, case.version, row.id, amount, row.currency, today, about))
        if left.minor and row.head != CostHead.ILLEGITIMATE:
            shown.append(forms.allow(case.id, case.version, row.id, about))
        moved = queries.present_payees(known.rows, row) != known.payees[row.id]
        if not left.minor or row.freed_minor or moved:
            shown.append(forms.confirm(case.id, case.version, row.id, about, quiet=bool(left.minor)))
    if visit.may(Permission.RECORD_COSTS) and row.agreed_on is None:
        shown.append(forms.agree(case.id, case.version, row.id, today, known.language, about))
    elif visit.may(Permission.RECORD_COSTS):
        shown.append(forms.end_agreement(case.id, case.version, row.id, about))
    return tuple(shown)
