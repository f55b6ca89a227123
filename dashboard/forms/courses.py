"""Forms of courses: planning one, who takes part, attendance, assessments, closing it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from basis.messages import _
from casework.recorded import WITHDRAW_REASONS
from casework.training.rules import CANCEL_REASONS, DROP_REASONS, MARK_WORDS, Mark
from dashboard import addresses
from dashboard.forms.case import Options, version
from dashboard.forms.stages import LEVELS
from dashboard.parts import Field, Form, Kind, Option, Text

MARKS = tuple(Option(mark.value, said) for mark, said in MARK_WORDS.items())
CORRECTIONS = tuple(Option(code, said) for code, said in WITHDRAW_REASONS.items())
_DROPS = tuple(Option(code, said) for code, said in DROP_REASONS.items())
_CANCELS = tuple(Option(code, said) for code, said in CANCEL_REASONS.items())


NAMED_FROM_OUTSIDE = (
    Field("reference", _("Case reference"), longest=60),
    Field("birth_date", _("Date of birth"), Kind.DATE, hint=_("As in the worker's papers.")),
)
"""How somebody outside names whom to enrol: a reference alone is no reason to show a name and a face."""


def programme(options: Options) -> Form:
    """Which programme a new course is for: what it may teach hangs on it."""
    field = Field("programme", _("Programme"), Kind.CHOICE, options=options)
    return Form("course-programme", addresses.NEW_COURSE, _("Go on"), (field,), method="get")


def new(programme_id: str, providers: Options, subjects: Options, languages: Options) -> Form:
    """A new course; without `languages` of the programme it teaches none."""
    of_language = (
        Field("language", _("Language that is taught"), Kind.CHOICE, options=languages, required=False),
        Field("from_level", _("From level (CEFR)"), Kind.CHOICE, options=LEVELS, required=False),
        Field(
            "to_level",
            _("To level (CEFR)"),
            Kind.CHOICE,
            options=LEVELS,
            required=False,
            hint=_("Language courses only. Whoever passes the final assessment has reached it."),
        ),
    )
    return Form(
        "new-course",
        addresses.query(addresses.NEW_COURSE, programme=programme_id),
        _("Set up the course"),
        (
            Field("title", _("Title")),
            Field("code", _("Code"), hint=_("Letters, digits, hyphens."), short=True, longest=40),
            Field("provider", _("Provider"), Kind.CHOICE, options=providers),
            Field("subject", _("What it closes"), Kind.RADIO, options=subjects),
            *(of_language if languages else ()),
            Field("hours", _("Hours planned"), Kind.NUMBER, short=True, longest=4),
            Field("capacity", _("Places"), Kind.NUMBER, short=True, longest=5),
            Field("begins_on", _("First day"), Kind.DATE),
            Field("ends_on", _("Last day"), Kind.DATE),
            Field("online", _("It is held online"), Kind.CHECK, required=False),
            Field("place", _("Place"), required=False, hint=_("Needed unless it is held online.")),
        ),
    )


def session(code: str, number: int, modules: Options) -> Form:
    """A session, or one for each of several weeks."""
    module = Field("module", _("Module"), Kind.CHOICE, options=modules, required=False)
    return Form(
        "add-session",
        addresses.course(code, "sessions"),
        _("Add"),
        (
            Field("day", _("Day"), Kind.DATE),
            Field("starts", _("From"), hint=_("For example 09:00"), short=True, longest=5),
            Field("ends", _("To"), short=True, longest=5),
            *((module,) if modules else ()),
            Field("topic", _("Topic"), required=False),
            Field("weeks", _("In how many weeks"), Kind.NUMBER, short=True, longest=3, value="1"),
        ),
        version(number),
        legend=_("Add a session"),
        quiet=True,
    )


def cancel_session(code: str, number: int, session_id: UUID, when: Text) -> Form:
    return Form(
        f"cancel-{session_id}",
        addresses.course(code, "sessions", session_id, "cancel"),
        _("Take out"),
        (),
        version(number),
        quiet=True,
        about=when,
    )


def assessment(code: str, number: int) -> Form:
    return Form(
        "add-assessment",
        addresses.course(code, "assessments"),
        _("Add"),
        (
            Field("title", _("Title")),
            Field("held_on", _("Day"), Kind.DATE),
            Field("points", _("Points"), Kind.NUMBER, short=True, longest=5),
            Field("pass_points", _("Points needed to pass"), Kind.NUMBER, short=True, longest=5),
            Field("final", _("It is the final assessment"), Kind.CHECK, required=False),
        ),
        version(number),
        legend=_("Add an assessment"),
        quiet=True,
    )


def change(code: str, number: int, title: str, capacity: int) -> Form:
    return Form(
        "change-course",
        addresses.course(code, "change"),
        _("Change"),
        (
            Field("title", _("Title"), value=title),
            Field("capacity", _("Places"), Kind.NUMBER, short=True, longest=5, value=str(capacity)),
        ),
        version(number),
        legend=_("Title and places"),
        quiet=True,
    )


def cancel(code: str, number: int) -> Form:
    return Form(
        "cancel-course",
        addresses.course(code, "cancel"),
        _("Cancel the course"),
        (Field("reason", _("Reason"), Kind.CHOICE, options=_CANCELS),),
        version(number),
        legend=_("The course does not take place"),
        danger=True,
    )


def enrol(code: str, number: int, candidates: Options) -> Form:
    """`candidates`: those who wait for such a course, by the case's id; others by their reference."""
    chosen = Field("cases", _("Who waits for such a course"), Kind.CHECKS, options=candidates, required=False)
    return Form(
        "enrol",
        addresses.course(code, "enrol"),
        _("Enrol"),
        (
            *((chosen,) if candidates else ()),
            Field(
                "references",
                _("Case references"),
                hint=_("Several with spaces between them."),
                required=not candidates,
                longest=4000,
            ),
        ),
        version(number),
    )


