"""Documents leave the office one by one, as duplicates and in packs: only where the policy lets them, and recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from sqlmodel import select

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.ids import new_id
from casework.audit.tables import AuditEvent
from casework.cases import correcting
from casework.cases.correcting import Correct
from casework.certificates import queries as register
from casework.certificates import service as certificates
from casework.certificates.queries import RegisterFilter
from casework.certificates.release import Recipient
from casework.certificates.tables import CertificateState
from casework.copies import service as copies
from casework.disclosures import queries
from casework.disclosures import service as disclosures
from casework.disclosures.queries import Pack
from casework.disclosures.service import HandOver
from casework.disclosures.tables import Disclosure
from casework.evidence.tables import EvidenceFile
from casework.signatories import service as signatories
from casework.signatories.service import AddSignatory
from cli.demo import people, pictures
from documents import duplicates, packs, reading, scans
from documents.encoding import from_json
from documents.packs import Form
from documents.register import Register
from documents.verification import Answer, Status, verify
from tests.support.errors import error
from tests.support.stage import AWAY, HOME, Stage
from tests.workflows.test_corrections import row_of
from workflows import relay

# What these tests share is made once where the tests are spread over processes.
pytestmark = pytest.mark.xdist_group("stage")
EMBASSY = HandOver(recipient=Recipient.EMBASSY, purpose="visa_application", organisation="Embassy of the destination")
WORKER = HandOver(recipient=Recipient.WORKER, purpose="own_papers")


def hand_over(stage: Stage, kind: str, command: HandOver, who: str = "arta", copy: int = 0) -> tuple[Disclosure, bytes]:
    archive = stage.installation.archive
    disclosure, _number, content = stage.run(who, reading.hand_over, archive, row_of(stage, kind).id, command, copy)
    return disclosure, content


def told(stage: Stage) -> list[Disclosure]:
    with stage.installation.database.read() as session:
        return list(session.exec(select(Disclosure)))


def checked(stage: Stage, content: bytes) -> Answer:
    with stage.installation.database.read() as session:
        today = stage.installation.database.today()
        return verify(content, Register(session), today, stage.installation.trusted)


def test_what_is_handed_over_is_the_issued_file_and_recorded_without_a_name_in_the_history(cleared: Stage) -> None:
    disclosure, content = hand_over(cleared, "medical", EMBASSY)
    row = row_of(cleared, "medical")
    assert disclosure.sha256 == row.sha256 == sha256(content).hexdigest()
    assert (disclosure.organisation, disclosure.disclosed_on) == (EMBASSY.organisation, cleared.clock.now.date())
    with cleared.installation.database.read() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.kind == "certificate.disclosed")).one()
        assert [one.id for one in disclosures.of_document(session, row.id)] == [disclosure.id]
        assert [of.number for _one, of in disclosures.of_cases(session, [cleared.case().id])] == [row.number]
    data = json.loads(event.body)["data"]
    assert (data["recipient"], data["purpose"], data["number"]) == ("embassy", "visa_application", row.number)
    assert EMBASSY.organisation not in event.body


def test_the_policy_and_the_role_are_asked_before_anything_leaves(cleared: Stage) -> None:
    employer = HandOver(recipient=Recipient.EMPLOYER, purpose="employment", organisation="Synthetic Builders")
    for kind in ("medical", "security", "loan"):
        with error(Refused, "not_released"):
            hand_over(cleared, kind, employer)
    for who in ("audit", "teuta", "agron", "admin", "luan"):
        with error(Refused, "role"):
            hand_over(cleared, "orientation", EMBASSY, who)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"purpose": "curiosity"}, "unknown_purpose"),
        ({"organisation": " "}, "missing_value"),
        ({"organisation": "x" * 201}, "too_long"),
        ({"recipient": Recipient.COURT}, "missing_value"),
    ]
    for values, code in wrong:
        with error(InvalidInput, code):
            hand_over(cleared, "orientation", EMBASSY.model_copy(update=values))
    assert told(cleared) == []
    court = HandOver(recipient=Recipient.COURT, purpose="legal_proceedings", organisation="Court", reference="C 12/27")
    assert hand_over(cleared, "security", court)[0].reference == "C 12/27"


def test_what_an_agency_takes_is_a_disclosure_to_it_and_what_was_revoked_it_does_not_get(cleared: Stage) -> None:
    archive, row = cleared.installation.archive, row_of(cleared, "orientation")
    cleared.run("agron", reading.hand_out, archive, row.id)
    (disclosure,) = told(cleared)
    assert (disclosure.recipient, disclosure.purpose) == (Recipient.AGENCY, disclosures.OWN_PURPOSE)
    assert disclosure.organisation == cleared.cast.organisations[people.AGENCY].name
    cleared.run("audit", reading.hand_out, archive, row.id)
    assert len(told(cleared)) == 1
    command = Correct(certificate_id=row.id, reason="issued_in_error")
    cleared.run("mira", correcting.revoke, cleared.installation.catalogue, command)
    with error(Refused, "document"):
        cleared.run("agron", reading.hand_out, archive, row.id)
    with error(Refused, "not_released"):
        hand_over(cleared, "orientation", EMBASSY)
    assert hand_over(cleared, "orientation", WORKER)[1].startswith(b"%PDF-")


def test_a_duplicate_says_what_it_is_and_stands_as_its_document_does(cleared: Stage) -> None:
    row = row_of(cleared, "medical")
    asked = [cleared.run("arta", duplicates.ask, row.id, reason) for reason in ("lost", "damaged")]
    assert [one.number for one in asked] == [1, 2]
    with error(NotFound, "not_issued"):
        hand_over(cleared, "medical", EMBASSY, copy=1)
    cleared.drain()
    contents = [hand_over(cleared, "medical", EMBASSY, copy=number)[1] for number in (1, 2)]
    pages = [PdfReader(BytesIO(content)).pages[0].extract_text() for content in contents]
    for number, (content, page) in enumerate(zip(contents, pages, strict=True), start=1):
        assert asked[number - 1].mark in " ".join(page.split())
        assert asked[number - 1].mark == f"Duplicate no. {number} of {row.number}, made on 2 November 2026"
        found = checked(cleared, content)
        assert (found.status, found.number) == (Status.VALID, row.number)
        assert f"duplicate no. {number}" in " ".join(str(check.sentence) for check in found.checks)
    assert asked[0].mark not in " ".join(PdfReader(BytesIO(cleared.content(row))).pages[0].extract_text().split())
    assert len({sha256(content).hexdigest() for content in (*contents, cleared.content(row))}) == 3
    changed = bytearray(contents[0])
    changed[len(changed) // 2] ^= 1
    assert checked(cleared, bytes(changed)).status in (Status.ALTERED, Status.UNKNOWN)
    command = Correct(certificate_id=row.id, reason="wrong_person")
    cleared.run("mira", correcting.revoke, cleared.installation.catalogue, command)
    assert checked(cleared, contents[0]).status is Status.REVOKED
    with error(Conflict, "ended"):
        cleared.run("arta", duplicates.ask, row.id, "lost")


@pytest.mark.deep
def test_a_duplicate_is_made_once_and_given_up_where_its_document_ended(cleared: Stage) -> None:
    row = row_of(cleared, "medical")
    first = cleared.run("arta", duplicates.ask, row.id, "stolen")
    cleared.drain()
    assert relay.pump(cleared.installation, cleared.runner).idle
    with cleared.installation.database.read() as session:
        (made,) = copies.copies_of(session, row.id)
        vault = cleared.installation.database.vault(session)
        assert duplicates.value_of(vault, row, made).head.duplicate == first.mark
        assert from_json(certificates.value_of(vault, row)).head.duplicate == ""
    assert made.state is CertificateState.ISSUED
    cleared.run("arta", duplicates.ask, row.id, "lost")
    command = Correct(certificate_id=row.id, reason="wrong_person")
    cleared.run("mira", correcting.revoke, cleared.installation.catalogue, command)
    cleared.drain()
    with cleared.installation.database.read() as session:
        states = [copy.state for copy in copies.copies_of(session, row.id)]
        numbers = {one.number for one in cleared.certificates()}
    assert states == [CertificateState.ISSUED, CertificateState.VOID]
    assert len(numbers) == len(cleared.certificates())
    for who in ("audit", "teuta", "agron", "admin"):
        with error(Refused, "role"):
            cleared.run(who, duplicates.ask, row_of(cleared, "loan").id, "lost")
    with error(InvalidInput, "unknown_reason"):
        cleared.run("arta", duplicates.ask, row_of(cleared, "loan").id, "because")


def test_scans_of_the_stamped_paper_stay_side_by_side_sealed_and_opened_with_a_trace(cleared: Stage) -> None:
    row, files = row_of(cleared, "departure"), cleared.installation.files
    papers = [pictures.paper(f"Stamped {number}", "BB") for number in (1, 2)]
    for paper in papers:
        cleared.run("arta", scans.add, files, row.id, paper)
    with cleared.installation.database.read() as session:
        found = copies.scans_of(session, row.id)
    assert [file.sha256 for _scan, file in found] == [sha256(paper).hexdigest() for paper in papers]
    assert all(paper not in files.read(str(file.id)) for paper, (_scan, file) in zip(papers, found, strict=True))
    scan = found[1][0]
    viewed = cleared.run("audit", scans.read, files, row.id, scan.id)
    assert viewed.media_type == "image/jpeg"
    assert viewed.content.startswith(b"\xff\xd8")
    with cleared.installation.database.read() as session:
        kinds = [event.kind for event in register.history(session, row)]
        count = len(session.exec(select(EvidenceFile)).all())
    assert kinds[-3:] == ["certificate.scan_added", "certificate.scan_added", "certificate.scan_viewed"]
    for content_of, code in ((b"", "empty_file"), (b"GIF89a", "wrong_type"), (b"x" * (10 * 2**20 + 1), "too_large")):
        with error(InvalidInput, code):
            cleared.run("arta", scans.add, files, row.id, content_of)
    with error(Refused, "role"):
        cleared.run("audit", scans.add, files, row.id, papers[0])
    with error(Refused, "role"):
        cleared.run("agron", scans.read, files, row.id, scan.id)
    with error(NotFound, "scan"):
        cleared.run("arta", scans.read, files, row.id, new_id())
    with cleared.installation.database.read() as session:
        assert len(session.exec(select(EvidenceFile)).all()) == count


def pack_of(stage: Stage, recipient: Recipient, cases: Sequence[UUID] = (), who: str = "arta") -> Pack:
    ids = cases or [stage.case(AWAY).id, stage.case(HOME).id]
    with stage.installation.database.read() as session:
        return queries.pack_of_cases(session, stage.cast[who], ids, recipient, stage.installation.database.today())


def make(stage: Stage, pack: Pack, command: HandOver, form: Form, who: str = "arta") -> bytes:
    out = BytesIO()
    packs.make(stage.installation, stage.cast[who], pack, command, form, out)
    return out.getvalue()


def test_a_print_pack_lists_its_documents_keeps_their_tags_and_leaves_out_what_is_not_released(cleared: Stage) -> None:
    command = HandOver(recipient=Recipient.AUTHORITY, purpose="supervision", organisation="Labour inspection")
    pack = pack_of(cleared, Recipient.AUTHORITY)
    assert {line.kind for line in pack.kept_back} == {"medical", "security", "loan", "promissory_note"}
    content = make(cleared, pack, command, Form.PRINT)
    reader: Any = PdfReader(BytesIO(content), strict=True)  # Any: its types know no shape of a file
    contents = " ".join(reader.pages[0].extract_text().split())
    assert all(line.number in contents and line.sha256[:16] in contents for line in pack.lines)
    assert all(line.number not in contents for line in pack.kept_back)
    assert "single files alone" in contents
    marks = reader.outline
    titles = [mark["/Title"] for mark in marks if not isinstance(mark, list)]
    assert titles == ["Contents", AWAY, HOME]
    below = [mark for part in marks if isinstance(part, list) for mark in part]
    assert [mark["/Title"].split(" · ")[0] for mark in below] == [line.number for line in pack.lines]
    for mark, line in zip(below, pack.lines, strict=True):
        assert line.number in reader.pages[reader.get_destination_page_number(mark)].extract_text()
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/AcroForm" not in root
    keys = [page["/StructParents"] for page in reader.pages]
    assert sorted(keys) == sorted(set(keys))
    known = root["/StructTreeRoot"]["/ParentTree"]["/Nums"][::2]
    assert set(keys) <= set(known) and len(known) == len(set(known))
    recorded = told(cleared)
    assert {one.certificate_id for one in recorded} == {line.id for line in pack.lines}
    assert len({one.pack_id for one in recorded}) == 1
    assert all(one.recipient is Recipient.AUTHORITY for one in recorded)


def test_an_export_holds_the_signed_files_and_what_is_needed_to_check_them(cleared: Stage) -> None:
    pack = pack_of(cleared, Recipient.WORKER, [cleared.case().id])
    with ZipFile(BytesIO(make(cleared, pack, WORKER, Form.FILES))) as archive:
        assert archive.testzip() is None
        found = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(found["manifest.json"])
    assert manifest["schema"] == "predeparture.manifest/1"
    assert {row.number for row in cleared.certificates()} == {one["number"] for one in manifest["documents"]}
    for one in manifest["documents"]:
        assert sha256(found[one["file"]]).hexdigest() == one["sha256"]
        assert one["standing"] == "valid"
        assert checked(cleared, found[one["file"]]).status is Status.VALID
    sums = [line.split("  ") for line in found["SHA256SUMS"].decode().splitlines()]
    assert {name for _digest, name in sums} == set(found) - {"SHA256SUMS"}
    assert all(sha256(found[name]).hexdigest() == digest for digest, name in sums)
    assert "sha256sum -c" in found["README.txt"].decode()
    worker = cleared.case().reference
    assert all(worker not in name for name in found)


def test_a_pack_that_cannot_be_whole_discloses_nothing(cleared: Stage) -> None:
    pack = pack_of(cleared, Recipient.EMBASSY)
    with error(Refused, "role"):
        pack_of(cleared, Recipient.EMBASSY, who="audit")
    with cleared.installation.database.read() as session:
        asked = RegisterFilter(kind="medical")
        today = cleared.installation.database.today()
        medical = queries.pack_of_register(session, cleared.cast["arta"], asked, Recipient.AGENCY, today)
        nothing = queries.pack_of_documents(session, cleared.cast["arta"], [new_id()], Recipient.AGENCY, today)
    agency = HandOver(recipient=Recipient.AGENCY, purpose="recruitment")
    with error(Refused, "not_released"):
        make(cleared, medical, agency, Form.FILES)
    with error(NotFound, "nothing_issued"):
        make(cleared, nothing, agency, Form.PRINT)
    with error(InvalidInput, "missing_value"):
        make(cleared, pack, EMBASSY.model_copy(update={"organisation": ""}), Form.FILES)
    with error(InvalidInput, "several_workers"):
        make(cleared, pack_of(cleared, Recipient.WORKER), WORKER, Form.FILES)
    command = Correct(certificate_id=row_of(cleared, "orientation").id, reason="issued_in_error")
    cleared.run("mira", correcting.revoke, cleared.installation.catalogue, command)
    with error(Conflict, "changed_meanwhile"):
        make(cleared, pack, EMBASSY, Form.FILES)
    assert told(cleared) == []


def test_who_is_named_is_printed_and_where_nobody_is_who_decided(cleared: Stage) -> None:
    before = row_of(cleared, "orientation")
    named = AddSignatory(
        office_id=cleared.case().office_id,
        name="Synthetic Head",
        title="Head of the office",
        kinds=("orientation",),
        valid_from=cleared.clock.now.date() - timedelta(days=1),
    )
    cleared.run("mira", signatories.add, named)
    command = Correct(certificate_id=before.id, reason="other_form")
    cleared.run("mira", correcting.supersede, cleared.installation.catalogue, command)
    cleared.drain()
    with cleared.installation.database.read() as session:
        vault = cleared.installation.database.vault(session)
        after = certificates.value_of(vault, row_of(cleared, "orientation"))["officer"]
        assert after == {"name": "Synthetic Head", "title": "Head of the office"}
        assert certificates.value_of(vault, before)["officer"]["name"] != "Synthetic Head"
