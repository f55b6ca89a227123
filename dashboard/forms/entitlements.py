"""Forms of what a programme pays: claimed, approved, paid out, stopped, paid back."""

from __future__ import annotations

from collections.abc import Mapping

from basis.messages import Message, _
from casework.entitlements import rules
from casework.ledger.rules import EntryKind
from dashboard import addresses
from dashboard.forms.case import Options, version, yes_no
from dashboard.parts import Field, Form, Kind, Option, Text


def _options(words: Mapping[str, Message]) -> Options:
    return tuple(Option(code, said) for code, said in words.items())


def money(name: str, label: Text, currency: str, *, hint: Text = "", required: bool = True) -> Field:
    label = _("{label} in {currency}", label=label, currency=currency)
    return Field(name, label, Kind.MONEY, hint=hint, required=required, short=True, longest=16)


def claim(
    case_id: object,
    number: int,
    name: str,
    title: Text,
    months: Options,
    papers: Options,
    *,
    currency: str,
    most: Text,
    by_receipt: bool,
    proof: bool,
) -> Form:
    """Claim an entitlement. `months` empty where it is not paid by the month; `by_receipt`: the amount is asked for, at
    most `most`; `proof`: a proof is needed."""
    fields: list[Field] = []
    if months:
        fields.append(Field("month", _("Month"), Kind.CHOICE, options=months))
    if by_receipt:
        fields.append(money("amount", _("Amount"), currency, hint=_("At most {most}.", most=most)))
    if papers:
        none = Option("", _("none"))
        fields.append(Field("paper", _("Paper that proves it"), Kind.CHOICE, options=(none, *papers), required=False))
    said = _("Where the proof is kept") if papers else _("Where the receipt or proof is kept")
    fields.append(
        Field("proof", said, hint=_("Its number or folder; no names."), required=proof and not papers, longest=120)
    )
    return Form(
        f"claim-{name}",
        addresses.case(case_id, "entitlements", name, "claim"),
        _("Claim it"),
        tuple(fields),
        version(number),
        quiet=True,
        about=title,
    )


def approve(
    case_id: object, number: int, claim_id: object, title: Text, currency: str, *, writes: bool, up_to: bool
) -> Form:
    """Approve a claim. `writes`: the rule names no amount; `up_to`: less may be approved than was claimed."""
    fields: tuple[Field, ...] = ()
    if writes or up_to:
        hint = "" if writes else _("Empty: as much as was claimed.")
        fields = (
            money("amount", _("Amount"), currency, hint=hint, required=writes),
            Field("reason", _("How the amount was found"), required=writes, longest=300),
        )
    return Form(
        f"approve-{claim_id}",
        addresses.case(case_id, "entitlements", "claims", claim_id, "approve"),
        _("Approve"),
        fields,
        version(number),
        about=title,
    )


def decline(case_id: object, number: int, claim_id: object, title: Text) -> Form:
    return Form(
        f"decline-{claim_id}",
        addresses.case(case_id, "entitlements", "claims", claim_id, "decline"),
        _("Decline"),
        (Field("reason", _("Reason"), hint=_("The worker is told it."), longest=300),),
        version(number),
        danger=True,
        about=title,
    )


def withdraw(case_id: object, number: int, claim_id: object, title: Text) -> Form:
    return Form(
        f"withdraw-{claim_id}",
        addresses.case(case_id, "entitlements", "claims", claim_id, "withdraw"),
        _("Take the claim back"),
        (),
        version(number),
        danger=True,
        about=title,
    )


def pay(case_id: object, number: int, claim_id: object, title: Text, today: str) -> Form:
    return Form(
        f"pay-{claim_id}",
        addresses.case(case_id, "entitlements", "claims", claim_id, "pay"),
        _("Record the payment"),
        (
            Field("paid_on", _("Paid on"), Kind.DATE, value=today),
            Field("reference", _("Reference of the bank"), hint=_("Without spaces, and never a name."), longest=60),
        ),
        version(number),
        about=title,
    )


def returned(case_id: object, number: int, claim_id: object, title: Text, today: str) -> Form:
    return Form(
        f"returned-{claim_id}",
        addresses.case(case_id, "entitlements", "claims", claim_id, "returned"),
        _("The payment came back or was wrong"),
        (
            Field("reason", _("Reason"), Kind.CHOICE, options=_options(rules.PAYMENT_REASONS)),
            Field("happened_on", _("On"), Kind.DATE, value=today),
        ),
        version(number),
        danger=True,
        about=title,
    )


