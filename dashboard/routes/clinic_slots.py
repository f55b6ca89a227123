"""The times at which a clinic examines: opened and closed by the clinic, or by the office it works with."""

from __future__ import annotations

import re
from datetime import time, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session, col, select
from starlette.responses import Response

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import Message, _, _n
from basis.roles import Role
from casework.accounts.rules import Permission, require
from casework.clinics import queries, slots
from casework.clinics.queries import SlotLine
from casework.clinics.slots import OpenSlots
from casework.organisations.tables import Organisation, OrganisationKind
from dashboard import addresses, appointing, words
from dashboard.cases.submitting import typed
from dashboard.forms import appointments as forms
from dashboard.forms.case import Options
from dashboard.notices import done
from dashboard.pages.appointments import SlotDay, SlotRow, SlotsPage
from dashboard.pages.base import Place
from dashboard.paging import check_names, given
from dashboard.parts import Badge, Link, Option, Tone
from dashboard.parts import Form as AskedForm
from dashboard.posting import Values, Wrong, filled, hidden, read
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

SHOWN: Final = timedelta(days=92)
"""How far ahead times are shown."""


@router.get(addresses.SLOTS)
def listed(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_APPOINTMENTS)
    asked = given(request)
    check_names(asked, "clinic")
    return show(_page(visit, _row_id(asked.get("clinic", ""))))


@router.post(addresses.SLOTS)
def open_slots(visit: Signed, taken: Form) -> Response:
    require(visit.role, Permission.SEE_APPOINTMENTS)
    clinic_id = _row_id(hidden(taken, "clinic"))
    if clinic_id is None:
        raise NotFound("organisation", _("There is no such clinic."), _("Choose one from the list."))
    form = forms.open_slots(clinic_id, visit.today.isoformat())
    try:
        values = read(form, taken)
        begins, ends = _times(form, values)
        command = OpenSlots(
            clinic_id=clinic_id,
            day=values.day("day"),
            begins=begins,
            ends=ends,
            places=values.number("places"),
            weeks=values.number("weeks"),
        )
        visit.database.run(visit.actor, slots.open_slots, command)
    except Wrong as wrong:
        return show(_page(visit, clinic_id, wrong.form), 422)
    except (InvalidInput, Conflict, Refused) as error:
        said = _("{message} {fix}", message=error.message, fix=error.fix or "")
        return show(_page(visit, clinic_id, filled(form, typed(form, taken), error=said)), error.status)
    return go_to(done(_address(visit, clinic_id), "slots-opened"))


@router.post("/appointments/slots/{slot_id:uuid}/close")
def close(slot_id: UUID, visit: Signed, taken: Form) -> Response:
    slot = visit.database.run(visit.actor, slots.close, slot_id)
    return go_to(done(_address(visit, slot.clinic_id), "slot-closed"))


def _address(visit: Visit, clinic_id: UUID) -> str:
    return addresses.query(addresses.SLOTS, clinic="" if visit.role is Role.CLINIC_USER else str(clinic_id))


def _page(visit: Visit, clinic_id: UUID | None, form: AskedForm | None = None) -> SlotsPage:
    """The times of a clinic: a clinic user's own, for an office the first that works with it."""
    with visit.database.read() as session:
        offered = () if visit.role is Role.CLINIC_USER else _clinics(session, visit)
        if visit.role is not Role.CLINIC_USER and not offered:
            fix = _("An administrator records clinics, and the office that each works with.")
            raise NotFound("no_clinic", _("No clinic works with your office yet."), fix)
        chosen = clinic_id or (UUID(offered[0].value) if offered else visit.organisation.id)
        clinic = slots.clinic_of(session, visit.actor, chosen)
        found = queries.slots_of(session, clinic.id, visit.database.now(), visit.today + SHOWN)
    filters = filled(forms.choose_office_clinic(offered), {"clinic": str(clinic.id)}) if offered else None
    return SlotsPage(
        base=visit.at(Place.APPOINTMENTS),
        back=Link(addresses.APPOINTMENTS, _("Appointments")),
        heading=_("Times of {clinic}", clinic=clinic.name),
        summary=_n("{count} time in the next three months", "{count} times in the next three months", len(found)),
        filters=filters,
        days=tuple(
            SlotDay(words.on(day), tuple(_row(line, clinic) for line in lines))
            for day, lines in groupby(found, key=lambda line: line.slot.day)
        ),
        form=form or forms.open_slots(clinic.id, visit.today.isoformat()),
    )


def _row(line: SlotLine, clinic: Organisation) -> SlotRow:
    slot, when = line.slot, appointing.span(line.slot, clinic)
    about = _("{day}, {time}", day=words.on(slot.day), time=when)
    closed = slot.closed_at is not None
    status = Badge(Tone.IDLE, _("closed")) if closed else Badge(Tone.OPEN, _("open"))
    if not closed and not line.free:
        status = Badge(Tone.DONE, _("full"))
    places = appointing.free_places(line.free, slot.places)
    return SlotRow(when, places, status, None if closed else forms.close_slot(slot.id, about))


def _clinics(session: Session, visit: Visit) -> Options:
    """The clinics that work with the reader's office, by name."""
    query = select(Organisation).where(
        col(Organisation.kind) == OrganisationKind.CLINIC,
        Organisation.office_id == visit.actor.organisation_id,
        col(Organisation.active),
    )
    return tuple(Option(str(row.id), row.name) for row in session.exec(query.order_by(col(Organisation.name))))


def _times(form: AskedForm, values: Values) -> tuple[time, time]:
    found: dict[str, time] = {}
    errors: dict[str, Message] = {}
    for name in ("begins", "ends"):
        said = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", values.text(name), re.ASCII)
        if said is None:
            errors[name] = _("write a time like 09:00")
        else:
            found[name] = time(int(said[1]), int(said[2]))
    if errors:
        raise Wrong(filled(form, values.texts, errors))
    return found["begins"], found["ends"]


def _row_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound("organisation", _("There is no such clinic."), _("Choose one from the list.")) from None
