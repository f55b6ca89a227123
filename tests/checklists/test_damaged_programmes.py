"""Damaged programme files: each gives located errors, or loads and means what its lines say. Nothing is guessed.

A file whose layout alone changed means the same. A file that loads although it was damaged differs only in what stood
on the damaged lines, and what is new in it stands there to read.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from basis.messages import _
from checklists.catalogue import SHIPPED, InvalidProgramme, read_programme
from checklists.files.located import Located, read_yaml
from checklists.files.problems import Problem
from checklists.programme import Programme

FILES = [*sorted(SHIPPED.glob("*.yaml")), Path(__file__).parent / "every_key.yaml"]
Leaf = tuple[str, str]
"""Where a value stands (keys in dots, without positions in lists), and the value."""


@cache
def source(number: int) -> str:
    return FILES[number % len(FILES)].read_text("utf-8")


@cache
def words(number: int) -> list[str]:
    return sorted(set(re.findall(r"[a-z_]{4,}", source(number))))


@cache
def original(number: int) -> Located:
    return read_yaml(source(number).encode())


@dataclass
class Damaged:
    """A programme file with something done to it. `lines`: each with its number in the original (None: inserted);
    `touched`: the numbers of those that were changed or taken out, and of those beside an inserted one; `written`:
    what stands there now."""

    number: int
    lines: list[tuple[int | None, str]] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    written: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(line for _number, line in self.lines)


def damaged(seed: int) -> Damaged:
    """One of the shipped programmes with one to three things done to it that happen to files."""
    rng = random.Random(seed)
    made = Damaged(seed)
    made.lines = list(enumerate(source(seed).splitlines()))
    for _time in range(rng.randint(1, 3)):
        at = rng.randrange(len(made.lines))
        number, old = made.lines[at]
        new = old
        match rng.randrange(8):
            case 0:
                del made.lines[at]
                made.touched.update(() if number is None else (number,))
                continue
            case 1:
                copied = made.lines[rng.randrange(len(made.lines))][1]
                made.lines.insert(at, (None, copied))
                made.written.append(copied)
                made.touched.update(near for near, _text in made.lines[max(0, at - 1) : at + 2] if near is not None)
                continue
            case 2:
                new = old[: rng.randrange(len(old) + 1)]
            case 3:
                new = old.replace(rng.choice(words(seed)), rng.choice(words(seed)))
            case 4:
                new = "  " + old
            case 5:
                new = re.sub(r": (\S.*)$", rng.choice([": 7", ": [x]", ": {a: b}", ": ~", ": 'P6M'", ": yes"]), old)
            case 6:
                new = re.sub(r"\d+", str(rng.randrange(400)), old, count=1)
            case _:
                place = rng.randrange(len(old) + 1)
                new = old[:place] + rng.choice("{}[]:,'\"&*!|>%@`\t\0\u202e\u2028\x85~-#") + old[place:]
        if new != old:
            made.lines[at] = (number, new)
            made.touched.update(() if number is None else (number,))
            made.written.append(new)
    return made


def leaves(data: Any, path: str = "") -> Iterator[Leaf]:
    if isinstance(data, dict) and data:
        for key, value in data.items():
            yield from leaves(value, f"{path}.{key}")
    elif isinstance(data, list) and data:
        for value in data:
            yield from leaves(value, path)
    else:
        yield path, " ".join(str(data).split())


def leaves_by_line(found: Located) -> dict[int, list[Leaf]]:
    """The values by the line (from 0) on which they begin."""
    lines: dict[int, list[Leaf]] = {}
    for path, line in found.lines.items():
        value: Any = found.data
        for step in path:
            value = value[step]
        if not isinstance(value, dict | list) or not value:
            where = "".join(f".{step}" for step in path if isinstance(step, str))
            lines.setdefault(line - 1, []).append((where, " ".join(str(value).split())))
    return lines


def at_stake(found: Located, touched: set[int]) -> Counter[Leaf]:
    """The values that stand on the touched lines, or on the line before them: what follows may have joined it."""
    by_line = leaves_by_line(found)
    starts = sorted(by_line)
    stake: Counter[Leaf] = Counter()
    for line in touched:
        before = [start for start in starts if start < line][-1:]
        begun = [start for start in starts if start <= line][-1:]
        for start in {*before, *begun}:
            stake.update(by_line[start])
    return stake


def check_meaning(made: Damaged) -> None:
    """What a damaged file that loads no longer says stood on the damaged lines; what it says now can be read there."""
    before, now = original(made.number), read_yaml(made.text.encode())
    lost = Counter(leaves(before.data)) - Counter(leaves(now.data))
    gained = Counter(leaves(now.data)) - Counter(leaves(before.data))
    stake = at_stake(before, made.touched)
    near = " ".join(" ".join([*made.written, *(value for _where, value in stake)]).split())
    assert not lost - stake, lost - stake
    for _where, value in gained:
        parts = re.findall(r"\w+", value)
        assert all(part in near or part in ("True", "False", "None") for part in parts), (value, near)


def problems(text: str) -> tuple[Problem, ...]:
    try:
        read_programme(text.encode(), "damaged.yaml")
    except InvalidProgramme as error:
        return error.problems or (Problem("", 0, "", _("Refused without a reason.")),)
    return ()


def check(seeds: range) -> int:
    refused = 0
    for seed in seeds:
        made = damaged(seed)
        found = problems(made.text)
        refused += bool(found)
        last = made.text.count("\n") + 2
        assert all(1 <= one.line <= last and str(one) for one in found), seed
        if not found:
            check_meaning(made)
    return refused


def test_a_damaged_programme_is_told_where_it_is_wrong_or_means_what_it_says() -> None:
    assert check(range(65)) > 25


@pytest.mark.deep
def test_many_damaged_programmes_are_told_where_they_are_wrong_or_mean_what_they_say() -> None:
    assert check(range(1000, 1600)) > 250


PLAIN = re.compile(r"^(\s*(?:- )?[a-z_]+: )([A-Za-z][^:#{}\[\]'\"|>]*)$")


def laid_out(seed: int) -> str:
    """A shipped programme in which everything is written differently that means nothing."""
    rng = random.Random(seed)
    lines: list[str] = []
    for old in source(seed).splitlines():
        line = old
        found = PLAIN.match(line)
        if found and found[2].strip() not in ("true", "false", "null", "yes", "no") and rng.random() < 0.3:
            quote = rng.choice("'\"")
            line = f"{found[1]}{quote}{found[2].strip()}{quote}"
        lines.append(line)
    text = "\n".join(_commented(lines, rng))
    return (
        rng.choice(["", "\ufeff"]) + text.replace("\n", rng.choice(["\n", "\r\n"])) + rng.choice(["", "\n", "\n# end"])
    )


def _commented(lines: list[str], rng: random.Random) -> Iterator[str]:
    """Comments and empty lines in between, where no text goes on over several lines."""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        yield line
        alone = re.match(r"^\s*(- )?[a-z_]+:|^\s*- [{a-z]|^\s*#|^$", following)
        if alone and not _folded(lines, line) and rng.random() < 0.1:
            yield rng.choice(["", "# a remark", "#another: {remark}"])


def _folded(lines: list[str], line: str) -> bool:
    return line.rstrip().endswith((">-", ">", "|", "|-"))


def meaning(content: str) -> Programme:
    return read_programme(content.encode(), "laid_out.yaml").model_copy(update={"digest": ""})


@pytest.mark.parametrize("number", range(len(FILES)), ids=[path.stem for path in FILES])
def test_another_layout_means_the_same(number: int) -> None:
    changed = laid_out(number)
    assert changed != source(number)
    assert meaning(changed) == meaning(source(number))


@pytest.mark.deep
def test_many_other_layouts_mean_the_same() -> None:
    for seed in range(len(FILES), 200):
        assert meaning(laid_out(seed)) == meaning(source(seed)), seed


@pytest.mark.parametrize("number", range(len(FILES)), ids=[path.stem for path in FILES])
def test_a_programme_written_out_in_full_as_json_means_the_same(number: int) -> None:
    programme = meaning(source(number))
    assert meaning(programme.model_dump_json(by_alias=True, exclude_unset=True, exclude={"digest"})) == programme
