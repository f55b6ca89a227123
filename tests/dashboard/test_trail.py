"""History, standing reports, stored files and packs through real pages: what they show, and to whom."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from sqlmodel import col, select

from basis.errors import NotFound
from basis.roles import Role
from casework.accounts.tables import Account
from casework.actor import ENGINE, Actor
from casework.audit.tables import AuditEvent
from casework.cases.tables import Case
from casework.certificates.tables import Certificate
from casework.oversight import views
from casework.oversight.tables import SavedView
from casework.verifications.tables import VerificationCount, Way
from cli.demo import people
from dashboard import addresses
from tests.dashboard.bench import ADDRESS, Bench
from tests.dashboard.filling import send
from workflows import archive_check, sealing


def document(site: Bench) -> tuple[Certificate, Case]:
    with site.installation.database.read() as session:
        row = session.exec(select(Certificate).where(Certificate.kind == "orientation")).one()
        return row, session.get_one(Case, row.case_id)


def last(site: Bench, kind: str) -> AuditEvent:
    with site.installation.database.read() as session:
        query = select(AuditEvent).where(AuditEvent.kind == kind).order_by(col(AuditEvent.seq).desc())
        return session.exec(query.limit(1)).one()


def test_the_history_is_read_in_words_and_an_event_is_proved(
    played_home: Path, copied: Callable[[Path], Bench]
) -> None:
    site = copied(played_home)
    row, case = document(site)
    sealing.seal(site.installation, ENGINE)
    issued = last(site, "certificate.issued")
    with site.visit("audit") as auditor:
        page = auditor.get(addresses.TRAIL)
        assert "Signed in" in page
        page = auditor.get(f"{addresses.TRAIL}?number={row.number}&kind=certificate")
        assert f"Document {row.number} was issued" in page
        assert case.reference in page
        assert "No event fits" in auditor.get(f"{addresses.TRAIL}?number=NONE-1")
        assert "No event fits" in auditor.get(f"{addresses.TRAIL}?since=2199-01-01")
        for wrong in ("?kind=hit", "?color=red", "?since=yesterday", "?person=nobody"):
            auditor.get(addresses.TRAIL + wrong, 422)
        file = auditor.client.get(f"{addresses.TRAIL_FILE}?number={row.number}&kind=certificate")
        assert file.headers["content-type"].startswith("text/csv")
        header, *events = file.text.splitlines()
        assert header == "\ufeffEvent,Recorded,By,Case,Kind,What,Hash"
        told = [line.split(",")[3:6] for line in events]
        assert [case.reference, "certificate.issued", f"Document {row.number} was issued"] in told
        assert f'"taken":"{len(events)}"' in last(site, "trail.viewed").body
        page = auditor.get(addresses.event(issued.seq))
        assert issued.hash in page
        assert "Download the proof" in page
        proof = json.loads(auditor.get(addresses.event(issued.seq, "proof")))
        assert (proof["seq"], proof["event"]) == (issued.seq, issued.body)
        auditor.get(addresses.event(10**9), 404)
        newest = last(site, "trail.viewed")
        auditor.get(addresses.event(newest.seq, "proof"), 404)
    assert last(site, "audit_event.proved").actor == site.cast["audit"].key
    assert last(site, "trail.viewed").actor == site.cast["audit"].key


@pytest.mark.parametrize("kind", ["overrides", "concessions", "backdated", "privileges"])
def test_each_report_is_a_page_and_a_file(played: Bench, kind: str) -> None:
    with played.visit("audit") as auditor:
        page = auditor.get(addresses.report(kind))
        assert "Standing" not in page
        file = auditor.client.get(f"{addresses.report(kind)}.csv?since=2020-01-01")
        auditor.get(addresses.report(kind) + "?color=red", 422)
    assert file.headers["content-type"].startswith("text/csv")
    assert file.text.startswith("\ufeffDay,Case,")
    if kind == "privileges":
        assert "An account was made in the role auditor" in page


def test_what_the_checks_of_stored_files_found_is_shown(played_home: Path, copied: Callable[[Path], Bench]) -> None:
    site = copied(played_home)
    row, _case = document(site)
    with site.visit("audit") as auditor:
        assert "No check was made yet" in auditor.get(addresses.STORED_FILES)
        (site.installation.settings.archive / str(row.id)[-2:] / str(row.id)).unlink()
        archive_check.look_at_all(site.installation, ENGINE, lambda _done, _total: None)
        page = auditor.get(addresses.STORED_FILES)
        assert row.number in page
        assert "missing: the register has it" in page
        assert "1 finding" in page


def test_a_pack_is_made_through_a_page_and_recorded(played_home: Path, copied: Callable[[Path], Bench]) -> None:
    site = copied(played_home)
    row, case = document(site)
    address = addresses.query(addresses.NEW_AUDIT_PACK, case=case.reference)
    with site.visit("audit") as auditor:
        page = auditor.get(address)
        assert "recorded as read by you" in page
        token = page.split('name="_token" value="')[1].split('"')[0]
        answer = auditor.client.post(
            addresses.AUDIT_PACKS,
            data={"_token": token, "case": case.reference, "sample": ""},
            headers={"origin": ADDRESS},
        )
        assert answer.status_code == 200
        auditor.get(addresses.NEW_AUDIT_PACK, 422)
        auditor.get(addresses.query(addresses.NEW_AUDIT_PACK, case="NONE"), 404)
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        names = archive.namelist()
        papers = json.loads(archive.read("papers.json"))["papers"]
    assert f"documents/{row.number}.pdf" in names
    assert papers
    assert all(paper["file"] == "" for paper in papers), "an auditor opens no papers"
    made = last(site, "audit_pack.made")
    assert (made.actor, made.case_id) == (site.cast["audit"].key, case.id)


SEES = {
    "audit": {"trail", "reports", "files", "pack"},
    "mira": {"reports", "files"},
    "admin": {"files"},
    "arta": set(),
    "luan": set(),
    "teuta": set(),
    "ilir": set(),
    "agron": set(),
}


@pytest.mark.parametrize("name", SEES)
def test_each_role_opens_what_is_for_it(played: Bench, name: str) -> None:
    _row, case = document(played)
    pages = {
        "trail": (addresses.TRAIL, addresses.TRAIL_FILE, addresses.event(1), addresses.event(1, "proof")),
        "reports": (addresses.report("overrides"), f"{addresses.report('overrides')}.csv"),
        "files": (addresses.STORED_FILES,),
        "pack": (addresses.query(addresses.NEW_AUDIT_PACK, case=case.reference),),
    }
    with played.visit(name) as person:
        for part, ones in pages.items():
            for one in ones:
                status = person.client.get(one).status_code
                assert (status == 403) is (part not in SEES[name]), (one, status)


def test_the_register_is_sorted_filtered_and_taken_by_those_who_review(
    played_home: Path, copied: Callable[[Path], Bench]
) -> None:
    site = copied(played_home)
    row, case = document(site)
    with site.installation.database.write(ENGINE) as work:
        work.session.add(
            VerificationCount(certificate_id=row.id, day=work.today, way=Way.CODE, answer="valid", times=7)
        )
    with site.visit("audit") as auditor:
        page = auditor.get(addresses.DOCUMENTS + "?sort=checked")
        assert "checks outside: 7" in page
        numbers = re.findall(r"<bdi>([A-Z]{3}-\d{4}-\d{6})</bdi>", page)
        assert numbers[0] == row.number
        for asked in (
            "checked=yes",
            f"template={row.template_digest[:8]}&kind=orientation",
            "checked=yes&person=engine",
        ):
            assert row.number in auditor.get(f"{addresses.DOCUMENTS}?{asked}")
        for asked in ("recipient=court", "template=ffff", "sort=size"):
            answer = auditor.client.get(f"{addresses.DOCUMENTS}?{asked}")
            assert answer.status_code == 422 or "No document fits" in answer.text
        shape = json.loads(auditor.get(addresses.REGISTER_JSON + f"?number={row.number}"))
        assert shape["schema"] == "predeparture.register/1"
        (one,) = shape["documents"]
        assert (one["checked"], one["case"], one["sha256"]) == (7, case.reference, row.sha256)
        header, line = auditor.get(addresses.REGISTER_FILE + f"?number={row.number}").splitlines()
        assert header.count(",") == line.count(",")
        assert line.endswith(",7")
    assert last(site, "register.viewed").actor == site.cast["audit"].key
    with site.visit("arta") as caseworker:
        assert "checks outside" not in caseworker.get(addresses.DOCUMENTS)
        caseworker.get(addresses.DOCUMENTS + "?checked=yes", 422)


def test_a_list_is_kept_under_a_name_and_shared_within_the_role(
    played_home: Path, copied: Callable[[Path], Bench]
) -> None:
    site = copied(played_home)
    address = addresses.DOCUMENTS + "?kind=medical"
    with site.visit("audit") as auditor:
        assert "Keep this list" not in auditor.get(addresses.DOCUMENTS)
        send(auditor, address, "save-list", {"name": "Medicals"})
        page = auditor.get(addresses.DOCUMENTS)
        assert "Medicals" in page
        assert "/documents?kind=medical" in page
        send(auditor, address, "save-list", {"name": " "}, status=422)
    with site.installation.database.write(ENGINE) as work:
        account = Account(
            email="second@example.org", name="Second", role=Role.AUDITOR, password_hash="-",
            organisation_id=site.cast.organisations[people.OFFICE].id, created_at=work.now,
        )  # fmt: skip
        work.session.add(account)
        work.session.flush()
        second = Actor(account.id, account.role, account.organisation_id)
        assert views.listed(work.session, second, views.REGISTER) == []
        row = work.session.exec(select(SavedView)).one()
        row.shared = True
        work.session.add(row)
        work.session.flush()
        assert [line.own for line in views.listed(work.session, second, views.REGISTER)] == [False]
        assert views.listed(work.session, site.cast["mira"], views.REGISTER) == []
    with pytest.raises(NotFound):
        site.installation.database.run(second, views.remove, row.id)
    with site.visit("audit") as auditor:
        send(auditor, addresses.DOCUMENTS, f"remove-{row.id}")
        assert "Medicals" not in auditor.get(addresses.DOCUMENTS)
