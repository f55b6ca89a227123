"""Forms of selection: criteria, putting forward, interviews, offers and what came of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from basis.messages import _
from casework.selection.rules import REASONS, RESULT_WORDS, Act, Criteria
from checklists.programme import CEFR, ContractTerm
from dashboard import addresses
from dashboard.forms.case import version
from dashboard.forms.contracts import languages, terms_fields
from dashboard.parts import Field, Form, Kind, Option, Text

_ENDS: Final = {
    Act.REJECT: _("Turn the candidate down"),
    Act.TAKE_BACK: _("Take the offer back"),
    Act.DECLINE: _("The worker declined"),
    Act.WITHDRAW: _("The worker withdrew"),
}


def criteria(order_id: object, now: Criteria) -> Form:
    """What is asked of candidates beside the occupation."""
    return Form(
        "criteria",
        addresses.candidates(order_id, "criteria"),
        _("Save what is asked"),
        (
            Field("language", _("Language"), Kind.CHOICE, options=languages(), value=now.language, required=False),
            Field(
                "level",
                _("At least (CEFR)"),
                Kind.CHOICE,
                options=tuple(Option(level, level) for level in CEFR),
                value=now.level,
                required=False,
            ),
            Field(
                "experience",
                _("Months of experience"),
                Kind.NUMBER,
                value=str(now.experience_months or ""),
                required=False,
                short=True,
            ),
            Field(
                "licence",
                _("Licence"),
                hint=_("The kind of paper, such as driving_licence."),
                value=now.licence,
                required=False,
                longest=60,
            ),
        ),
        quiet=True,
    )


def nominate(case_id: object, number: int, order_id: object, title: Text) -> Form:
    return Form(
        f"nominate-{order_id}",
        addresses.case(case_id, "job", "nominate"),
        _("Put forward"),
        (),
        (*version(number), ("order", str(order_id))),
        about=title,
    )


def agree(case_id: object, number: int) -> Form:
    """The worker agrees to be named to employers."""
    return Form(
        "agree",
        addresses.case(case_id, "job", "agree"),
        _("The worker agrees to be named to employers"),
        (
            Field("given_on", _("Agreed on"), Kind.DATE),
            Field("language", _("Language of the notice"), Kind.CHOICE, options=languages()),
            Field("notice_version", _("Version of the notice that was shown"), short=True, longest=40),
        ),
        version(number),
    )


def end_agreement(case_id: object, number: int) -> Form:
    return Form(
        "end-agreement",
        addresses.case(case_id, "job", "end-agreement"),
        _("The worker agrees no longer"),
        (),
        version(number),
        danger=True,
    )


def invite(application_id: object, number: int) -> Form:
    return Form(
        "invite",
        addresses.candidate(application_id, "invite"),
        _("Fix an interview"),
        (
            Field("day", _("Day of the interview"), Kind.DATE),
            Field("time", _("Time"), hint=_("By the clock of the office, like 09:00."), short=True, longest=5),
            Field("place", _("Place"), hint=_("Empty for an interview by telephone or video."), required=False),
        ),
        version(number),
    )


def hold(application_id: object, number: int) -> Form:
    options = tuple(Option(one.value, said) for one, said in RESULT_WORDS.items())
    return Form(
        "hold",
        addresses.candidate(application_id, "hold"),
        _("Record the interview"),
        (Field("result", _("What came of the interview"), Kind.RADIO, options=options),),
        version(number),
    )


def offer(application_id: object, number: int, terms: Iterable[ContractTerm]) -> Form:
    """What is held out; employer and occupation are those of the job order."""
    until = Field("answer_by", _("The worker may answer until"), Kind.DATE)
    return Form(
        "offer",
        addresses.candidate(application_id, "offer"),
        _("Make the offer"),
        (until, *terms_fields(terms)),
        version(number),
    )


def accept(application_id: object, number: int) -> Form:
    return Form(
        "accept",
        addresses.candidate(application_id, "accept"),
        _("The worker accepts the offer"),
        (
            Field("accepted_on", _("Accepted on"), Kind.DATE),
            Field("explained_in", _("Explained in"), Kind.CHOICE, options=languages()),
            Field(
                "paper",
                _("Where the signature is kept"),
                hint=_("File and page, or the number of the paper."),
                longest=120,
            ),
        ),
        version(number),
    )


def end(application_id: object, number: int, act: Act) -> Form:
    options = tuple(Option(code, said) for code, said in REASONS[act].items())
    return Form(
        act.value.replace("_", "-"),
        addresses.candidate(application_id, act.value.replace("_", "-")),
        _ENDS[act],
        (Field("reason", _("Reason"), Kind.CHOICE, options=options),),
        version(number),
        danger=True,
    )
