"""Why lines are no zone: how many characters are missing or too many, and where, as far as the digits show it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Final

from basis.errors import InvalidInput
from basis.messages import Message, _, _n
from casework.evidence.mrz_forms import SHAPE, Check, Form, verdict

_ALLOWED = re.compile(r"[A-Z0-9<]", re.ASCII)
_FIX: Final = _("Copy the lines whole, with all their < characters, from the passport's page with the photo.")
_PERSON: Final = ((0, 9), (13, 19), (21, 27))
# By line: where fields begin and end; their digits follow them.
_DIGITS: Final[Mapping[Form, Mapping[int, Sequence[tuple[int, int]]]]] = {
    Form.TD1: {0: ((5, 14),), 1: ((0, 6), (8, 14))},
    Form.TD2: {1: _PERSON},
    Form.TD3: {1: (*_PERSON, (28, 42))},
    Form.MRV_A: {1: _PERSON},
    Form.MRV_B: {1: _PERSON},
}


def no_shape(lines: Sequence[str]) -> InvalidInput:
    """The error (``mrz_shape``) for lines that are none of the five layouts."""
    said = _("The machine readable zone has not two lines of 44 or 36 characters, nor three lines of 30.")
    if len(lines) == 1 and len(lines[0]) in (88, 72, 90):
        many = 3 if len(lines[0]) == 90 else 2
        said = _("The zone stands in one line: it has {many} of {length} characters.", many=many,
                 length=len(lines[0]) // many)  # fmt: skip
    elif len(lines) in (2, 3):
        form = _nearest(lines)
        wrong = [_line(form, number, line) for number, line in enumerate(lines) if len(line) != SHAPE[form][1]]
        said = wrong[0] if len(wrong) == 1 else _("{first} {more}", first=wrong[0], more=_joined(wrong[1:]))
    return InvalidInput("mrz_shape", said, _FIX)


def wrong_character(lines: Sequence[str]) -> InvalidInput:
    """The error (``mrz_character``) for a zone with another character than A to Z, 0 to 9 and <."""
    line, place = next(
        (number, at + 1)
        for number, line in enumerate(lines, start=1)
        for at, sign in enumerate(line)
        if not _ALLOWED.fullmatch(sign)
    )
    return InvalidInput(
        "mrz_character",
        _(
            "Character {place} of line {line} of the machine readable zone is none of A to Z, 0 to 9 and <.",
            place=place,
            line=line,
        ),
        _("Copy the lines from the passport again."),
    )


def _nearest(lines: Sequence[str]) -> Form:
    if len(lines) == 3:
        return Form.TD1
    visa = lines[0].startswith("V")
    long = sum(abs(len(line) - 44) for line in lines) <= sum(abs(len(line) - 36) for line in lines)
    if long:
        return Form.MRV_A if visa else Form.TD3
    return Form.MRV_B if visa else Form.TD2


def _line(form: Form, number: int, line: str) -> Message:
    length = SHAPE[form][1]
    apart = length - len(line)
    if apart > 0:
        said = _n(
            "Line {line} has {length} of {whole} characters: {count} is missing",
            "Line {line} has {length} of {whole} characters: {count} are missing",
            apart,
            line=number + 1,
            length=len(line),
            whole=length,
        )
    else:
        said = _n(
            "Line {line} has {length} characters instead of {whole}: {count} is too many",
            "Line {line} has {length} characters instead of {whole}: {count} are too many",
            -apart,
            line=number + 1,
            length=len(line),
            whole=length,
        )
    where = _where(form, number, line)
    return _("{said}, {where}.", said=said, where=where) if where else _("{said}.", said=said)


def _where(form: Form, number: int, line: str) -> Message | None:
    """Names: at the end. Otherwise between the digits that hold when read from the left, and those from the right."""
    length = SHAPE[form][1]
    fields = _DIGITS[form].get(number)
    if fields is None:
        return _("most likely of the < at its end") if line.endswith("<") else _("most likely at its end")
    shift = len(line) - length
    left = list(takewhile(lambda field: _holds(line, *field), fields))
    right = list(takewhile(lambda field: _holds(line, field[0] + shift, field[1] + shift), reversed(fields)))
    first, last = left[-1][1] + 1 if left else 0, right[-1][0] if right else length
    if first > last:  # both readings hold by chance
        return None
    if first and last < length:
        return _("most likely after character {first} and before character {last}", first=first, last=last + 1)
    if first:
        return _("most likely after character {first}", first=first)
    return _("most likely before character {last}", last=last + 1) if last < length else None


def _holds(line: str, begin: int, end: int) -> bool:
    if begin < 0 or end >= len(line) or not all(map(_ALLOWED.fullmatch, line[begin : end + 1])):
        return False
    text = line[begin:end]
    if len(text) == 6 and not text.replace("<", "").isdigit():
        return False
    return verdict(text, line[end]) is Check.VERIFIED and text.strip("<") != ""


def _joined(parts: Sequence[Message]) -> Message:
    return parts[0] if len(parts) == 1 else _("{first} {more}", first=parts[0], more=_joined(parts[1:]))
