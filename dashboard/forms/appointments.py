"""Forms of clinics and appointments: slots, arrivals, results; for the office clinic and time."""

from __future__ import annotations

from dataclasses import replace

from basis.messages import _
from casework.clinics.accreditation import WITHDRAW_REASONS
from casework.clinics.rules import MISSED_REASONS, OVERRIDES, SUSPEND_REASONS
from casework.diary.rules import CANCEL_REASONS, CASE_ENDED
from checklists.stage_rules import ExaminationRule
from dashboard import addresses
from dashboard.forms import examinations
from dashboard.forms.case import Options, version
from dashboard.parts import Field, Form, Kind, Option, Text

SHEETS = ".csv,.xlsx,text/csv"
_MISSED = tuple(Option(code, said) for code, said in MISSED_REASONS.items())
_CANCELLED = tuple(Option(code, said) for code, said in CANCEL_REASONS.items() if code != CASE_ENDED)
_TIME = _("For example 09:00.")


def arrive(booking_id: object) -> Form:
    return Form(
        "arrive",
        addresses.appointment(booking_id, "arrive"),
        _("The worker is here"),
        (
            Field(
                "same_person",
                _("I compared the person with the photograph and with the identity document: it is the same person"),
                Kind.CHECK,
            ),
        ),
    )


def miss(booking_id: object) -> Form:
    return Form(
        "miss",
        addresses.appointment(booking_id, "miss"),
        _("Record that it was missed"),
        (Field("reason", _("What happened"), Kind.RADIO, options=_MISSED),),
        quiet=True,
    )


def result(booking_id: object, rule: ExaminationRule) -> Form:
    """The result of an appointment; that it is the right person was recorded at the arrival."""
    fields = tuple(one for one in examinations.result_fields(rule) if one.name != "identity_checked")
    return Form("result", addresses.appointment(booking_id, "result"), _("Enter the result and lock it"), fields)


def amend(booking_id: object, examination_id: object, rule: ExaminationRule) -> Form:
    """The same result as it should have been, with the reason."""
    reason = Field("reason", _("Reason"), Kind.LONG, hint=_("Kept encrypted, for the medical role."), longest=1000)
    form = result(booking_id, rule)
    return replace(
        form,
        id="amend",
        action=addresses.appointment(booking_id, "amend"),
        submit=_("Amend the result"),
        fields=(reason, *form.fields),
        hidden=(("examination", str(examination_id)),),
    )


def result_list() -> Form:
    return Form(
        "result-list",
        addresses.RESULT_LIST,
        _("Hand the list in"),
        (Field("file", _("List of results"), Kind.FILE, hint=_("A workbook (.xlsx) or a CSV file."), accept=SHEETS),),
    )


def open_slots(clinic_id: object, today: str) -> Form:
    """New times of a clinic, by its own clock."""
    return Form(
        "open-slots",
        addresses.SLOTS,
        _("Open the times"),
        (
            Field("day", _("Day"), Kind.DATE, value=today),
            Field("begins", _("From"), hint=_TIME, short=True, longest=5),
            Field("ends", _("To"), hint=_TIME, short=True, longest=5),
            Field("places", _("Places"), Kind.NUMBER, short=True, longest=3),
            Field("weeks", _("For how many weeks, on the same day"), Kind.NUMBER, value="1", short=True, longest=2),
        ),
        (("clinic", str(clinic_id)),),
    )


def close_slot(slot_id: object, about: Text) -> Form:
    return Form(f"close-{slot_id}", addresses.slot(slot_id, "close"), _("Close"), about=about, quiet=True)


def choose_office_clinic(clinics: Options) -> Form:
    """Whose times are shown, for an office."""
    fields = (Field("clinic", _("Clinic"), Kind.CHOICE, options=clinics, required=False),)
    return Form("filters", addresses.SLOTS, _("Show"), fields, method="get")


def take_turn(case_id: object, number: int) -> Form:
    return Form(
        "take-turn",
        addresses.case(case_id, "appointment", "clinic"),
        _("Assign the clinic in turn"),
        (),
        version(number),
    )


