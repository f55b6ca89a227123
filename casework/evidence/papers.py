"""What a paper shows: its number, issuer and days as printed, whose it says it is, how it was translated and certified.

Days are kept in the precision in which the paper has them; what it prints in another calendar stands beside them as it
is printed, sealed with the number and the names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from basis.countries import is_country
from basis.errors import InvalidInput
from basis.messages import Message, _
from basis.partial import PartialDate
from casework import recorded
from casework.evidence.tables import EvidenceItem, Legalisation, Translation
from casework.vault import Vault

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}", re.ASCII)
BIRTH_DATE: Final = "birth_date"


class Calendar(StrEnum):
    """The calendars that papers print days in, beside the Gregorian one."""

    HIJRI = "hijri"
    SOLAR_HIJRI = "solar_hijri"
    BIKRAM_SAMBAT = "bikram_sambat"
    ETHIOPIAN = "ethiopian"
    BUDDHIST = "buddhist"
    OTHER = "other"


CALENDAR_WORDS: Final[Mapping[Calendar, Message]] = {
    Calendar.HIJRI: _("Hijri"),
    Calendar.SOLAR_HIJRI: _("Solar Hijri"),
    Calendar.BIKRAM_SAMBAT: _("Bikram Sambat"),
    Calendar.ETHIOPIAN: _("Ethiopian"),
    Calendar.BUDDHIST: _("Buddhist"),
    Calendar.OTHER: _("another calendar"),
}
TRANSLATION_WORDS: Final[Mapping[Translation, Message]] = {
    Translation.NOT_RECORDED: _("not recorded"),
    Translation.NOT_NEEDED: _("not needed"),
    Translation.MISSING: _("missing"),
    Translation.SWORN: _("sworn translation"),
}
LEGALISATION_WORDS: Final[Mapping[Legalisation, Message]] = {
    Legalisation.NOT_RECORDED: _("not recorded"),
    Legalisation.NOT_NEEDED: _("not needed"),
    Legalisation.MISSING: _("missing"),
    Legalisation.APOSTILLE: _("apostille"),
    Legalisation.LEGALISED: _("legalised by the consulate"),
}


class AsPrinted(BaseModel):
    """A day in another calendar, letter by letter as the paper has it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    calendar: Calendar
    text: str


class Holder(BaseModel):
    """Whose paper it says it is; what it does not say is empty. `birth_date` is ``1990``, ``1990-05`` or
    ``1990-05-17``, `sex` M or F, `nationality` ISO 3166-1 alpha-2."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    family_name: str = ""
    given_names: str = ""
    native_name: str = ""
    birth_date: str = ""
    sex: str = ""
    nationality: str = ""

    @property
    def born(self) -> PartialDate | None:
        return PartialDate.parse(self.birth_date) if self.birth_date else None


class Shown(BaseModel):
    """All that a paper shows. `days` by anchor name (``issued_on``, ``expires_on``, ...), in `partial_days` those of
    which it has only the month or the year; `as_printed` by the same names, and ``birth_date``."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    number: str = ""
    issuer: str = ""
    country: str = ""
    days: dict[str, date] = {}
    partial_days: dict[str, str] = {}
    as_printed: dict[str, AsPrinted] = {}
    holder: Holder = Holder()
    translation: Translation = Translation.NOT_RECORDED
    translation_language: str = ""
    translator: str = ""
    legalisation: Legalisation = Legalisation.NOT_RECORDED
    legalisation_number: str = ""
    legalised_on: date | None = None
    in_parents_passport: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    """What is sealed of a paper, opened."""

    number: str = ""
    holder: Holder = field(default_factory=Holder)
    as_printed: Mapping[str, AsPrinted] = field(default_factory=dict)
    translator: str = ""
    legalisation_number: str = ""


def check(shown: Shown, today: date) -> None:
    """Refuse what no paper can show.

    Raises `InvalidInput`: ``too_long``, ``unknown_country``, ``invalid_date``, ``date_in_future``, ``dates``,
    ``missing_value``, ``unknown_language``, ``invalid_sex``.
    """
    _check_texts(shown)
    for code in (shown.country, shown.holder.nationality):
        if code and not is_country(code):
            raise InvalidInput("unknown_country", _("There is no such country."), _("Choose it from the list."))
    if shown.holder.sex not in ("", "M", "F"):
        raise InvalidInput("invalid_sex", _("The sex is neither M nor F."), _("Leave it empty if it is not stated."))
    _check_days(shown, today)
    if shown.translation is Translation.SWORN:
        recorded.text(shown.translator, _("sworn translator"))
        if not _LANGUAGE.fullmatch(shown.translation_language):
            raise InvalidInput(
                "unknown_language",
                _("The language of the translation is missing or not one."),
                _("Write its code, for example de or sr-Latn."),
            )
    if shown.legalisation in (Legalisation.APOSTILLE, Legalisation.LEGALISED):
        recorded.text(shown.legalisation_number, _("number of the apostille or legalisation"), 60)
        if shown.legalised_on is None:
            raise InvalidInput(
                "missing_value", _("The day of the apostille or legalisation is missing."), _("Copy it from the paper.")
            )
        recorded.happened(shown.legalised_on, _("day of the apostille or legalisation"), today)


