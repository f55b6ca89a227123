"""Whatever is posted by an auditor outside of the audits is refused, and nothing is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi.routing import APIRoute
from sqlalchemy import MetaData, select
from sqlmodel import select as select_rows

from casework.audit.tables import AuditEvent
from casework.auditing import engagements
from casework.auditing.engagements import OpenEngagement
from casework.cases.tables import Case
from casework.certificates.tables import Certificate
from cli.demo import people
from dashboard import addresses
from dashboard.routes import ROUTERS
from tests.dashboard.bench import ADDRESS, Bench
from tests.support.factories import user_id

OPEN = (addresses.SIGN_IN, addresses.SIGN_OUT, addresses.VERIFY, addresses.REPORT)
_TOKEN = re.compile(r'name="_token" value="([0-9a-f]+)"')
_SOME = "00000000-0000-7000-8000-000000000001"


def post_routes() -> Iterator[str]:
    """The path of every route that takes a form, but sign-in, sign-out, the public check, reports and the audits."""
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            if "POST" in (route.methods or ()) and not route.path.startswith((*OPEN, addresses.AUDITS)):
                yield route.path


def filled(site: Bench, path: str) -> str:
    """The path with real ids where the home has them."""
    with site.installation.database.read() as session:
        case = session.exec(select_rows(Case)).one()
        document = session.exec(select_rows(Certificate)).first()
    assert document is not None
    known = {
        "case_id": case.id,
        "document_id": document.id,
        "user_id": user_id(site.cast["arta"]),
        "organisation_id": site.cast.organisations[people.AGENCY].id,
        "programme_id": case.programme_id,
        "version": case.programme_version,
        "stage": "documents",
        "stage_id": "documents",
    }
    return re.sub(r"{(\w+)(?::\w+)?}", lambda found: str(known.get(found[1], _SOME)), path)


def stored(site: Bench) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the database but sessions."""
    tables = MetaData()
    with site.installation.database.engine.connect() as connection:
        tables.reflect(connection)
        return {
            name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for name, table in tables.tables.items()
            if name != "sign_in_session"
        }


def test_an_auditors_form_is_refused_everywhere_but_in_the_audits(
    played_home: Path, copied: Callable[[Path], Bench]
) -> None:
    site = copied(played_home)
    with site.visit("audit") as auditor:
        token = _TOKEN.search(auditor.get(addresses.PROGRAMMES))
        assert token is not None
        before = stored(site)
        paths = sorted(set(post_routes()))
        answers = {
            path: auditor.client.post(
                filled(site, path), data={"_token": token[1], "version": "1"}, headers={"origin": ADDRESS}
            ).status_code
            for path in paths
        }
    assert len(paths) > 40
    # A sign-off, a list of one's own and papers about money look at the form before they look at who sends it; what
    # counts is below.
    assert {path: status for path, status in answers.items() if status not in (403, 404, 422)} == {}
    assert sum(status == 422 for status in answers.values()) <= 4
    assert stored(site) == before


def test_what_an_auditor_looks_at_is_logged_with_the_engagement(
    played_home: Path, copied: Callable[[Path], Bench]
) -> None:
    site = copied(played_home)
    auditor, database = user_id(site.cast["audit"]), site.installation.database
    command = OpenEngagement(
        title="Autumn", purpose="To see.", begins_on=site.today, ends_on=site.today + timedelta(days=1),
        auditors=(auditor,), lead=auditor,
    )  # fmt: skip
    number = database.run(site.cast["admin"], engagements.start, site.installation.catalogue, command).number
    with database.read() as session:
        row = session.exec(select_rows(Certificate).where(Certificate.kind == "loan")).one()
    with site.visit("audit") as person:
        person.get(addresses.document(row.id))
        person.get(addresses.case(row.case_id))
        person.client.get(addresses.document(row.id, "file"))
        database.run(site.cast["admin"], engagements.close, number)
        person.get(addresses.document(row.id), 404)
        person.get(addresses.case(row.case_id), 404)
        assert row.number not in person.get(addresses.DOCUMENTS)
    with database.read() as session:
        events = session.exec(select_rows(AuditEvent).where(AuditEvent.actor == str(auditor))).all()
    seen = {event.kind for event in events if f'"engagements":["{number}"]' in event.body}
    assert seen == {"certificate.viewed", "case.viewed", "certificate.read"}
