"""Documents are made again and compared; the trail is searched; packs for auditors hold what they say."""

from __future__ import annotations

import json

from sqlmodel import select

from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.certificates.tables import Certificate
from casework.settings import load
from casework.work import Work
from documents.installation import open_installation
from tests.cli.conftest import Command
from tests.cli.test_documents import issued, issued_home

__all__ = ["issued", "issued_home"]


def number_of(run: Command) -> str:
    (one,) = run.json("document", "list")["documents"]
    return str(one["number"])


def test_a_document_comes_out_again_byte_for_byte_and_somebody_asked_for_it(issued: Command) -> None:
    number = number_of(issued)
    found = issued.json("document", "rerender", number)
    assert (found["same"], found["changed"]) == (True, [])
    installation = open_installation(load(issued.home))
    with installation.database.read() as session:
        (event,) = session.exec(select(AuditEvent).where(AuditEvent.kind == "certificate.made_again"))
    assert json.loads(event.body)["data"] == {"number": number, "same": True}
    installation.database.engine.dispose()


def test_what_was_changed_in_the_register_comes_out_otherwise_and_versions_are_named(issued: Command) -> None:
    number = number_of(issued)

    def change(work: Work, versions: dict[str, str]) -> None:
        row = work.session.exec(select(Certificate)).one()
        assert row.value is not None
        value = work.vault.open_json(row.worker_id, "certificate", row.id, "value", row.value)
        value["person"]["name"] = "Somebody Else"
        row.value = work.vault.seal_json(row.worker_id, "certificate", row.id, "value", value)
        row.renderer = {**(row.renderer or {}), **versions}
        work.session.add(row)

    installation = open_installation(load(issued.home))
    installation.database.run(ENGINE, change, {})
    assert "its file, or what is stored of it, was changed" in issued("document", "rerender", number, status=1).output
    installation.database.run(ENGINE, change, {"weasyprint": "1.0"})
    found = issued.json("document", "rerender", number, status=1)
    assert [(one["name"], one["then"]) for one in found["changed"]] == [("weasyprint", "1.0")]
    installation.database.engine.dispose()


def test_an_unknown_number_is_refused(issued: Command) -> None:
    issued("document", "rerender", "DOC-1999-000001", status=3)


def test_the_trail_says_who_did_what_and_that_it_was_asked(issued: Command) -> None:
    number = number_of(issued)
    issued("document", "rerender", number)
    found = issued.json("audit", "search", "--document", number)
    assert [one["event"]["kind"] for one in found["events"]] == [
        "certificate.made_again",
        "certificate.issued",
        "certificate.reserved",
    ]
    assert found["events"][0]["case"] == "T-0001"
    issued.json("audit", "search", "--case", "T-0001", "--person", "engine", "--kind", "certificate")
    looks = issued.json("audit", "search", "--looks")["events"]
    assert [one["what"] for one in looks][:2] == ["The history was searched", "The history was searched"]
    assert looks[0]["event"]["case_id"]
    assert "Document" in issued("audit", "search", "--kind", "certificate.made_again").output
    issued("audit", "search", "--kind", "nonsense", status=2)
