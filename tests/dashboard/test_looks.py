"""What an auditor looks at is recorded: every page of a case and of a document, by a walk over the routes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi.routing import APIRoute
from sqlmodel import select
from starlette.testclient import TestClient

from basis.roles import Role
from casework.accounts.tables import Account, SignInSession
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.tables import Case
from casework.certificates.tables import Certificate
from casework.work import Work
from cli.demo import people
from dashboard.routes import ROUTERS
from dashboard.sessions import COOKIE
from tests.dashboard.bench import ADDRESS, Bench


def addresses_of(site: Bench) -> Iterator[str]:
    """Every GET address about a case or a document that needs nothing else to be filled in."""
    with site.installation.database.read() as session:
        case = session.exec(select(Case)).one()
        row = session.exec(select(Certificate).where(Certificate.kind == "orientation")).one()
    values = {"case_id": case.id, "document_id": row.id}
    for router in ROUTERS:
        for route in router.routes:
            if not isinstance(route, APIRoute) or "GET" not in (route.methods or ()):
                continue
            names = set(route.param_convertors)
            if names and names <= set(values):
                path = route.path_format
                yield path.format(**{name: values[name] for name in names})


def new_auditor(site: Bench) -> tuple[str, str]:
    """An account of its own, which has seen nothing yet: its key, and the cookie of its session."""
    token = secrets.token_urlsafe(16)

    def act(work: Work) -> str:
        account = Account(
            email=f"{token.lower()}@example.org",
            name="Synthetic auditor",
            role=Role.AUDITOR,
            organisation_id=site.cast.organisations[people.OFFICE].id,
            password_hash="-",
            created_at=work.now,
        )
        work.session.add(account)
        work.session.flush()
        digest = sha256(token.encode()).hexdigest()
        seen: dict[str, Any] = {"created_at": work.now, "last_seen_at": work.now}
        work.session.add(SignInSession(token_hash=digest, account_id=account.id, **seen))
        return str(account.id)

    return site.installation.database.run(ENGINE, act), token


def test_every_page_of_a_case_or_document_that_an_auditor_opens_leaves_an_event_of_that_case(
    played_home: Path, copied: Callable[[Path], Bench]
) -> None:
    site = copied(played_home)
    with site.installation.database.read() as session:
        case_id = session.exec(select(Case.id)).one()
    opened, silent = [], []
    for address in addresses_of(site):
        key, token = new_auditor(site)
        with TestClient(site.app(), base_url=ADDRESS, follow_redirects=False) as client:
            client.cookies.set(COOKIE, token, domain="127.0.0.1")
            status = client.get(address).status_code
        with site.installation.database.read() as session:
            found = session.exec(
                select(AuditEvent.kind).where(AuditEvent.actor == key, AuditEvent.case_id == case_id)
            ).all()
        if status == 200:
            opened.append(address)
            if not found:
                silent.append(address)
        else:
            assert found == [], f"{address} was not opened, and an event says that it was"
    assert len(opened) >= 6
    assert silent == []
