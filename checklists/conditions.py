"""The language of `when:`, small, total and three-valued.

    track == 'away' and not loan_asked
    age_at(departure) >= 45 or lived_in('MK', 6, 16)
    nationality in ('XK', 'AL') and gap('language_result')

Compared are the fields of `FIELDS` and the functions age_at(departure | registered_on | today), with texts
in quotes, whole numbers, days as 2027-06-01. Yes-or-no are the fields of that kind, true, false, has('kind'[,
'subject']), lived_in('COUNTRY', months, since_age) and gap('kind'). A mistake (unknown name, a text compared with a
number, a country that does not exist) is an error when the programme is loaded. A fact that is missing makes the answer
None, never a yes.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Any, Literal

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from checklists.durations import Duration
from checklists.facts import CaseFacts, Standing
from checklists.files.literals import fault_in
from checklists.status.residences import longest_stay_reaches

Kind = Literal["text", "number", "day", "truth"]
Value = str | int | bool | date | None
FIELDS: dict[str, Kind] = {
    "track": "text",
    "nationality": "text",
    "occupation": "text",
    "sex": "text",
    "destination": "text",
    "loan_asked": "truth",
    "planned_departure": "day",
    "registered_on": "day",
    "household_role": "text",
    "travels_together": "truth",
    "children": "number",
    "guardian_consent": "truth",
}
AGE_DAYS = ("departure", "registered_on", "today")
FUNCTIONS = ("age_at", "has", "lived_in", "gap")
KIND_WORDS: dict[Kind, str] = {"text": "a text", "number": "a number", "day": "a day", "truth": "yes or no"}

_LONGEST = 500  # bounds the depth, so that neither reading nor answering can run out of stack
_GRAMMAR = r"""
    ?start: either
    ?either: both ("or" both)*
    ?both: denial ("and" denial)*
    ?denial: "not" denial -> negation | comparison
    ?comparison: value
        | value OPERATOR value -> compare
        | value "in" "(" value ("," value)* ","? ")" -> member
        | value "not" "in" "(" value ("," value)* ","? ")" -> not_member
    ?value: NAME "(" [argument ("," argument)*] ")" -> call
        | NAME -> field
        | literal
        | "(" either ")"
    ?argument: NAME -> word | literal
    ?literal: TEXT -> text | DAY -> day | NUMBER -> number | "true" -> true | "false" -> false
    OPERATOR: "==" | "!=" | "<=" | ">=" | "<" | ">"
    NAME: /[a-z_][a-z0-9_]*/
    TEXT: /'[^'\n]*'/ | /"[^"\n]*"/
    DAY.2: /\d{4}-\d{2}-\d{2}/
    NUMBER: /\d{1,6}/
    %ignore /\s+/
