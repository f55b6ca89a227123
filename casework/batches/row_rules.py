"""What the cells of one row must have to do with each other and with the day."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta

from basis.countries import from_icao
from basis.errors import InvalidInput
from basis.messages import Message, _
from basis.partial import PartialDate
from casework.batches import values
from casework.batches.rules import Severity, age_on
from casework.evidence.mrz import Check, Mrz, names_agree, parse

Add = Callable[..., None]
_OLDEST = 110


def check_row(
    found: dict[str, object], add: Add, *, on: date, minimum_age: int, staying: Collection[str] = ("home",)
) -> None:
    """Check the values that were read: `found` has None where a cell is empty, and lacks what is faulty.

    `add` records a finding and takes a value with an error out of `found`. `staying`: the tracks that do not depart.
    """
    _check_birth(found, add, on, minimum_age)
    _check_passport_days(found, add, on)
    _check_other_days(found, add, on)
    zone = _zone(found, add, on)
    _check_names(found, add, zone)
    if zone is not None and _digits_hold(zone, add):
        _check_zone(found, add, zone)
    _warn(found, add, staying)


def _day(found: dict[str, object], name: str) -> date | None:
    value = found.get(name)
    return value if isinstance(value, date) else None


def _check_birth(found: dict[str, object], add: Add, on: date, minimum_age: int) -> None:
    birth = _day(found, "birth_date")
    if birth is None:
        return
    if birth > on:
        _in_future("birth_date", add)
    elif age_on(birth, on) > _OLDEST:
        add("birth_date", "invalid_date", _("Nobody is that old."), _("Check the year against the passport."))
    elif age_on(birth, on) < minimum_age:
        add(
            "birth_date",
            "under_age",
            _("The worker is younger than {years} years.", years=minimum_age),
            _("Check the date against the passport; who is under age cannot be registered."),
        )


def _in_future(name: str, add: Add) -> None:
    add(name, "date_in_future", _("The day lies in the future."), _("Check the date against the document."))


def _check_passport_days(found: dict[str, object], add: Add, on: date) -> None:
    issued, expires = _day(found, "passport_issued_on"), _day(found, "passport_expires_on")
    birth = _day(found, "birth_date")
    fix = _("Check both dates against the passport.")
    if issued is not None and issued > on:
        _in_future("passport_issued_on", add)
    elif issued is not None and birth is not None and issued < birth:
        add("passport_issued_on", "dates_out_of_order", _("The passport was issued before the birth."), fix)
    if expires is None:
        return
    if expires < on:
        add(
            "passport_expires_on",
            "passport_expired",
            _("The passport has expired."),
            _("Hand in the worker again with the new passport."),
        )
    elif issued is not None and expires <= issued:
        add("passport_expires_on", "dates_out_of_order", _("The passport expires before it was issued."), fix)


def _check_other_days(found: dict[str, object], add: Add, on: date) -> None:
    tested, departure = _day(found, "language_tested_on"), _day(found, "planned_departure")
    graduated = found.get("diploma_year")
    if tested is not None and tested > on:
        _in_future("language_tested_on", add)
    if isinstance(graduated, int) and graduated > on.year:
        fix = _("Hand in the diploma when it is there; until then it supports nothing.")
        add("diploma_year", "date_in_future", _("The year of the diploma lies in the future."), fix, Severity.WARNING)
    if departure is not None and departure < on:
        add(
            "planned_departure",
            "date_in_past",
            _("The day of departure lies in the past."),
            _("Write the day that is planned now."),
        )
    stays = found.get("residences")
    if isinstance(stays, tuple) and any(stay.since > on for stay in stays):
        _in_future("residences", add)


def _zone(found: dict[str, object], add: Add, on: date) -> Mrz | None:
    """The machine readable zone, or None where there is none or it cannot be read."""
    lines = {name: found.get(name) for name in ("mrz_line_1", "mrz_line_2", "mrz_line_3")}
    if not any(lines.values()) or not all(name in found for name in lines):
        return None
    for name in ("mrz_line_1", "mrz_line_2"):
        if not lines[name]:
            message = _("One line of the machine readable zone is missing.")
            add(name, "missing_value", message, _("Write all its lines, or none."))
            return None
    try:
        return parse([str(line) for line in lines.values() if line], on=on)
    except InvalidInput as fault:
        first, second = str(lines["mrz_line_1"]), str(lines["mrz_line_2"])
        wrong = "mrz_line_1" if len(first) not in (44, 36, 30) or len(second) in (44, 36, 30) else "mrz_line_2"
        add(wrong, fault.code, fault.message, fault.fix or fault.message)
        return None


def _digits_hold(zone: Mrz, add: Add) -> bool:
    refuted = [name for name, check in zone.checks.items() if check is Check.REFUTED]
    if refuted:
        add(
            "mrz_line_2",
            "mrz_check_digit",
            _("The check digits of the machine readable zone do not hold: {fields}.", fields=", ".join(refuted)),
            _("Copy the lines from the passport again, character by character."),
        )
    return not refuted


def _check_names(found: dict[str, object], add: Add, zone: Mrz | None) -> None:
    """A name may be missing only where the passport shows one name; the zone is the proof."""
    if "family_name" not in found or "given_names" not in found:
        return
    family, given = found["family_name"], found["given_names"]
    if not (family and given):
        single = zone is not None and not (zone.family_name and zone.given_names) and (family or given)
        if not single:
            for name in ("family_name", "given_names"):
                if not found[name]:
                    fix = _("Fill in the cell. Who has one name only needs the machine readable zone that shows it.")
                    add(name, "missing_value", _("The name is missing."), fix)
            return
        found["family_name"], found["given_names"] = family or "", given or ""
    if zone is not None and not names_agree(zone, str(family or ""), str(given or "")):
        add(
            "mrz_line_1",
            "mrz_name_mismatch",
            _("The names in the machine readable zone are not those of the row."),
            _("Write the names as the passport shows them, and copy its lines again."),
        )


def _check_zone(found: dict[str, object], add: Add, zone: Mrz) -> None:
    """Compare the zone with the cells that are themselves without fault."""
    number = found.get("passport_number")
    country = found.get("nationality")
    differs: list[Message] = []
    if number and zone.document_number != number:
        differs.append(_("passport number"))
    if _other_day(zone.birth_date, _day(found, "birth_date")):
        differs.append(_("date of birth"))
    if _other_day(zone.expires_on, _day(found, "passport_expires_on")):
        differs.append(_("date of expiry"))
    if found.get("sex") and zone.sex != found["sex"] and zone.sex != "X":
        differs.append(_("sex"))
    if country and from_icao(zone.nationality) not in (None, country):
        differs.append(_("nationality"))
    for what in differs:
        add(
            "mrz_line_2",
            "mrz_mismatch",
            _("The machine readable zone and the row differ: {what}.", what=what),
            _("Correct the cell or copy the lines from the passport again."),
        )


def _other_day(in_zone: PartialDate | None, in_row: date | None) -> bool:
    return in_zone is not None and in_row is not None and not in_zone.may_be(in_row)


def _warn(found: dict[str, object], add: Add, staying: Collection[str]) -> None:
    def warn(name: str, code: str, message: Message, fix: Message) -> None:
        add(name, code, message, fix, Severity.WARNING)

    if found.get("track") in staying and found.get("loan_requested") is not None:
        warn(
            "loan_requested",
            "loan_on_home_track",
            _("A travel loan is asked for on a track that has no travel."),
            _("Empty the cell, or choose the other track."),
        )
    for name in ("family_name", "given_names"):
        if values.has_markup(str(found.get(name) or "")):
            fix = _("Check the spelling against the passport.")
            warn(name, "unusual_character", _("The name has digits or signs that names do not have."), fix)
    for name in ("phone", "next_of_kin_phone"):
        if found.get(name) and not values.is_likely_phone(str(found[name])):
            fix = _("Ask the worker for the number again.")
            warn(name, "unlikely_phone", _("The number is too short or too long for its country."), fix)
    departure, expires = _day(found, "planned_departure"), _day(found, "passport_expires_on")
    if departure is not None and expires is not None and expires < departure + timedelta(days=1):
        warn(
            "passport_expires_on",
            "passport_expires_before_departure",
            _("The passport will have expired on the day of departure."),
            _("Have the worker apply for a new passport now."),
        )