def enrol_one(code: str, number: int) -> Form:
    """For who enrols from outside: the birth date shows that they know whom they name."""
    return Form("enrol", addresses.course(code, "enrol"), _("Enrol"), NAMED_FROM_OUTSIDE, version(number))


def leave(code: str, number: int, enrolment_id: UUID) -> Form:
    return Form(
        "leave",
        addresses.course(code, "people", enrolment_id, "leave"),
        _("Leaves the course"),
        (Field("reason", _("Reason"), Kind.RADIO, options=_DROPS),),
        version(number),
        danger=True,
    )


def choose(case_id: UUID, courses: Options) -> Form:
    """A place in a course changes nothing of the case itself, so it is the course that says what is still possible."""
    course = Field("course", _("Course"), Kind.RADIO, options=courses)
    return Form("choose-course", addresses.case(case_id, "courses"), _("Enrol"), (course,))


def close(code: str, number: int) -> Form:
    return Form("close-course", addresses.course(code, "close"), _("Close the course"), (), version(number))


def attendance(code: str, session_id: UUID, number: int, asked: Iterable[Field], *, correcting: bool) -> Form:
    """One list for the whole session; nothing is chosen before somebody says it."""
    action = addresses.course(code, "sessions", session_id)
    return _list(action, number, asked, _("Record the attendance"), correcting=correcting)


def points(code: str, assessment_id: UUID, number: int, asked: Iterable[Field], *, correcting: bool) -> Form:
    action = addresses.course(code, "assessments", assessment_id)
    return _list(action, number, asked, _("Record the points"), correcting=correcting)


def marks_of(enrolment_id: UUID, name: Text, mark: Mark | None, late: int, *, needed: bool) -> tuple[Field, Field]:
    """How one person attended, and by how many minutes they were late."""
    return (
        Field(f"mark-{enrolment_id}", name, Kind.RADIO, "", mark.value if mark else "", MARKS, required=needed),
        Field(
            f"late-{enrolment_id}",
            _("Minutes late"),
            Kind.NUMBER,
            value=str(late) if late else "",
            required=False,
            short=True,
            longest=3,
        ),
    )


def points_of(enrolment_id: UUID, name: Text, points: int | None, *, known: bool) -> tuple[Field, Field]:
    """The points of one person, or that they did not take part."""
    value = str(points) if points is not None else ""
    absent = "yes" if known and points is None else ""
    return (
        Field(f"points-{enrolment_id}", name, Kind.NUMBER, value=value, required=False, short=True, longest=5),
        Field(f"absent-{enrolment_id}", _("did not take part"), Kind.CHECK, value=absent, required=False),
    )


def file(action: str, number: int, *, correcting: bool) -> Form:
    """The same list as a file."""
    field = Field("file", _("List (CSV or Excel)"), Kind.FILE, accept=".csv,.xlsx")
    fields = (field, _correction()) if correcting else (field,)
    return Form("list-file", action, _("Hand in the list"), fields, version(number), quiet=True)


def _list(action: str, number: int, asked: Iterable[Field], submit: Text, *, correcting: bool) -> Form:
    fields = (*asked, _correction()) if correcting else tuple(asked)
    return Form("course-list", action, submit, fields, version(number))


def _correction() -> Field:
    hint = _("The course is closed: results that come out otherwise are withdrawn and written anew.")
    return Field("reason", _("Reason of the correction"), Kind.CHOICE, hint=hint, options=CORRECTIONS)
