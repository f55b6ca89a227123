"""Record a language test as its certificate shows it, skill by skill."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from basis.errors import InvalidInput
from basis.messages import _
from casework import recorded
from casework.accounts.rules import Permission, require
from casework.cases import changes
from casework.cases.pinned import programme_of
from casework.qualifications import service
from casework.qualifications.rules import QualificationKind, QualificationOutcome, overall
from casework.qualifications.service import DecideQualification
from casework.qualifications.tables import LanguageTest
from casework.work import Work
from checklists.catalogue import Catalogue

EVIDENCE: Final = QualificationKind.LANGUAGE.value


class RecordLanguageTest(BaseModel):
    """A test. `language` is ISO 639-1, levels are CEFR: the overall `level` as printed, "" where only the `skills` are.
    `expires_on` is what the certificate prints; how old a test may be the programme says."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    case_id: UUID
    language: str
    test: str
    provider: str = ""
    number: str = ""
    tested_on: date
    level: str = ""
    skills: dict[str, str] = {}
    expires_on: date | None = None


def record(
    work: Work, catalogue: Catalogue, command: RecordLanguageTest, expected_version: int | None = None
) -> LanguageTest:
    """Record a test and the result that the rules read; below what is asked it is one that was not enough.

    Raises `InvalidInput` (``unknown_language``, ``unknown_level``, ``missing_level``, ``date_in_future``, ``dates``).
    """
    require(work.actor.role, Permission.RECORD_QUALIFICATIONS)
    case = changes.change(work, command.case_id, expected_version)
    recorded.happened(command.tested_on, _("day of the test"), work.today)
    if command.expires_on is not None and command.expires_on <= command.tested_on:
        raise InvalidInput(
            "dates", _("The certificate would run out before the test."), _("Take both days from the certificate.")
        )
    level = overall(command.level, command.skills)
    test = recorded.text(command.test, _("test"))
    provider = recorded.text(command.provider, _("provider"), needed=False)
    asking = [
        one for _stage, one in programme_of(catalogue, case).asking_for(EVIDENCE) if one.subject == command.language
    ]
    shown = {"level": level, "outcome": QualificationOutcome.FULL.value, **command.skills}
    enough = not asking or any(one.admits(shown) for one in asking)
    decision = service.keep(
        work,
        case,
        DecideQualification(
            case_id=case.id,
            kind=QualificationKind.LANGUAGE,
            outcome=QualificationOutcome.FULL if enough else QualificationOutcome.NONE,
            subject=command.language,
            title=test,
            authority=provider or test,
            reference=command.number,
            level=level,
            skills=command.skills,
            tested_on=command.tested_on,
            decided_on=work.today,
        ),
    )
    row = LanguageTest(
        case_id=case.id,
        decision_id=decision.id,
        provider=provider,
        overall_printed=bool(command.level),
        expires_on=command.expires_on,
        recorded_at=work.now,
        recorded_by=work.actor.key,
    )
    work.session.add(row)
    return row
