"""Forms of engagements, samples and findings. Field names are those of the casework commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from basis.messages import _
from casework.auditing.drawing import METHOD_WORDS
from casework.auditing.rules import (
    ACT_WORDS,
    ANSWERS,
    CODES,
    SEVERITY_WORDS,
    STRATA_WORDS,
    VERDICT_WORDS,
    FindingAct,
    Step,
)
from casework.auditing.words import STANDING_WORDS
from dashboard import addresses
from dashboard.forms.case import Options
from dashboard.parts import Field, Form, Kind, Option, Text

_NO_PERSONS = _("Write no names, numbers of passports or other data of persons.")


def new_engagement(auditors: Options, offices: Options, programmes: Options, office: str, today: str) -> Form:
    """Open an engagement. `office` is chosen beforehand; `offices` is empty for a supervisor, whose own it is."""
    everywhere = _("Nothing chosen: all of them.")
    scope = (Field("offices", _("Offices"), Kind.CHECKS, options=offices, hint=everywhere, required=False),)
    return Form(
        "engagement",
        addresses.NEW_ENGAGEMENT,
        _("Open the engagement"),
        (
            Field("title", _("Title")),
            Field("purpose", _("Purpose"), Kind.LONG, longest=1000),
            Field("begins_on", _("First day"), Kind.DATE, value=today),
            Field("ends_on", _("Last day"), Kind.DATE),
            *(scope if offices else ()),
            Field("programmes", _("Programmes"), Kind.CHECKS, options=programmes, hint=everywhere, required=False),
            *_auditors(auditors),
        ),
        hidden=() if offices else (("office", office),),
    )


def change_engagement(number: str, auditors: Options, chosen: str, lead: str, ends_on: str) -> Form:
    """Another last day, other auditors."""
    people, leader = _auditors(auditors)
    return Form(
        "engagement",
        addresses.engagement(number, "change"),
        _("Save the engagement"),
        (
            Field("ends_on", _("Last day"), Kind.DATE, value=ends_on),
            replace(people, value=chosen),
            replace(leader, value=lead),
        ),
    )


def close_engagement(number: str) -> Form:
    return Form("close", addresses.engagement(number, "close"), _("Close the engagement today"), danger=True)


def _auditors(auditors: Options) -> tuple[Field, Field]:
    return (
        Field("auditors", _("Auditors"), Kind.CHECKS, options=auditors),
        Field("lead", _("Lead auditor"), Kind.CHOICE, options=auditors, hint=_("One of them. The lead signs.")),
    )


def population(number: str, kinds: Options, programmes: Options, agencies: Options, offices: Options,
               people: Options) -> Form:  # fmt: skip
    """Which documents the sample is drawn from; a GET form."""
    standings = tuple(Option(one.value, said) for one, said in STANDING_WORDS.items())
    fields = (
        _choice("kind", _("Document"), kinds),
        _choice("programme", _("Programme"), programmes),
        _choice("standing", _("Status"), standings),
        Field("since", _("Issued from"), Kind.DATE, required=False),
        Field("until", _("Issued until"), Kind.DATE, required=False),
        _choice("agency", _("Agency"), agencies),
        _choice("office", _("Office"), offices),
        _choice("person", _("Decided or answered for by"), people),
    )
    shown = tuple(field for field in fields if field.kind is not Kind.CHOICE or field.options)
    return Form("filters", addresses.engagement(number, "samples", "new"), _("Count them"), shown, method="get")


def draw(number: str, asked: tuple[tuple[str, str], ...], size: int) -> Form:
    """Draw from the population that `asked` names; `size` is a suggestion."""
    return Form(
        "draw",
        addresses.engagement(number, "samples", "new"),
        _("Draw the sample"),
        (
            Field("method", _("Method"), Kind.RADIO, value="random", options=_options(METHOD_WORDS)),
            Field(
                "strata",
                _("Strata"),
                Kind.CHOICE,
                options=_options(STRATA_WORDS),
                hint=_("For a stratified sample: by what the documents are divided."),
                required=False,
            ),
            Field("size", _("Number of documents"), Kind.NUMBER, value=str(size), short=True, longest=6),
            Field(
                "second_share",
                _("Second reader, percent"),
                Kind.NUMBER,
                value="10",
                short=True,
                longest=3,
                hint=_("So many documents are read twice even if the first reader agrees. Exceptions always are."),
            ),
            Field(
                "confidence",
                _("Confidence of the limits"),
                Kind.RADIO,
                value="95",
                options=tuple(Option(one, _("{percent} %", percent=one)) for one in ("90", "95", "99")),
            ),
            Field(
                "seed",
                _("Seed"),
                hint=_("Empty: it is made here. It is kept, so that anybody can repeat the draw."),
                required=False,
                longest=100,
                autocomplete="off",
            ),
        ),
        asked,
    )


def verdict(sample: str, position: int, step: Step) -> Form:
    """The next verdict on a document."""
    reasons = tuple(Option(code, said) for codes in CODES.values() for code, said in codes.items())
    titles = {
        Step.FIRST: _("Give the verdict"),
        Step.SECOND: _("Give the second verdict"),
        Step.LEAD: _("Settle it"),
    }
    hint = _("The note is sealed, and erased with the data of the person. {rule}", rule=_NO_PERSONS)
    return Form(
        "verdict",
        addresses.sample(sample, "items", position),
        titles[step],
        (
            Field("verdict", _("Verdict"), Kind.RADIO, options=_options(VERDICT_WORDS)),
            Field(
                "code",
                _("Reason"),
                Kind.CHOICE,
                options=reasons,
                hint=_("For an exception, or for what cannot be examined."),
                required=False,
            ),
            Field("note", _("Note"), Kind.LONG, hint=hint, required=step is Step.LEAD, longest=1000),
        ),
        danger=step is Step.LEAD,
    )


def sign(sample: str) -> Form:
    return Form(
        "sign",
        addresses.sample(sample, "sign"),
        _("Sign the sample"),
        (
            Field("conclusion", _("Conclusion"), Kind.LONG, hint=_NO_PERSONS, longest=2000),
            Field("certain", _("I have looked at the results. Nothing changes after my signature."), Kind.CHECK),
        ),
        danger=True,
    )


def new_finding(number: str, offices: Options, from_item: tuple[tuple[str, str], ...]) -> Form:
    """Raise a finding; `from_item` names the sample and position that it comes from, and then the office is theirs."""
    office = Field("office_id", _("Office"), Kind.CHOICE, options=offices)
    return Form(
        "finding",
        addresses.engagement(number, "findings", "new"),
        _("Raise the finding"),
        (
            Field("title", _("Title"), hint=_NO_PERSONS),
            *(() if from_item else (office,)),
            Field("severity", _("Severity"), Kind.RADIO, options=_options(SEVERITY_WORDS)),
            _long("criterion", _("Criterion"), _("What should be, and by which rule.")),
            _long("condition", _("Condition"), _("What is. Name documents by their numbers.")),
            _long("cause", _("Cause"), _("Why it is so."), required=False),
            _long("recommendation", _("Recommendation")),
        ),
        from_item,
    )


def answer(number: str, staff: Options) -> Form:
    """The office's answer to a finding."""
    options = tuple(Option(act.value, ACT_WORDS[act]) for act in ANSWERS)
    agreed = _("For who agrees, also in part.")
    return Form(
        "answer",
        addresses.finding(number, "answer"),
        _("Record the answer"),
        (
            Field("act", _("Answer"), Kind.RADIO, options=options),
            Field("words", _("What the office says"), Kind.LONG, hint=_NO_PERSONS, longest=4000),
            Field("action", _("Corrective action"), Kind.LONG, hint=agreed, required=False, longest=4000),
            Field("responsible", _("Responsible"), Kind.CHOICE, options=staff, hint=agreed, required=False),
            Field("due_on", _("Done by"), Kind.DATE, hint=agreed, required=False),
        ),
        legend=_("Answer for the office"),
    )


