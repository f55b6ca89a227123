from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlmodel import select

from basis.errors import Conflict, Refused
from casework.actor import ENGINE
from casework.audit.tables import AuditEvent
from casework.cases import correcting
from casework.cases import service as cases
from casework.cases.correcting import Correct
from casework.certificates import service as register
from casework.certificates.rules import REVOKE_REASONS
from documents.encoding import from_json
from documents.making import here
from documents.preview import preview
from tests.support.errors import error
from tests.support.stage import Stage

# What these tests share is made once where the tests are spread over processes.
pytestmark = pytest.mark.xdist_group("stage")


def reopen(stage: Stage, kind: str = "orientation") -> str:
    """Revoke a certificate by hand, so that everything is there for the next one; the id of its stage."""
    row = [row for row in stage.certificates() if row.kind == kind][-1]
    command = Correct(certificate_id=row.id, reason=next(iter(REVOKE_REASONS)))
    stage.run("mira", correcting.revoke, stage.installation.catalogue, command)
    return kind


def words(pdf: bytes) -> list[str]:
    return PdfReader(BytesIO(pdf)).pages[0].extract_text().split()


def test_a_preview_is_the_page_that_is_issued_apart_from_its_marks(cleared: Stage) -> None:
    stage_id, case_id = reopen(cleared), cleared.case().id
    shown = words(preview(cleared.installation, cleared.cast["mira"], case_id, stage_id, here))
    cleared.run("mira", cases.sign_off, cleared.installation.catalogue, case_id, stage_id)
    cleared.drain()
    issued = [row for row in cleared.certificates() if row.kind == "orientation"][-1]
    with cleared.installation.database.read() as session:
        head = from_json(register.value_of(cleared.installation.database.vault(session), issued)).head
    own = {issued.number: "ORI-0000-000000", head.short_code: "0000-0000"}
    real = [own.get(word, word) for word in words(cleared.content(issued))]
    marks = {"PREVIEW", "Preview,", "not", "issued"}
    assert "PREVIEW" in shown
    apart = {word for word in {*real} ^ {*shown} if "/verify/" not in word and word not in issued.token}
    assert apart <= marks


def test_a_preview_takes_no_number_and_leaves_nothing_but_that_somebody_looked(cleared: Stage) -> None:
    stage_id, case = reopen(cleared), cleared.case()
    before = [row.id for row in cleared.certificates()], set(cleared.sign_offs()), cleared.open_stages()
    preview(cleared.installation, cleared.cast["mira"], case.id, stage_id, here)
    assert ([row.id for row in cleared.certificates()], set(cleared.sign_offs()), cleared.open_stages()) == before
    with cleared.installation.database.read() as session:
        (seen,) = session.exec(select(AuditEvent).where(AuditEvent.kind == "certificate.previewed"))
    assert seen.case_id == case.id


def test_who_may_not_sign_a_stage_off_gets_no_preview_of_it(cleared: Stage) -> None:
    stage_id, case_id = reopen(cleared), cleared.case().id
    with error(Refused, "held"):
        preview(cleared.installation, cleared.cast["arta"], case_id, stage_id, here)


def test_what_is_signed_off_already_has_no_preview(cleared: Stage) -> None:
    with error(Conflict, "signed_off"):
        preview(cleared.installation, ENGINE, cleared.case().id, "orientation", here)
