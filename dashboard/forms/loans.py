"""Forms of a loan, from the wish to its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from basis.messages import Message, _
from basis.money import Money
from checklists.programme import FeeHead
from dashboard import addresses
from dashboard.forms.case import NOTICE_LANGUAGES, Options, file_field, version
from dashboard.parts import Field, Form, Kind, Option, Text

PAID_TO = (Option("carrier", _("the carrier")), Option("worker", _("the worker")))


def ask(case_id: object, number: int, currency: str, cap: Text, heads: Mapping[FeeHead, Text]) -> Form:
    """One amount for each purpose the terms name; `heads` are their words."""
    fields = tuple(
        Field(
            f"amount_{head.value}",
            _("{purpose}, in {currency}", purpose=said, currency=currency),
            Kind.MONEY,
            hint=_("At most {cap} in all.", cap=cap) if position == 0 else "",
            required=len(heads) == 1,
            short=True,
            longest=16,
        )
        for position, (head, said) in enumerate(heads.items())
    )
    return _form("ask-loan", case_id, "ask", number, _("Ask for the loan"), _("Ask for a loan"), fields)


def assess(case_id: object, number: int, currency: str, wage: Text, *, needed: bool) -> Form:
    """`wage`: what is known of it; `needed`: the terms compare it with the instalment and none is known."""
    fields = (
        Field(
            "looked_at",
            _("What you looked at"),
            Kind.LONG,
            hint=_("Papers and answers that the assessment stands on."),
            longest=1000,
        ),
        Field(
            "wage",
            _("Wage of a month as the worker states it, in {currency}", currency=currency),
            Kind.MONEY,
            hint=wage,
            required=needed,
            short=True,
            longest=16,
        ),
    )
    return _form("assess-loan", case_id, "assess", number, _("The worker can repay it"), _("Assess the loan"), fields)


def approve(case_id: object, number: int) -> Form:
    return _form("approve-loan", case_id, "approve", number, _("Approve"), _("Approve the loan"))


def decline(case_id: object, number: int) -> Form:
    reason = Field("reason", _("Reason"), longest=300, hint=_("The worker is told it."))
    return _form(
        "decline-loan", case_id, "decline", number, _("Decline"), _("Decline the loan"), (reason,), danger=True
    )


def explain(case_id: object, number: int, language: str, today: str) -> Form:
    fields = (
        Field("language", _("Language"), Kind.CHOICE, options=NOTICE_LANGUAGES, value=language),
        Field("explained_on", _("Day"), Kind.DATE, value=today),
        Field("understood", _("The worker reads this language and has said that the terms are understood"), Kind.CHECK),
    )
    return _form(
        "explain-loan", case_id, "explain", number, _("Record the explanation"), _("The terms were explained"), fields
    )


def guarantor(case_id: object, number: int, kind: str, legend: Message) -> Form:
    """`kind` is guarantor or co_signer."""
    fields = (
        Field("name", _("Name"), longest=200, autocomplete="off"),
        Field("relation", _("Relation to the worker"), longest=80),
        Field("document", _("Number of the identity paper shown"), longest=80, autocomplete="off"),
        Field("signed_on", _("Signed on"), Kind.DATE),
    )
    form = _form("guarantor", case_id, "party", number, _("Record the signature"), legend, fields)
    return _with(form, kind=kind)


def adult(case_id: object, number: int, people: Options) -> Form:
    fields = (
        Field("member", _("Who signed"), Kind.CHOICE, options=people),
        Field("signed_on", _("Signed on"), Kind.DATE),
    )
    legend = _("An adult of the household signed")
    return _with(_form("adult", case_id, "party", number, _("Record the signature"), legend, fields), kind="adult")


def withdraw_party(case_id: object, number: int, party_id: object, name: Text) -> Form:
    return Form(
        f"withdraw-party-{party_id}",
        addresses.case(case_id, "loan", "party", str(party_id), "withdraw"),
        _("Take back"),
        hidden=version(number),
        quiet=True,
        about=name,
    )


def note_on_paper(case_id: object, number: int, witnesses: Options, *, scan: bool) -> Form:
    """`scan`: whether the reader may add files to the case."""
    upload = file_field("scan", _("Scan of the signed note"), required=False)
    fields = (
        Field("signed_on", _("Signed on"), Kind.DATE),
        *((upload,) if scan else ()),
        Field(
            "kept",
            _("Where the signed note is kept"),
            hint=_("Its number or folder; needed without a scan.") if scan else _("Its number or folder."),
            required=not scan,
            longest=120,
        ),
        Field("witness", _("Witness"), Kind.CHOICE, options=witnesses, required=False),
    )
    legend = _("The promissory note was signed on paper")
    return _form("note-signed", case_id, "note", number, _("Record the signature"), legend, fields)


def note_on_screen(case_id: object, number: int, witnesses: Options) -> Form:
    fields = (
        Field(
            "typed",
            _("The worker writes given names and family name"),
            hint=_("As in the passport: it stands for the signature."),
            autocomplete="off",
        ),
        Field("witness", _("Witness"), Kind.CHOICE, options=witnesses, hint=_("Somebody of the office who sees it.")),
    )
    legend = _("Or the worker signs on this screen")
    return _form("note-screen", case_id, "screen", number, _("I have read the terms and sign"), legend, fields)


def disburse(case_id: object, number: int, amount: Text) -> Form:
    fields = (
        Field("paid_to", _("Paid to"), Kind.RADIO, options=PAID_TO),
        Field(
            "reference",
            _("Reference of the bank or the ticket"),
            hint=_("Letters and digits without spaces. Never a name."),
            longest=60,
            short=True,
        ),
        Field("disbursed_on", _("Paid on"), Kind.DATE),
    )
    legend = _("Pay out {amount}", amount=amount)
    return _form("disburse-loan", case_id, "disburse", number, _("Record the payment"), legend, fields)


def cancel(case_id: object, number: int, reasons: Options) -> Form:
    reason = Field("reason", _("Reason"), Kind.CHOICE, options=reasons)
    return _form(
        "cancel-loan", case_id, "cancel", number, _("Cancel"), _("Cancel the loan, at no cost"), (reason,), danger=True
    )


def unwind(case_id: object, number: int, currency: str, reasons: Options, *, to_worker: bool) -> Form:
    """`to_worker`: the money went to the worker, who may have some of it left."""
    hint = _("0 if there is none.")
    if to_worker:
        hint = _("0 if there is none. First count what the worker gives back as a payment.")
    fields = (
        Field("reason", _("Reason"), Kind.CHOICE, options=reasons),
        Field(
            "refund",
            _("Refund that the carrier owes, in {currency}", currency=currency),
            Kind.MONEY,
            hint=hint,
            short=True,
            longest=16,
        ),
        Field("unwound_on", _("Day"), Kind.DATE),
    )
    legend = _("The journey does not take place")
    return _form("unwind-loan", case_id, "unwind", number, _("Undo the loan"), legend, fields, danger=True)


def refund(case_id: object, number: int, loan: str, left: Money) -> Form:
    """`loan` is the number of the loan that it belongs to."""
    fields = (
        Field(
            "amount",
            _("Amount in {currency}", currency=left.currency),
            Kind.MONEY,
            hint=_("For loan {number} {amount} is still owed.", number=loan, amount=left),
            short=True,
            longest=16,
        ),
        Field("received_on", _("Received on"), Kind.DATE),
        Field("reference", _("Reference of the bank"), longest=60, short=True),
    )
    legend = _("The carrier paid a refund")
    return _form("refund-loan", case_id, "refund", number, _("Record the refund"), legend, fields)


def give_up(case_id: object, number: int) -> Form:
    legend = _("The carrier keeps the rest; the programme bears it")
    return _form("give-up-refund", case_id, "give-up", number, _("Give the refund up"), legend, danger=True)


def naming(form: Form, loan: str) -> Form:
    """The form with the number of the loan that it acts on: a case may have had several."""
    return replace(form, hidden=(*form.hidden, ("loan", loan)))


def _form(
    name: str,
    case_id: object,
    act: str,
    number: int,
    submit: Message,
    legend: Message,
    fields: tuple[Field, ...] = (),
    *,
    danger: bool = False,
) -> Form:
    return Form(
        name, addresses.case(case_id, "loan", act), submit, fields, version(number), legend=legend, danger=danger
    )


def _with(form: Form, **hidden: str) -> Form:
    return Form(
        form.id,
        form.action,
        form.submit,
        form.fields,
        (*form.hidden, *hidden.items()),
        legend=form.legend,
        danger=form.danger,
    )
