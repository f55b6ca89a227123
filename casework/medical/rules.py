"""What a result of an examination must hold together: its days, its parts, its code. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from basis.errors import InvalidInput
from basis.messages import Message, _
from checklists.programme import ExaminationPart, ExaminationRule, NeverAsked, Programme, Requirement, Stage, StageKind
from checklists.status import fitness


class MedicalOutcome(StrEnum):
    FIT = "fit"
    FIT_WITH_FOLLOW_UP = "fit_with_follow_up"
    PENDING = "pending"
    TEMPORARILY_UNFIT = "temporarily_unfit"
    UNFIT = "unfit"


class Counting(StrEnum):
    """Whether the rules read an examination."""

    COUNTS = "counts"
    WAITS = "waits"  # a second opinion, until the medical officer has said which of the two counts
    SET_ASIDE = "set_aside"  # the other opinion counts


EXAMINATION: Final = "medical_examination"

PART_WORDS: Mapping[ExaminationPart, Message] = {
    ExaminationPart.PHYSICAL: _("physical examination"),
    ExaminationPart.XRAY: _("chest X-ray"),
    ExaminationPart.LABORATORY: _("laboratory"),
    ExaminationPart.DENTAL: _("dental examination"),
    ExaminationPart.PSYCHOMETRIC: _("psychometric test"),
    ExaminationPart.VISION: _("vision"),
    ExaminationPart.HEARING: _("hearing"),
}
NEVER_WORDS: Mapping[NeverAsked, Message] = {
    NeverAsked.HIV: _("HIV"),
    NeverAsked.PREGNANCY: _("pregnancy"),
    NeverAsked.GENETIC: _("genetic traits"),
    NeverAsked.DRUGS: _("drugs"),
}
VACCINES: Mapping[str, Message] = {
    "measles": _("measles"),
    "mumps": _("mumps"),
    "rubella": _("rubella"),
    "mmr": _("measles, mumps and rubella"),
    "polio": _("polio"),
    "tetanus": _("tetanus"),
    "diphtheria": _("diphtheria"),
    "pertussis": _("pertussis"),
    "hib": _("Haemophilus influenzae type b"),
    "hepatitis_a": _("hepatitis A"),
    "hepatitis_b": _("hepatitis B"),
    "varicella": _("varicella"),
    "influenza": _("influenza"),
    "meningococcal": _("meningococcal disease"),
    "pneumococcal": _("pneumococcal disease"),
    "typhoid": _("typhoid"),
    "rabies": _("rabies"),
    "yellow_fever": _("yellow fever"),
    "covid_19": _("COVID-19"),
}
"""Vaccinations that are known by name wherever a programme names none of its own."""

_TELLTALE: Mapping[NeverAsked, frozenset[str]] = {
    NeverAsked.HIV: frozenset({"hiv", "aids"}),
    NeverAsked.PREGNANCY: frozenset({"pregnancy", "pregnant", "hcg"}),
    NeverAsked.GENETIC: frozenset({"genetic", "genetics", "dna"}),
    NeverAsked.DRUGS: frozenset({"drug", "drugs", "cannabis", "opiates"}),
}
_WORD = re.compile(r"[a-z]+")
PASSED = frozenset({MedicalOutcome.FIT, MedicalOutcome.FIT_WITH_FOLLOW_UP})
"""The outcomes that let the worker go on."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What is asked of one case: the medical stage of its track and its rule, and what its validity counts from."""

    stage: Stage
    rule: ExaminationRule
    requirement: Requirement | None


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a result; `parts` by the name of the part."""

    examined_on: date
    parts: Mapping[str, date] = field(default_factory=dict)
    until: date | None = None
    review_on: date | None = None


def examined_by(programme: Programme, track: str) -> Examined | None:
    """The first stage of a track that asks for an examination, with its rule; None where there is none."""
    for stage in programme.stages:
        if stage.kind is StageKind.MEDICAL and stage.on_track(track):
            asked = next((one for one in stage.requirements if one.evidence == EXAMINATION), None)
            return Examined(stage, stage.examined, asked)
    return None


def fit_to_fly_days(programme: Programme, track: str) -> int | None:
    """How many days before the journey the worker is looked at; None where that is not asked, or nobody travels."""
    found = programme.track(track)
    if found is not None and not found.departs:
        return None
    return fitness.days_asked(stage for stage in programme.stages if stage.on_track(track))


def require_askable(rule: ExaminationRule, code: str) -> None:
    """Raise `InvalidInput` (``never_asked``) where a code tells of what the programme's law forbids to ask."""
    words = set(_WORD.findall(code.lower()))
    for forbidden in rule.never_asked:
        if words & (_TELLTALE[forbidden] | {forbidden.value}):
            source = rule.legal_basis.label if rule.legal_basis else ""
            raise InvalidInput(
                "never_asked",
                _("This programme never asks for this: {what} ({source}).", what=NEVER_WORDS[forbidden], source=source),
                _("Leave it out, and do not write it down elsewhere either."),
            )


