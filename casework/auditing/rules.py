"""Verdicts on documents of a sample, who gives the next one, and the life of a finding. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from basis.errors import Conflict, InvalidInput, Refused
from basis.messages import Message, _

LONGEST_NOTE = 1000


class Strata(StrEnum):
    """By what a stratified sample is divided."""

    KIND = "kind"
    AGENCY = "agency"
    PROGRAMME = "programme"
    PERSON = "person"


STRATA_WORDS: Mapping[Strata, Message] = {
    Strata.KIND: _("kind of document"),
    Strata.AGENCY: _("agency"),
    Strata.PROGRAMME: _("programme"),
    Strata.PERSON: _("person who decided"),
}


class SampleState(StrEnum):
    REVIEWING = "reviewing"
    SIGNED = "signed"


class Verdict(StrEnum):
    AGREE = "agree"
    EXCEPTION = "exception"
    NOT_EXAMINABLE = "not_examinable"


VERDICT_WORDS: Mapping[Verdict, Message] = {
    Verdict.AGREE: _("agree"),
    Verdict.EXCEPTION: _("exception"),
    Verdict.NOT_EXAMINABLE: _("cannot be examined"),
}
CODES: Mapping[Verdict, Mapping[str, Message]] = {
    Verdict.AGREE: {},
    Verdict.EXCEPTION: {
        "evidence_missing": _("Evidence that the programme asks for is missing."),
        "evidence_unfit": _("The evidence does not show what was decided."),
        "evidence_lapsed": _("The evidence did not hold on the day that counts."),
        "data_wrong": _("The document says something else than the evidence."),
        "rule_misapplied": _("A rule of the programme was applied wrongly."),
        "not_authorised": _("It was decided by somebody who may not decide it."),
        "not_independent": _("One person recorded and decided where two are needed."),
        "concession_unfounded": _("A waiver or condition has no sufficient ground or authority."),
        "backdated": _("Days of what was done and of when it was recorded do not fit together."),
        "file_wrong": _("The file or its signature does not verify."),
        "other_exception": _("Something else, as the note says."),
    },
    Verdict.NOT_EXAMINABLE: {
        "erased": _("The person's data was erased."),
        "file_missing": _("A file is missing or cannot be opened."),
        "elsewhere": _("What is needed lies with another authority that did not hand it over."),
        "other_obstacle": _("Something else, as the note says."),
    },
}
CODE_WORDS: Mapping[str, Message] = {code: said for codes in CODES.values() for code, said in codes.items()}


class Step(StrEnum):
    """Whose verdict it is: the first reader's, the second's, or the lead's, which settles."""

    FIRST = "first"
    SECOND = "second"
    LEAD = "lead"


