"""Long lists by pages: which page the address asks for, and the links to the pages beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request

from basis.errors import InvalidInput
from basis.messages import _
from dashboard import addresses
from dashboard.parts import Pager

SIZE = 50
_LAST = 100_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """The page that is asked for, counted from 1."""

    page: int
    size: int = SIZE

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


def given(request: Request) -> dict[str, str]:
    """What the address of a list asks for, without the code of what was done before (`dashboard.notices`)."""
    return {name: value for name, value in request.query_params.items() if name != "done"}


def wanted(given: Mapping[str, str]) -> Wanted:
    """The page of ``?page=2``; the first where none is named. Raises `InvalidInput` (``unknown_filter``)."""
    text = given.get("page") or "1"
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= _LAST):
        raise InvalidInput(
            "unknown_filter", _("There is no such page of this list."), _("Use a page number, counted from 1.")
        )
    return Wanted(int(text))


def pager(path: str, given: Mapping[str, str], page: Wanted, shown: int, total: int) -> Pager:
    """The pager under a list that shows `shown` of `total`; the filters in `given` travel along."""
    others = {name: value for name, value in given.items() if name != "page"}
    before = addresses.query(path, **others, page=page.page - 1 if page.page > 2 else "") if page.page > 1 else ""
    after = addresses.query(path, **others, page=page.page + 1) if page.offset + shown < total else ""
    first = page.offset + 1 if shown else 0
    return Pager(first, page.offset + shown, total, before, after)


def check_names(given: Mapping[str, str], *known: str) -> None:
    """Refuse a question in the address that this list does not have."""
    for name in given:
        if name not in (*known, "page"):
            names = ", ".join((*known, "page"))
            raise InvalidInput("unknown_filter", _("There is no such filter."), _("Use one of: {names}.", names=names))