def implement(number: str) -> Form:
    return Form(
        "implement",
        addresses.finding(number, "implement"),
        _("Say that it is done"),
        (Field("words", _("What was done"), Kind.LONG, hint=_NO_PERSONS, longest=4000),),
        legend=_("The action is done"),
    )


def follow_up(number: str, acts: tuple[FindingAct, ...]) -> Form:
    """What auditors may do with a finding now."""
    options = tuple(Option(act.value, ACT_WORDS[act]) for act in acts)
    due = Field("due_on", _("New day"), Kind.DATE, hint=_("For what stays open."), required=False)
    return Form(
        "follow-up",
        addresses.finding(number, "follow-up"),
        _("Record it"),
        (
            Field("act", _("What you found"), Kind.RADIO, options=options),
            Field("words", _("Note"), Kind.LONG, hint=_NO_PERSONS, longest=4000),
            *((due,) if FindingAct.KEEP_OPEN in acts else ()),
        ),
        legend=_("Follow up"),
    )


def _choice(name: str, label: Text, options: Options) -> Field:
    return Field(name, label, Kind.CHOICE, options=options, required=False)


def _long(name: str, label: Text, hint: Text = "", *, required: bool = True) -> Field:
    return Field(name, label, Kind.LONG, hint=hint, required=required, longest=4000)


def _options(words: Mapping[Any, Text]) -> Options:
    """The members of an enum with their words."""
    return tuple(Option(one.value, said) for one, said in words.items())
