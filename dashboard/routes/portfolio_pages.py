"""What the page of an office's loans shows: its pictures with their tables, and a loan's line."""

from __future__ import annotations

from collections.abc import Mapping

from basis.messages import Message, _, _n
from basis.money import Money
from casework.accounts.rules import Permission
from casework.ledger.portfolio import LoanLine, Portfolio, Sums
from casework.loans.life import OUTSTANDING, WORDS, LoanState
from casework.repayments.rules import BAND_WORDS
from dashboard import addresses, loan_pictures, words
from dashboard.cases.loans import state_badge
from dashboard.loan_pictures import Bar, Pair
from dashboard.pages.portfolio import Drawn, LoanRow, SumRow
from dashboard.parts import Fact, Link, Text
from dashboard.sessions import Visit

_ORDER = tuple(state for state in LoanState if state in OUTSTANDING)
_LATE = frozenset({LoanState.OVERDUE, LoanState.ACCELERATED, LoanState.IN_COLLECTION})


def acts(visit: Visit) -> tuple[Link, ...]:
    """Where payments are taken, for those who take them."""
    if not visit.may(Permission.KEEP_LOANS):
        return ()
    return (Link(addresses.LOAN_PAYMENTS, _("Payments of the bank"), primary=True),)


def facts(found: Portfolio) -> tuple[Fact, ...]:
    """The whole in numbers; none where nothing was paid out."""
    whole = found.whole
    if not whole.loans:
        return ()
    return (
        Fact(_("Lent"), _said(found, whole.lent)),
        Fact(_("Outstanding"), _said(found, whole.owed)),
        Fact(_("Overdue"), _said(found, whole.overdue)),
        Fact(_("Forgiven or borne by the programme"), _said(found, whole.forgiven)),
        Fact(_("Fell due in twelve months"), _said(found, whole.due)),
        Fact(_("Collected in them"), _collected(found, whole)),
    )


def parts(visit: Visit, found: Portfolio, labels: Mapping[str, Text]) -> tuple[Drawn, ...]:
    """The pictures with their tables, and tables per programme and cohort; none where nothing was paid out."""
    if not found.whole.loans:
        return ()
    mirrored = visit.base.language.direction == "rtl"
    return (
        _states(found, mirrored=mirrored),
        _bands(found, mirrored=mirrored),
        _months(found, mirrored=mirrored),
        _groups(found, "programmes", _("By programme"), _of_programmes(found, labels), mirrored=mirrored),
        _groups(found, "cohorts", _("By cohort"), _of_cohorts(found), mirrored=mirrored),
    )


def row(visit: Visit, line: LoanLine, labels: Mapping[str, Text]) -> LoanRow:
    """A loan's line; it leads to the loan's page for those who may open it."""
    address = addresses.loan(line.case_id, line.number) if visit.may(Permission.ASK_LOANS) else ""
    overdue = (
        _n("{amount}, {count} day", "{amount}, {count} days", line.overdue_days,
           amount=Money(line.overdue, line.currency))
        if line.overdue
        else ""
    )  # fmt: skip
    owed: Text = str(Money(line.owed, line.currency))
    if line.credit:
        owed = _("{owed}; {credit} to give back", owed=owed, credit=Money(line.credit, line.currency))
    return LoanRow(
        number=Link(address, line.number),
        about=line.reference,
        programme=labels.get(line.programme, line.programme),
        state=state_badge(line.state),
        owed=owed,
        overdue=overdue,
        next_due=words.on(line.next_due_on) if line.next_due_on else "",
    )


def said_state(state: LoanState) -> Message:
    return WORDS[state]


def _states(found: Portfolio, *, mirrored: bool) -> Drawn:
    lines = [(state, found.states.get(state, Sums())) for state in _ORDER]
    bars = [
        Bar(WORDS[state], sums.owed, _counted(found, sums, sums.owed), "late" if state in _LATE else "owed")
        for state, sums in lines
    ]
    return Drawn(
        id="states",
        title=_("Outstanding by state"),
        said=_("{amount} is outstanding.", amount=_said(found, found.whole.owed)),
        picture=loan_pictures.bars(bars, mirrored=mirrored),
        first=_("State"),
        columns=(_("Loans"), _("Lent"), _("Owed"), _("Overdue")),
        rows=tuple(
            SumRow(
                Link(_list(found, state=state.value), WORDS[state]),
                (str(sums.loans), *(_said(found, amount) for amount in (sums.lent, sums.owed, sums.overdue))),
            )
            for state, sums in lines
        ),
    )