def require_parts(rule: ExaminationRule, days: Days, outcome: MedicalOutcome) -> dict[str, date]:
    """All parts with their days, the physical examination on the day of the examination where no other is given.

    Raises `InvalidInput`: ``never_asked``, ``unknown_part``, ``part_not_asked``, ``parts_missing`` (only who was fully
    examined can be fit).
    """
    parts = dict(days.parts)
    asked = [part.value for part in rule.parts] or [part.value for part in ExaminationPart]
    for name in parts:
        require_askable(rule, name)
        if name not in set(ExaminationPart):
            raise InvalidInput(
                "unknown_part",
                _("No examination has such a part."),
                _("Choose of: {parts}.", parts=", ".join(asked)),
            )
        if name not in asked:
            raise InvalidInput(
                "part_not_asked",
                _("This programme does not ask for this part: {part}.", part=PART_WORDS[ExaminationPart(name)]),
                _("Record only what the programme asks for."),
            )
    if ExaminationPart.PHYSICAL.value in asked:
        parts.setdefault(ExaminationPart.PHYSICAL.value, days.examined_on)
    missing = [PART_WORDS[part] for part in rule.parts if part.value not in parts]
    if missing and outcome in PASSED:
        raise InvalidInput(
            "parts_missing",
            _("A part that the programme asks for has no day: {part}.", part=missing[0]),
            _("Give its day; until all parts are done the outcome is pending."),
        )
    return parts


def require_days(days: Days, outcome: MedicalOutcome, today: date, not_before: date | None) -> None:
    """`not_before` is the day of the referral. Raise `InvalidInput`: ``date_in_future``, ``before_referral``, ``dates``
    (what is still to come lies before the examination), ``no_until``, ``no_review``, ``until`` (nothing is open)."""
    for name, day in _named(days):
        if day > today:
            raise InvalidInput(
                "date_in_future",
                _("The field {field} lies in the future.", field=name),
                _("Record it on the day it has happened, or correct the day."),
            )
        if not_before is not None and day < not_before:
            raise InvalidInput(
                "before_referral",
                _("The field {field} lies before the worker was referred to the clinic.", field=name),
                _("Correct the day; an earlier examination was not made for this case."),
            )
    for later, name in ((days.until, _("Expected until")), (days.review_on, _("Review on"))):
        if later is not None and later <= days.examined_on:
            raise InvalidInput(
                "dates",
                _("The field {field} does not come after the examination.", field=name),
                _("Correct the two days."),
            )
    _require_open_ends(days, outcome)


def _named(days: Days) -> Iterator[tuple[Message, date]]:
    yield _("day of the examination"), days.examined_on
    for name, day in days.parts.items():
        yield PART_WORDS[ExaminationPart(name)], day


def _require_open_ends(days: Days, outcome: MedicalOutcome) -> None:
    pending = outcome is MedicalOutcome.PENDING
    if pending and days.until is None:
        raise InvalidInput(
            "no_until",
            _("A pending outcome needs the day by which the result is expected."),
            _("Give it; for a sputum culture it is about eight weeks ahead."),
        )
    if not pending and days.until is not None:
        raise InvalidInput(
            "until", _("Only a pending result is still expected."), _("Leave the day empty, or record it as pending.")
        )
    if outcome is MedicalOutcome.TEMPORARILY_UNFIT and days.review_on is None:
        raise InvalidInput(
            "no_review",
            _("Who is unfit for a time needs the day of the next examination."),
            _("Give the day of the review."),
        )


def good_until(examined: Examined, days: Days, outcome: MedicalOutcome, code: str) -> date | None:
    """The last day on which the result holds by itself, None where only the programme's validity limits it.

    A code shortens it from the regime's own anchor on (the X-ray's day, say); who is fit with follow-up is so until the
    review. Raises `InvalidInput` (``never_asked``, ``unknown_result_code``).
    """
    limits = []
    if code:
        require_askable(examined.rule, code)
        shorter = next((one for one in examined.rule.shortened_by if one.code == code), None)
        if shorter is None:
            known = ", ".join(one.code for one in examined.rule.shortened_by)
            raise InvalidInput(
                "unknown_result_code",
                _("The programme knows no such result code."),
                _("Choose one of: {codes}.", codes=known) if known else _("Leave it empty: it has none."),
            )
        limits.append(shorter.max_age.after(_anchor(examined, days)))
    if outcome is MedicalOutcome.FIT_WITH_FOLLOW_UP and days.review_on is not None:
        limits.append(days.review_on)
    return min(limits, default=None)


def _anchor(examined: Examined, days: Days) -> date:
    """The day that the validity of the requirement counts from; the examination's where that part was not made."""
    validity = examined.requirement.validity if examined.requirement else None
    part = validity.anchor.removesuffix("_on") if validity and validity.anchor else ""
    return days.parts.get(part, days.examined_on)


def require_vaccine(rule: ExaminationRule, code: str) -> str:
    """A code of the programme, or of `VACCINES`. Raises `InvalidInput` (``never_asked``, ``unknown_vaccine``)."""
    require_askable(rule, code)
    if code not in rule.vaccinations and code not in VACCINES:
        raise InvalidInput(
            "unknown_vaccine",
            _("No vaccination is known by this code."),
            _("Choose one of: {codes}.", codes=", ".join(dict.fromkeys((*rule.vaccinations, *VACCINES)))),
        )
    return code


def require_another_clinic(first: object, second: object) -> None:
    """Raise `InvalidInput` (``same_clinic``): who examined first gives no second opinion."""
    if first == second:
        raise InvalidInput(
            "same_clinic",
            _("A second opinion is given by another clinic than the first one."),
            _("Choose another clinic."),
        )
