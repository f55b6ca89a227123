"""Forms of medical examinations and of what goes with them: for the medical officer, a result also for a clinic."""

from __future__ import annotations

from typing import Final

from basis.messages import _
from casework.medical.rules import NEVER_WORDS, VACCINES
from checklists.programme import ExaminationPart, ExaminationRule
from dashboard import addresses
from dashboard.forms.case import Options, version, yes_no
from dashboard.parts import Field, Form, Kind, Option, Text

FITNESS: Final = (
    Option("fit", _("fit")),
    Option("fit_with_follow_up", _("fit, with follow-up")),
    Option("pending", _("pending: a result is outstanding")),
    Option("temporarily_unfit", _("temporarily unfit")),
    Option("unfit", _("unfit")),
)
OUTCOMES: Final = {option.value: option.label for option in FITNESS}
_DAYS = {
    ExaminationPart.XRAY: _("Chest X-ray on"),
    ExaminationPart.LABORATORY: _("Laboratory on"),
    ExaminationPart.DENTAL: _("Dental examination on"),
    ExaminationPart.PSYCHOMETRIC: _("Psychometric test on"),
    ExaminationPart.VISION: _("Vision tested on"),
    ExaminationPart.HEARING: _("Hearing tested on"),
}
_REASON = Field("reason", _("Reason"), Kind.LONG, hint=_("Kept encrypted, for the medical role."), longest=1000)
_PHYSICIAN = (
    Field("physician", _("Physician")),
    Field("physician_licence", _("Physician's licence"), short=True, longest=60),
)


def submit(case_id: object, number: int, clinics: Options, rule: ExaminationRule) -> Form:
    """The result of an examination, as the medical officer has it from a clinic."""
    return Form(
        "medical",
        addresses.case(case_id, "medical"),
        _("Record the examination"),
        (Field("clinic", _("Clinic"), Kind.CHOICE, options=clinics), *result_fields(rule)),
        version(number),
    )


def amend(case_id: object, number: int, examination_id: object, rule: ExaminationRule) -> Form:
    """The same result as it should have been, with the reason."""
    return Form(
        "amend",
        addresses.case(case_id, "medical", examination_id, "amend"),
        _("Amend the examination"),
        (_REASON, *result_fields(rule)),
        version(number),
    )


def result_fields(rule: ExaminationRule) -> tuple[Field, ...]:
    """What is asked of a result, with the day of each part that the programme names."""
    codes = tuple(Option(one.code, one.label) for one in rule.shortened_by)
    return (
        *_PHYSICIAN,
        Field("examined_on", _("Examined on"), Kind.DATE),
        *(Field(f"{part.value}_on", label, Kind.DATE, required=False) for part, label in parts_of(rule)),
        yes_no("identity_checked", _("Was the worker's identity checked against the photograph?")),
        Field("outcome", _("Outcome"), Kind.RADIO, options=FITNESS),
        Field("until", _("Expected until"), Kind.DATE, hint=_("When pending: the day of the result."), required=False),
        Field(
            "review_on",
            _("Review on"),
            Kind.DATE,
            hint=_("When temporarily unfit, or with follow-up: who is fit with follow-up is so until then."),
            required=False,
        ),
        *(
            (
                Field(
                    "result_code",
                    _("Result that shortens the validity"),
                    Kind.CHOICE,
                    hint=_("Kept encrypted; only the medical role can read it."),
                    options=codes,
                    required=False,
                ),
            )
            if codes
            else ()
        ),
        Field(
            "detail",
            _("Medical detail"),
            Kind.LONG,
            hint=_warning(rule),
            required=False,
            longest=4000,
        ),
    )


def parts_of(rule: ExaminationRule) -> tuple[tuple[ExaminationPart, Text], ...]:
    """The parts that have a day of their own, with their labels; the X-ray where the programme names no parts."""
    named = rule.parts or (ExaminationPart.XRAY,)
    return tuple((part, _DAYS[part]) for part in named if part is not ExaminationPart.PHYSICAL)


def never(rule: ExaminationRule) -> str:
    """What the programme never asks for, in words."""
    return ", ".join(str(NEVER_WORDS[one]) for one in rule.never_asked)


def ask_opinion(case_id: object, number: int, examination_id: object, clinics: Options) -> Form:
    return Form(
        "opinion",
        addresses.case(case_id, "medical", examination_id, "opinion"),
        _("Ask for a second opinion"),
        (Field("clinic", _("Clinic"), Kind.CHOICE, options=clinics), _REASON),
        version(number),
    )


def weigh(case_id: object, number: int, opinion_id: object, first: Text, second: Text) -> Form:
    return Form(
        "weigh",
        addresses.case(case_id, "medical", "opinions", opinion_id),
        _("Record which one counts"),
        (
            Field(
                "counts",
                _("Which one counts"),
                Kind.RADIO,
                options=(Option("first", first), Option("second", second)),
            ),
            _REASON,
        ),
        version(number),
    )


def vaccination(case_id: object, number: int, rule: ExaminationRule) -> Form:
    codes = rule.vaccinations or tuple(VACCINES)
    return Form(
        "vaccination",
        addresses.case(case_id, "medical", "vaccination"),
        _("Record the vaccination"),
        (
            Field(
                "vaccine",
                _("Vaccination against"),
                Kind.CHOICE,
                options=tuple(Option(code, vaccine(code)) for code in codes),
            ),
            Field("dose", _("Dose"), Kind.NUMBER, short=True, longest=1, value="1"),
            Field("given_on", _("Given on"), Kind.DATE),
            Field("next_due", _("Next dose due on"), Kind.DATE, required=False),
        ),
        version(number),
    )


def vaccine(code: str) -> Text:
    """A vaccination in words."""
    return VACCINES.get(code) or code.replace("_", " ")


def care(case_id: object, number: int) -> Form:
    kinds = (
        Option("referral", _("referred for treatment")),
        Option("counselling", _("counselling")),
        Option("hand_over", _("follow-up handed over")),
    )
    return Form(
        "care",
        addresses.case(case_id, "medical", "care"),
        _("Record it"),
        (
            Field("kind", _("What was offered"), Kind.RADIO, options=kinds),
            yes_no("given", _("Did the worker take it up?")),
            Field("happened_on", _("Day"), Kind.DATE),
            Field("detail", _("To whom, or what about"), hint=_("Kept encrypted."), required=False, longest=400),
            Field(
                "consented_on",
                _("The worker consented on"),
                Kind.DATE,
                hint=_("Follow-up is handed over with the worker's consent only."),
                required=False,
            ),
        ),
        version(number),
    )


def end_consent(case_id: object, number: int, care_id: object) -> Form:
    return Form(
        "consent",
        addresses.case(case_id, "medical", "care", care_id, "consent"),
        _("Record that the consent was taken back"),
        (),
        version(number),
        danger=True,
    )


def fit_to_fly(case_id: object, number: int) -> Form:
    return Form(
        "fit-to-fly",
        addresses.case(case_id, "medical", "fit-to-fly"),
        _("Record the check"),
        (
            *_PHYSICIAN,
            Field("checked_on", _("Checked on"), Kind.DATE),
            yes_no("fit", _("Is the worker fit to travel?")),
            Field("note", _("Note"), Kind.LONG, hint=_("Kept encrypted."), required=False, longest=1000),
        ),
        version(number),
    )


def _warning(rule: ExaminationRule) -> Text:
    kept = _("Kept encrypted; only the medical role can read it.")
    if not rule.never_asked:
        return kept
    return _("{kept} Write down nothing about: {never}. It is never asked here.", kept=kept, never=never(rule))
