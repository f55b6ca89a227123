"""What the pages of the skills map show: the picture, a worker's line, a demand and its reasons in words."""

from __future__ import annotations

from collections.abc import Mapping

from basis import countries, isco
from basis.messages import Message, _, _n
from casework.cases.pinned import programme_of
from casework.cases.rules import CaseLife
from casework.qualifications.rules import ISCED_WORDS
from casework.skills.matching import MatchLine
from casework.skills.queries import Line, Picture, PictureRow
from casework.skills.rules import CRITERION_WORDS, VERDICT_WORDS, Demand, Verdict, levels_in_words
from checklists.catalogue import Catalogue
from dashboard import addresses, words
from dashboard.cases.lists import name_in_lists
from dashboard.pages.skills import Cell, MatchRow, OccupationRow, ReasonView, SkillRow
from dashboard.parts import Badge, Link, Text, Tone

_TONES: Mapping[Verdict, Tone] = {Verdict.MET: Tone.DONE, Verdict.COMING: Tone.OPEN, Verdict.MISSING: Tone.IDLE}


def columns(drawn: Picture) -> tuple[Text, ...]:
    """Heads of the cells: cleared, the months, later, no day."""
    return (_("Cleared"), *(words.month(day) for day in drawn.months), _("Later"), _("No day"))


def occupations(drawn: Picture, said: Mapping[str, str]) -> tuple[OccupationRow, ...]:
    """The rows of the picture; each leads to the same search of its occupation."""
    counts = [_counts(row) for row in drawn.rows]
    longest = max((count for row in counts for count in row), default=0)
    others = {name: value for name, value in said.items() if name not in ("occupation", "page")}
    return tuple(
        OccupationRow(
            occupation=Link(
                addresses.query(addresses.SKILLS, occupation=row.occupation, **others) if row.occupation else "",
                isco.numbered(row.occupation) or _("not known"),
            ),
            cells=tuple(Cell(count, -(-count * 100 // longest)) for count in line),
            total=row.total,
        )
        for row, line in zip(drawn.rows, counts, strict=True)
    )


def _counts(row: PictureRow) -> tuple[int, ...]:
    return (row.cleared, *row.months, row.later, row.unknown)


def row(line: Line, catalogue: Catalogue) -> SkillRow:
    programme = programme_of(catalogue, line.case)
    track = programme.track(line.case.track)
    return SkillRow(
        worker=_worker(line),
        about=_about(line),
        languages=", ".join(_language(line, code) for code in sorted(line.languages)),
        education="" if line.isced is None else ISCED_WORDS[line.isced],
        programme=_("{programme}, {track}", programme=programme.label, track=track.label) if track else programme.label,
        ready=ready(line),
    )


def match_row(found: MatchLine) -> MatchRow:
    reasons = tuple(
        ReasonView(
            CRITERION_WORDS[one.criterion],
            Badge(_TONES[one.verdict], VERDICT_WORDS[one.verdict]),
            words.spoken(one.words),
        )
        for one in found.reasons
    )
    return MatchRow(_worker(found.line), _about(found.line), reasons)


def ready(line: Line) -> Badge:
    """When the preparation can be over."""
    if line.case.life is CaseLife.CLEARED:
        return Badge(Tone.DONE, _("cleared"))
    if line.ready_on is None:
        return Badge(Tone.IDLE, _("no day can be said"))
    return Badge(Tone.OPEN, _("about {day}", day=words.on(line.ready_on)))


def demand_words(demand: Demand) -> Message:
    """“12 workers, 7112 Bricklayers, Germany, from 1 May 2027, German B1”."""
    whole = _n(
        "{count} worker, {occupation}, {country}, from {day}",
        "{count} workers, {occupation}, {country}, from {day}",
        demand.count,
        occupation=isco.numbered(demand.occupation),
        country=countries.name(demand.destination),
        day=words.on(demand.from_day),
    )
    if not demand.language:
        return whole
    language, levels = words.language(demand.language), levels_in_words(demand.levels)
    return _("{whole}, {language} {levels}", whole=whole, language=language, levels=levels)


def _worker(line: Line) -> Link:
    return Link(addresses.case(line.case.id), name_in_lists(line.worker))


def _about(line: Line) -> str:
    return " · ".join(part for part in (line.case.reference, isco.numbered(line.case.occupation)) if part)


def _language(line: Line, code: str) -> str:
    shown = line.languages[code]
    return f"{words.language(code)} {levels_in_words({'level': shown.level, **shown.skills})}"