STEP_WORDS: Mapping[Step, Message] = {
    Step.FIRST: _("first reader"),
    Step.SECOND: _("second reader"),
    Step.LEAD: _("lead auditor"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict with its code ("" for agree) and the account that gave it."""

    verdict: Verdict
    code: str
    by: str


class ItemState(StrEnum):
    OPEN = "open"
    SECOND = "second"
    DISPUTED = "disputed"
    DONE = "done"


ITEM_WORDS: Mapping[ItemState, Message] = {
    ItemState.OPEN: _("to be read"),
    ItemState.SECOND: _("waits for a second reader"),
    ItemState.DISPUTED: _("the readers disagree: the lead decides"),
    ItemState.DONE: _("read"),
}


def item_state(said: Mapping[Step, Said], *, chosen: bool) -> ItemState:
    """Where a document of a sample stands. `chosen`: a second person reads it whatever the first says."""
    if Step.LEAD in said:
        return ItemState.DONE
    first, second = said.get(Step.FIRST), said.get(Step.SECOND)
    if first is None:
        return ItemState.OPEN
    if second is None:
        return ItemState.SECOND if chosen or first.verdict is not Verdict.AGREE else ItemState.DONE
    return ItemState.DONE if (first.verdict, first.code) == (second.verdict, second.code) else ItemState.DISPUTED


def outcome(said: Mapping[Step, Said], *, chosen: bool) -> Said | None:
    """The verdict that counts; None until the document is done."""
    if item_state(said, chosen=chosen) is not ItemState.DONE:
        return None
    return said.get(Step.LEAD) or said[Step.FIRST]


def next_step(said: Mapping[Step, Said], reader: str, *, chosen: bool, lead: bool) -> Step | None:
    """Which verdict this auditor may give now. The lead may settle whatever somebody has read, also to put it right."""
    state = item_state(said, chosen=chosen)
    if state is ItemState.OPEN:
        return Step.FIRST
    if state is ItemState.SECOND and said[Step.FIRST].by != reader:
        return Step.SECOND
    settles = lead and Step.LEAD not in said and state in (ItemState.DISPUTED, ItemState.DONE)
    return Step.LEAD if settles else None


def require_step(said: Mapping[Step, Said], reader: str, *, chosen: bool, lead: bool) -> Step:
    """`next_step`, or `Refused` (``same_person``, ``not_lead``), `Conflict` (``reviewed``)."""
    step = next_step(said, reader, chosen=chosen, lead=lead)
    if step is not None:
        return step
    state = item_state(said, chosen=chosen)
    if state is ItemState.SECOND:
        raise Refused(
            "same_person", _("Who read a document first cannot be its second reader."), _("Leave it to somebody else.")
        )
    if state is ItemState.DISPUTED:
        raise Refused("not_lead", _("The readers disagree; the lead auditor decides."), _("Leave it to the lead."))
    raise Conflict("reviewed", _("This document was read already."), _("Look at its present state."))


def require_code(verdict: Verdict, code: str, note: str) -> str:
    """The code that fits the verdict, "" for agree. Raises `InvalidInput` (``unknown_code``, ``missing_value``)."""
    if verdict is Verdict.AGREE:
        return ""
    if code not in CODES[verdict]:
        raise InvalidInput(
            "unknown_code",
            _("The reason does not fit the verdict “{verdict}”.", verdict=VERDICT_WORDS[verdict]),
            _("Choose a reason of its list."),
        )
    if code.startswith("other_") and not note.strip():
        raise InvalidInput("missing_value", _("The note is empty."), _("Say in the note what it is."))
    return code


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


SEVERITY_WORDS: Mapping[Severity, Message] = {
    Severity.LOW: _("low"),
    Severity.MEDIUM: _("medium"),
    Severity.HIGH: _("high"),
    Severity.CRITICAL: _("critical"),
}


class FindingState(StrEnum):
    OPEN = "open"
    IN_ACTION = "in_action"
    DISPUTED = "disputed"
    IMPLEMENTED = "implemented"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


FINDING_WORDS: Mapping[FindingState, Message] = {
    FindingState.OPEN: _("waits for the office's answer"),
    FindingState.IN_ACTION: _("is being corrected"),
    FindingState.DISPUTED: _("the office disagrees"),
    FindingState.IMPLEMENTED: _("the office says it is corrected"),
    FindingState.CLOSED: _("closed"),
    FindingState.WITHDRAWN: _("taken back"),
}


class FindingAct(StrEnum):
    RAISE = "raise"
    AGREE = "agree"
    AGREE_PARTLY = "agree_partly"
    DISAGREE = "disagree"
    IMPLEMENT = "implement"
    CLOSE = "close"
    KEEP_OPEN = "keep_open"
    WITHDRAW = "withdraw"


ACT_WORDS: Mapping[FindingAct, Message] = {
    FindingAct.RAISE: _("Finding raised"),
    FindingAct.AGREE: _("The office agrees"),
    FindingAct.AGREE_PARTLY: _("The office agrees in part"),
    FindingAct.DISAGREE: _("The office disagrees"),
    FindingAct.IMPLEMENT: _("The office says that the action is done"),
    FindingAct.CLOSE: _("Followed up: closed"),
    FindingAct.KEEP_OPEN: _("Followed up: still open"),
    FindingAct.WITHDRAW: _("Finding taken back"),
}

_S, _A = FindingState, FindingAct
TRANSITIONS: Mapping[tuple[FindingState, FindingAct], FindingState] = {
    (_S.OPEN, _A.AGREE): _S.IN_ACTION,
    (_S.OPEN, _A.AGREE_PARTLY): _S.IN_ACTION,
    (_S.OPEN, _A.DISAGREE): _S.DISPUTED,
    (_S.OPEN, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.IN_ACTION, _A.IMPLEMENT): _S.IMPLEMENTED,
    (_S.IN_ACTION, _A.CLOSE): _S.CLOSED,
    (_S.IN_ACTION, _A.KEEP_OPEN): _S.IN_ACTION,
    (_S.IMPLEMENTED, _A.CLOSE): _S.CLOSED,
    (_S.IMPLEMENTED, _A.KEEP_OPEN): _S.IN_ACTION,
    (_S.DISPUTED, _A.CLOSE): _S.CLOSED,
    (_S.DISPUTED, _A.KEEP_OPEN): _S.OPEN,
}
"""What each act makes of a finding; whatever is not here is refused."""
ANSWERS = (_A.AGREE, _A.AGREE_PARTLY, _A.DISAGREE)
OFFICE_ACTS = frozenset({*ANSWERS, _A.IMPLEMENT})
"""Acts of the office that the finding is about; all others are the auditors'."""
ENDED = frozenset({_S.CLOSED, _S.WITHDRAWN})


def after(state: FindingState, act: FindingAct) -> FindingState:
    """The state after the act. Raises `Conflict` (``finding_state``)."""
    found = TRANSITIONS.get((state, act))
    if found is None:
        raise Conflict(
            "finding_state",
            _("The finding stands at “{state}”; this cannot be done now.", state=FINDING_WORDS[state]),
            _("Look at its present state."),
        )
    return found


def acts_from(state: FindingState) -> tuple[FindingAct, ...]:
    """What can be done with a finding in this state, in the order of `FindingAct`."""
    return tuple(act for act in FindingAct if (state, act) in TRANSITIONS)


def is_overdue(state: FindingState, due_on: date | None, today: date) -> bool:
    """Whether the corrective action is not reported done although its day has passed."""
    return state is FindingState.IN_ACTION and due_on is not None and due_on < today


def require_days(begins_on: date, ends_on: date, today: date) -> None:
    """Raise `InvalidInput` (``date_order``, ``date_in_past``) unless an engagement can last so."""
    if ends_on < begins_on:
        raise InvalidInput(
            "date_order", _("The last day lies before the first."), _("Give a last day on or after the first.")
        )
    if ends_on < today:
        raise InvalidInput("date_in_past", _("Its last day lies in the past."), _("Give a day from today on."))
