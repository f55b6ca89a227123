"""Forms of qualifications: diplomas and their recognition, language and trade tests, letters of employers."""

from __future__ import annotations

from collections.abc import Mapping

from basis.messages import Message, _
from casework.qualifications.procedure_rules import MEASURE_WORDS, ProcedureStepKind
from casework.qualifications.queries import Show
from casework.qualifications.rules import (
    ISCED_WORDS,
    OUTCOME_WORDS,
    VERIFICATION_WORDS,
    DegreeComparison,
    InstitutionStatus,
    Verification,
)
from casework.qualifications.verifying import Document
from checklists.programme import LANGUAGE_SKILLS
from dashboard import addresses
from dashboard.forms.case import Options, version, yes_no
from dashboard.forms.stages import LEVELS, SKILLS
from dashboard.parts import Field, Form, Kind, Option, Text

_Step = ProcedureStepKind

PARTS: Mapping[Show, Message] = {
    Show.OPEN: _("going on"),
    Show.OVERDUE: _("overdue"),
    Show.INCOMPLETE: _("papers are missing"),
    Show.MEASURE: _("compensation measure to be done"),
    Show.APPEAL: _("time to appeal still runs"),
    Show.DECIDED: _("decided"),
}
"""The parts of the list of recognitions."""
OUTCOMES = tuple(Option(outcome.value, said) for outcome, said in OUTCOME_WORDS.items())
STATUSES = tuple(
    Option(one.value, _("not listed") if one.value == "unlisted" else one.value) for one in InstitutionStatus
)
_ISCED = tuple(
    Option(str(level), _("{level}: {words}", level=level, words=said)) for level, said in enumerate(ISCED_WORDS)
)
COMPARISONS: Mapping[DegreeComparison, Message] = {
    DegreeComparison.EQUIVALENT: _("equivalent"),
    DegreeComparison.COMPARABLE: _("comparable"),
    DegreeComparison.CONDITIONAL: _("comparable on conditions"),
    DegreeComparison.NONE: _("not comparable"),
    DegreeComparison.UNLISTED: _("not listed"),
}
_ACTS: Mapping[ProcedureStepKind, Message] = {
    _Step.COMPLETED: _("The file is complete"),
    _Step.DELAYED: _("The authority tells of a delay"),
    _Step.DECIDED: _("Record the decision"),
    _Step.MEASURE_SET: _("A compensation measure is set"),
    _Step.MEASURE_DONE: _("The measure was done"),
    _Step.FOLLOWED_UP: _("A follow-up application was filed"),
    _Step.APPEALED: _("An appeal was lodged"),
    _Step.TAKEN_BACK: _("Taken back by the worker"),
}
_SAID: Mapping[Verification, Message] = {
    Verification.ASKED: _("asked, no answer yet"),
    Verification.CONFIRMED: VERIFICATION_WORDS[Verification.CONFIRMED],
    Verification.DENIED: VERIFICATION_WORDS[Verification.DENIED],
}
_OCCUPATION = _("The four digits of ISCO-08, like 7112 for bricklayers.")
_MONTH = _("A month: 2024-05.")
_ESCO = Field("esco", _("Address in ESCO"), required=False, longest=120, autocomplete="off")
_REFERENCE = Field("reference", _("Its reference"), required=False, longest=120)
_APPEAL = Field(
    "appeal_until", _("Last day to appeal"), Kind.DATE, hint=_("Where it was not recognised in full."), required=False
)


def _place(case_id: object, *parts: object) -> str:
    return addresses.case(case_id, "qualifications", *parts)


def _paper(papers: Options) -> tuple[Field, ...]:
    field = Field("evidence", _("Paper that shows it"), Kind.CHOICE, options=papers, required=False)
    return (field,) if papers else ()


def diploma(case_id: object, number: int, countries: Options, papers: Options) -> Form:
    """A diploma as it is printed."""
    return Form(
        "diploma",
        _place(case_id, "diploma"),
        _("Add the diploma"),
        (
            Field("title", _("Diploma, as printed"), hint=_("In its own script.")),
            Field("translated", _("The same translated"), required=False),
            Field("institution", _("School or university"), hint=_("As printed; the register finds it by its name.")),
            Field("country", _("Its country"), Kind.CHOICE, options=countries),
            Field("isced", _("Level (ISCED 2011)"), Kind.CHOICE, options=_ISCED),
            Field("field", _("Field of study"), required=False, longest=120),
            Field("awarded", _("Year of award"), Kind.NUMBER, short=True, longest=4),
            Field(
                "comparison",
                _("How a register compares its degree"),
                Kind.CHOICE,
                options=tuple(Option(one.value, said) for one, said in COMPARISONS.items()),
                value=DegreeComparison.UNLISTED.value,
            ),
            *_paper(papers),
        ),
        version(number),
    )