def worker_chooses(case_id: object, number: int, clinics: Options) -> Form:
    """The worker chose from the whole list, which stands in the order of the alphabet."""
    return Form(
        "worker-chooses",
        addresses.case(case_id, "appointment", "clinic"),
        _("Record the worker's choice"),
        (
            Field("clinic", _("Clinic that the worker chose"), Kind.RADIO, options=clinics),
            Field(
                "by_worker",
                _("The worker saw the whole list and chose alone; nobody recommended a clinic"),
                Kind.CHECK,
            ),
        ),
        (*version(number), ("how", "worker-chooses")),
    )


def office_chooses(case_id: object, number: int, clinics: Options) -> Form:
    return Form(
        "office-chooses",
        addresses.case(case_id, "appointment", "clinic"),
        _("Assign this clinic"),
        (Field("clinic", _("Clinic"), Kind.RADIO, options=clinics),),
        (*version(number), ("how", "office-chooses")),
    )


def overrule(case_id: object, number: int, clinics: Options) -> Form:
    """A supervisor names another clinic than the one whose turn it is."""
    return Form(
        "overrule",
        addresses.case(case_id, "appointment", "clinic"),
        _("Name another clinic"),
        (
            Field("clinic", _("Clinic"), Kind.CHOICE, options=clinics),
            Field(
                "reason",
                _("Reason"),
                Kind.CHOICE,
                options=tuple(Option(code, said) for code, said in OVERRIDES.items()),
            ),
        ),
        (*version(number), ("how", "overrule")),
        danger=True,
    )


def book(case_id: object, number: int, slots: Options) -> Form:
    return Form(
        "book",
        addresses.case(case_id, "appointment"),
        _("Book the appointment"),
        (Field("slot", _("Time"), Kind.RADIO, options=slots),),
        version(number),
    )


def move(case_id: object, number: int, booking_id: object, slots: Options) -> Form:
    return Form(
        "move",
        addresses.case(case_id, "appointment", booking_id, "move"),
        _("Move the appointment"),
        (Field("slot", _("Time"), Kind.RADIO, options=slots),),
        version(number),
        quiet=True,
    )


def cancel(case_id: object, number: int, booking_id: object) -> Form:
    return Form(
        "cancel",
        addresses.case(case_id, "appointment", booking_id, "cancel"),
        _("Cancel the appointment"),
        (Field("reason", _("Reason"), Kind.CHOICE, options=_CANCELLED),),
        version(number),
        danger=True,
    )


def office_miss(case_id: object, number: int, booking_id: object) -> Form:
    """For an office whose clinic does not record it."""
    form = miss(booking_id)
    return replace(form, action=addresses.case(case_id, "appointment", booking_id, "miss"), hidden=version(number))


def withdraw_accreditation(organisation_id: object, licence_id: object, today: str, number: str) -> Form:
    return Form(
        f"withdraw-{licence_id}",
        addresses.organisation(organisation_id, "licences", licence_id, "withdraw"),
        _("Withdraw it"),
        (
            Field("on", _("First day on which it holds no more"), Kind.DATE, value=today),
            Field(
                "reason",
                _("Reason"),
                Kind.CHOICE,
                options=tuple(Option(code, said) for code, said in WITHDRAW_REASONS.items()),
            ),
        ),
        danger=True,
        about=number,
    )


def suspend(organisation_id: object, today: str, programmes: Options) -> Form:
    return Form(
        "suspend",
        addresses.organisation(organisation_id, "suspensions"),
        _("Suspend the clinic"),
        (
            Field("since", _("First day"), Kind.DATE, value=today),
            Field("until", _("Last day"), Kind.DATE, hint=_("Empty: until it is lifted."), required=False),
            Field(
                "programme",
                _("Programme"),
                Kind.CHOICE,
                hint=_("Empty: in all of them."),
                options=programmes,
                required=False,
            ),
            Field(
                "reason",
                _("Reason"),
                Kind.CHOICE,
                options=tuple(Option(code, said) for code, said in SUSPEND_REASONS.items()),
            ),
        ),
        legend=_("Suspend the clinic"),
        danger=True,
    )


def lift(organisation_id: object, suspension_id: object) -> Form:
    return Form(
        f"lift-{suspension_id}",
        addresses.organisation(organisation_id, "suspensions", suspension_id, "lift"),
        _("Lift the suspension"),
        quiet=True,
    )
