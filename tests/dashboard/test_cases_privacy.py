"""What one role may not know is absent for it: matches, medical outcomes, papers; and who looked leaves a trace."""

from __future__ import annotations

import calendar
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from casework.audit.tables import AuditEvent
from casework.evidence.tables import EvidenceItem
from casework.medical import service as medical
from casework.medical.rules import MedicalOutcome
from casework.medical.service import RecordMedical
from casework.security.tables import Hit
from cli.demo import people
from dashboard import addresses
from tests.dashboard import bench
from tests.dashboard.bench import Bench
from tests.dashboard.playing import case_of, page_of

_MONTHS = "|".join(calendar.month_name[1:])
OTHERS = ("arta", "mira", "teuta", "ilir", "agron")
LISTED, CLEAR = "BB-0001", "BB-0002"


@pytest.fixture(scope="module")
def looked_at(screened_home: Path) -> Bench:
    return bench.reopened(screened_home)


def _hits(site: Bench, reference: str) -> list[Hit]:
    with site.installation.database.read() as session:
        return list(session.exec(select(Hit).where(Hit.case_id == case_of(site, reference).id)))


def _security_stage(page: str) -> str:
    """The security stage without what differs between any two cases."""
    part = next(piece for piece in re.split(r'<li class="stage" id="stage-', page) if piece.startswith('security"'))
    plain = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", part)
    plain = re.sub(rf"\d+ ({_MONTHS}) \d{{4}}|\d+ days? overdue", "DAY", plain)
    return re.sub(r'name="_token" value="\w+"|name="version" value="\d+"|badge \w+|[◆▲◐]|act by |due on ', "", plain)


def _words(page: str) -> str:
    """What people read, without the sources of the programme's rules, which stand on the page of every case."""
    return re.sub(r"<[^>]+>", " ", re.sub(r'<p class="small source">.*?</p>', "", page, flags=re.DOTALL)).lower()


def test_there_is_a_possible_match_in_one_case_and_none_in_the_other(looked_at: Bench) -> None:
    assert len(_hits(looked_at, LISTED)) == 1
    assert _hits(looked_at, CLEAR) == []


@pytest.mark.parametrize("name", OTHERS)
def test_a_pending_match_looks_to_others_exactly_like_none(looked_at: Bench, name: str) -> None:
    listed, clear = page_of(looked_at, name, LISTED), page_of(looked_at, name, CLEAR)
    assert _security_stage(listed) == _security_stage(clear)
    for page in (listed, clear):
        assert not re.search(r"\bhits?\b|\bmatch(es)?\b|adjudicat|outcome open", _words(page))


def test_of_a_medical_the_office_learns_the_outcome_word_and_others_no_more_than_not_met(screened: Bench) -> None:
    day = screened.today - timedelta(days=3)
    command = RecordMedical(
        case_id=case_of(screened, CLEAR).id,
        clinic_id=screened.cast.organisations[people.CLINIC].id,
        physician="Dr. Synthetic",
        physician_licence="1",
        identity_checked=True,
        examined_on=day,
        outcome=MedicalOutcome.TEMPORARILY_UNFIT,
        detail="Sputum culture outstanding.",
    )
    screened.installation.database.run(screened.cast["teuta"], medical.record, command)
    screened.work()
    for name in ("arta", "mira", "luan", "ilir", "agron"):
        words = re.sub(r"<[^>]+>", " ", page_of(screened, name, CLEAR))
        assert "not met" in words
        assert not re.search(r"sputum|speaks against|Dr. Synthetic", words, re.IGNORECASE), name
        assert ("temporarily unfit" in words) is (name in ("arta", "mira")), name
        with screened.visit(name) as person:
            person.get(addresses.case(command.case_id, "medical"), 403)
    with screened.visit("teuta") as person:
        assert "Sputum culture outstanding." in person.get(addresses.case(command.case_id, "medical"))
    assert "medical.viewed" in _events(screened, CLEAR)


def test_files_and_numbers_of_papers_are_for_those_who_may_see_identity(looked_at: Bench) -> None:
    case = case_of(looked_at, CLEAR)
    with looked_at.installation.database.read() as session:
        item = session.exec(select(EvidenceItem).where(EvidenceItem.case_id == case.id)).first()
    assert item is not None
    file = addresses.evidence(case.id, item.id, "files", 1)
    for name in ("agron", "teuta", "ilir"):
        with looked_at.visit(name) as person:
            person.get(file, 403)
            person.get(addresses.case(case.id, "photo"), 403)
            assert addresses.evidence(case.id, item.id, "files") not in person.get(addresses.case(case.id))
    with looked_at.visit("arta") as person:
        answer = person.client.get(file)
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.content.startswith(b"\xff\xd8")


def test_a_paper_is_not_found_under_another_case(looked_at: Bench) -> None:
    with looked_at.installation.database.read() as session:
        item = session.exec(select(EvidenceItem).where(EvidenceItem.case_id == case_of(looked_at, CLEAR).id)).first()
    assert item is not None
    with looked_at.visit("arta") as person:
        person.get(addresses.evidence(case_of(looked_at, LISTED).id, item.id, "files"), 404)
        person.get(addresses.evidence(case_of(looked_at, LISTED).id, item.id, "files", 1), 404)


def test_who_looks_at_a_case_its_papers_or_its_worker_leaves_an_event(screened: Bench) -> None:
    case = case_of(screened, CLEAR)
    before = _events(screened, CLEAR).count("case.viewed")
    with screened.visit("dafina") as person:
        for _time in range(3):
            person.get(addresses.case(case.id))
    assert _events(screened, CLEAR).count("case.viewed") == before + 1
    with screened.visit("besnik") as person:
        person.get(addresses.case(case.id, "worker"))
    assert "identity.viewed" in _events(screened, CLEAR)


def test_the_agency_reads_that_the_office_acted_not_who(looked_at: Bench) -> None:
    page = page_of(looked_at, "agron", CLEAR)
    assert "the office" in page
    assert "Besnik Hoxha" not in page
    assert "Besnik Hoxha" in page_of(looked_at, "arta", CLEAR)


def _events(site: Bench, reference: str) -> list[str]:
    with site.installation.database.read() as session:
        query = select(AuditEvent.kind).where(AuditEvent.case_id == case_of(site, reference).id)
        return list(session.exec(query))
