"""Whether a sign-off still holds.

A sign-off names the facts, waivers and earlier sign-offs it stands on. It is broken when one of them no longer
carries it, although something newer may have taken its place: its certificate speaks of the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from basis.messages import Message, _
from checklists.facts import GivenSignOff, Standing
from checklists.status.judging import Evidence, Outcome, RequirementStatus, in_date


class BreachKind(StrEnum):
    EXPIRED = "expired"  # time ran out, or the day it must hold until moved beyond it
    REVOKED = "revoked"  # something was withdrawn, is wrong, or speaks against it


@dataclass(frozen=True, slots=True)
class Breach:
    """Why a sign-off no longer holds. `because`: ids of the facts, waivers or sign-offs concerned, sorted;
    empty where something is asked now that it never stood on. One revoking reason makes the whole revoked."""

    kind: BreachKind
    because: tuple[str, ...]
    why: Message


_OUT_OF_DATE = (RequirementStatus.LAPSED, RequirementStatus.TOO_SHORT)
_Reason = tuple[BreachKind, tuple[str, ...], Message]


def find_breach(
    sign_off: GivenSignOff,
    on: date,
    slots: Sequence[tuple[Evidence, Outcome]],
    *,
    standings: Mapping[str, Standing | None],
    broken: Mapping[str, BreachKind],
    asked_then: Callable[[Evidence], bool],
) -> Breach | None:
    """What breaks `sign_off` on the day `on`.

    `slots`: what its stage asks now. `standings`: every id the case knows (None for waivers and sign-offs in
    force). `broken`: the sign-offs already found broken. `asked_then`: whether a slot would have been asked on
    the day of the sign-off with what is known today; if not, time alone added it.
    """
    reasons = list(_ground_gone(sign_off, standings, broken))
    for evidence, outcome in slots:
        carried = _carried(sign_off, evidence, on)
        reasons.extend(carried)
        if carried or outcome.status.fulfilled or evidence.slot.asked is None or not evidence.slot.placed:
            continue
        against = _against(evidence, outcome)
        if against:
            reasons.append((BreachKind.REVOKED, against, _("Something new speaks against it.")))
        elif not _stands_on_any(sign_off, evidence):
            by_time = outcome.status in _OUT_OF_DATE or not asked_then(evidence)
            kind = BreachKind.EXPIRED if by_time else BreachKind.REVOKED
            reasons.append((kind, (), _("“{title}” is asked now too.", title=evidence.slot.requirement.label)))
    if not reasons:
        return None
    revoking = [reason for reason in reasons if reason[0] is BreachKind.REVOKED]
    kind, _ids, why = (revoking or reasons)[0]
    return Breach(kind, tuple(sorted({each for reason in reasons for each in reason[1]})), why)


def carried_until(sign_off: GivenSignOff, evidence: Evidence, outcome: Outcome) -> date | None:
    """The last day on which what the sign-off stands on carries this slot; None for no limit."""
    days = [
        judged.holds_until
        for judged in evidence.judged
        if judged.id in sign_off.stands_on and judged.status is RequirementStatus.MET
    ]
    days += [waiver.ends_on or date.max for waiver in evidence.waivers if waiver.id in sign_off.stands_on]
    last = max(days) if days else outcome.holds_until
    return None if last == date.max else last


def _ground_gone(
    sign_off: GivenSignOff, standings: Mapping[str, Standing | None], broken: Mapping[str, BreachKind]
) -> list[_Reason]:
    reasons: list[_Reason] = []
    for ground in sorted(sign_off.stands_on):
        if ground in broken:
            reasons.append((broken[ground], (ground,), _("A stage that it stands on no longer holds.")))
        elif ground not in standings or standings[ground] is Standing.WITHDRAWN:
            reasons.append((BreachKind.REVOKED, (ground,), _("Something that it stands on was taken back.")))
    return reasons


def _carried(sign_off: GivenSignOff, evidence: Evidence, on: date) -> list[_Reason]:
    """Why no ground of the sign-off carries the slot any more; empty where one does, or never did. A ground may be
    there for another requirement of the stage, which asks for the same kind of evidence in another way: where one
    of several has run out, that one carried it."""
    late: list[_Reason] = []
    grounds = [(one.id, one.holds_until) for one in evidence.judged if one.status is RequirementStatus.MET]
    grounds += [(waiver.id, waiver.ends_on or date.max) for waiver in evidence.waivers]
    for ground, last in grounds:
        if ground not in sign_off.stands_on:
            continue
        if in_date(date.min, last, on, evidence.need) not in _OUT_OF_DATE:
            return []
        late.append(_out_of_date(evidence, ground, last))
    why = _("“{title}” is no longer accepted.", title=evidence.slot.requirement.label)
    refused: list[_Reason] = [
        (BreachKind.REVOKED, (judged.id,), why)
        for judged in evidence.judged
        if judged.id in sign_off.stands_on and judged.status is not RequirementStatus.MET
    ]
    return late or refused


def _out_of_date(evidence: Evidence, ground: str, last: date) -> _Reason:
    message = _("“{title}” holds until {day} only.", title=evidence.slot.requirement.label, day=last)
    return BreachKind.EXPIRED, (ground,), message


def _against(evidence: Evidence, outcome: Outcome) -> tuple[str, ...]:
    """The adverse facts and open outcomes that decide the slot; a paper dated in the future is neither."""
    hostile = (RequirementStatus.ADVERSE, RequirementStatus.PENDING)
    return tuple(one.id for one in evidence.judged if one.id in outcome.stands_on and one.status in hostile)


def _stands_on_any(sign_off: GivenSignOff, evidence: Evidence) -> bool:
    grounds = [judged.id for judged in evidence.judged] + [waiver.id for waiver in evidence.waivers]
    return any(ground in sign_off.stands_on for ground in grounds)
