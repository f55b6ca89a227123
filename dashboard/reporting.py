"""What the public page of reports and the sheet about costs say, in English and in every language that is complete.

A language is offered when `dashboard/reports/<tag>.po` translates every sentence of both. The catalogues are apart from
those of documents: a change of theirs makes documents anew that were issued.
"""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Final

from babel import Locale

from basis.messages import Message, _
from casework.complaints.rules import AGAINST_WORDS, KIND_WORDS, OUTCOME_WORDS, STATE_WORDS, Against
from casework.costs.rules import HEAD_WORDS, CostHead
from dashboard.words import ENGLISH, Language
from documents.languages import small

FOLDER: Final = Path(__file__).parent / "reports"

SHEET_TITLE = _("What did you pay?")
SHEET_LEAD = _(
    "Write down all that you or your family paid for this job: to an agency, an office, a clinic, a helper or anybody "
    "else, also without a receipt. Your departure does not depend on your answer."
)
SHEET_COLUMNS = (_("For what"), _("How much, in which money"), _("Who got it"), _("Day"), _("Receipt"))
SHEET_NOTHING = _("I paid nothing.")
SHEET_SIGNED = _("Day and signature of the worker")
SHEET_REPORT = _("You can report a fee or a problem without your name: {address}")

HEADING = _("Report a fee or a problem")
LEAD = _(
    "Tell us if somebody asked you for money, keeps your passport, changed your contract or treated you badly. "
    "You need not say who you are."
)
WHO_READS = _(
    "Only those who handle complaints read it. Agencies, employers and caseworkers do not learn that you reported."
)
DANGER = _("If you or others are in danger, call the emergency number of the country where you are.")
READ_ANSWER = _("Read the answer with your code")
SEND = _("Send the report")

LABELS: Final = {
    "kind": _("What happened?"),
    "against": _("Whom is it about?"),
    "about": _("Name of the person or company, if you know it"),
    "words": _("Tell us more"),
    "head": _("If it is about money: for what?"),
    "amount": _("How much, in which money?"),
    "paid_to": _("Who asked for it, or got it?"),
    "case": _("Your case reference"),
    "contact": _("How can we reach you?"),
    "office": _("Which office prepares your departure?"),
    "code": _("Your code"),
    "more": _("What do you want to add?"),
}
HINTS: Final = {
    "words": _("When, where and who. Write in any language."),
    "case": _("Only if we may know whose case it is."),
    "contact": _("Only if you want to be called or written to. You can read the answer here without it."),
}

NOT_TAKEN = _(
    "We could not take the report like this. What you wrote is still here: check what you chose and send it again."
)
NO_OFFICE = _("No office can take reports at the moment. Please try again later.")
SENT_HEADING = _("We have your report")
SENT_CODE = _("This is your code. It is shown only now: write it down, and show it to nobody.")
SENT_UNTIL = _("With the code you find the answer on this page by {day}, and can add more.")
STATUS_HEADING = _("Your report")
STATUS_LEAD = _("Type the code that you were given.")
STATUS_SHOW = _("Show the answer")
STATUS_BY = _("We answer by {day}.")
STATUS_TOLD = _("What you were told")
STATUS_NOTHING = _("There is no answer yet.")
STATUS_WRONG = _("There is no report with this code. Check it letter by letter.")
MORE_HEADING = _("Add something")
MORE_SEND = _("Send it")
MORE_SENT = _("It was added to your report.")
ANOTHER = _("Write a report")
LANGUAGES_LABEL = _("Language")

_FRAME: Final = (
    _("Skip to the content"), _("Demonstration"),
    _("This is a demonstration with invented people. Its documents are specimens."),
    _("predeparture prepares workers for departure."), _("Programmes"), _("Check a document"),
    _("There is a problem"), _("(not required)"), _("choose"), _("Error:"), _("fill this in"), _("choose one"),
    _("choose one of the answers of the list"), _("write at most {longest} characters"),
)  # fmt: skip
"""What every page and every form says around it."""

SENTENCES: Final[tuple[Message, ...]] = tuple(
    dict.fromkeys(
        (
            SHEET_TITLE, SHEET_LEAD, *SHEET_COLUMNS, SHEET_NOTHING, SHEET_SIGNED, SHEET_REPORT,
            HEADING, LEAD, WHO_READS, DANGER, READ_ANSWER, SEND, *LABELS.values(), *HINTS.values(),
            NOT_TAKEN, NO_OFFICE,
            SENT_HEADING, SENT_CODE, SENT_UNTIL, STATUS_HEADING, STATUS_LEAD, STATUS_SHOW, STATUS_BY, STATUS_TOLD,
            STATUS_NOTHING, STATUS_WRONG, MORE_HEADING, MORE_SEND, MORE_SENT, ANOTHER, LANGUAGES_LABEL,
            *KIND_WORDS.values(), *(AGAINST_WORDS[one] for one in (Against.STAFF, Against.HANDLER, Against.OTHER)),
            *(HEAD_WORDS[one] for one in CostHead), *STATE_WORDS.values(), *OUTCOME_WORDS.values(), *_FRAME,
        )
    )
)  # fmt: skip
"""Everything that is said."""


def spoken(tag: str) -> tuple[Language, NullTranslations] | None:
    """A language with its sentences; None where it is not offered."""
    # What strangers send is not remembered: the memory would grow with every tag that they think of.
    return _spoken(tag) if tag in _tags() else None


@cache
def _tags() -> frozenset[str]:
    return frozenset({ENGLISH.code, *(path.stem for path in FOLDER.glob("*.po"))})


@cache
def _spoken(tag: str) -> tuple[Language, NullTranslations] | None:
    if tag == ENGLISH.code:
        return ENGLISH, NullTranslations()
    found = small(FOLDER, tag, SENTENCES)
    return (Language(tag, Locale.parse(tag, sep="-")), found.catalogue) if found else None


@cache
def offered() -> tuple[Language, ...]:
    """All languages that are offered, English first."""
    tags = sorted(_tags() - {ENGLISH.code})
    return (ENGLISH, *(found[0] for tag in tags if (found := spoken(tag)) is not None))