def application(case_id: object, number: int, diploma_id: object, about: Text) -> Form:
    """An application for recognition."""
    return Form(
        f"file-{diploma_id}",
        _place(case_id, "diplomas", diploma_id, "application"),
        _("An application was filed"),
        (
            Field("authority", _("Authority")),
            _REFERENCE,
            Field("happened_on", _("Filed on"), Kind.DATE),
        ),
        version(number),
        quiet=True,
        about=about,
    )


def decided(case_id: object, number: int, diploma_id: object, about: Text) -> Form:
    """What an authority decided before the worker came, or without a procedure that was followed here."""
    return Form(
        f"decided-{diploma_id}",
        _place(case_id, "diplomas", diploma_id, "decision"),
        _("An authority has decided already"),
        (
            Field("outcome", _("Decision"), Kind.RADIO, options=OUTCOMES),
            Field("authority", _("Authority that decided")),
            _REFERENCE,
            Field("happened_on", _("Decided on"), Kind.DATE),
            _APPEAL,
        ),
        version(number),
        quiet=True,
        about=about,
    )


def agreement(case_id: object, number: int, diploma_id: object, agreement_id: str, title: Text) -> Form:
    """A person's word that an agreement recognises the diploma."""
    return Form(
        f"agreement-{agreement_id}-{diploma_id}",
        _place(case_id, "diplomas", diploma_id, "agreement"),
        _("It is recognised by: {title}", title=title),
        (
            _REFERENCE,
            Field("confirmed", _("I have looked at the diploma and the agreement: it applies"), Kind.CHECK),
        ),
        (*version(number), ("agreement", agreement_id)),
        quiet=True,
    )


def step(case_id: object, number: int, procedure_id: object, kind: ProcedureStepKind, about: Text) -> Form:
    """The form of one step of a recognition."""
    measures = tuple(Option(one.value, said) for one, said in MEASURE_WORDS.items())
    fields: Mapping[ProcedureStepKind, tuple[Field, ...]] = {
        _Step.DELAYED: (Field("until", _("New day of the decision"), Kind.DATE),),
        _Step.DECIDED: (Field("outcome", _("Decision"), Kind.RADIO, options=OUTCOMES), _REFERENCE, _APPEAL),
        _Step.MEASURE_SET: (
            Field("measure", _("Measure"), Kind.RADIO, options=measures),
            Field("months", _("Months"), Kind.NUMBER, required=False, short=True, longest=2),
            Field("until", _("To be done by"), Kind.DATE, required=False),
        ),
    }
    return Form(
        f"{kind.value}-{procedure_id}",
        _place(case_id, "procedures", procedure_id),
        _ACTS[kind],
        (Field("happened_on", _("Day"), Kind.DATE), *fields.get(kind, ())),
        (*version(number), ("step", kind.value)),
        danger=kind is _Step.TAKEN_BACK,
        quiet=kind is not _Step.DECIDED,
        about=about,
    )


def verify(case_id: object, number: int, document: Document, row_id: object, about: Text) -> Form:
    """What the issuer of a document says of it."""
    return Form(
        f"verify-{row_id}",
        _place(case_id, "issuer", document.value, row_id),
        _("What the issuer says"),
        (
            Field(
                "said", _("Issuer"), Kind.RADIO, options=tuple(Option(one.value, said) for one, said in _SAID.items())
            ),
            Field("happened_on", _("Day"), Kind.DATE),
        ),
        version(number),
        quiet=True,
        about=about,
    )


def second(case_id: object, number: int, decision_id: object, about: Text) -> Form:
    """The second person's word on a decision."""
    return Form(
        f"second-{decision_id}",
        _place(case_id, "decisions", decision_id, "second"),
        _("Confirm as the second person"),
        hidden=version(number),
        about=about,
    )


