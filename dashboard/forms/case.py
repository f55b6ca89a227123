"""Forms about a case as a whole: opening, correcting, evidence, life."""

from __future__ import annotations

from collections.abc import Collection

from basis.messages import Message, _
from casework.evidence.media import MOST_FILES
from dashboard import addresses
from dashboard.parts import Field, Form, Kind, Option, Text

FILES = ".pdf,.jpg,.jpeg,.png,.heic,.heif,application/pdf,image/jpeg,image/png,image/heic,image/heif"
Options = tuple[Option, ...]

_YES_NO = (Option("yes", _("yes")), Option("no", _("no")))
SEX = (Option("M", _("male")), Option("F", _("female")), Option("X", _("not stated in the passport")))


NOTICE_LANGUAGES = (
    Option("sq", _("Albanian")),
    Option("sr", _("Serbian")),
    Option("ar", _("Arabic")),
    Option("bn", _("Bengali")),
    Option("de", _("German")),
    Option("en", _("English")),
    Option("fr", _("French")),
)


def version(number: int) -> tuple[tuple[str, str], ...]:
    """The case's version travels with every form that changes it: whoever decides second sees what changed."""
    return (("version", str(number)),)


def _worker(countries: Options) -> tuple[Field, ...]:
    return (
        Field("family_name", _("Family name"), autocomplete="off"),
        Field(
            "given_names",
            _("Given names"),
            hint=_("Empty only for who has one name in the passport."),
            required=False,
            autocomplete="off",
        ),
        Field("native_name", _("Name in its own script"), required=False, longest=400),
        Field("sex", _("Sex"), Kind.RADIO, options=SEX),
        Field("birth_date", _("Date of birth"), Kind.DATE),
        Field("birth_place", _("Place of birth")),
        Field("nationality", _("Nationality"), Kind.CHOICE, options=countries),
        Field("passport_number", _("Passport number"), short=True, longest=20, autocomplete="off"),
        Field("passport_issued_on", _("Passport issued on"), Kind.DATE),
        Field("passport_expires_on", _("Passport expires on"), Kind.DATE),
        Field(
            "mrz",
            _("The two machine-readable lines"),
            Kind.LONG,
            hint=_("At the foot of the photo page: two lines of 44 characters."),
            required=False,
        ),
        Field("phone", _("Mobile phone"), Kind.PHONE, hint=_("With the country code: +383 48 126 953"), required=False),
        Field("email", _("E-mail"), Kind.EMAIL, required=False),
        Field("next_of_kin", _("Next of kin"), required=False, autocomplete="off"),
        Field("next_of_kin_phone", _("Phone of the next of kin"), Kind.PHONE, required=False),
    )


_RESIDENCES = Field(
    "residences",
    _("Countries of residence"),
    Kind.LONG,
    hint=_("One stay in each line, as country:from/until: XK:1984-03/2018-03"),
    longest=1000,
)


def notice(label: Message) -> tuple[Field, ...]:
    """Which privacy notice was shown, and in which language; `label` asks for its version."""
    return (
        Field(
            "notice_version",
            label,
            hint=_("It stands on the notice itself; it is kept with the legal basis of each worker's data."),
            short=True,
            longest=40,
        ),
        Field("notice_language", _("Language of that notice"), Kind.CHOICE, options=NOTICE_LANGUAGES),
    )


def choose_programme(programmes: Options) -> Form:
    """The first question before a case is opened by hand: what the next ones are depends on it."""
    field = Field("programme", _("Programme"), Kind.RADIO, options=programmes)
    return Form("choose-programme", addresses.NEW_CASE, _("Go on"), (field,), method="get")


def destination(countries: Options, *, needed: bool) -> tuple[Field, ...]:
    """Where the case leads to; no question where the programme leads to one country only (`countries` is empty)."""
    if not countries:
        return ()
    hint = "" if needed else _("Not needed for who stays.")
    return (
        Field("destination", _("Country of destination"), Kind.CHOICE, hint=hint, options=countries, required=needed),
    )


def new_case(
    programme: str,
    tracks: Options,
    destinations: tuple[Field, ...],
    sources: Options,
    occupations: Options,
    countries: Options,
    bases: Options,
    purposes: Text,
    *,
    loans: bool,
) -> Form:
    """Open a case by hand in `programme` (its id). `bases` are the legal bases (`casework.workers.tables.Basis`);
    `purposes` names what the worker was told that the data is used for."""
    loan = Field("loan_asked", _("Travel loan asked for"), Kind.MONEY, required=False, short=True, longest=12)
    return Form(
        "new-case",
        addresses.NEW_CASE,
        _("Open the case"),
        (
            Field("track", _("Track"), Kind.RADIO, options=tracks),
            *destinations,
            Field("source", _("How the worker came to you"), Kind.CHOICE, options=sources),
            *_worker(countries),
            _RESIDENCES,
            Field("occupation", _("Occupation (ISCO-08)"), Kind.CHOICE, options=occupations),
            Field("job_title", _("Job title"), required=False),
            Field("job_order", _("Job order"), required=False, longest=120),
            Field("employer", _("Employer"), required=False),
            Field("planned_departure", _("Planned departure"), Kind.DATE, required=False),
            *((loan,) if loans else ()),
            Field("basis", _("Legal basis for keeping the worker's data"), Kind.CHOICE, options=bases),
            *notice(_("Version of the privacy notice that the worker was shown")),
            Field(
                "notice_shown",
                _("The worker was shown this notice and, where the basis is consent, agrees to it"),
                Kind.CHECK,
                hint=purposes,
            ),
        ),
        (("programme", programme),),
    )


