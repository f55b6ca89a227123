"""The watch lists in use, ready for screening: built once per list version and kept in the process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from basis.errors import Unavailable
from basis.messages import _
from casework.security.index import Candidate, Index
from casework.security.lists import Kind, from_content
from casework.security.scoring import THRESHOLD, ScreenedPerson
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
    lists = _all_built(session, rows)
    # Another thread may see other versions in use meanwhile: nothing is read back from here, only left for later.
    for stale in set(_built) - {source.id for source in lists}:
        _built.pop(stale, None)
    return lists


def versions(session: Session, list_ids: Sequence[UUID]) -> tuple[ActiveList, ...]:
    """Exactly these versions by name, whether they are still in use or not."""
    rows = session.exec(select(WatchList).where(col(WatchList.id).in_(list_ids)).order_by(col(WatchList.name))).all()
    return _all_built(session, rows)


def _all_built(session: Session, rows: Sequence[WatchList]) -> tuple[ActiveList, ...]:
    lists = tuple(_built.get(row.id) or _build(session, row) for row in rows)
    _built.update({source.id: source for source in lists})
    return lists


def screen(
    lists: Sequence[ActiveList], persons: Sequence[ScreenedPerson], thresholds: Sequence[int] = ()
) -> list[list[Match]]:
    """For each person, in their order, the possible matches on all lists, best first.

    `thresholds` says for each person from how many points a match is one; without it the default is used.
    """
    found: list[list[Match]] = [[] for _person in persons]
    wanted: dict[int, list[int]] = defaultdict(list)
    for position in range(len(persons)):
        wanted[thresholds[position] if thresholds else THRESHOLD].append(position)
    for threshold, positions in wanted.items():
        asked = [persons[position] for position in positions]
        for source in lists:
            for position, candidates in zip(positions, source.index.screen(asked, threshold), strict=True):
                found[position] += [Match(source, candidate) for candidate in candidates]
    for matches in found:
        matches.sort(
            key=lambda match: (-match.candidate.score.value, match.source.name, match.candidate.entry.reference)
        )
    return found


def screen_people(session: Session, persons: Sequence[ScreenedPerson]) -> list[list[Match]]:
    """Compare people with the lists in use, without a case. Nothing is recorded."""
    return screen(active_lists(session), persons)


def _build(session: Session, row: WatchList) -> ActiveList:
    query = select(col(WatchEntry.id), col(WatchEntry.reference), col(WatchEntry.content)).where(
        WatchEntry.list_id == row.id
    )
    entries, ids = [], {}
    # Row by row: a list as the database has it takes several times the memory of its entries.
    for entry_id, reference, content in session.execute(
        query.order_by(col(WatchEntry.id)).execution_options(yield_per=500)
    ):
        if content["kind"] == Kind.PERSON.value:
            entries.append(from_content(content))
            ids[reference] = entry_id
    return ActiveList(row.id, row.name, row.version_label, Index(entries), ids)
