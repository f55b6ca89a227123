"""Forms for what happens to a document after its issue, for packs, and for signatories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from basis.messages import Message, _
from casework.certificates.release import PURPOSES, RECIPIENT_WORDS, Recipient
from casework.certificates.rules import DUPLICATE_REASONS, KIND_WORDS, REVOKE_REASONS, SUPERSEDE_REASONS
from dashboard import addresses
from dashboard.forms.case import Options, version
from dashboard.parts import Field, Form, Kind, Option

_ORGANISATION = Field(
    "organisation",
    _("Its name"),
    required=False,
    hint=_(
        "The name of the embassy, court or company; never of a person. Not for the worker; for the agency it is the "
        "case's own."
    ),
)
_REFERENCE = Field(
    "reference", _("Reference"), required=False, longest=120, hint=_("A file number. For a court: its order.")
)


def _options(words: Mapping[str, Message]) -> Options:
    return tuple(Option(code, said) for code, said in words.items())


def _recipients(recipients: Iterable[Recipient]) -> Options:
    return tuple(Option(one.value, RECIPIENT_WORDS[one]) for one in recipients)


def hand_over(document_id: object, recipients: Iterable[Recipient], copies: Options) -> Form:
    """`recipients` are those whom the policy allows; `copies` the duplicates that there are."""
    papers = (Option("0", _("the document as issued")), *copies)
    paper = Field("copy", _("Which paper"), Kind.CHOICE, value="0", options=papers)
    return Form(
        "hand-over",
        addresses.document(document_id, "hand-over"),
        _("Record it and download the file"),
        (
            Field("recipient", _("To whom"), Kind.RADIO, options=_recipients(recipients)),
            Field("purpose", _("What for"), Kind.CHOICE, options=_options(PURPOSES)),
            _ORGANISATION,
            _REFERENCE,
            *((paper,) if copies else ()),
        ),
    )


def duplicate(document_id: object) -> Form:
    return Form(
        "duplicate",
        addresses.document(document_id, "duplicates"),
        _("Make a duplicate"),
        (Field("reason", _("Reason"), Kind.RADIO, options=_options(DUPLICATE_REASONS)),),
    )


def scan(document_id: object) -> Form:
    return Form(
        "scan",
        addresses.document(document_id, "scans"),
        _("Add the scan"),
        (
            Field(
                "file",
                _("Scan of the signed and stamped paper"),
                Kind.FILE,
                hint=_("PDF, JPEG or PNG, at most 10 MB. Earlier scans stay."),
                accept=".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png",
            ),
        ),
    )


def _end(document_id: object, number: int, act: str, label: Message, reasons: Mapping[str, Message]) -> Form:
    return Form(
        act,
        addresses.document(document_id, act),
        label,
        (
            Field("reason", _("Reason"), Kind.RADIO, options=_options(reasons)),
            Field(
                "told",
                _("Tell this reason to whoever checks the document"),
                Kind.CHECK,
                required=False,
                hint=_("Only this sentence, never the note."),
            ),
            Field(
                "note", _("Note"), Kind.LONG, required=False, longest=1000, hint=_("For the office and auditors alone.")
            ),
        ),
        version(number),
        danger=True,
    )


def revoke(document_id: object, number: int) -> Form:
    return _end(document_id, number, "revoke", _("Revoke the document"), REVOKE_REASONS)


def supersede(document_id: object, number: int) -> Form:
    return _end(document_id, number, "supersede", _("End it and have it issued anew"), SUPERSEDE_REASONS)


def pack(asked: Mapping[str, str]) -> Form:
    """`asked` are the filters, or the cohort, that say which documents are meant."""
    forms = (
        Option("pdf", _("one PDF for the printer, with a list and bookmarks")),
        Option("zip", _("the signed files with a manifest, as a ZIP")),
    )
    return Form(
        "pack",
        addresses.PACK,
        _("Record it and download the pack"),
        (
            Field("form", _("What is made"), Kind.RADIO, options=forms, value="pdf"),
            Field("recipient", _("To whom"), Kind.RADIO, options=_recipients(Recipient)),
            Field("purpose", _("What for"), Kind.CHOICE, options=_options(PURPOSES)),
            _ORGANISATION,
            _REFERENCE,
        ),
        tuple((f"of_{name}", value) for name, value in asked.items()),
    )


def signatory(accounts: Options, offices: Options, today: str) -> Form:
    """`offices` is empty where the reader's own is meant."""
    return Form(
        "signatory",
        addresses.SIGNATORIES,
        _("Name the signatory"),
        (
            *((Field("office", _("Office"), Kind.CHOICE, options=offices),) if offices else ()),
            Field("account", _("Account"), Kind.CHOICE, options=accounts, required=False,
                  hint=_("Of somebody of the office; leave it empty for a person without one.")),
            Field("name", _("Name"), required=False, hint=_("As it is printed. Empty for the account's name.")),
            Field("title", _("Title"), required=False, longest=120,
                  hint=_("As it is printed. Empty for the account's title.")),
            Field("kinds", _("Answers for"), Kind.CHECKS, options=_options(KIND_WORDS)),
            Field("valid_from", _("From"), Kind.DATE, value=today),
            Field("valid_until", _("Until"), Kind.DATE, required=False, hint=_("The last day, if it is known.")),
        ),
    )  # fmt: skip


def end_signatory(signatory_id: object, name: str) -> Form:
    """Ends the term today."""
    return Form(
        f"end-{signatory_id}",
        addresses.signatory(signatory_id, "end"),
        _("End today"),
        quiet=True,
        about=_("the term of {name}", name=name),
    )
