"""The differences between the recorded data and the papers of a case: found, settled by a person, and open again.

What a person said is bound to both values. Nothing is marked as open or settled: it is compared anew each time, and
the automatic checks of the papers (``identity``, ``consistent``) are the copy of it that rules read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import InvalidInput
from basis.partial import PartialDate
from casework.cases.tables import Case
from casework.evidence import consistency, mrz, papers
from casework.evidence.consistency import RECORDED, ZONE, Difference, Stated
from casework.evidence.tables import EvidenceItem, EvidenceStatus, SettledDifference
from casework.vault import Vault
from casework.work import Work
from casework.workers import service as workers
from casework.workers.service import WorkerData

PASSPORT: Final = "passport"
_OWN: Final = frozenset({"mrz", "identity", "consistent"})
"""The checks that are made here; a photograph has others."""
COUNTED: Final = (EvidenceStatus.SUBMITTED, EvidenceStatus.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A case's papers side by side. `stated`: the recorded data first, then the zone, then papers, oldest first;
    `items` by the source's name. `settled` in the order of `found`; what fits no difference now is in `earlier`."""

    stated: tuple[Stated, ...]
    items: Mapping[str, EvidenceItem]
    found: tuple[Difference, ...]
    settled: Mapping[Difference, SettledDifference]
    earlier: tuple[SettledDifference, ...]
    zone: mrz.Mrz | None

    @property
    def open(self) -> tuple[Difference, ...]:
        """Those that nobody has settled."""
        return tuple(one for one in self.found if one not in self.settled)

    def of_item(self, item: EvidenceItem) -> tuple[Difference, ...]:
        """The open ones that a paper has a part in; those of the zone are its passport's."""
        sources = {str(item.id), ZONE} if item.kind == PASSPORT else {str(item.id)}
        return tuple(one for one in self.open if one.other.source in sources)


def compare(session: Session, vault: Vault, case: Case, today: date) -> Comparison:
    """Compare everything that counts: papers handed in or accepted."""
    data = workers.get(session, vault, case.worker_id).data
    query = select(EvidenceItem).where(EvidenceItem.case_id == case.id, col(EvidenceItem.status).in_(COUNTED))
    query = query.where(col(EvidenceItem.sealed_off_at).is_(None))
    items = list(session.exec(query.order_by(col(EvidenceItem.recorded_at), col(EvidenceItem.id))))
    zone = zone_of(data, today)
    recorded = _recorded(data)
    others = [] if zone is None else [consistency.of_zone(zone, number_only=_of_a_parent(items))]
    others += [stated for item in items if (stated := _stated(vault, item)) is not None]
    found = consistency.differences(recorded, others)
    settled, earlier = _settled(session, vault, case.id, found)
    return Comparison((recorded, *others), {str(item.id): item for item in items}, found, settled, earlier, zone)


def recheck(work: Work, case: Case) -> Comparison:
    """Do the automatic checks of all papers of the case again, as what they say and the recorded data stand now."""
    work.session.flush()
    made = compare(work.session, work.vault, case, work.today)
    has_zone = bool(workers.get(work.session, work.vault, case.worker_id).data.mrz)
    for item in made.items.values():
        others = {name: held for name, held in item.checks.items() if name not in _OWN}
        checks = others | _checks(made, item, has_zone=has_zone)
        if checks != item.checks:
            item.checks = checks
            work.session.add(item)
    return made


def fingerprint(vault: Vault, difference: Difference) -> str:
    """What a person's word on a difference is bound to: a keyed hash of both values."""
    return vault.index("difference", difference.key)


def zone_of(data: WorkerData, today: date) -> mrz.Mrz | None:
    """The machine-readable zone that was recorded, None where there is none or it cannot be read."""
    if not data.mrz:
        return None
    try:
        return mrz.parse(data.mrz, on=today)
    except InvalidInput:
        return None


def note_of(vault: Vault, row: SettledDifference) -> str:
    """What the person added to the reason."""
    if row.note is None:
        return ""
    return vault.open(row.worker_id, "settled_difference", row.id, "note", row.note).decode()


def _checks(made: Comparison, item: EvidenceItem, *, has_zone: bool) -> dict[str, bool]:
    """``mrz``: every digit holds. ``identity`` (of a passport): zone, paper and recorded data agree, or a person has
    settled how they differ; absent until then, so that it waits for a person. ``consistent``: the same of any paper."""
    agrees = not made.of_item(item)
    checks: dict[str, bool] = {}
    if item.kind == PASSPORT and has_zone:
        zone = made.zone
        checks["mrz"] = zone is not None and zone.digits_hold
        if zone is None or zone.birth_date is None or made.stated[0].birth_date is None:
            checks["identity"] = False
        elif agrees:
            checks["identity"] = True
    if any(one.source == str(item.id) for one in made.stated) or not agrees:
        checks["consistent"] = agrees
    return checks


def _of_a_parent(items: Iterable[EvidenceItem]) -> bool:
    passports = [item for item in items if item.kind == PASSPORT]
    return bool(passports) and passports[-1].in_parents_passport


def _recorded(data: WorkerData) -> Stated:
    return Stated(
        RECORDED,
        family_name=data.family_name,
        given_names=data.given_names,
        native_name=data.native_name,
        birth_date=PartialDate.of(data.birth_date) if data.birth_date else None,
        sex=data.sex.value if data.sex.value in ("M", "F") else "",
        nationality=data.nationality,
        number=data.passport_number,
    )


def _stated(vault: Vault, item: EvidenceItem) -> Stated | None:
    """What a paper says of its holder, None where it says nothing that is compared. Only passports state the number."""
    detail = papers.opened(vault, item)
    holder = detail.holder
    stated = Stated(
        str(item.id),
        family_name=holder.family_name,
        given_names=holder.given_names,
        native_name=holder.native_name,
        birth_date=holder.born,
        sex=holder.sex,
        nationality=holder.nationality,
        number=detail.number if item.kind == PASSPORT else "",
    )
    return stated if any(stated.text(field) for field in consistency.Compared) else None


def _settled(
    session: Session, vault: Vault, case_id: UUID, found: Iterable[Difference]
) -> tuple[dict[Difference, SettledDifference], tuple[SettledDifference, ...]]:
    query = select(SettledDifference).where(SettledDifference.case_id == case_id)
    rows = list(session.exec(query.order_by(col(SettledDifference.recorded_at), col(SettledDifference.id))))
    latest = {row.fingerprint: row for row in rows if row.recorded_holds}
    settled = {one: row for one in found if (row := latest.get(fingerprint(vault, one))) is not None}
    in_force = {row.id for row in settled.values()}
    return settled, tuple(row for row in rows if row.id not in in_force)
