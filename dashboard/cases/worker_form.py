"""A worker's data between the form and the record: read by the same rules as a row of a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date

from basis.messages import Message, _
from casework.batches import values as cells
from casework.batches.row_rules import check_row
from casework.batches.rules import Severity
from casework.batches.values import CellFault, Setting
from casework.workers.service import Claims, Stay, WorkerData
from casework.workers.tables import Sex
from checklists.facts import Residence
from checklists.programme import Programme
from dashboard.posting import Values

_ZONE = ("mrz_line_1", "mrz_line_2", "mrz_line_3")
_READERS: Mapping[str, Callable[[str, Setting], object]] = {
    "family_name": cells.person_name,
    "given_names": cells.person_name,
    "native_name": cells.native_name,
    "birth_place": cells.free_text,
    "passport_number": cells.passport_number,
    "phone": cells.phone,
    "email": cells.email,
    "next_of_kin": cells.free_text,
    "next_of_kin_phone": cells.phone,
    "residences": cells.residences,
}


@dataclass(frozen=True, slots=True)
class ReadWorker:
    """The data, or what is wrong with it by the form's field."""

    data: WorkerData | None
    errors: Mapping[str, Message]


def read_worker(
    values: Values, programme: Programme, on: date, claims: Claims, stays: tuple[Stay, ...] | None = None
) -> ReadWorker:
    """What was typed as a worker's data. `stays` are kept as they are, where the form does not ask for them."""
    setting = Setting(tuple(track.id for track in programme.tracks), programme.currency)
    setting = replace(setting, region=values.text("nationality") or None)
    found: dict[str, object] = {
        "sex": values.text("sex"),
        "nationality": values.text("nationality"),
        "birth_date": values.day("birth_date"),
        "passport_issued_on": values.day("passport_issued_on"),
        "passport_expires_on": values.day("passport_expires_on"),
    }
    errors: dict[str, Message] = {}

    def add(name: str, code: str, message: Message, fix: Message, severity: Severity = Severity.ERROR) -> None:
        if severity is Severity.ERROR:
            errors.setdefault("mrz" if name in _ZONE else name, _("{message} {fix}", message=message, fix=fix))
            found.pop(name, None)

    texts = {name: values.text(name) for name in _READERS if name != "residences" or stays is None}
    if stays is None:
        # A line is a stay here, a semicolon parts them in a batch.
        texts["residences"] = ";".join(texts["residences"].splitlines())
    lines = [line for line in values.text("mrz").splitlines() if line.strip()]
    for name, text in {**texts, **dict(zip(_ZONE, lines, strict=False))}.items():
        try:
            found[name] = _READERS.get(name, cells.zone_line)(text, setting) if text else None
        except CellFault as fault:
            add(name, fault.code, fault.message, fault.fix)
    for name in _ZONE[len(lines) :]:
        found[name] = None
    if len(lines) > len(_ZONE):
        errors["mrz"] = _("The zone has at most three lines.")
    check_row(found, add, on=on, minimum_age=programme.minimum_age)
    if errors:
        return ReadWorker(None, errors)
    data = _data(found, claims)
    return ReadWorker(data if stays is None else data.model_copy(update={"residences": stays}), errors)


def prefilled(data: WorkerData) -> dict[str, str]:
    """The data as the form shows it."""
    values = {name: str(getattr(data, name) or "") for name in _READERS if name != "residences"}
    days = {name: getattr(data, name) for name in ("birth_date", "passport_issued_on", "passport_expires_on")}
    return {
        **values,
        **{name: day.isoformat() if day else "" for name, day in days.items()},
        "sex": data.sex.value,
        "nationality": data.nationality,
        "mrz": "\n".join(data.mrz),
    }


def _data(found: Mapping[str, object], claims: Claims) -> WorkerData:
    texts = {name: str(found.get(name) or "") for name in _READERS if name != "residences"}
    stays = found.get("residences") or ()
    return WorkerData(
        **texts,
        sex=Sex(str(found["sex"])),
        nationality=str(found["nationality"]),
        birth_date=_day(found, "birth_date"),
        passport_issued_on=_day(found, "passport_issued_on"),
        passport_expires_on=_day(found, "passport_expires_on"),
        mrz=tuple(str(found[name]) for name in _ZONE if found.get(name)),
        residences=tuple(
            Stay(**asdict(stay)) for stay in (stays if isinstance(stays, tuple) else ()) if isinstance(stay, Residence)
        ),
        claims=claims,
    )


def _day(found: Mapping[str, object], name: str) -> date | None:
    value = found.get(name)
    return value if isinstance(value, date) else None