def _bands(found: Portfolio, *, mirrored: bool) -> Drawn:
    bars = [
        Bar(BAND_WORDS[band], sums.overdue, _counted(found, sums, sums.overdue), "late")
        for band, sums in found.bands.items()
    ]
    return Drawn(
        id="bands",
        title=_("Overdue by age"),
        said=_("{amount} is overdue, by the age of the oldest instalment.", amount=_said(found, found.whole.overdue)),
        picture=loan_pictures.bars(bars, mirrored=mirrored),
        first=_("Oldest instalment"),
        columns=(_("Loans"), _("Overdue"), _("Owed in all")),
        rows=tuple(
            SumRow(
                Link(_list(found, band=band.value), BAND_WORDS[band]),
                (str(sums.loans), _said(found, sums.overdue), _said(found, sums.owed)),
            )
            for band, sums in found.bands.items()
        ),
    )


def _months(found: Portfolio, *, mirrored: bool) -> Drawn:
    pairs = [Pair(words.month(month), sums.due, sums.collected) for month, sums in found.months.items()]
    return Drawn(
        id="months",
        title=_("Due and collected by month"),
        said=_(
            "In twelve months {due} fell due by the plans, and {collected} was collected.",
            due=_said(found, found.whole.due),
            collected=_collected(found, found.whole),
        ),
        picture=loan_pictures.columns(pairs, mirrored=mirrored),
        first=_("Month"),
        columns=(_("Fell due"), _("Collected")),
        rows=tuple(
            SumRow(Link("", words.month(month)), (_said(found, sums.due), _said(found, sums.collected)))
            for month, sums in found.months.items()
        ),
        key=_("First column: fell due by the plan · second, filled: collected"),
    )


def _groups(found: Portfolio, name: str, title: Text, lines: list[tuple[Link, Sums]], *, mirrored: bool) -> Drawn:
    longest = [Bar(link.text, sums.owed, _counted(found, sums, sums.owed)) for link, sums in lines]
    return Drawn(
        id=name,
        title=title,
        said=_("What is outstanding; the table has the rest."),
        picture=loan_pictures.bars(longest, mirrored=mirrored) if len(longest) > 1 else None,
        first=_("Name"),
        columns=(_("Loans"), _("Lent"), _("Owed"), _("Overdue"), _("Forgiven"), _("Fell due"), _("Collected")),
        rows=tuple(
            SumRow(
                link,
                (
                    str(sums.loans),
                    *(_said(found, one) for one in (sums.lent, sums.owed, sums.overdue, sums.forgiven, sums.due)),
                    _collected(found, sums),
                ),
            )
            for link, sums in lines
        ),
    )


def _of_programmes(found: Portfolio, labels: Mapping[str, Text]) -> list[tuple[Link, Sums]]:
    return [
        (Link(_list(found, programme=name), labels.get(name, name)), sums)
        for name, sums in sorted(found.programmes.items())
    ]


def _of_cohorts(found: Portfolio) -> list[tuple[Link, Sums]]:
    return [(Link("", code or _("in no cohort")), sums) for code, sums in sorted(found.cohorts.items())]


def _list(found: Portfolio, **filters: str) -> str:
    currency = found.currency if len(found.currencies) > 1 else ""
    return addresses.query(addresses.LOANS, **filters, currency=currency)


def _said(found: Portfolio, amount: int) -> str:
    return str(Money(amount, found.currency))


def _counted(found: Portfolio, sums: Sums, amount: int) -> Message:
    return _n("{amount} ({count} loan)", "{amount} ({count} loans)", sums.loans, amount=_said(found, amount))


def _collected(found: Portfolio, sums: Sums) -> Text:
    """With its share of what fell due; more than all where people pay early."""
    said = _said(found, sums.collected)
    if not sums.due:
        return said
    return _("{amount} ({percent} %)", amount=said, percent=sums.collected * 100 // sums.due)