def stop(case_id: object, number: int, of_id: object, title: Text, today: str) -> Form:
    return Form(
        f"stop-{of_id}",
        addresses.case(case_id, "entitlements", of_id, "stop"),
        _("Stop the payments"),
        (
            Field(
                "from_day",
                _("From"),
                Kind.DATE,
                hint=_("Months that began before it are still owed."),
                value=today,
            ),
            Field("reason", _("Reason"), Kind.CHOICE, options=_options(rules.STOP_REASONS)),
        ),
        version(number),
        danger=True,
        about=title,
    )


def resume(case_id: object, number: int, of_id: object, title: Text) -> Form:
    return Form(
        f"resume-{of_id}",
        addresses.case(case_id, "entitlements", of_id, "resume"),
        _("Let the payments go on"),
        (),
        version(number),
        quiet=True,
        about=title,
    )


def reclaim(case_id: object, number: int, of_id: object, title: Text, currency: str, most: Text) -> Form:
    return Form(
        f"reclaim-{of_id}",
        addresses.case(case_id, "entitlements", of_id, "reclaim"),
        _("Ask that something be paid back"),
        (
            money("amount", _("Amount"), currency, hint=_("At most {most}.", most=most)),
            Field("reason", _("Reason"), Kind.CHOICE, options=_options(rules.RECLAIM_REASONS)),
        ),
        version(number),
        danger=True,
        about=title,
    )


def answer_reclaim(case_id: object, number: int, reclaim_id: object, title: Text) -> Form:
    return Form(
        f"answer-{reclaim_id}",
        addresses.case(case_id, "entitlements", "reclaims", reclaim_id, "answer"),
        _("Answer"),
        (yes_no("confirmed", _("Is it to be paid back?")),),
        version(number),
        danger=True,
        about=title,
    )


def paid_back(case_id: object, number: int, of_id: object, title: Text, currency: str, today: str) -> Form:
    return Form(
        f"paid-back-{of_id}",
        addresses.case(case_id, "entitlements", of_id, "paid-back"),
        _("Record what was paid back"),
        (
            money("amount", _("Amount"), currency),
            Field("paid_on", _("Paid on"), Kind.DATE, value=today),
            Field("reference", _("Reference of the bank"), hint=_("Without spaces, and never a name."), longest=60),
        ),
        version(number),
        quiet=True,
        about=title,
    )


def waive(case_id: object, number: int, of_id: object, title: Text, currency: str) -> Form:
    return Form(
        f"waive-{of_id}",
        addresses.case(case_id, "entitlements", of_id, "waive"),
        _("It need not be paid back"),
        (money("amount", _("Amount"), currency),),
        version(number),
        danger=True,
        about=title,
    )


def take_back(case_id: object, number: int, entry_id: object, kind: EntryKind, title: Text, today: str) -> Form:
    """Take back an entry of what is to be paid back."""
    return Form(
        f"take-back-{entry_id}",
        addresses.case(case_id, "entitlements", "entries", entry_id, "take-back"),
        _("Take it back"),
        (
            Field("reason", _("Reason"), Kind.CHOICE, options=_options(rules.TAKE_BACK_REASONS[kind])),
            Field(
                "happened_on",
                _("Returned on"),
                Kind.DATE,
                hint=_("By the bank. What was recorded wrongly is taken back as of its own day, whatever stands here."),
                value=today,
            ),
        ),
        version(number),
        danger=True,
        about=title,
    )


def statement(case_id: object, number: int, today: str) -> Form:
    """Ask for the statement of a day."""
    return Form(
        "statement",
        addresses.case(case_id, "entitlements", "statement"),
        _("Issue a statement"),
        (Field("as_of", _("As of the end of"), Kind.DATE, value=today),),
        version(number),
        quiet=True,
    )


def parts(options: Options) -> Form:
    """The part of the list of all claims."""
    return Form(
        "filters",
        addresses.ENTITLEMENTS,
        _("Show"),
        (Field("show", _("Entitlements"), Kind.CHOICE, options=options, required=False),),
        method="get",
    )
