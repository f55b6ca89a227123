"""Forms about costs: what was paid, its correction, and how an alert about a fee is resolved."""

from __future__ import annotations

from basis.messages import _
from casework.costs.rules import BEARER_WORDS, BEARERS, CORRECTIONS, HEAD_WORDS, TAKEN_BACK, CostHead
from dashboard import addresses
from dashboard.forms.case import NOTICE_LANGUAGES, Options, version
from dashboard.parts import Field, Form, Kind, Option, Text

_HEADS: Options = tuple(Option(head.value, HEAD_WORDS[head]) for head in CostHead)
_PAYERS: Options = tuple(Option(one.value, BEARER_WORDS[one]) for one in BEARERS)


def _cost(payees: Options, papers: Options, today: str, currency: str) -> tuple[Field, ...]:
    paper = Field("evidence_id", _("Paper that shows it"), Kind.CHOICE, options=papers, required=False)
    return (
        Field("head", _("What for"), Kind.CHOICE, options=_HEADS),
        Field("amount", _("Amount"), Kind.MONEY, short=True, longest=16, hint=_("For example 1200.50")),
        Field("currency", _("Currency"), value=currency, short=True, longest=3, hint=_("Three letters, as EUR")),
        Field("paid_by", _("Who paid"), Kind.CHOICE, options=_PAYERS),
        Field("paid_on", _("Paid on"), Kind.DATE, value=today),
        Field("payee_id", _("Paid to"), Kind.CHOICE, options=payees, required=False),
        Field("payee", _("Or to whom, in words"), hint=_("It is kept sealed."), required=False, autocomplete="off"),
        Field("receipt", _("Number of the receipt"), required=False, short=True, longest=80, autocomplete="off"),
        *((paper,) if papers else ()),
        Field("note", _("Note"), Kind.LONG, hint=_("It is kept sealed."), required=False, longest=1000),
    )  # fmt: skip


def record(case_id: object, number: int, payees: Options, papers: Options, today: str, currency: str) -> Form:
    """One more cost. `today` and `currency` stand in their fields at first."""
    return Form(
        "record-cost",
        addresses.case(case_id, "costs"),
        _("Record the cost"),
        _cost(payees, papers, today, currency),
        version(number),
    )


def correct(case_id: object, number: int, cost_id: object, payees: Options, papers: Options) -> Form:
    """What the cost should have said."""
    reasons = tuple(Option(code, said) for code, said in CORRECTIONS.items() if code not in TAKEN_BACK)
    return Form(
        "correct-cost",
        addresses.cost(case_id, cost_id, "correct"),
        _("Record the correction"),
        (Field("reason", _("Why"), Kind.CHOICE, options=reasons), *_cost(payees, papers, "", "")),
        version(number),
    )


def take_back(case_id: object, number: int, cost_id: object) -> Form:
    """The cost was not paid, or recorded in error."""
    reasons = tuple(Option(code, said) for code, said in CORRECTIONS.items() if code in TAKEN_BACK)
    return Form(
        "take-back-cost",
        addresses.cost(case_id, cost_id, "take-back"),
        _("Take it out"),
        (Field("reason", _("Why"), Kind.RADIO, options=reasons),),
        version(number),
        legend=_("Take the cost out"),
        danger=True,
    )


def asked(case_id: object, number: int, today: str, language: str) -> Form:
    """That the worker was asked what was paid."""
    answers = (Option("nothing", _("nothing was paid")), Option("something", _("something was paid; it is recorded")))
    return Form(
        "costs-asked",
        addresses.case(case_id, "costs", "asked"),
        _("Record it"),
        (
            Field("answer", _("What did the worker say?"), Kind.RADIO, options=answers),
            Field("asked_on", _("Asked on"), Kind.DATE, value=today),
            Field("language", _("In which language"), Kind.CHOICE, options=NOTICE_LANGUAGES, value=language),
        ),
        version(number),
    )


def refund(case_id: object, number: int, alert_id: object, amount: str, currency: str, today: str, about: Text) -> Form:
    """What was given back; `amount` is what is left to be settled."""
    said = _("Amount in {currency}", currency=currency)
    return Form(
        f"refund-{alert_id}",
        addresses.fee_alert(case_id, alert_id, "refund"),
        _("Record the refund"),
        (
            Field("amount", said, Kind.MONEY, value=amount, short=True, longest=16),
            Field("refunded_on", _("Day of the refund"), Kind.DATE, value=today),
            Field("receipt", _("Number of the receipt"), short=True, longest=80, autocomplete="off"),
        ),
        version(number),
        about=about,
    )  # fmt: skip


def allow(case_id: object, number: int, alert_id: object, about: Text) -> Form:
    """The rule that allows what is left."""
    return Form(
        f"allow-{alert_id}",
        addresses.fee_alert(case_id, alert_id, "allow"),
        _("It is allowed after all"),
        (
            Field(
                "source",
                _("Rule that allows it"),
                Kind.LONG,
                hint=_("Its title, and where it stands. It is kept sealed."),
                longest=1000,
            ),
        ),
        version(number),
        quiet=True,
        about=about,
    )


def confirm(case_id: object, number: int, alert_id: object, about: Text, *, quiet: bool = False) -> Form:
    """The correction of the costs is right; `quiet` where something is left to be settled besides."""
    return Form(
        f"confirm-{alert_id}",
        addresses.fee_alert(case_id, alert_id, "confirm"),
        _("Confirm the correction"),
        hidden=version(number),
        quiet=quiet,
        about=about,
    )


def agree(case_id: object, number: int, alert_id: object, today: str, language: str, about: Text) -> Form:
    """The worker wants the departure to wait."""
    return Form(
        f"agree-{alert_id}",
        addresses.fee_alert(case_id, alert_id, "agree"),
        _("The worker wants the departure to wait"),
        (
            Field("agreed_on", _("Said on"), Kind.DATE, value=today),
            Field("language", _("In which language"), Kind.CHOICE, options=NOTICE_LANGUAGES, value=language),
        ),
        version(number),
        quiet=True,
        about=about,
    )


def end_agreement(case_id: object, number: int, alert_id: object, about: Text) -> Form:
    """The worker wants to leave all the same."""
    return Form(
        f"end-agreement-{alert_id}",
        addresses.fee_alert(case_id, alert_id, "end-agreement"),
        _("The worker wants to leave all the same"),
        hidden=version(number),
        quiet=True,
        about=about,
    )


def filters(parts: Options) -> Form:
    """Which alerts the list shows."""
    fields = (Field("show", _("What"), Kind.CHOICE, options=parts, required=False),)
    return Form("filters", addresses.COST_ALERTS, _("Show"), fields, method="get")
