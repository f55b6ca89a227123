"""Forms about loans that are repaid: payments, deferral, calling in, forgiveness, and the bank's lists."""

from __future__ import annotations

from collections.abc import Mapping

from basis.messages import Message, _
from casework.repayments.files import ASIDE_REASONS
from casework.repayments.forgiving import DECLINE_REASONS, GROUND_WORDS
from casework.repayments.payments import TAKE_BACK_REASONS
from casework.repayments.service import DEFERRAL_REASONS
from dashboard import addresses
from dashboard.forms.case import Options, version
from dashboard.parts import Field, Form, Kind, Option, Text

_REFERENCE = Field(
    "reference",
    _("Reference"),
    hint=_("The bank's, or the number of the receipt. Never a name."),
    short=True,
    longest=60,
    autocomplete="off",
)
_PROOF = Field("evidence", _("Where the proof is kept"), hint=_("Its number or folder."), longest=120)


def _options(words: Mapping[str, Message]) -> Options:
    return tuple(Option(code, said) for code, said in words.items())


def _place(case_id: object, *parts: object) -> str:
    return addresses.case(case_id, "loan", *parts)


def _money(currency: str, hint: Text = "", *, required: bool = True) -> Field:
    label = _("Amount in {currency}", currency=currency)
    return Field("amount", label, Kind.MONEY, hint=hint, short=True, longest=16, required=required)


def payment(case_id: object, number: int, currency: str, today: str) -> Form:
    return Form(
        "payment",
        _place(case_id, "payments"),
        _("Count the payment"),
        (_money(currency), Field("paid_on", _("Paid on"), Kind.DATE, value=today), _REFERENCE),
        version(number),
        legend=_("A payment came in"),
    )


def take_back(case_id: object, number: int, payments: Options, today: str) -> Form:
    return Form(
        "take-back",
        _place(case_id, "payments", "take-back"),
        _("Take it back"),
        (
            Field("payment", _("Payment"), Kind.CHOICE, options=payments),
            Field("reason", _("Reason"), Kind.CHOICE, options=_options(TAKE_BACK_REASONS)),
            Field(
                "taken_back_on",
                _("Returned on"),
                Kind.DATE,
                hint=_("By the bank. What was counted wrongly is taken back as of its own day, whatever stands here."),
                value=today,
            ),
        ),
        version(number),
        legend=_("A payment came back, or was counted wrongly"),
        quiet=True,
    )


def refund(case_id: object, number: int, currency: str, credit: Text, today: str) -> Form:
    return Form(
        "overpaid",
        _place(case_id, "overpaid"),
        _("Record the refund"),
        (
            _money(currency, _("At most {credit}.", credit=credit)),
            Field("refunded_on", _("Refunded on"), Kind.DATE, value=today),
            _REFERENCE,
        ),
        version(number),
        legend=_("What was paid too much went back"),
    )


def refund_back(case_id: object, number: int, refunds: Options) -> Form:
    return Form(
        "refund-back",
        _place(case_id, "refunds", "take-back"),
        _("Take it back"),
        (
            Field("refund", _("Refund"), Kind.CHOICE, options=refunds),
            Field("reason", _("Reason"), Kind.CHOICE, options=_options(TAKE_BACK_REASONS)),
            Field(
                "returned_on",
                _("Returned by the bank on"),
                Kind.DATE,
                hint=_("Only where the bank returned it. Else it is taken back as if it had never been."),
                required=False,
            ),
        ),
        version(number),
        legend=_("A refund was recorded wrongly, or came back, or the carrier pays after all"),
        quiet=True,
    )


def defer(case_id: object, number: int) -> Form:
    return Form(
        "defer",
        _place(case_id, "defer"),
        _("Put off"),
        (
            Field("reason", _("Reason"), Kind.RADIO, options=_options(DEFERRAL_REASONS)),
            Field("until", _("Nothing is to be paid until"), Kind.DATE),
            _PROOF,
        ),
        version(number),
        legend=_("Put the instalments off"),
        quiet=True,
    )


def resume(case_id: object, number: int) -> Form:
    return _bare("resume", case_id, number, _("Take the repayment up again"), _("The worker pays again"))


