"""Forms that ask for a paper about a loan."""

from __future__ import annotations

from collections.abc import Mapping

from basis.messages import Message, _
from casework.loans.paper_tables import PaperKind
from dashboard import addresses
from dashboard.forms.case import version
from dashboard.forms.loans import naming
from dashboard.parts import Field, Form, Kind

_SUBMIT: Mapping[PaperKind, Message] = {
    PaperKind.PROMISSORY_NOTE: _("Make the note to sign"),
    PaperKind.LOAN_STATEMENT: _("Make a statement"),
    PaperKind.SETTLEMENT_LETTER: _("Make the settlement letter"),
}


def ask(case_id: object, number: int, loan: str, kind: PaperKind, today: str) -> Form:
    """`loan`: its number."""
    fields: tuple[Field, ...] = ()
    if kind is PaperKind.LOAN_STATEMENT:
        hint = _("It says what was owed at the end of that day.")
        fields = (Field("as_of", _("As of"), Kind.DATE, hint=hint, value=today, short=True),)
    form = Form(
        f"ask-{kind.value}",
        addresses.case(case_id, "loan", "papers", kind.value),
        _SUBMIT[kind],
        fields,
        version(number),
        quiet=True,
    )
    return naming(form, loan)
