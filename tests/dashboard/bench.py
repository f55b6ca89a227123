"""An installation of the test's own with the demo's people in it, its pages, and its engine without Prefect."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from starlette.testclient import TestClient

from casework import settings
from casework.accounts import service as accounts
from casework.accounts.tables import SignInSession
from casework.actor import ENGINE
from casework.batches import service as batches
from casework.batches.service import SubmitBatch
from casework.cases.rules import CaseLife
from casework.cases.tables import Case
from casework.security import loading
from casework.work import Work
from cli import demo_data
from cli.demo import people, story
from dashboard import addresses
from dashboard.app import Dashboard
from dashboard.main import dashboard_of
from dashboard.security import form_token
from dashboard.sessions import COOKIE
from documents.installation import Installation, create, open_installation
from workflows import relay
from workflows.engine import PlainRunner
from workflows.issuing import InProcess

ADDRESS = "http://127.0.0.1:8000"
_TOKEN = re.compile(r'name="_token" value="([0-9a-f]+)"')


@dataclass(frozen=True)
class Bench:
    """An installation and its people (`cli.demo.people`)."""

    installation: Installation
    cast: people.Cast

    @property
    def today(self) -> date:
        return self.installation.database.today()

    def app(self) -> Dashboard:
        return dashboard_of(self.installation)

    def work(self) -> None:
        """Let the engine do all that is due: in a thread, since signing needs one without a running event loop,
        and Playwright's runs in this one."""
        runner = PlainRunner(self.installation, InProcess(self.installation.settings))
        with ThreadPoolExecutor(1) as thread:
            thread.submit(relay.drain, self.installation, runner).result()

    @contextmanager
    def visit(self, name: str = "") -> Iterator[Person]:
        """A browser: of one of the people, signed in, or of nobody."""
        app = self.app()
        with TestClient(app, base_url=ADDRESS, follow_redirects=False) as client:
            token = ""
            if name:
                session = self.open_session(name)
                client.cookies.set(COOKIE, session, domain="127.0.0.1")
                token = form_token(app.web.form_key, sha256(session.encode()).hexdigest())
            yield Person(client, token)

    def open_session(self, name: str) -> str:
        """The cookie of one of the people, signed in without the password: checking one takes a quarter of a second.

        Tests of the sign-in itself send its form.
        """
        token = secrets.token_urlsafe(32)

        def open_for(work: Work) -> None:
            account = accounts.find(work.session, people.address(name))
            digest = sha256(token.encode()).hexdigest()
            work.session.add(
                SignInSession(token_hash=digest, account_id=account.id, created_at=work.now, last_seen_at=work.now)
            )
            work.record("account.signed_in", f"account/{account.id}")

        self.installation.database.run(ENGINE, open_for)
        return token


@dataclass(frozen=True)
class Person:
    """A client that sends forms like a browser: with the token that is on every page of its session."""

    client: TestClient
    token: str = ""

    def get(self, address: str, status: int = 200) -> str:
        answer = self.client.get(address)
        assert answer.status_code == status, answer.text
        return answer.text

    def post(
        self,
        address: str,
        data: dict[str, str],
        files: dict[str, tuple[str, bytes]] | None = None,
        *,
        seen: str = "",
        status: int = 303,
    ) -> str:
        """Send a form. The text, or where it leads for a redirect. `seen` is a page to take the token from; without
        one it is the session's, since making a page for it takes longer than most forms."""
        token = self.token if self.token and not seen else self._token_on(seen or addresses.PROGRAMMES)
        headers = {"origin": ADDRESS}
        answer = self.client.post(address, data=data | {"_token": token}, files=files, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.headers["location"] if status == 303 else answer.text

    def _token_on(self, page: str) -> str:
        found = _TOKEN.search(self.get(page))
        assert found is not None
        return found[1]


def make(home: Path) -> Bench:
    """A demo's home with everybody in it, a watch list, and no case."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "DEMO").write_text("{}")
    options = settings.Settings(home=home)
    create(options, "Labour Mobility Office Prishtina (demo)", datetime.now(UTC))
    installation = open_installation(options)
    bench = Bench(installation, people.assemble_cast(installation))
    installation.database.run(ENGINE, _load_list)
    return bench


def reopened(home: Path) -> Bench:
    """The installation of a home that was copied."""
    installation = open_installation(settings.Settings(home=home))
    return Bench(installation, people.assemble_cast(installation))


def batch_file(workers: int, on: date) -> bytes:
    """The first rows of the demo's batch, departing 90 to 160 days after `on`."""
    data = demo_data.batch(on - timedelta(days=60))
    return b"\n".join(data.split(b"\n")[: workers + 1]) + b"\n"


def submit(bench: Bench, workers: int) -> None:
    """The agency hands in the first rows of the demo's batch, and they become cases."""
    command = SubmitBatch(
        agency_id=bench.cast.organisations[people.AGENCY].id,
        file_name=demo_data.BATCH_NAME,
        data=batch_file(workers, bench.today),
    )
    programme = bench.installation.catalogue.get(people.PROGRAMME, on=bench.installation.database.today())
    bench.installation.database.run(bench.cast["agron"], batches.submit, programme, command)
    bench.work()


def play(bench: Bench) -> None:
    """The demo's people decide until nothing is left to do or a case is cleared, and every certificate is issued."""
    waiting = story.parts(bench.installation, people.PROGRAMME)
    while waiting:
        waiting = [part for part in waiting if _is_open(bench, part.case_id)]
        waiting = [part for part in waiting if story.play(bench.installation, bench.cast, part)]
        bench.work()


def _is_open(bench: Bench, case_id: UUID) -> bool:
    with bench.installation.database.read() as session:
        return session.get_one(Case, case_id).life is CaseLife.OPEN


def _load_list(work: Work) -> None:
    loading.load_list(work, demo_data.watch_list(), "csv", "Demo watch list")
