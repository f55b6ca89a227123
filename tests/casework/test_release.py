"""Who outside may have which document."""

from __future__ import annotations

import pytest

from basis.errors import InvalidInput, Refused
from casework.certificates import release
from casework.certificates.release import POLICY, Recipient, may_have, require_release
from casework.certificates.rules import KIND_WORDS, LOAN_PAPERS
from checklists.programme import StageKind
from documents.values import KINDS
from tests.support.errors import error

ALL = set(Recipient)
SHOWN = {"documents", "qualifications", "training", "orientation", "general", "departure", "completion"}


def test_the_policy_speaks_of_every_kind_of_document_and_gives_a_reason() -> None:
    # A record of what followed looks like any other record, and goes to fewer.
    assert set(POLICY) == set(KIND_WORDS) == {*KINDS, StageKind.FOLLOWUP.value}
    assert all(str(one.why) for one in POLICY.values())


@pytest.mark.parametrize(
    ("kind", "recipients"),
    [
        *((kind, ALL - {Recipient.LENDER}) for kind in sorted(SHOWN)),
        ("medical", {Recipient.WORKER, Recipient.EMBASSY}),
        ("security", {Recipient.WORKER, Recipient.EMBASSY, Recipient.COURT}),
        *((kind, {Recipient.WORKER, Recipient.LENDER, Recipient.COURT}) for kind in ("loan", *sorted(LOAN_PAPERS))),
        ("entitlement_statement", {Recipient.WORKER, Recipient.AUTHORITY, Recipient.COURT}),
        ("letter", {Recipient.WORKER}),
        ("poem", set()),
    ],
)
def test_a_kind_goes_to_exactly_its_recipients(kind: str, recipients: set[Recipient]) -> None:
    assert {one for one in Recipient if may_have(one, kind)} == recipients


@pytest.mark.parametrize("kind", sorted(POLICY))
def test_what_was_revoked_or_replaced_goes_to_worker_and_court_alone(kind: str) -> None:
    goes = {one for one in Recipient if may_have(one, kind, stands=False)}
    assert goes == {one for one in (Recipient.WORKER, Recipient.COURT) if may_have(one, kind)}


def test_a_refusal_says_why_and_who_may_have_it() -> None:
    with error(Refused, "not_released") as caught:
        require_release(Recipient.EMPLOYER, "medical")
    assert "Health data" in str(caught.value.message)
    assert "the worker" in str(caught.value.fix)
    with error(Refused, "not_released") as caught:
        require_release(Recipient.EMBASSY, "medical", stands=False)
    assert "revoked or replaced" in str(caught.value.message)
    with error(Refused, "not_released"):
        require_release(Recipient.WORKER, "poem")
    require_release(Recipient.EMBASSY, "medical")


def test_unknown_recipients_and_purposes_are_refused_with_those_there_are() -> None:
    assert release.known_recipient("court") is Recipient.COURT
    assert release.known_purpose("visa_application") == "visa_application"
    with error(InvalidInput, "unknown_recipient") as caught:
        release.known_recipient("neighbour")
    assert "embassy" in str(caught.value.fix)
    with error(InvalidInput, "unknown_purpose"):
        release.known_purpose("curiosity")
