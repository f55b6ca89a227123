"""The demo as people run it: a process of its own that is killed, started again, and looked at closely at the end."""

from __future__ import annotations

import logging
import os
import random
import re
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import Session, col, select
from typer.testing import CliRunner

from casework import settings
from casework.audit import service as audit
from casework.batches.tables import Batch, BatchRow, BatchState, RowState
from casework.cases.rules import CaseLife
from casework.cases.tables import Case, LiveSignOff
from casework.certificates.tables import Certificate, CertificateState, NumberSeries
from casework.complaints.rules import ComplaintState
from casework.complaints.tables import Complaint
from casework.costs.rules import AlertState
from casework.costs.tables import FeeAlert
from casework.entitlements.rules import ClaimState
from casework.entitlements.tables import EntitlementClaim
from casework.loans.life import LoanState
from casework.loans.paper_tables import MoneyPaper
from casework.loans.tables import Loan
from casework.outbox import service as outbox
from casework.recruitment.rules import OrderState
from casework.recruitment.tables import JobOrder
from casework.repayments.tables import BankLine, LineState
from cli import demo_data
from cli.demo import earlier, granted, people
from cli.demo.finish import due_answer
from cli.main import app
from documents.installation import Installation, open_installation
from documents.register import Register
from documents.verification import Status, verify
from tests.support import processes, verapdf
from tests.support.prefect_home import put_prefect
from tests.support.processes import all_end, below, until
from tests.support.traces import found_in, personal_values, texts_of_database, texts_of_files

# What these tests share is made once where the tests are spread over processes.
pytestmark = pytest.mark.xdist_group("demo")

LONGEST_SECONDS = 1200
NOT_GENUINE = {Status.ALTERED, Status.UNKNOWN}


def start(folder: Path, workers: int) -> subprocess.Popen[str]:
    code = f"from cli.demo import run; run(serve=False, workers={workers})"
    return processes.start(code, folder)


def kill_when(process: subprocess.Popen[str], condition: Callable[[], bool], *, group: bool = False) -> bool:
    """Kill -9 the demo (or its whole group) once the condition holds; False when it ended before.

    Killed or not, every process below it must end.
    """
    until(condition, LONGEST_SECONDS, process)
    children = below(process.pid)
    ended = process.poll() is not None
    if not ended:
        os.killpg(process.pid, 9) if group else process.kill()
    output = process.communicate(timeout=60)[0]
    if ended:
        assert process.returncode == 0, output[-4000:]
    assert all_end(children, 30) == []
    return not ended


def finish(process: subprocess.Popen[str]) -> str:
    """Let the demo come to its end; what it said."""
    output = process.communicate(timeout=LONGEST_SECONDS)[0]
    assert process.returncode == 0, output[-4000:]
    return output


@dataclass(frozen=True)
class Played:
    """A demo that came to its end after kills."""

    home: Path
    workers: int
    output: str
    installation: Installation

    @property
    def pdfs(self) -> list[Path]:
        return sorted((self.home / "certificates").glob("*/*.pdf"))