"""


class ConditionError(ValueError):
    """What is wrong with a condition, in words; `meant` is the nearest name that exists."""

    def __init__(self, problem: str, meant: str = "") -> None:
        super().__init__(problem + (f"; did you mean {meant}?" if meant else ""))
        self.problem = problem
        self.meant = meant


@dataclass(frozen=True, slots=True)
class Known:
    """What a condition is evaluated against. `gap` answers gap(kind): the programme knows what it asks.
    `track_only`: nothing else is known, not even what is not there."""

    facts: CaseFacts
    on: date
    gap: Callable[[str], bool | None]
    track_only: bool = False


@dataclass(frozen=True, slots=True)
class _Node:
    kind: Kind
    value: Callable[[Known], Value]
    constant: bool = False
    field: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A checked condition. Equal when written the same way.

    `evidence_kinds`: the kinds that has() and gap() name; `gaps`: those of gap() alone; `tracks`: those it compares
    the case's with. `ages` and `stays` say what may change just because a day passes: the ages at which
    age_at(today) may answer differently, and (country, months, since_age) of each lived_in().
    """

    text: str
    evidence_kinds: frozenset[str] = field(compare=False)
    gaps: frozenset[str] = field(compare=False)
    tracks: frozenset[str] = field(compare=False)
    ages: frozenset[int] = field(compare=False)
    stays: tuple[tuple[str, int, int], ...] = field(compare=False)
    _root: _Node = field(compare=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Raises `ConditionError`."""
        if len(text) > _LONGEST:
            raise ConditionError(f"is longer than {_LONGEST} characters")
        return _parsed(text)

    def evaluate(self, known: Known) -> bool | None:
        """True, False, or None where a fact that decides is missing."""
        answer = self._root.value(known)
        return answer if isinstance(answer, bool) else None

    def on_track(self, track: str) -> bool | None:
        """What it answers for every case on a track; None where that hangs on the case."""
        return self.evaluate(Known(replace(_NOBODY, track=track), date.min, lambda _kind: None, track_only=True))

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        written = core_schema.to_string_ser_schema()
        return core_schema.no_info_after_validator_function(_validated, core_schema.str_schema(), serialization=written)

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=1024)  # the same few conditions stand all over the programmes
def _parsed(text: str) -> Condition:
    builder = _Builder()
    try:
        root = builder.transform(_parser().parse(text))
    except UnexpectedInput as error:
        raise ConditionError(f"cannot be read at character {_place(error, text)}") from error
    except VisitError as error:
        if isinstance(error.orig_exc, ConditionError):
            raise error.orig_exc from None
        raise
    if root.kind != "truth":
        raise ConditionError(f"must say yes or no, but is {KIND_WORDS[root.kind]}")
    kinds = frozenset(builder.gaps | builder.asked)
    ages = {age + more for age in builder.numbers for more in (0, 1)} if builder.today_asked else set()
    return Condition(
        text=text,
        evidence_kinds=kinds,
        gaps=frozenset(builder.gaps),
        tracks=frozenset(builder.tracks),
        ages=frozenset(ages),
        stays=tuple(builder.stays),
        _root=root,
    )


def _validated(text: str) -> Condition:
    try:
        return Condition.parse(text)
    except ConditionError as error:
        context = {"problem": error.problem, "meant": error.meant}
        raise PydanticCustomError("condition", "is not a condition: {problem}", context) from error


def _place(error: UnexpectedInput, text: str) -> int:
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return len(text) + 1
    return error.column


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", lexer="contextual", maybe_placeholders=False)


def age_on(born: date, day: date) -> int:
    """Full years. Who is born on 29 February turns a year older on 1 March where there is no such day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@v_args(inline=True)
class _Builder(Transformer[Token, _Node]):
    """Turns the syntax tree into checked nodes, and notes what they depend on."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()
        self.gaps: set[str] = set()
        self.tracks: set[str] = set()
        self.numbers: set[int] = set()
        self.today_asked = False
        self.stays: list[tuple[str, int, int]] = []

    def text(self, token: Token) -> _Node:
        return _literal("text", str(token)[1:-1])

    def number(self, token: Token) -> _Node:
        self.numbers.add(int(token))
        return _literal("number", int(token))

    def day(self, token: Token) -> _Node:
        try:
            return _literal("day", date.fromisoformat(str(token)))
        except ValueError:
            raise ConditionError(f"{token} is not a day of the calendar") from None

    def true(self) -> _Node:
        return _literal("truth", True)

    def false(self) -> _Node:
        return _literal("truth", False)

    def word(self, token: Token) -> str:
        return str(token)

    def field(self, token: Token) -> _Node:
        name = str(token)
        if name not in FIELDS:
            raise ConditionError(f"there is no field {name}", _nearest(name, (*FIELDS, *FUNCTIONS)))
        return _Node(FIELDS[name], lambda known: _field(known, name), field=name)

    def either(self, *nodes: _Node) -> _Node:
        return _Node("truth", _any([_truth(node) for node in nodes]))

    def both(self, *nodes: _Node) -> _Node:
        return _Node("truth", _all([_truth(node) for node in nodes]))

    def negation(self, node: _Node) -> _Node:
        inner = _truth(node)

        def negated(known: Known) -> Value:
            answer = inner(known)
            return None if answer is None else not answer

        return _Node("truth", negated)

    def compare(self, left: _Node, sign: Token, right: _Node) -> _Node:
        _same_kind(left, right)
        if left.kind in ("text", "truth") and sign not in ("==", "!="):
            raise ConditionError(f"{KIND_WORDS[left.kind]} has no order; use == or !=")
        if left.kind == "number" and not (left.constant or right.constant):
            raise ConditionError("compare an age with a written number")
        self._written(left, right)
        self._written(right, left)
        apply, one, other = _OPERATORS[str(sign)], left.value, right.value

        def compared(known: Known) -> Value:
            a, b = one(known), other(known)
            return None if a is None or b is None else apply(a, b)

        return _Node("truth", compared)

    def member(self, value: _Node, *choices: _Node) -> _Node:
        for choice in choices:
            _same_kind(value, choice)
            if not choice.constant:
                raise ConditionError("after `in` stand written values only")
            self._written(value, choice)
        among, one = frozenset(choice.value(_NOTHING) for choice in choices), value.value

        def contained(known: Known) -> Value:
            found = one(known)
            return None if found is None else found in among

        return _Node("truth", contained)

    def _written(self, compared: _Node, value: _Node) -> None:
        """Refuses a text that the field can never hold."""
        if compared.field and value.constant and value.kind == "text":
            text = str(value.value(_NOTHING))
            if fault := fault_in(compared.field, text):
                raise ConditionError(fault)
            if compared.field == "track":
                self.tracks.add(text)

    def not_member(self, value: _Node, *choices: _Node) -> _Node:
        return self.negation(self.member(value, *choices))

    def call(self, name: Token, *arguments: _Node | str) -> _Node:
        if name not in FUNCTIONS:
            raise ConditionError(f"there is no function {name}()", _nearest(str(name), (*FUNCTIONS, *FIELDS)))
        node: _Node = getattr(self, f"_call_{name}")(arguments)
        return node

    def _call_age_at(self, arguments: tuple[_Node | str, ...]) -> _Node:
        if len(arguments) != 1 or arguments[0] not in AGE_DAYS:
            raise ConditionError(f"age_at() takes one of {', '.join(AGE_DAYS)}")
        which = str(arguments[0])
        self.today_asked = self.today_asked or which == "today"
        return _Node("number", lambda known: _age(known, which))

    def _call_has(self, arguments: tuple[_Node | str, ...]) -> _Node:
        kind, *rest = _constants("has('evidence kind'[, 'subject'])", arguments, (str,), (str, str))
        subject = str(rest[0]) if rest else None
        self.asked.add(str(kind))
        return _Node("truth", lambda known: _has(known, str(kind), subject))

    def _call_gap(self, arguments: tuple[_Node | str, ...]) -> _Node:
        (kind,) = _constants("gap('evidence kind')", arguments, (str,))
        self.gaps.add(str(kind))
        return _Node("truth", lambda known: known.gap(str(kind)))

    def _call_lived_in(self, arguments: tuple[_Node | str, ...]) -> _Node:
        form = "lived_in('COUNTRY', months, since_age)"
        country, months, since_age = _constants(form, arguments, (str, int, int))
        stay = (str(country), int(str(months)), int(str(since_age)))
        if fault := fault_in("nationality", stay[0]):
            raise ConditionError(fault)
        self.stays.append(stay)
        return _Node("truth", lambda known: _lived_in(known, *stay))


_NOBODY = CaseFacts(track="", registered_on=date.min, nationality="")
_NOTHING = Known(_NOBODY, date.min, lambda _kind: None)


def _literal(kind: Kind, value: Value) -> _Node:
    return _Node(kind, lambda _known: value, constant=True)


def _nearest(name: str, names: tuple[str, ...]) -> str:
    return next(iter(get_close_matches(name, names, n=1, cutoff=0.5)), "")


def _truth(node: _Node) -> Callable[[Known], Value]:
    if node.kind != "truth":
        raise ConditionError(f"and, or and not join yes-or-no parts, but one is {KIND_WORDS[node.kind]}")
    return node.value


def _same_kind(left: _Node, right: _Node) -> None:
    if left.kind != right.kind:
        raise ConditionError(f"{KIND_WORDS[left.kind]} cannot be compared with {KIND_WORDS[right.kind]}")


def _constants(form: str, arguments: tuple[_Node | str, ...], *shapes: tuple[type, ...]) -> list[Value]:
    values = [node.value(_NOTHING) if isinstance(node, _Node) and node.constant else None for node in arguments]
    if tuple(type(value) for value in values) not in shapes:
        raise ConditionError(f"write {form}")
    return values


def _any(parts: list[Callable[[Known], Value]]) -> Callable[[Known], Value]:
    def joined(known: Known) -> Value:
        answers = [part(known) for part in parts]
        return True if True in answers else None if None in answers else False

    return joined


def _all(parts: list[Callable[[Known], Value]]) -> Callable[[Known], Value]:
    def joined(known: Known) -> Value:
        answers = [part(known) for part in parts]
        return False if False in answers else None if None in answers else True

    return joined


def _field(known: Known, name: str) -> Value:
    if known.track_only and name != "track":
        return None
    value: Value = getattr(known.facts, name)
    return None if value == "" else value


def _age(known: Known, which: str) -> int | None:
    facts = known.facts
    day = {"departure": facts.planned_departure, "registered_on": facts.registered_on, "today": known.on}[which]
    return None if facts.birth_date is None or day is None else age_on(facts.birth_date, day)


def _has(known: Known, kind: str, subject: str | None) -> bool | None:
    if known.track_only:
        return None
    found = [fact for fact in known.facts.facts if fact.kind == kind and (subject is None or fact.subject == subject)]
    standings = {fact.standing for fact in found}
    if Standing.ACCEPTED in standings:
        return True
    return None if standings & {Standing.SUBMITTED, Standing.PENDING} else False


def _lived_in(known: Known, country: str, months: int, since_age: int) -> bool | None:
    facts = known.facts
    if not facts.residences:
        return None
    stay = Duration(months=months)
    if facts.birth_date is not None:
        of_age = Duration(months=since_age * 12).after(facts.birth_date)
        return longest_stay_reaches(facts.residences, country, stay, of_age, known.on)
    # Without a birth date the whole stay is an upper bound: too short for a yes is a sure no.
    return None if longest_stay_reaches(facts.residences, country, stay, date.min, known.on) else False
