"""The report of a signed sample: issued once, signed, archived, and whole."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlmodel import select

from basis.roles import Role
from casework.actor import ENGINE
from casework.auditing import engagements, findings, samples
from casework.auditing.drawing import Method
from casework.auditing.engagements import OpenEngagement
from casework.auditing.findings import RaiseFinding
from casework.auditing.rules import Severity, Strata, Verdict
from casework.auditing.samples import DrawSample, GiveVerdict
from casework.auditing.tables import AuditReport, ReportState, Sample
from documents.auditing.rendering import ATTACHMENT, render
from documents.auditing.values import from_json
from documents.checks import adopted_seal
from documents.claims import claimed_number
from documents.keys import KEY_FILE
from documents.register import Register
from documents.verification import Status, verify
from tests.support import factories, verapdf
from tests.support.stage import Stage
from workflows import relay
from workflows.reports import issue

# What these tests share is made once where the tests are spread over processes.
pytestmark = pytest.mark.xdist_group("stage")


@pytest.fixture
def sample(cleared: Stage) -> Sample:
    """A signed sample of a play's documents: stratified, with an exception that is a finding too."""
    return signed_sample(cleared, Method.STRATIFIED, Strata.KIND)


def signed_sample(stage: Stage, method: Method, strata: Strata | None = None, size: int = 10) -> Sample:
    database = stage.installation.database
    lead = dataclasses.replace(stage.cast["audit"], on=database.today())
    with database.write(ENGINE) as work:
        office = stage.cast.organisations["PRISHTINA"]
        second = dataclasses.replace(factories.actor(work, office, Role.AUDITOR), on=work.today)
    ids = tuple(factories.user_id(one) for one in (lead, second))
    opening = OpenEngagement(
        title="مراجعة الخريف <b>& Herbst</b>",
        purpose="Whether clearances stand on what they must.",
        begins_on=database.today(),
        ends_on=database.today() + timedelta(days=30),
        auditors=ids,
        lead=ids[0],
        offices=(office.id,),
    )
    number = database.run(stage.cast["mira"], engagements.start, stage.installation.catalogue, opening).number
    drawing = DrawSample(engagement=number, method=method, strata=strata, size=size, seed="seed", second_share=0)
    drawn = database.run(lead, samples.draw, drawing)
    wrong = GiveVerdict(sample=drawn.number, position=1, verdict=Verdict.EXCEPTION, code="data_wrong", note="Seen.")
    for reader in (lead, second):
        database.run(reader, samples.review, wrong)
    for position in range(2, size + 1):
        database.run(lead, samples.review, GiveVerdict(sample=drawn.number, position=position, verdict=Verdict.AGREE))
    finding = RaiseFinding(
        engagement=number, title="A day differs", severity=Severity.LOW, criterion="c", condition="d",
        recommendation="r", sample=drawn.number, position=1,
    )  # fmt: skip
    database.run(lead, findings.raise_, finding)
    return database.run(lead, samples.sign, drawn.number, "One document has a wrong day.\nThe others are in order.")


def report_of(stage: Stage) -> AuditReport:
    with stage.installation.database.read() as session:
        return session.exec(select(AuditReport)).one()


def attached(pdf: bytes) -> object:
    (data,) = PdfReader(BytesIO(pdf)).attachments[ATTACHMENT]
    return json.loads(data)


def test_a_signed_sample_gets_its_report_signed_archived_and_with_its_data(cleared: Stage, sample: Sample) -> None:
    cleared.drain()
    row = report_of(cleared)
    content = cleared.installation.archive.read(str(row.id))
    assert row.state is ReportState.ISSUED
    assert row.number == f"AUD-{row.issued_on.year}-000001"
    assert (row.sha256, row.size) == (sha256(content).hexdigest(), len(content))
    seal = adopted_seal(content, cleared.installation.trusted)
    assert seal is not None
    assert (row.signed_by, row.signed_at) == (seal.by, seal.at)
    assert content.startswith(render(from_json(row.value)))
    assert attached(content) == row.value
    assert claimed_number(content) == row.number
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    for said in (sample.number, sample.population_sha256, "1 of 10 documents counts as an exception", "A day differs"):
        assert said in text
    assert relay.reconcile(cleared.installation) == 0


