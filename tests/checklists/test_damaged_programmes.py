"""Damaged programme files: each gives located errors or loads; none ends in anything else."""

from __future__ import annotations

import random
import re

import pytest

from basis.messages import _
from checklists.catalogue import SHIPPED, InvalidProgramme, read_programme
from checklists.problems import Problem

SOURCE = (SHIPPED / "kosovo-germany-construction.yaml").read_text("utf-8")
WORDS = sorted(set(re.findall(r"[a-z_]{4,}", SOURCE)))


def damaged(seed: int) -> str:
    """The shipped programme with one to three things done to it that happen to files."""
    rng = random.Random(seed)
    lines = SOURCE.splitlines()
    for _time in range(rng.randint(1, 3)):
        at = rng.randrange(len(lines))
        match rng.randrange(7):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[rng.randrange(len(lines))])
            case 2:
                lines[at] = lines[at][: rng.randrange(len(lines[at]) + 1)]
            case 3:
                lines[at] = lines[at].replace(rng.choice(WORDS), rng.choice(WORDS))
            case 4:
                lines[at] = "  " + lines[at]
            case 5:
                lines[at] = re.sub(r": (\S.*)$", rng.choice([": 7", ": [x]", ": {a: b}", ": ~", ": 'P6M'"]), lines[at])
            case _:
                place = rng.randrange(len(lines[at]) + 1)
                lines[at] = lines[at][:place] + rng.choice("{}[]:,'\"&*!|>%@`\t\0\u202e~-") + lines[at][place:]
    return "\n".join(lines)


def problems(text: str) -> tuple[Problem, ...]:
    try:
        read_programme(text.encode(), "damaged.yaml")
    except InvalidProgramme as error:
        return error.problems or (Problem("", 0, "", _("Refused without a reason.")),)
    return ()


def check(seeds: range) -> int:
    refused = 0
    for seed in seeds:
        text = damaged(seed)
        found = problems(text)
        refused += bool(found)
        assert all(1 <= one.line <= text.count("\n") + 2 and str(one) for one in found), seed
    return refused


def test_a_damaged_programme_is_told_where_it_is_wrong() -> None:
    assert check(range(40)) > 20


@pytest.mark.deep
def test_many_damaged_programmes_are_told_where_they_are_wrong() -> None:
    assert check(range(100, 700)) > 300
