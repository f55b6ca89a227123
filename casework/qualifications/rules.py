"""What qualifications are told apart by, and what is looked at before one is recorded. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from babel import Locale

from basis import countries, isco
from basis.errors import Conflict, InvalidInput
from basis.messages import Message, _
from checklists.programme import CEFR, LANGUAGE_SKILLS


class QualificationKind(StrEnum):
    DIPLOMA = "diploma_recognition"
    LANGUAGE = "language_result"
    ABILITY = "professional_ability"


class QualificationOutcome(StrEnum):
    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"
    NOT_REQUIRED = "not_required"  # the authority says that the occupation needs no recognition


class InstitutionStatus(StrEnum):
    """How anabin lists an institution. It says nothing of a degree."""

    RECOGNISED = "H+"
    MIXED = "H+/-"
    NOT_RECOGNISED = "H-"
    UNLISTED = "unlisted"


class DegreeComparison(StrEnum):
    """How a register compares a degree (anabin's words)."""

    EQUIVALENT = "equivalent"
    COMPARABLE = "comparable"
    CONDITIONAL = "conditional"
    NONE = "none"
    UNLISTED = "unlisted"


class Verification(StrEnum):
    """Whether who issued a document was asked about it, and what they said."""

    NO = "no"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    DENIED = "denied"


STATUS_IS_NO_DECISION: Final = _("The status of an institution decides nothing about the degree.")
OUTCOME_WORDS: Final[Mapping[QualificationOutcome, Message]] = {
    QualificationOutcome.FULL: _("recognised in full"),
    QualificationOutcome.PARTIAL: _("recognised in part"),
    QualificationOutcome.NONE: _("not recognised"),
    QualificationOutcome.NOT_REQUIRED: _("recognition not required"),
}
VERIFICATION_WORDS: Final[Mapping[Verification, Message]] = {
    Verification.NO: _("not checked with the issuer"),
    Verification.ASKED: _("issuer asked, no answer yet"),
    Verification.CONFIRMED: _("confirmed by the issuer"),
    Verification.DENIED: _("denied by the issuer"),
}
ISCED_WORDS: Final[tuple[Message, ...]] = (
    _("early childhood education"),
    _("primary education"),
    _("lower secondary education"),
    _("upper secondary education"),
    _("post-secondary, not tertiary"),
    _("short-cycle tertiary education"),
    _("bachelor's or equivalent"),
    _("master's or equivalent"),
    _("doctoral or equivalent"),
)
"""The levels of ISCED 2011 by number."""
YOUNGEST: Final = 10
"""Years of age: nobody holds a diploma that counts before."""
LONGEST_EXPERIENCE: Final = 60  # years
MOST_POINTS: Final = 10_000
_ESCO = re.compile(
    r"https?://data\.europa\.eu/esco/occupation/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
_ANSWERS: Final = frozenset({Verification.CONFIRMED, Verification.DENIED})
VERIFYING: Final[Mapping[Verification, frozenset[Verification]]] = {
    Verification.NO: _ANSWERS | {Verification.ASKED},
    Verification.ASKED: _ANSWERS | {Verification.ASKED},
    Verification.CONFIRMED: frozenset({Verification.DENIED, Verification.ASKED}),
    Verification.DENIED: frozenset({Verification.CONFIRMED, Verification.ASKED}),
}
"""What may be said after what: an issuer is asked again, and corrects itself."""


def check_verification(before: Verification, then: Verification) -> None:
    """Raises `Conflict` (``no_such_step``)."""
    if then not in VERIFYING[before]:
        raise Conflict(
            "no_such_step",
            _("This cannot be said of a document that is: {state}.", state=VERIFICATION_WORDS[before]),
            _("Look at its present state."),
        )


def check_language(code: str) -> str:
    """A code of ISO 639-1. Raises `InvalidInput` (``unknown_language``)."""
    if len(code) != 2 or code not in Locale("en").languages:
        raise InvalidInput(
            "unknown_language", _("The language code is not known."), _("Write two letters of ISO 639-1, like de.")
        )
    return code


def check_level(level: str) -> str:
    """A CEFR level. Raises `InvalidInput` (``unknown_level``)."""
    if level not in CEFR:
        raise InvalidInput(
            "unknown_level",
            _("The language level is not known."),
            _("Write one of: {levels}.", levels=", ".join(CEFR)),
        )
    return level


def check_skills(skills: Mapping[str, str]) -> None:
    """Levels of single skills. Raises `InvalidInput` (``unknown_skill``, ``unknown_level``)."""
    for skill, level in skills.items():
        if skill not in LANGUAGE_SKILLS:
            raise InvalidInput(
                "unknown_skill",
                _("The language skill is not known."),
                _("Write one of: {skills}.", skills=", ".join(LANGUAGE_SKILLS)),
            )
        check_level(level)


def overall(level: str, skills: Mapping[str, str]) -> str:
    """The level as printed, else the lowest of the four skills. Raises `InvalidInput` (``missing_level``) where neither
    is there."""
    check_skills(skills)
    if level:
        return check_level(level)
    missing = [skill for skill in LANGUAGE_SKILLS if skill not in skills]
    if missing:
        raise InvalidInput(
            "missing_level",
            _("Neither the overall level nor that of every skill is given."),
            _("Give the level that the certificate prints, or the level of all four skills."),
        )
    return min(skills.values(), key=CEFR.index)


def check_occupation(code: str) -> str:
    """A unit group of ISCO-08. Raises `InvalidInput` (``unknown_occupation``)."""
    if not isco.is_unit_group(code):
        raise InvalidInput(
            "unknown_occupation",
            _("ISCO-08 has no unit group with this code."),
            _("Write the four digits of the occupation, like 7112 for bricklayers."),
        )
    return code


def check_esco(uri: str) -> str:
    """ "" or the URI of an occupation of ESCO. Raises `InvalidInput` (``esco``)."""
    if uri and not _ESCO.fullmatch(uri):
        raise InvalidInput(
            "esco",
            _("This is not the address of an occupation in ESCO."),
            _("Copy it from ESCO: http://data.europa.eu/esco/occupation/ and its number. Or leave it empty."),
        )
    return uri


def check_country(code: str) -> str:
    """A country. Raises `InvalidInput` (``unknown_country``)."""
    if not countries.is_country(code):
        raise InvalidInput("unknown_country", _("The country is not known."), _("Choose one from the list."))
    return code


def check_award(awarded: int, isced: int, born: date | None, today: date) -> None:
    """The year of a diploma and its level. Raises `InvalidInput` (``unknown_isced``, ``date_in_future``,
    ``too_young``, ``too_early``)."""
    if not 0 <= isced < len(ISCED_WORDS):
        raise InvalidInput(
            "unknown_isced",
            _("ISCED 2011 has no such level."),
            _("Choose one of 0 to {most}.", most=len(ISCED_WORDS) - 1),
        )
    if awarded > today.year:
        raise InvalidInput(
            "date_in_future",
            _("The diploma was awarded in a year that lies in the future."),
            _("Take the year from the diploma; record it once it is awarded."),
        )
    if born is not None and awarded - born.year < YOUNGEST:
        raise InvalidInput(
            "too_young",
            _("The worker was not yet {age} years old when the diploma was awarded.", age=YOUNGEST),
            _("Correct the year, or the date of birth of the worker."),
        )
    if awarded < today.year - 90:
        raise InvalidInput(
            "too_early", _("The year of the diploma lies too far back."), _("Write it with four digits.")
        )


def check_part(points: int | None, of: int | None, part: Message) -> None:
    """The points of one part of a test. Raises `InvalidInput` (``points``)."""
    if (points is None) != (of is None):
        raise InvalidInput(
            "points",
            _("{part}: points and the most that could be had belong together.", part=part),
            _("Give both, or leave both empty."),
        )
    if points is not None and of is not None and not 0 <= points <= of <= MOST_POINTS:
        raise InvalidInput(
            "points",
            _("{part}: the points are more than could be had.", part=part),
            _("Take both numbers from the test's paper."),
        )