def language(case_id: object, number: int, languages: Options) -> Form:
    """A language test as its certificate shows it."""
    return Form(
        "language",
        _place(case_id, "language"),
        _("Record the test"),
        (
            Field("subject", _("Language"), Kind.CHOICE, options=languages),
            Field("title", _("Test"), hint=_("For example: telc Deutsch B1")),
            Field("provider", _("Provider"), hint=_("Leave it empty where it is not known."), required=False),
            Field("tested_on", _("Tested on"), Kind.DATE),
            Field(
                "level",
                _("Level reached (CEFR)"),
                Kind.CHOICE,
                hint=_("As printed. Where only the skills are, the lowest of the four counts."),
                options=LEVELS,
                required=False,
            ),
            *(
                Field(skill, SKILLS[skill], Kind.CHOICE, options=LEVELS, required=False, short=True)
                for skill in LANGUAGE_SKILLS
            ),
            Field("reference", _("Number of the test certificate"), required=False, longest=120),
            Field(
                "expires_on",
                _("Printed expiry"),
                Kind.DATE,
                hint=_("Kept as printed. How old a test may be the programme says."),
                required=False,
            ),
        ),
        version(number),
    )


def _points(part: str, label: Message) -> tuple[Field, ...]:
    return (
        yes_no(f"{part}_passed", _("{part}: passed?", part=label)),
        Field(f"{part}_points", _("{part}: points", part=label), Kind.NUMBER, required=False, short=True, longest=5),
        Field(f"{part}_of", _("{part}: of at most", part=label), Kind.NUMBER, required=False, short=True, longest=5),
    )


def trade_test(case_id: object, number: int, occupation: str) -> Form:
    """An attempt at a trade test. `occupation` stands in the field at first."""
    return Form(
        "trade-test",
        _place(case_id, "trade-test"),
        _("Record the attempt"),
        (
            Field("occupation", _("Occupation"), hint=_OCCUPATION, value=occupation, short=True, longest=4),
            Field("centre", _("Test centre")),
            Field("candidate", _("Candidate number"), required=False, longest=60),
            Field("tested_on", _("Tested on"), Kind.DATE),
            *_points("theory", _("Theory")),
            *_points("practical", _("Practical part")),
            Field("valid_until", _("Valid until, by the test's own rule"), Kind.DATE, required=False),
            Field("reference", _("Number of the certificate"), required=False, longest=120),
            _ESCO,
        ),
        version(number),
    )


def experience(case_id: object, number: int, occupation: str, countries: Options, papers: Options) -> Form:
    """A letter of an employer. `occupation` stands in the field at first."""
    return Form(
        "experience",
        _place(case_id, "experience"),
        _("Add the letter"),
        (
            Field("employer", _("Employer")),
            Field("country", _("Country"), Kind.CHOICE, options=countries, required=False),
            Field("occupation", _("Occupation"), hint=_OCCUPATION, value=occupation, short=True, longest=4),
            Field("since", _("From"), hint=_MONTH, short=True, longest=7, autocomplete="off"),
            Field("until", _("To"), hint=_MONTH, short=True, longest=7, autocomplete="off"),
            *_paper(papers),
            _ESCO,
        ),
        version(number),
    )


def count(case_id: object, number: int) -> Form:
    """Decide on the experience by the letters that are confirmed."""
    return Form(
        "count", _place(case_id, "experience", "count"), _("Decide by the confirmed letters"), hidden=version(number)
    )


def institution(institution_id: object, number: int, values: Mapping[str, str]) -> Form:
    """What is known of a school or university. `values` stand in the fields at first."""
    return Form(
        "institution",
        addresses.institution(institution_id),
        _("Record it"),
        (
            Field("name", _("Name"), value=values["name"]),
            Field("status", _("Status"), Kind.RADIO, options=STATUSES, value=values["status"]),
            Field("source", _("Where it stands"), hint=_("For example: anabin.kmk.org"), required=False, longest=300),
            Field("as_of", _("Read there on"), Kind.DATE, required=False),
        ),
        version(number),
    )


def recognition_filters() -> Form:
    """Which recognitions the list shows."""
    parts = tuple(Option(part.value, said) for part, said in PARTS.items())
    fields = (Field("show", _("What"), Kind.CHOICE, options=parts, required=False),)
    return Form("filters", addresses.RECOGNITIONS, _("Show"), fields, method="get")


def institution_filters(countries: Options) -> Form:
    """Which schools and universities the register shows."""
    fields = (
        Field("text", _("Name"), Kind.SEARCH, required=False),
        Field("country", _("Country"), Kind.CHOICE, options=countries, required=False),
    )
    return Form("filters", addresses.INSTITUTIONS, _("Show"), fields, method="get")


def institution_status(status: InstitutionStatus) -> Text:
    """The status as anabin writes it, or that it is not listed."""
    return next(option.label for option in STATUSES if option.value == status.value)