def test_a_report_is_verified_like_a_certificate(cleared: Stage, sample: Sample) -> None:
    cleared.drain()
    row = report_of(cleared)
    content, trusted = cleared.installation.archive.read(str(row.id)), cleared.installation.trusted
    today = cleared.installation.database.today()
    with cleared.installation.database.read() as session:
        register = Register(session)
        for asked in (content, row.token):
            answer = verify(asked, register, today, trusted)
            assert (answer.status, answer.number, answer.kind) == (Status.VALID, row.number, "audit_report")
        flipped = content[:2000] + bytes([content[2000] ^ 1]) + content[2001:]
        for changed in (content + b" ", flipped, content[:-900]):
            assert verify(changed, register, today, trusted).status in (Status.ALTERED, Status.UNKNOWN)


def test_a_report_names_documents_by_number_and_nobody_they_are_for(cleared: Stage, sample: Sample) -> None:
    cleared.drain()
    told = json.dumps(report_of(cleared).value)
    assert "Seen." not in told
    for case in (cleared.case("BB-0001"), cleared.case("BB-0004")):
        assert case.reference not in told
    assert "Limani" not in told


def test_rendering_a_report_twice_gives_the_same_bytes(cleared: Stage, sample: Sample) -> None:
    cleared.drain()
    value = from_json(report_of(cleared).value)
    assert render(value) == render(value)


def test_without_a_key_nothing_is_archived_and_the_number_waits(cleared: Stage, sample: Sample) -> None:
    key = cleared.installation.settings.keys / KEY_FILE
    kept = key.rename(key.with_suffix(".away"))
    assert list(issue(cleared.installation, [sample.id]).failures) == [sample.id]
    before = report_of(cleared)
    assert before.state is ReportState.RESERVED
    assert not cleared.installation.archive.exists(str(before.id))
    kept.rename(key)
    assert issue(cleared.installation, [sample.id]).failures == {}
    after = report_of(cleared)
    assert (after.state, after.number) == (ReportState.ISSUED, before.number)


def test_a_file_that_was_archived_before_a_crash_is_adopted_and_another_is_not(cleared: Stage, sample: Sample) -> None:
    cleared.drain()
    first = report_of(cleared)
    with cleared.installation.database.write(ENGINE) as work:
        row = work.session.get_one(AuditReport, first.id)
        row.state, row.sha256 = ReportState.RESERVED, ""
    assert relay.reconcile(cleared.installation) == 1
    cleared.drain()
    assert report_of(cleared).sha256 == first.sha256
    with cleared.installation.database.write(ENGINE) as work:
        row = work.session.get_one(AuditReport, first.id)
        row.state = ReportState.RESERVED
    name = str(first.id)
    path = cleared.installation.settings.archive / name[-2:] / name
    path.write_bytes(path.read_bytes() + b" ")
    assert "another file" in issue(cleared.installation, [sample.id]).failures[sample.id]


@pytest.mark.deep
@pytest.mark.verapdf
@pytest.mark.skipif(verapdf.why_not() is not None, reason=verapdf.why_not() or "")
def test_a_report_of_each_method_is_archivable_and_accessible(cleared: Stage, tmp_path: Path) -> None:
    for method, strata in ((Method.RANDOM, None), (Method.STRATIFIED, Strata.PERSON), (Method.RISK, None)):
        signed_sample(cleared, method, strata)
    cleared.drain()
    with cleared.installation.database.read() as session:
        rows = session.exec(select(AuditReport)).all()
    files = []
    for row in rows:
        files.append(tmp_path / f"{row.number}.pdf")
        files[-1].write_bytes(cleared.installation.archive.read(str(row.id)))
    assert len(files) == 3
    assert verapdf.complaints(files) == ""
