"""A batch's bytes in; proposed workers and findings out. Pure: the day and the programme's terms are arguments."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from basis.messages import Message, _
from casework.batches import values
from casework.batches.cells import content, missing, no_rows, surplus
from casework.batches.mapping import REQUIRED, ColumnMap, match, score
from casework.batches.parse import RawRow, RawTable, parse
from casework.batches.row_rules import check_row
from casework.batches.rules import Finding, ProposedWorker, Severity
from casework.batches.values import CellFault, Reader, Setting
from casework.cases.intake import Obstacle

_READERS: dict[str, Reader] = {
    "agency_reference": values.free_text,
    "family_name": values.person_name,
    "given_names": values.person_name,
    "native_family_name": values.native_name,
    "native_given_names": values.native_name,
    "sex": values.sex,
    "birth_date": values.calendar_date,
    "birth_place": values.free_text,
    "nationality": values.nationality,
    "passport_number": values.passport_number,
    "passport_issued_on": values.calendar_date,
    "passport_expires_on": values.calendar_date,
    "mrz_line_1": values.zone_line,
    "mrz_line_2": values.zone_line,
    "mrz_line_3": values.zone_line,
    "phone": values.phone,
    "email": values.email,
    "next_of_kin": values.free_text,
    "next_of_kin_phone": values.phone,
    "residences": values.residences,
    "occupation": values.occupation,
    "job_title": values.free_text,
    "job_order": values.free_text,
    "employer": values.free_text,
    "track": values.track,
    "destination": values.destination,
    "diploma": values.free_text,
    "diploma_institution": values.free_text,
    "diploma_year": values.year,
    "language": values.spoken_language,
    "language_level": values.level,
    "language_test": values.free_text,
    "language_tested_on": values.calendar_date,
    "years_of_experience": values.years,
    "planned_departure": values.calendar_date,
    "loan_requested": values.loan,
    "consent": values.consent,
}
_DATES = tuple(name for name, reader in _READERS.items() if reader is values.calendar_date)
_NAMES = ("family_name", "given_names")
_ZONE = ("mrz_line_1", "mrz_line_2", "mrz_line_3")


@dataclass(frozen=True, slots=True)
class BatchCheck:
    """What a file holds. `rows` counts its rows with content; each is proposed, or has an error among the findings."""

    sha256: str
    file_name: str
    kind: str
    encoding: str
    delimiter: str
    sheet: str
    header_row: int
    rows: int
    columns: int
    mapping: dict[str, str]
    proposed: tuple[ProposedWorker, ...]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def refused_rows(self) -> tuple[int, ...]:
        """The numbers of the rows that are not taken. Empty too when the file as a whole is not."""
        return tuple(sorted({finding.row for finding in self.errors if finding.row is not None}))


def check(
    data: bytes,
    *,
    file_name: str,
    on: date,
    mapping: Mapping[str, str] | None = None,
    minimum_age: int = 18,
    tracks: tuple[str, ...] = ("away", "home"),
    staying: tuple[str, ...] = ("home",),
    destinations: tuple[str, ...] = ("DE",),
    currency: str = "EUR",
    barred: Callable[[ProposedWorker], Iterable[Obstacle]] = lambda _worker: (),
    progress: Callable[[int, int], None] | None = None,
) -> BatchCheck:
    """Read a file and check it row by row, as of the day `on`.

    `minimum_age` is in completed years on that day, `staying` the tracks that do not depart, `destinations` (ISO 3166;
    empty: any) where the programme leads, `currency` (ISO 4217) that of its loans; `barred` tells why a worker cannot
    take part in it; `mapping` names columns by our fields. With an error of the whole file no row is proposed.
    `progress` is told rows done and rows in all. Raises `InvalidInput` where the file cannot be read at
    all (`parse`) or the mapping does not fit it (`mapping.match`).
    """
    named = frozenset((mapping or {}).values())
    table = parse(data, partial(score, named=named))
    columns, findings = match(table.header, mapping, _required(tracks, staying, destinations))
    findings += _currency_findings(columns, currency)
    proposed: list[ProposedWorker] = []
    if not any(finding.severity is Severity.ERROR for finding in findings):
        if not table.rows:
            findings.append(no_rows())
        setting = Setting(tracks, currency, staying=staying, destinations=destinations)
        reading = _Reading(table, columns, setting, on, minimum_age, barred)
        for done, row in enumerate(table.rows, start=1):
            worker, found = reading.read(row)
            findings += found
            if worker is not None:
                proposed.append(worker)
            if progress is not None:
                progress(done, len(table.rows))
    return BatchCheck(
        sha256=hashlib.sha256(data).hexdigest(),
        file_name=file_name,
        kind=table.kind.value,
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet,
        header_row=table.header_row,
        rows=len(table.rows),
        columns=len(table.header),
        mapping=columns.headers,
        proposed=tuple(proposed),
        findings=tuple(findings),
    )


def findings_json(result: BatchCheck) -> dict[str, Any]:
    """The documented shape ``predeparture.batch-check/1``; sentences are in the reader's language."""
    return {
        "schema": "predeparture.batch-check/1",
        "file": {
            "name": result.file_name,
            "sha256": result.sha256,
            "kind": result.kind,
            "encoding": result.encoding,
            "delimiter": result.delimiter,
            "sheet": result.sheet,
            "header_row": result.header_row,
            "columns": result.columns,
        },
        "mapping": result.mapping,
        "rows": {
            "total": result.rows,
            "good": len(result.proposed),
            "refused": result.rows - len(result.proposed),
        },
        "findings": [finding_json(finding) for finding in result.findings],
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "row": finding.row,
        "column": finding.column,
        "field": finding.field,
        "code": finding.code,
        "severity": finding.severity.value,
        "message": str(finding.message),
        "fix": str(finding.fix),
    }


