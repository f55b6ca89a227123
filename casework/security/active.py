"""The watch lists in use, ready for screening: built once per list version and kept in the process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import InvalidInput, Unavailable
from basis.messages import _
from casework.security.index import Candidate, Index
from casework.security.lists import from_content
from casework.security.scoring import ScreenedPerson
from casework.security.tables import WatchEntry, WatchList


@dataclass(frozen=True, slots=True)
class ActiveList:
    """One list in use. `entry_ids` gives the row of a reference."""

    id: UUID
    name: str
    version: str
    index: Index
    entry_ids: dict[str, UUID]

    @property
    def descriptor(self) -> dict[str, str]:
        """How a screening names the list."""
        return {"id": str(self.id), "name": self.name, "version": self.version}


@dataclass(frozen=True, slots=True)
class Match:
    """A possible match and the list it stands on."""

    source: ActiveList
    candidate: Candidate

    @property
    def entry_id(self) -> UUID:
        return self.source.entry_ids[self.candidate.entry.reference]


# A version of a list never changes, so what was built from it is good as long as it is in use.
_built: dict[UUID, ActiveList] = {}


def active_lists(session: Session) -> tuple[ActiveList, ...]:
    """The lists in use by name. Raises `Unavailable` (``no_watch_list``) when there is none."""
    rows = session.exec(select(WatchList).where(WatchList.active).order_by(col(WatchList.name))).all()
    if not rows:
        raise Unavailable(
            "no_watch_list",
            _("No watch list is loaded, so nobody can be screened."),
            _("Load one with: predeparture watchlist load FILE --format un."),
        )
    lists = tuple(_built.get(row.id) or _build(session, row) for row in rows)
    # Another thread may see other versions in use meanwhile: nothing is read back from here, only left for later.
    for stale in set(_built) - {source.id for source in lists}:
        _built.pop(stale, None)
    _built.update({source.id: source for source in lists})
    return lists


def screen(lists: Sequence[ActiveList], persons: Sequence[ScreenedPerson]) -> list[list[Match]]:
    """For each person, in their order, the possible matches on all lists, best first."""
    found: list[list[Match]] = [[] for _person in persons]
    for source in lists:
        for matches, candidates in zip(found, source.index.screen(persons), strict=True):
            matches += [Match(source, candidate) for candidate in candidates]
    for matches in found:
        matches.sort(
            key=lambda match: (-match.candidate.score.value, match.source.name, match.candidate.entry.reference)
        )
    return found


def screen_name(session: Session, name: str, birth_date: date | None = None) -> list[Match]:
    """Screen one name against the lists in use, without a case. Nothing is recorded."""
    if not name.strip():
        raise InvalidInput("missing_value", _("There is no name to screen."), _("Give a full name."))
    person = ScreenedPerson(names=(name.strip(),), birth_date=birth_date)
    return screen(active_lists(session), [person])[0]


def _build(session: Session, row: WatchList) -> ActiveList:
    query = select(col(WatchEntry.id), col(WatchEntry.reference), col(WatchEntry.content)).where(
        WatchEntry.list_id == row.id
    )
    stored = session.exec(query.order_by(col(WatchEntry.id))).all()
    index = Index(from_content(content) for _id, _reference, content in stored)
    return ActiveList(
        row.id, row.name, row.version_label, index, {reference: entry_id for entry_id, reference, _content in stored}
    )
