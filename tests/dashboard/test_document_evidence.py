"""What a document shows and stands on, for those who review it; whoever reads it is recorded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import Session, select

from basis.ids import new_id, new_token
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases.rules import EndKind
from casework.cases.tables import SignOff
from casework.certificates.tables import Certificate, CertificateState
from casework.evidence.tables import EvidenceFile
from casework.work import Work
from dashboard import addresses
from documents.installation import Installation
from tests.dashboard.bench import Bench
from tests.dashboard.filling import forms_on, send


def row_of(installation: Installation, kind: str) -> Certificate:
    with installation.database.read() as session:
        return session.exec(select(Certificate).where(Certificate.kind == kind)).one()


def looks(session: Session, row: Certificate) -> int:
    query = select(AuditEvent).where(
        AuditEvent.kind == "certificate.viewed", AuditEvent.subject == f"certificate/{row.id}"
    )
    return len(session.exec(query).all())


def test_the_page_shows_what_the_document_shows_and_the_papers_with_their_fingerprints(played: Bench) -> None:
    row = row_of(played.installation, "documents")
    with played.visit("audit") as auditor:
        page = auditor.get(addresses.document(row.id, "evidence"))
    for said in ("What it shows", "Person: Name", "Person: Born on", "Papers 1: Paper", "Papers it stands on"):
        assert said in page
    with played.installation.database.read() as session:
        prints = set(session.exec(select(EvidenceFile.sha256)))
    assert any(one in page for one in prints)
    assert row.sha256 in page
    assert f"predeparture document rerender {row.number}" in page
    assert "There is no other document of this stage" in page
    assert '/files"' not in page, "an auditor sees the fingerprints of papers, and opens none"
    with played.visit("arta") as caseworker:
        assert '/files"' in caseworker.get(addresses.document(row.id, "evidence"))


def test_whoever_reads_it_leaves_one_event_an_hour(played_home: Path, copied: Callable[[Path], Bench]) -> None:
    site = copied(played_home)
    row = row_of(site.installation, "medical")
    with site.visit("arta") as caseworker:
        for _time in range(3):
            caseworker.get(addresses.document(row.id, "evidence"))
    with site.installation.database.read() as session:
        assert looks(session, row) == 1


def test_a_corrected_document_says_what_it_shows_otherwise(played_home: Path, copied: Callable[[Path], Bench]) -> None:
    site = copied(played_home)
    row = row_of(site.installation, "orientation")

    def correct(work: Work) -> Certificate:
        before = work.session.get_one(Certificate, row.id)
        assert before.value is not None
        assert before.sign_off_id is not None
        old = work.session.get_one(SignOff, before.sign_off_id)
        again = SignOff(**(old.model_dump() | {"id": new_id(), "recorded_at": work.now}))
        work.session.add(again)
        work.session.flush()
        value = work.vault.open_json(row.worker_id, "certificate", row.id, "value", before.value)
        value["person"]["name"] = "Limani Corrected"
        later = Certificate(
            **(before.model_dump() | {
                "id": new_id(), "sign_off_id": again.id, "number": "ORI-2099-000001", "token": new_token(),
                "state": CertificateState.VOID, "reserved_at": work.now,
            })
        )  # fmt: skip
        later.value = work.vault.seal_json(row.worker_id, "certificate", later.id, "value", value)
        work.session.add(later)
        work.session.flush()
        before.end_kind, before.superseded_by = EndKind.SUPERSEDED, later.id
        work.session.add(before)
        return later

    later = site.installation.database.run(ENGINE, correct)
    with site.visit("audit") as auditor:
        page = auditor.get(addresses.document(row.id, "evidence"))
        assert f"What {later.number} shows otherwise than {row.number}" in page
        assert "Limani Corrected" in page
        assert addresses.document(later.id, "evidence") in page
        assert "otherwise than" in auditor.get(addresses.document(later.id, "evidence"))


def test_an_auditor_has_a_document_made_again_and_what_came_out_stays_on_its_page(
    played_home: Path, copied: Callable[[Path], Bench]
) -> None:
    site = copied(played_home)
    row = row_of(site.installation, "orientation")
    page = addresses.document(row.id, "evidence")
    with site.visit("arta") as caseworker:
        assert "make-again" not in forms_on(caseworker.get(page))
        caseworker.post(addresses.make_again(row.id), {}, status=403)
    with site.visit("audit") as auditor:
        there = send(auditor, page, "make-again")
        said = auditor.get(there)
    assert "The document was made again and compared" in said
    assert "the same bytes up to the signature" in said
    with site.installation.database.read() as session:
        (event,) = session.exec(select(AuditEvent).where(AuditEvent.kind == "certificate.made_again"))
    assert event.actor == site.cast["audit"].key


@pytest.mark.parametrize("name", ["luan", "teuta", "ilir", "agron", "admin"])
def test_the_page_is_not_for_every_role(played: Bench, name: str) -> None:
    row = row_of(played.installation, "loan")
    with played.visit(name) as person:
        person.get(addresses.document(row.id, "evidence"), 403)


def test_what_the_rest_may_not_know_of_medicals_is_not_there(played: Bench) -> None:
    row = row_of(played.installation, "medical")
    with played.visit("audit") as auditor:
        assert "It stands on no paper that you may know of" in auditor.get(addresses.document(row.id, "evidence"))
