"""What staff see of a document: each check tells by itself what was changed behind it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select

from casework.actor import ENGINE
from casework.certificates import service as certificates
from casework.certificates.tables import Certificate
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.work import Work
from documents import evidence
from documents.checks import Result
from documents.verification import Status
from tests.support.stage import Stage
from tests.workflows.test_issuing import sign_off_id, the_only
from workflows import issuing

pytestmark = pytest.mark.xdist_group("stage")

NAMES = {
    "archive", "readable", "register", "bytes", "signature", "appended", "certificate", "timestamp", "payload",
    "template", "revoked", "superseded", "validity", "decision", "facts", "history",
}  # fmt: skip


def gathered(stage: Stage) -> evidence.Evidence:
    installation = stage.installation
    with installation.database.read() as session:
        return evidence.gather(installation, session, the_only(stage), installation.database.today())


def change(stage: Stage, what: Callable[[Work, Certificate], None]) -> None:
    """Behind the back of every service."""

    def run(work: Work) -> None:
        row = work.session.get_one(Certificate, the_only(stage).id)
        what(work, row)
        work.session.add(row)

    stage.installation.database.run(ENGINE, run)


def other_name(work: Work, row: Certificate) -> None:
    value = certificates.value_of(work.vault, row)
    value["person"]["name"] = "Somebody Else"
    row.value = work.vault.seal_json(row.worker_id, "certificate", row.id, "value", value)


def other_template(_work: Work, row: Certificate) -> None:
    row.template_digest = "0" * 64


def other_fingerprint(_work: Work, row: Certificate) -> None:
    row.sha256 = "0" * 64


def paper_refused(work: Work, row: Certificate) -> None:
    for item in work.session.exec(select(EvidenceItem).where(EvidenceItem.case_id == row.case_id)):
        item.status = EvidenceStatus.REJECTED
        work.session.add(item)


@pytest.fixture
def issued(signed: Stage) -> Stage:
    assert issuing.issue(signed.installation, [sign_off_id(signed)]).count == 1
    return signed


def test_every_check_of_a_document_in_force_passes_or_does_not_apply(issued: Stage) -> None:
    found = gathered(issued)
    assert found.status is Status.VALID
    assert found.failed == ()
    assert {check.name for check in found.checks} == NAMES
    # Nothing was timestamped, and nothing else does not apply.
    assert {check.name for check in found.checks if check.result is not Result.PASSED} <= {"timestamp", "validity"}


def test_a_change_behind_the_services_is_told_by_its_check(issued: Stage) -> None:
    told: set[str] = set()
    for what, more in (
        (other_name, {"payload"}),
        (other_template, {"template"}),
        (paper_refused, {"facts"}),
        (other_fingerprint, {"bytes", "history"}),
    ):
        change(issued, what)
        told |= more
        assert {check.name for check in gathered(issued).failed} == told
