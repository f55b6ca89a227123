"""What holds for every programme file that is shipped, whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checklists.catalogue import SHIPPED, read_programme
from checklists.programme import LegalBasis, Programme, StageKind
from tests.checklists.examples.common import case_of, what

FILES = sorted(SHIPPED.glob("*.yaml"))
pytestmark = pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])


def read(path: Path) -> Programme:
    return read_programme(path.read_bytes(), path.name)


def legal_bases(programme: Programme) -> Iterator[tuple[str, LegalBasis]]:
    for _stage, requirement in programme.requirements():
        yield requirement.id, requirement.legal_basis
    parts = (programme.eligibility, programme.quotas, programme.entitlements)
    for named in (*parts, programme.contract_terms, programme.follow_ups):
        yield from ((one.id, one.legal_basis) for one in named)
    yield from ((ceiling.head.value, ceiling.legal_basis) for ceiling in programme.fee_ceilings)
    yield from ((row.institution, row.legal_basis) for row in programme.recognition)
    alone = (programme.residence, programme.loan, programme.transition)
    yield from ((type(one).__name__, one.legal_basis) for one in alone if one is not None)
    if programme.minimum_age_basis is not None:
        yield "minimum_age", programme.minimum_age_basis


def test_every_rule_names_its_source(path: Path) -> None:
    assert [name for name, basis in legal_bases(read(path)) if not (basis.citation or basis.link)] == []


def test_what_is_the_programmes_own_rule_is_not_called_confirmed(path: Path) -> None:
    own = [(name, basis) for name, basis in legal_bases(read(path)) if basis.citation.startswith("Programme's rule")]
    assert [name for name, basis in own if basis.confirmed] == []


def test_every_track_ends_with_a_departure_or_a_completion(path: Path) -> None:
    programme = read(path)
    for track in programme.tracks:
        ends = StageKind.DEPARTURE if track.departs else StageKind.COMPLETION
        kinds = [stage.kind for stage in programme.in_order if stage.on_track(track.id)]
        assert ends in kinds and (track.departs or StageKind.DEPARTURE not in kinds)


def test_something_is_asked_on_every_track(path: Path) -> None:
    programme = read(path)
    for track in programme.tracks:
        assert what(programme, case_of(programme, track.id))
