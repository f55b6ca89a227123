"""The receipt of a step of an original, in English and in the worker's language where it is translated.

A language is offered when `dashboard/receipts/<tag>.po` translates every sentence of the receipt. The catalogues are
apart from those of documents: a change of theirs makes documents anew that were issued.
"""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Final
from uuid import UUID

from babel import Locale
from sqlmodel import Session

from basis.errors import NotFound
from basis.messages import Message, _
from casework.cases import changes
from casework.cases.tables import Case
from casework.custody import service as custody
from casework.custody.rules import KINDS, STEP_WORDS, OriginalStepKind
from casework.custody.tables import Original, OriginalStep
from casework.workers import service as workers
from casework.workers.tables import Worker
from dashboard import addresses, words
from dashboard.pages.base import Place
from dashboard.pages.originals import ReceiptPage, ReceiptSide
from dashboard.parts import Fact, Link
from dashboard.sessions import Visit
from dashboard.words import ENGLISH, Language
from documents.languages import small

FOLDER: Final = Path(__file__).parents[1] / "receipts"
_TITLE = _("Receipt for an original paper")
_YOURS = _(
    "This paper belongs to the worker. The worker may ask for it at any time, without a reason and without a fee, and "
    "has it back within one working day."
)
_GAVE = _("Signature of who handed it over")
_TOOK = _("Signature of who took it")
_LABELS: Final = {
    "worker": _("Worker"),
    "paper": _("Paper"),
    "number": _("Number"),
    "what": _("What happened"),
    "day": _("Day"),
    "place": _("Place"),
    "handed_by": _("Handed over by"),
    "taken_by": _("Taken by"),
    "expected": _("Expected back on"),
}
RECEIPTS: Final = (
    OriginalStepKind.RECEIVED, OriginalStepKind.SENT, OriginalStepKind.BACK, OriginalStepKind.RETURNED
)  # fmt: skip
SENTENCES: Final[tuple[Message, ...]] = (
    _TITLE, _YOURS, _GAVE, _TOOK, *_LABELS.values(), *KINDS.values(), *(STEP_WORDS[one] for one in RECEIPTS)
)  # fmt: skip
"""Everything that a receipt says."""


@cache
def catalogue_of(tag: str) -> NullTranslations | None:
    """The sentences of a receipt in a language; None where they are not all translated."""
    found = small(FOLDER, tag, SENTENCES)
    return found.catalogue if found else None


def receipt_page(visit: Visit, session: Session, case: Case, original_id: UUID, step_id: UUID) -> ReceiptPage:
    """The receipt of a step. Raises `NotFound` (``original``)."""
    row, step = session.get(Original, original_id), session.get(OriginalStep, step_id)
    if row is None or step is None or row.case_id != case.id or step.original_id != row.id:
        raise NotFound("original", _("There is no such original."), _("Open it from its case."))
    if step.step not in RECEIPTS:
        raise NotFound("original", _("This step has no receipt."), _("Open it from its case."))
    sides = [(ENGLISH, NullTranslations())]
    tag = workers.language_of(session, case.worker_id)
    own = catalogue_of(tag)
    if own is not None:
        sides.append((Language(tag, Locale.parse(tag, sep="-")), own))
    return ReceiptPage(
        base=visit.at(Place.CASES),
        back=Link(addresses.case(case.id, "originals"), _("Originals")),
        issuer=changes.office_of(session, case).name,
        reference=f"{case.reference} · {str(step.id)[-6:].upper()}",
        sides=tuple(_side(visit, session, row, step, *side) for side in sides),
    )


def _side(
    visit: Visit, session: Session, row: Original, step: OriginalStep, language: Language, catalogue: NullTranslations
) -> ReceiptSide:
    vault = visit.database.vault(session)
    hands = custody.hands_of(vault, row, step)
    worker = session.get_one(Worker, row.worker_id)
    name = " ".join(part for part in (worker.given_names, worker.family_name) if part) or worker.native_name
    with words.reading(language, catalogue):
        said = {
            "worker": name,
            "paper": row.title if row.kind == "other" else str(KINDS[row.kind]),
            "number": custody.number_of(vault, row),
            "what": str(STEP_WORDS[step.step]),
            "day": words.day(step.happened_on),
            "place": step.place,
            "handed_by": hands.handed_by,
            "taken_by": hands.taken_by,
            "expected": words.day(step.expected_on) if step.expected_on else "",
        }
        return ReceiptSide(
            tag=language.code,
            direction=language.direction,
            title=str(_TITLE),
            sentence=str(_YOURS),
            facts=tuple(Fact(str(_LABELS[key]), value) for key, value in said.items() if value),
            hands=(str(_GAVE), str(_TOOK)),
        )