def collect(case_id: object, number: int) -> Form:
    return _bare("collect", case_id, number, _("Hand it over"), _("Hand the loan to a collector"), danger=True)


def collected_back(case_id: object, number: int) -> Form:
    return _bare("collected-back", case_id, number, _("Take it back"), _("The collector gives the loan back"))


def accelerate(case_id: object, number: int) -> Form:
    return Form(
        "accelerate",
        _place(case_id, "accelerate"),
        _("Call the loan in"),
        (
            Field(
                "due_on", _("All of it is due on"), Kind.DATE, hint=_("In two weeks at the earliest. Tell the worker.")
            ),
        ),
        version(number),
        legend=_("Call the whole loan in"),
        danger=True,
    )


def forgive(case_id: object, number: int, currency: str) -> Form:
    grounds = tuple(Option(ground.value, said) for ground, said in GROUND_WORDS.items())
    return Form(
        "forgive",
        _place(case_id, "forgive"),
        _("Propose it"),
        (
            Field("ground", _("Ground"), Kind.RADIO, options=grounds),
            _money(currency, _("Leave it empty for all that is owed."), required=False),
            _PROOF,
        ),
        version(number),
        legend=_("Propose to forgive the loan"),
        quiet=True,
    )


def confirm_forgiveness(case_id: object, number: int, row_id: object, what: Text) -> Form:
    return Form(
        "confirm-forgiveness",
        _place(case_id, "forgive", row_id, "confirm"),
        _("Confirm: it is forgiven"),
        (),
        version(number),
        legend=what,
        danger=True,
    )


def decline_forgiveness(case_id: object, number: int, row_id: object) -> Form:
    return Form(
        "decline-forgiveness",
        _place(case_id, "forgive", row_id, "decline"),
        _("Do not forgive it"),
        (Field("reason", _("Reason"), Kind.CHOICE, options=_options(DECLINE_REASONS)),),
        version(number),
        legend=_("It is not forgiven"),
        quiet=True,
    )


def statement_day(case_id: object, loan: str, on: str) -> Form:
    """A question in the address: which day, of which loan."""
    return Form(
        "statement-day",
        _place(case_id, "statement"),
        _("Show"),
        (Field("on", _("As of the end of"), Kind.DATE, value=on, short=True),),
        (("number", loan),),
        method="get",
        quiet=True,
    )


def bank_list() -> Form:
    return Form(
        "bank-list",
        addresses.LOAN_PAYMENTS_CHECK,
        _("Check the list"),
        (
            Field(
                "file",
                _("The bank's list"),
                Kind.FILE,
                hint=_("CSV or Excel. It is looked at first; nothing is counted yet."),
                accept=".csv,.xlsx,.txt",
            ),
        ),
    )


def take_list(upload: str) -> Form:
    return Form("take-list", addresses.LOAN_PAYMENTS_TAKE, _("Count these payments"), hidden=(("upload", upload),))


def match(line_id: object, about: Text) -> Form:
    return Form(
        f"match-{line_id}",
        addresses.loan_payment(line_id, "match"),
        _("Match it"),
        (Field("number", _("Number of the loan"), short=True, longest=20, autocomplete="off"),),
        about=about,
    )


def refunded(line_id: object, about: Text, number: str) -> Form:
    return Form(
        f"refund-{line_id}",
        addresses.loan_payment(line_id, "refund"),
        _("Record it as the carrier's refund"),
        (Field("number", _("Number of the undone loan"), short=True, longest=20, autocomplete="off", value=number),),
        about=about,
        quiet=True,
    )


def set_aside(line_id: object, about: Text) -> Form:
    return Form(
        f"aside-{line_id}",
        addresses.loan_payment(line_id, "set-aside"),
        _("Set it aside"),
        (Field("reason", _("Reason"), Kind.CHOICE, options=_options(ASIDE_REASONS)),),
        about=about,
        quiet=True,
    )


def _bare(act: str, case_id: object, number: int, label: Message, legend: Message, *, danger: bool = False) -> Form:
    return Form(act, _place(case_id, act), label, (), version(number), legend=legend, danger=danger, quiet=not danger)