def write(vault: Vault, item: EvidenceItem, shown: Shown) -> None:
    """Put what the paper shows into its row. `check` it first."""
    item.issuer, item.country = shown.issuer.strip(), shown.country
    item.days = {name: day.isoformat() for name, day in shown.days.items()}
    item.partial_days = {}
    for name, text in shown.partial_days.items():
        day = PartialDate.parse(text)
        (item.days if day.exact else item.partial_days)[name] = str(day)
    sworn = shown.translation is Translation.SWORN
    certified = shown.legalisation in (Legalisation.APOSTILLE, Legalisation.LEGALISED)
    item.translation = shown.translation
    item.translation_language = shown.translation_language if sworn else ""
    item.legalisation = shown.legalisation
    item.legalised_on = shown.legalised_on if certified else None
    item.in_parents_passport = shown.in_parents_passport
    detail: dict[str, Any] = {"number": shown.number.strip()}
    holder = {name: text.strip() for name, text in shown.holder.model_dump().items() if text.strip()}
    detail |= {"holder": holder} if holder else {}
    if shown.as_printed:
        detail["as_printed"] = {name: one.model_dump(mode="json") for name, one in shown.as_printed.items()}
    detail |= {"translator": shown.translator.strip()} if sworn else {}
    detail |= {"legalisation_number": shown.legalisation_number.strip()} if certified else {}
    item.detail = vault.seal_json(item.worker_id, "evidence_item", item.id, "detail", detail)


def opened(vault: Vault, item: EvidenceItem) -> Detail:
    """What is sealed of the paper; of papers of before only the number was kept."""
    if item.detail is None:
        return Detail()
    detail: dict[str, Any] = vault.open_json(item.worker_id, "evidence_item", item.id, "detail", item.detail)
    return Detail(
        number=str(detail.get("number", "")),
        holder=Holder(**detail.get("holder", {})),
        as_printed={
            name: AsPrinted(calendar=Calendar(one["calendar"]), text=one["text"])
            for name, one in detail.get("as_printed", {}).items()
        },
        translator=str(detail.get("translator", "")),
        legalisation_number=str(detail.get("legalisation_number", "")),
    )


def shown_of(vault: Vault, item: EvidenceItem) -> Shown:
    """The paper as it was described last, to be corrected."""
    detail = opened(vault, item)
    return Shown(
        number=detail.number,
        issuer=item.issuer,
        country=item.country,
        days={name: date.fromisoformat(day) for name, day in item.days.items()},
        partial_days=dict(item.partial_days),
        as_printed=dict(detail.as_printed),
        holder=detail.holder,
        translation=item.translation,
        translation_language=item.translation_language,
        translator=detail.translator,
        legalisation=item.legalisation,
        legalisation_number=detail.legalisation_number,
        legalised_on=item.legalised_on,
        in_parents_passport=item.in_parents_passport,
    )


def day_of(item: EvidenceItem, name: str) -> PartialDate | None:
    """A day of the paper in its precision."""
    text = item.days.get(name) or item.partial_days.get(name)
    return PartialDate.parse(text) if text else None


def _check_texts(shown: Shown) -> None:
    holder = shown.holder
    recorded.text(shown.number, _("number"), 60, needed=False)
    for text, name in (
        (shown.issuer, _("issued by")),
        (shown.translator, _("sworn translator")),
        (holder.family_name, _("family name")),
        (holder.given_names, _("given names")),
        (holder.native_name, _("name in its own script")),
    ):
        recorded.text(text, name, needed=False)
    for one in shown.as_printed.values():
        recorded.text(one.text, _("day as printed"), 80)


def _check_days(shown: Shown, today: date) -> None:
    """What is printed on a paper that exists: issued by today, and not to expire before it was issued."""
    days = {name: PartialDate.of(day) for name, day in shown.days.items()}
    for name, text in shown.partial_days.items():
        if name in days:
            raise InvalidInput("dates", _("A day is given twice, whole and in part."), _("Give it once."))
        days[name] = PartialDate.parse(text)
    issued, expires, born = days.get("issued_on"), days.get("expires_on"), shown.holder.born
    if issued is not None and issued.earliest() > today:
        raise InvalidInput("date_in_future", _("The day of issue lies in the future."), _("Copy it from the paper."))
    if issued is not None and expires is not None and expires.latest() < issued.earliest():
        raise InvalidInput("dates", _("The paper expires before it was issued."), _("Copy both days from the paper."))
    if born is not None and born.earliest() > today:
        raise InvalidInput("date_in_future", _("The birth date lies in the future."), _("Copy it from the paper."))
