"""The referral slip of an appointment, in English and in the worker's language where it is translated.

A language is offered when `dashboard/slips/<tag>.po` translates every sentence of the slip.
"""

from __future__ import annotations

from gettext import NullTranslations
from pathlib import Path
from typing import Final

from babel import Locale
from sqlmodel import Session

from basis.messages import Message, _
from casework.accounts.rules import Permission
from casework.cases import changes
from casework.cases.tables import Case
from casework.clinics.tables import ClinicAppointment
from casework.diary.tables import Booking
from casework.medical.rules import PART_WORDS
from casework.organisations.tables import Organisation
from casework.photos import service as photos
from casework.workers import service as workers
from casework.workers.tables import Worker
from checklists.stage_rules import ExaminationRule
from dashboard import addresses, appointing, words
from dashboard.pages.appointments import SlipPage
from dashboard.pages.base import Place
from dashboard.pages.originals import ReceiptSide
from dashboard.parts import Fact, Link
from dashboard.sessions import Visit
from dashboard.words import ENGLISH, Language
from documents.languages import small

FOLDER: Final = Path(__file__).parents[1] / "slips"
_TITLE = _("Referral slip")
_BRING = _("Bring this slip and your identity document. You may ask the office for another time.")
_SIGNED = _("Signature of the worker")
_STAMP = _("Stamp of the clinic")
_LABELS: Final = {
    "worker": _("Worker"),
    "document": _("Identity document ends in"),
    "clinic": _("Clinic"),
    "day": _("Day"),
    "time": _("Time"),
    "parts": _("What is asked"),
    "until": _("Good until"),
}
SENTENCES: Final[tuple[Message, ...]] = (_TITLE, _BRING, _SIGNED, _STAMP, *_LABELS.values(), *PART_WORDS.values())
"""Everything that a slip says."""


def slip_page(
    visit: Visit, session: Session, case: Case, booking: Booking, row: ClinicAppointment, rule: ExaminationRule
) -> SlipPage:
    """The slip. The end of the number of the document is for who may see identities, the picture for who may see it."""
    sides = [(ENGLISH, NullTranslations())]
    tag = workers.language_of(session, case.worker_id)
    own = small(FOLDER, tag, SENTENCES)
    if own is not None:
        sides.append((Language(tag, Locale.parse(tag, sep="-")), own.catalogue))
    has_photo = visit.may(Permission.SEE_PHOTOGRAPH) and photos.current(session, case.id) is not None
    return SlipPage(
        base=visit.at(Place.APPOINTMENTS),
        back=Link(appointing.of_case(case), _("Clinic and appointment")),
        issuer=changes.office_of(session, case).name,
        number=row.number,
        photo=addresses.case(case.id, "photo", "small") if has_photo else "",
        sides=tuple(_side(visit, session, case, booking, row, rule, *side) for side in sides),
    )


def _side(
    visit: Visit,
    session: Session,
    case: Case,
    booking: Booking,
    row: ClinicAppointment,
    rule: ExaminationRule,
    language: Language,
    catalogue: NullTranslations,
) -> ReceiptSide:
    worker, clinic = session.get_one(Worker, case.worker_id), session.get_one(Organisation, row.clinic_id)
    known = workers.open_worker(visit.database.vault(session), worker) if visit.may(Permission.SEE_IDENTITY) else None
    with words.reading(language, catalogue):
        said = {
            "worker": " ".join(part for part in (worker.given_names, worker.family_name) if part) or worker.native_name,
            "document": known.data.passport_number[-3:] if known else "",
            "clinic": clinic.name,
            "day": words.day(row.day),
            "time": appointing.span(booking, clinic),
            "parts": ", ".join(str(PART_WORDS[part]) for part in rule.parts),
            "until": words.day(row.usable_until),
        }
        return ReceiptSide(
            tag=language.code,
            direction=language.direction,
            title=str(_TITLE),
            sentence=str(_BRING),
            facts=tuple(Fact(str(_LABELS[key]), value) for key, value in said.items() if value),
            hands=(str(_SIGNED), str(_STAMP)),
        )
