"""Which of two records a value comes from when they are brought together, and how that is taken back. Pure in effect:
values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from basis.errors import InvalidInput
from basis.messages import Message, _
from casework.workers.service import Stay, WorkerData


class Part(StrEnum):
    """What is taken from one record or the other, and never torn apart."""

    NAME = "name"
    NATIVE_NAME = "native_name"
    SEX = "sex"
    BIRTH = "birth"
    PASSPORT = "passport"
    CONTACTS = "contacts"
    NEXT_OF_KIN = "next_of_kin"
    CLAIMS = "claims"


FIELDS: Mapping[Part, tuple[str, ...]] = {
    Part.NAME: ("family_name", "given_names"),
    Part.NATIVE_NAME: ("native_name",),
    Part.SEX: ("sex",),
    Part.BIRTH: ("birth_date", "birth_place"),
    Part.PASSPORT: ("nationality", "passport_number", "passport_issued_on", "passport_expires_on", "mrz"),
    Part.CONTACTS: ("phone", "email"),
    Part.NEXT_OF_KIN: ("next_of_kin", "next_of_kin_phone"),
    Part.CLAIMS: ("claims",),
}
WORDS: Mapping[Part, Message] = {
    Part.NAME: _("Name"),
    Part.NATIVE_NAME: _("Name in its own script"),
    Part.SEX: _("Sex"),
    Part.BIRTH: _("Birth"),
    Part.PASSPORT: _("Nationality and passport"),
    Part.CONTACTS: _("Contacts"),
    Part.NEXT_OF_KIN: _("Next of kin"),
    Part.CLAIMS: _("Qualifications as stated"),
}
RESIDENCES = "residences"


def part_of(name: str) -> Part:
    """The part of this name. Raises `InvalidInput` (``unknown_part``)."""
    try:
        return Part(name)
    except ValueError:
        raise InvalidInput(
            "unknown_part",
            _("There is no part of a record named {name}.", name=name),
            _("Choose of: {parts}.", parts=", ".join(Part)),
        ) from None


def differing(kept: WorkerData, other: WorkerData) -> frozenset[Part]:
    """The parts in which the two records are not alike."""
    return frozenset(part for part, names in FIELDS.items() if _values(kept, names) != _values(other, names))


def missing(kept: WorkerData, other: WorkerData) -> frozenset[Part]:
    """The parts that the kept record lacks and the other has."""
    return frozenset(part for part in differing(kept, other) if _empty(kept, part) and not _empty(other, part))


def combined(kept: WorkerData, other: WorkerData, taken: Iterable[Part]) -> WorkerData:
    """The kept record with the `taken` parts of the other, and the stays of both."""
    names = [name for part in taken for name in FIELDS[part]]
    changes: dict[str, Any] = {name: getattr(other, name) for name in names}
    return kept.model_copy(update={**changes, RESIDENCES: _stays(kept.residences, other.residences)})


def restored(now: WorkerData, merged: WorkerData, before: WorkerData) -> WorkerData:
    """The record as it was `before` the merge that made it `merged`; what was corrected since then stays corrected."""
    changes = {
        name: getattr(before, name)
        for part, names in FIELDS.items()
        if _values(now, names) == _values(merged, names) != _values(before, names)
        for name in FIELDS[part]
    }
    added = [stay for stay in merged.residences if stay not in before.residences]
    kept = tuple(stay for stay in now.residences if stay not in added)
    return now.model_copy(update={**changes, RESIDENCES: kept})


def _stays(first: tuple[Stay, ...], second: tuple[Stay, ...]) -> tuple[Stay, ...]:
    known = {(stay.country, stay.since) for stay in first}
    more = [stay for stay in second if (stay.country, stay.since) not in known]
    return tuple(sorted([*first, *more], key=lambda stay: (stay.since, stay.country))) if more else first


def _values(data: WorkerData, names: Iterable[str]) -> tuple[Any, ...]:
    return tuple(getattr(data, name) for name in names)


def _empty(data: WorkerData, part: Part) -> bool:
    empty = WorkerData(family_name="", sex=data.sex, birth_date=None, nationality=data.nationality, passport_number="")
    return part is not Part.SEX and _values(data, FIELDS[part]) == _values(empty, FIELDS[part])