def correct_worker(case_id: object, number: int, countries: Options) -> Form:
    """Correct a worker's data; the earlier data stays as a version, with the reason."""
    reason = Field("reason", _("Why it is corrected"), hint=_("For example: passport shows another spelling."))
    return Form(
        "worker",
        addresses.case(case_id, "worker"),
        _("Save the correction"),
        (*_worker(countries), reason),
        version(number),
    )


def add_evidence(
    case_id: object,
    number: int,
    requirement: str,
    subject: str,
    title: Text,
    countries: Options,
    questions: tuple[Field, ...] = (),
    deciding: Collection[str] = (),
) -> Form:
    """Add one piece of evidence to a requirement. `id` is unique on a page with many requirements.

    `questions` are what else the programme asks of this paper, `deciding` the names of the days it counts from.
    """
    return Form(
        f"add-{requirement}{'-' + subject if subject else ''}",
        addresses.case(case_id, "evidence"),
        _("Add"),
        (
            file_field(
                "file", _("Files"), hint=_("All pages of this paper: PDF, JPEG, PNG or HEIC, each at most 10 MB.")
            ),
            Field("number", _("Number"), required=False, short=True, longest=60, autocomplete="off"),
            Field("issuer", _("Issued by"), required=False),
            Field("country", _("Country"), Kind.CHOICE, options=countries, required=False),
            Field("issued_on", _("Issued on"), Kind.DATE, required="issued_on" in deciding),
            Field("expires_on", _("Expires on"), Kind.DATE, required="expires_on" in deciding),
            *questions,
        ),
        (*version(number), ("requirement", requirement), ("subject", subject)),
        about=title,
        quiet=True,
    )


def file_field(name: str, label: Text, *, hint: Text = "", required: bool = True) -> Field:
    """A question for all the files of one paper."""
    return Field(name, label, Kind.FILE, hint=hint, accept=FILES, most=MOST_FILES, required=required)


def accept_evidence(case_id: object, number: int, evidence_id: object, title: Text) -> Form:
    return Form(
        f"accept-{evidence_id}",
        addresses.evidence(case_id, evidence_id, "accept"),
        _("Accept"),
        hidden=version(number),
        about=title,
    )


def reject_evidence(case_id: object, number: int, evidence_id: object, title: Text, reasons: Options) -> Form:
    """`reasons` are the codes of `casework.evidence.rules.REJECT_REASONS`."""
    return Form(
        f"reject-{evidence_id}",
        addresses.evidence(case_id, evidence_id, "reject"),
        _("Reject"),
        (
            Field("reason", _("Reason"), Kind.CHOICE, options=reasons),
            Field("note", _("Note for the worker"), required=False, longest=300),
        ),
        version(number),
        quiet=True,
        about=title,
    )


def withdraw_evidence(case_id: object, number: int, evidence_id: object, title: Text, reasons: Options) -> Form:
    """Accepted evidence was found wrong: what stands on it is open again."""
    return Form(
        f"withdraw-{evidence_id}",
        addresses.evidence(case_id, evidence_id, "withdraw"),
        _("Withdraw"),
        (Field("reason", _("Reason"), Kind.CHOICE, options=reasons),),
        version(number),
        danger=True,
        about=title,
    )


def sign_off(case_id: object, number: int, stage: str, title: Text) -> Form:
    return Form(
        f"sign-{stage}",
        addresses.case(case_id, "stages", stage, "sign-off"),
        _("Sign off: {stage}", stage=title),
        (
            Field(
                "confirmed",
                _("I have looked at what this stage stands on"),
                Kind.CHECK,
            ),
        ),
        version(number),
    )


def move(case_id: object, number: int, moves: Options, reasons: Options, today: str) -> Form:
    """Hold, withdraw, refuse, confirm a departure, and so on. Options come from `casework.cases.rules.moves_from`.

    A reason's value is ``move:code``, so that the page needs no script; `today` is the ISO day it happened by default.
    """
    return Form(
        "life",
        addresses.case(case_id, "life"),
        _("Record the move"),
        (
            Field("to", _("The case becomes"), Kind.RADIO, options=moves),
            Field("reason", _("Reason"), Kind.CHOICE, options=reasons),
            Field("happened_on", _("When it happened"), Kind.DATE, value=today),
            Field(
                "authority", _("On whose authority"), hint=_("The person or office that decided it."), required=False
            ),
            Field("note", _("Note"), Kind.LONG, required=False, longest=1000),
        ),
        version(number),
        danger=True,
    )


def assign(case_id: object, number: int, people: Options) -> Form:
    return Form(
        "owner",
        addresses.case(case_id, "owner"),
        _("Assign"),
        (Field("owner", _("Who works on it"), Kind.CHOICE, options=people),),
        version(number),
    )


def plan(case_id: object, number: int, destinations: tuple[Field, ...]) -> Form:
    """Move the departure, correct where to or the job; what no longer holds until the new day is open again."""
    return Form(
        "plan",
        addresses.case(case_id, "plan"),
        _("Save the plan"),
        (
            Field("planned_departure", _("Planned departure"), Kind.DATE, required=False),
            *destinations,
            Field("job_title", _("Job title"), required=False),
            Field("job_order", _("Job order"), required=False, longest=120),
            Field("employer", _("Employer"), required=False),
        ),
        version(number),
    )


def yes_no(name: str, label: Message) -> Field:
    """A question that must be answered, either way."""
    return Field(name, label, Kind.RADIO, options=_YES_NO)
