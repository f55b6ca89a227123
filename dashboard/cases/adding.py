"""Several papers in one form: for each paper that is still asked for, its files and the days that decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from basis.messages import Message, _
from basis.roles import Role
from casework.cases.tables import Case
from casework.evidence.files import Prepared
from casework.evidence.service import AddEvidence
from checklists.assessment import Assessment, RequirementState, RequirementStatus, StageStatus
from checklists.programme import Each, Programme, Requirement
from dashboard.cases import requirements, veil, wording
from dashboard.forms import papers as forms
from dashboard.forms.case import file_field
from dashboard.parts import Field, Form, Kind
from dashboard.posting import Values, Wrong, filled

LEAD: Final = _(
    "Choose the files of the papers that you have; leave the others empty. One paper may have several files."
)
_PRINTED: Final = {"issued_on": _("Issued on"), "expires_on": _("Expires on")}
_WAITING: Final = frozenset({RequirementStatus.SUBMITTED, RequirementStatus.NOT_INDEPENDENT, RequirementStatus.PENDING})


@dataclass(frozen=True, slots=True)
class Slot:
    """A paper that is asked for. `days` are the names of the days that it counts from."""

    requirement: Requirement
    subject: str
    title: Message
    days: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.requirement.id}.{self.subject}" if self.subject else self.requirement.id

    def fields(self) -> tuple[Field, ...]:
        """The files and the days."""
        said = tuple(
            Field(
                f"{self.name}.{day}",
                _("{title}: {day}", title=self.title, day=_PRINTED.get(day, day.replace("_", " "))),
                Kind.DATE,
                required=False,
            )
            for day in self.days
        )
        return (file_field(f"{self.name}.file", self.title, required=False), *said)

    def command(self, case: Case, values: Values, found: Sequence[Prepared]) -> AddEvidence:
        """What the values say of this paper."""
        days: dict[str, date] = {}
        for day in self.days:
            value = values.days[f"{self.name}.{day}"]
            if value is not None:
                days[day] = value
        return AddEvidence(
            case_id=case.id,
            kind=self.requirement.evidence,
            subject=self.subject,
            country=self.subject if self.requirement.each is Each.RESIDENCE else "",
            days=days,
            file=found[0],
            further=tuple(found[1:]),
        )


def asked(role: Role, programme: Programme, assessment: Assessment) -> tuple[Slot, ...]:
    """The papers that are missing, for who may know of them. What asks more than files and days has its own form."""
    slots: list[Slot] = []
    for state in assessment.stages:
        stage = programme.stage(state.stage)
        if stage is None or state.status is StageStatus.NOT_ASKED or veil.hides_evidence(role, stage.kind):
            continue
        for slot in state.requirements:
            requirement = next(one for one in stage.requirements if one.id == slot.requirement)
            if requirements.is_paper(requirement) and _is_missing(slot) and not _asks_more(requirement):
                days = tuple(sorted(requirements.anchors(requirement) - {"decided_on"}))
                title = wording.requirement_title(programme, requirement, slot.subject)
                slots.append(Slot(requirement, slot.subject, title, days))
    return tuple(slots)


def _is_missing(slot: RequirementState) -> bool:
    return not slot.status.fulfilled and slot.status not in _WAITING


def _asks_more(requirement: Requirement) -> bool:
    return any(field.kind is not Kind.DATE for field in requirements.questions(requirement))


def form(case: Case, slots: Sequence[Slot]) -> Form:
    """The questions about all of them."""
    return forms.several(case.id, case.version, tuple(field for slot in slots for field in slot.fields()))


def given(asked_form: Form, slots: Sequence[Slot], values: Values) -> list[tuple[Slot, list[bytes]]]:
    """The papers that came with files. Raises `Wrong` where there is none, or a day is missing or has no file."""
    found: list[tuple[Slot, list[bytes]]] = []
    errors: dict[str, Message] = {}
    for slot in slots:
        contents = [one.data for one in values.files[f"{slot.name}.file"]]
        days = {f"{slot.name}.{day}": values.days[f"{slot.name}.{day}"] for day in slot.days}
        if contents:
            found.append((slot, contents))
            errors |= {name: _("fill this in") for name, day in days.items() if day is None}
        elif any(days.values()):
            errors[f"{slot.name}.file"] = _("choose a file")
    typed = {name: day.isoformat() for name, day in values.days.items() if day is not None}
    if errors:
        raise Wrong(filled(asked_form, typed, errors))
    if not found:
        raise Wrong(filled(asked_form, typed, error=_("Choose the files of at least one paper.")))
    return found