def opened(folder: Path, workers: int, output: str) -> Played:
    home = folder / "var" / "demo"
    return Played(home, workers, output, open_installation(settings.load(home)))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Four workers. Killed in the midst of the story; the deep tests kill it everywhere."""
    folder, workers = tmp_path_factory.mktemp("demo"), 4
    archive = folder / "var" / "demo" / "archive"
    put_prefect(tmp_path_factory, folder / "var" / "demo")

    def stored(count: int) -> Callable[[], bool]:
        return lambda: sum(1 for path in archive.glob("??/*") if path.is_file()) >= count

    assert kill_when(start(folder, workers), stored(4))
    played = opened(folder, workers, finish(start(folder, workers)))
    yield played
    played.installation.database.engine.dispose()


def test_no_case_is_lost_and_every_sign_off_has_one_certificate(demo: Played) -> None:
    with demo.installation.database.read() as session:
        require_whole(session, demo)


def test_numbers_have_no_gap(demo: Played) -> None:
    with demo.installation.database.read() as session:
        require_gap_free(session)


def test_the_history_is_whole(demo: Played) -> None:
    with demo.installation.database.read() as session:
        events, faults = audit.verify(session)
    assert events > 0
    assert faults == []
    assert f"History: {events} events, the chain holds." in demo.output


def test_the_copies_are_the_certificates_and_each_gives_the_answer_it_should(demo: Played) -> None:
    require_right_answers(demo)


def test_flipping_any_byte_makes_a_certificate_altered_or_unknown(demo: Played) -> None:
    content = demo.pdfs[0].read_bytes()
    dice = random.Random(7)
    places = [0, 7, len(content) // 2, len(content) - 7, len(content) - 1, *dice.sample(range(len(content)), 20)]
    with demo.installation.database.read() as session:
        register, today = Register(session), demo.installation.database.today()
        for place in places:
            flipped = bytearray(content)
            flipped[place] ^= 1 << dice.randrange(8)
            answer = verify(bytes(flipped), register, today, demo.installation.trusted)
            assert answer.status in NOT_GENUINE, place


def test_there_is_something_to_see_of_costs_reports_entitlements_and_job_orders(demo: Played) -> None:
    with demo.installation.database.read() as session:
        alerts = Counter(session.exec(select(FeeAlert.state)))
        reports = Counter(session.exec(select(Complaint.state)))
        claims = Counter(session.exec(select(EntitlementClaim.state)))
        orders = Counter(session.exec(select(JobOrder.state)))
    assert alerts == {AlertState.OPEN: 1, AlertState.REFUNDED: 1}
    assert reports == {ComplaintState.RECEIVED: 1, ComplaintState.IN_HAND: 1}
    assert claims == {ClaimState.PAID: 1}
    assert orders == {OrderState.APPROVED: 2, OrderState.ASKED: 1}


def test_nothing_personal_is_in_prefects_database_nor_in_any_log(demo: Played) -> None:
    require_no_traces(demo)


def test_another_home_is_refused_and_not_touched(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    code = "import sys; sys.argv = ['predeparture', 'demo', '--no-serve']; from cli.main import app; app()"
    process = processes.start(code, tmp_path, PREDEPARTURE_HOME=str(elsewhere))
    output = process.communicate(timeout=60)[0]
    assert process.returncode == 3
    assert "touches no other home" in re.sub(r"\s+", " ", output)
    assert list(tmp_path.iterdir()) == []


def test_another_database_is_refused_and_not_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    other = {"PREDEPARTURE_DATABASE_URL": f"sqlite:///{tmp_path / 'real.sqlite3'}"}
    result = CliRunner().invoke(app, ["demo", "--no-serve"], env=other)
    assert result.exit_code == 3
    assert "a database and a signing key of its own" in re.sub(r"\s+", " ", result.stderr)
    assert list(tmp_path.iterdir()) == []


def test_a_real_installation_in_the_demos_place_is_refused_and_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    keys = tmp_path / "var" / "demo" / "keys"
    keys.mkdir(parents=True)
    result = CliRunner().invoke(app, ["demo", "--no-serve"])
    assert result.exit_code == 3
    assert "holds an installation that is no demo" in re.sub(r"\s+", " ", result.stderr)
    assert [path.name for path in keys.parent.iterdir()] == ["keys"]


@pytest.mark.deep
@pytest.mark.timeout(LONGEST_SECONDS * 2)
def test_a_demo_killed_again_and_again_finishes_with_nothing_lost_and_nothing_twice(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    logging.getLogger(__name__).warning("seed %s", seed)
    dice, kills, workers = random.Random(seed), 0, 12
    while True:
        longest = 12 + 6 * kills
        moment = time.monotonic() + dice.choice((dice.uniform(0.1, 3), dice.uniform(3, longest)))
        if not kill_when(start(tmp_path, workers), lambda: time.monotonic() >= moment, group=dice.random() < 0.5):  # noqa: B023
            break
        kills += 1
    played = opened(tmp_path, workers, finish(start(tmp_path, workers)))
    assert kills >= 3
    lives = require_all(played)
    assert lives[CaseLife.DEPARTED] == 1
    assert lives[CaseLife.WITHDRAWN] == 1
    assert lives[CaseLife.ARRIVED] == 1
    with played.installation.database.read() as session:
        loans = Counter(session.exec(select(Loan.state)))
        lines = Counter(session.exec(select(BankLine.state)))
    assert loans[LoanState.OVERDUE] == loans[LoanState.IN_GRACE] == 1
    assert lines == {LineState.COUNTED: 2, LineState.WAITING: 1}
    if verapdf.why_not() is None:
        assert verapdf.complaints(played.pdfs) == ""
    played.installation.database.engine.dispose()


def require_all(played: Played) -> Counter[CaseLife]:
    """Everything that must hold of a finished demo; how its cases stand."""
    with played.installation.database.read() as session:
        require_whole(session, played)
        require_gap_free(session)
        assert audit.verify(session)[1] == []
        lives = Counter(case.life for case in session.exec(select(Case)))
    require_right_answers(played)
    require_no_traces(played)
    return lives


def require_whole(session: Session, played: Played) -> None:
    batches = {batch.file_name: batch.state for batch in session.exec(select(Batch))}
    assert batches.keys() <= {demo_data.BATCH_NAME, earlier.BATCH}
    assert set(batches.values()) == {BatchState.TAKEN}
    assert {row.state for row in session.exec(select(BatchRow))} == {RowState.TAKEN}
    cases = Counter(session.exec(select(Case.programme_id)))
    assert cases == {people.PROGRAMME: played.workers, granted.AFAR: 1}
    assert outbox.unfinished(session) == []
    certificates = session.exec(select(Certificate)).all()
    assert {row.state for row in certificates} <= {CertificateState.ISSUED, CertificateState.VOID}
    issued = [row for row in certificates if row.state is CertificateState.ISSUED]
    images = Counter(row.sign_off_id or row.decision_id or row.paper_id for row in issued)
    assert set(images.values()) == {1}
    assert {row.sign_off_id for row in session.exec(select(LiveSignOff))} <= images.keys()
    assert set(session.exec(select(MoneyPaper.id).where(col(MoneyPaper.end).is_(None)))) <= images.keys()
    assert len({row.number for row in certificates}) == len({row.token for row in certificates}) == len(certificates)
    # A file whose number became void stays sealed in the archive; no other file is there.
    archived = set(played.installation.archive.list())
    assert {str(row.id) for row in certificates if row.state is CertificateState.ISSUED} <= archived
    assert archived <= {str(row.id) for row in certificates}


def require_gap_free(session: Session) -> None:
    given: dict[str, list[int]] = defaultdict(list)
    certificates, loans = session.exec(select(Certificate.number)).all(), session.exec(select(Loan.number)).all()
    for taken in sorted([*certificates, *loans]):
        prefix, year, number = taken.rsplit("-", 2)
        given[f"{prefix}-{year}"].append(int(number))
    for series in session.exec(select(NumberSeries)):
        assert given.pop(f"{series.prefix}-{series.year}") == list(range(1, series.next_number))
    assert given == {}


def require_right_answers(played: Played) -> None:
    with played.installation.database.read() as session:
        register, today = Register(session), played.installation.database.today()
        query = select(Certificate, Case.reference).join(Case, col(Case.id) == col(Certificate.case_id))
        issued = session.exec(query.where(col(Certificate.state) == CertificateState.ISSUED)).all()
        should = {f"{reference}/{row.number}.pdf": due_answer(row, today) for row, reference in issued}
        answers = {
            f"{path.parent.name}/{path.name}": verify(
                path.read_bytes(), register, today, played.installation.trusted
            ).status
            for path in played.pdfs
        }
    assert answers == should
    assert len(answers) >= played.workers


def require_no_traces(played: Played) -> None:
    values = personal_values(demo_data.batch())
    assert found_in(texts_of_database(played.home / "prefect" / "prefect.db"), values) == set()
    assert found_in(texts_of_files(played.home.rglob("*.log")), values) == set()
    assert found_in([("screen", played.output)], values) == set()