class _Reading:
    """One pass over a table: remembers the passports and references it has seen."""

    def __init__(
        self,
        table: RawTable,
        columns: ColumnMap,
        setting: Setting,
        on: date,
        minimum_age: int,
        barred: Callable[[ProposedWorker], Iterable[Obstacle]],
    ) -> None:
        self._columns = columns
        self._setting = setting
        self._barred = barred
        self._on = on
        self._minimum_age = minimum_age
        self._seen: dict[tuple[str, ...], int] = {}
        dates = [name for name in _DATES if name in columns.places]
        orders = values.day_first((row.cells[columns.places[name]] for row in table.rows) for name in dates)
        self._settings = dict.fromkeys(_READERS, setting) | {
            name: replace(setting, day_first=order) for name, order in zip(dates, orders, strict=True)
        }

    def read(self, row: RawRow) -> tuple[ProposedWorker | None, list[Finding]]:
        found: dict[str, object] = {}
        findings: list[Finding] = []

        def add(name: str, code: str, message: Message, fix: Message, severity: Severity = Severity.ERROR) -> None:
            column = self._columns.headers.get(name)
            findings.append(Finding(row.number, column, name or None, code, severity, message, fix))
            if severity is Severity.ERROR:
                found.pop(name, None)  # a value with an error is not compared with anything else

        if row.surplus:
            findings.append(surplus(row.number))
        for name in _READERS:
            try:
                found[name] = self._value(name, row, found)
            except CellFault as fault:
                add(name, fault.code, fault.message, fault.fix)
        check_row(found, add, on=self._on, minimum_age=self._minimum_age, staying=self._setting.staying)
        self._check_duplicates(row.number, found, add)
        if any(finding.severity is Severity.ERROR for finding in findings):
            return None, findings
        zone = tuple(str(found[name]) for name in _ZONE if found.get(name))
        fields = {name: value for name, value in found.items() if name not in _ZONE and value is not None}
        worker = ProposedWorker.model_validate({**fields, "row": row.number, "mrz": zone})
        for obstacle in self._barred(worker):
            add(obstacle.field, obstacle.code, obstacle.message, obstacle.fix)
        barred = any(finding.severity is Severity.ERROR for finding in findings)
        return None if barred else worker, findings

    def _value(self, name: str, row: RawRow, found: dict[str, object]) -> object:
        """The typed value of a cell; None where it is empty and may be."""
        setting, reader = self._settings[name], _READERS[name]
        place = self._columns.places.get(name)
        text = content(row, place, reader) if place is not None else ""
        if text:
            region = found.get("nationality") if reader is values.phone else None
            return reader(text, replace(setting, region=str(region)) if region else setting)
        if name == "language" and place is None:
            return self._columns.language or None
        if name == "track" and len(setting.tracks) == 1:
            return setting.tracks[0]
        if name == "destination" and len(setting.destinations) == 1:
            return setting.destinations[0]
        if name == "consent":
            return values.consent(text, setting)
        if _must_be_there(name, found, setting):
            raise missing()
        return None

    def _check_duplicates(self, number: int, found: dict[str, object], add: Callable[..., None]) -> None:
        """The same passport twice is the same worker twice; the reference is then not reported as well."""
        fix = _("Keep one of the two rows, or mend the one that is wrong.")
        for name, others in (("passport_number", ("nationality",)), ("agency_reference", ())):
            if found.get(name) is None:
                continue
            first = self._seen.setdefault((name, *(str(found.get(key)) for key in (name, *others))), number)
            if first != number:
                add(name, "duplicate_in_file", _("Row {row} has the same value.", row=first), fix)
                return


def _must_be_there(name: str, found: dict[str, object], setting: Setting) -> bool:
    """Who stays departs nowhere; where a journey leads is asked only if the programme does not say it."""
    if name in ("planned_departure", "destination"):
        return found.get("track") not in setting.staying
    return name in REQUIRED and name not in _NAMES


def _required(tracks: tuple[str, ...], staying: tuple[str, ...], destinations: tuple[str, ...]) -> tuple[str, ...]:
    optional = {"track"} if len(tracks) == 1 else set()
    departing = set(tracks) - set(staying)
    if not departing:
        optional.add("planned_departure")
    asked = ("destination",) if departing and len(destinations) != 1 else ()
    return (*(name for name in REQUIRED if name not in optional), *asked)


def _currency_findings(columns: ColumnMap, currency: str) -> list[Finding]:
    if columns.currency in ("", currency):
        return []
    return [
        Finding(
            None,
            columns.headers["loan_requested"],
            "loan_requested",
            "currency_mismatch",
            Severity.ERROR,
            _(
                "The column's title says {theirs}, the programme's loans are in {ours}.",
                theirs=columns.currency,
                ours=currency,
            ),
            _("Write the amounts in {currency} and change the title.", currency=currency),
        )
    ]
