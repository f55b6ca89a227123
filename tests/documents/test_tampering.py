"""No tampering is ever taken for valid; each layer tells by itself what it can tell."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, replace
from datetime import date

import pytest

from documents.checks import signature_checks
from documents.credentials.attachment import payload_fault
from documents.encoding import to_json
from documents.keys import Signer, load_signer, make_installation_key
from documents.signing import sign
from documents.trust import Trust, Trusted
from documents.values import Certificate
from documents.verification import RegisterEntry, Result, Status, verify
from tests.documents.conftest import SIGNED_AT
from tests.documents.samples import CREDENTIAL_KEY, rendered
from tests.documents.tampering import Materials, Tampering, place_of_signature, tamperings
from tests.documents.test_verification import Register

TODAY = date(2027, 4, 1)


@dataclass(frozen=True)
class Scene:
    """The register with two certificates, its trust, and what somebody made of the first."""

    materials: Materials
    register: Register
    trust: Trust
    value: Certificate
    made: tuple[Tampering, ...]


@pytest.fixture(scope="session")
def scene(
    pages: dict[str, bytes],
    certificates: dict[str, Certificate],
    signer: Signer,
    fitness_pdf: bytes,
    tmp_path_factory: pytest.TempPathFactory,
) -> Scene:
    value = certificates["medical"]
    stranger = load_signer(make_installation_key(tmp_path_factory.mktemp("stranger"), "Another office", SIGNED_AT))
    forged = replace(value, person=replace(value.person, name="Somebody Else"))
    security = certificates["security"]
    materials = Materials(
        signed=fitness_pdf,
        unsigned=pages["medical"],
        other=sign(pages["security"], signer, officer=security.officer, signed_at=SIGNED_AT),
        forged=sign(rendered(forged), stranger, officer=value.officer, signed_at=SIGNED_AT),
        stranger=stranger,
        officer=value.officer,
        signed_at=SIGNED_AT,
    )
    entries = tuple(
        RegisterEntry(
            document_id=name,
            number=number,
            kind=name,
            token=f"token-of-{name}",
            sha256=hashlib.sha256(data).hexdigest(),
            issued_on=date(2027, 3, 12),
            issued_at=SIGNED_AT,
        )
        for name, number, data in (
            ("medical", value.head.number, materials.signed),
            ("security", security.head.number, materials.other),
        )
    )
    trust = Trust((Trusted.of(signer.certificate_pem),))
    return Scene(materials, Register(entries), trust, value, tuple(tamperings(materials)))


def test_there_are_more_than_a_thousand_and_each_is_another_file(scene: Scene) -> None:
    hashes = {hashlib.sha256(one.data).digest() for one in scene.made}
    assert hashlib.sha256(scene.materials.signed).digest() not in hashes
    assert len(hashes) >= 1000
    assert {one.kind for one in scene.made} >= {"byte", "cut", "appended", "update", "written anew", "transplant"}


def test_a_sample_of_every_kind_is_never_valid(scene: Scene) -> None:
    draw = random.Random(4)
    kinds = sorted({one.kind for one in scene.made})
    of_kind = {kind: [one for one in scene.made if one.kind == kind] for kind in kinds}
    for kind in kinds:
        for one in draw.sample(of_kind[kind], min(5, len(of_kind[kind]))):
            _assert_told(scene, one)
            if one.touches:
                assert _told_by_signature(scene, one), f"{one.kind}: {one.name}"


@pytest.mark.deep
def test_none_of_all_is_ever_valid(scene: Scene) -> None:
    for one in scene.made:
        _assert_told(scene, one)


@pytest.mark.deep
def test_the_signature_alone_tells_every_change_of_what_was_signed(scene: Scene) -> None:
    """What it cannot tell lies in the signature's own place, where some bytes mean nothing. The register tells."""
    untold = [one for one in scene.made if not _told_by_signature(scene, one)]
    assert [one.name for one in untold if one.touches] == []
    assert len(untold) <= len(scene.made) // 100


@pytest.mark.deep
def test_the_data_inside_tells_by_itself_what_was_done_to_it(scene: Scene) -> None:
    value, keys = to_json(scene.value), [CREDENTIAL_KEY.public]
    assert payload_fault(scene.materials.signed, value, keys) is None
    told = [one for one in scene.made if payload_fault(one.data, value, keys) is not None]
    assert len(told) >= len(scene.made) // 5
    names = {one.name for one in told}
    for name in ("the attachment swapped", "the attachment removed", "other facts, signed by another installation"):
        assert name in names
    assert sum(one.name.startswith("attachment") for one in told) >= 30


@pytest.mark.parametrize("name", ["changed text, 1", "an annotation", "a form field, 1", "another title, 2"])
def test_what_was_appended_is_told_apart_from_what_was_changed(scene: Scene, name: str) -> None:
    (one,) = [one for one in scene.made if one.kind == "update" and one.name == name]
    answer = verify(one.data, scene.register, TODAY, scene.trust)
    assert answer.number == scene.value.head.number
    assert "Something was appended to the file after it was signed." in [str(reason) for reason in answer.reasons]
    changed = bytearray(scene.materials.signed)
    changed[len(changed) // 2] ^= 1
    reasons = verify(bytes(changed), scene.register, TODAY, scene.trust).reasons
    assert not [reason for reason in reasons if "appended" in str(reason)]


def test_the_file_itself_passes_every_layer(scene: Scene) -> None:
    pdf = scene.materials.signed
    assert verify(pdf, scene.register, TODAY, scene.trust).status is Status.VALID
    assert not [check for check in signature_checks(pdf, scene.trust) if check.result is Result.FAILED]
    begin, end = place_of_signature(pdf)
    assert 0 < begin < end < len(pdf)


def _assert_told(scene: Scene, one: Tampering) -> None:
    answer = verify(one.data, scene.register, TODAY, scene.trust)
    assert answer.status in (Status.ALTERED, Status.UNKNOWN), f"{one.kind}: {one.name}"
    assert answer.reasons, f"{one.kind}: {one.name}"


def _told_by_signature(scene: Scene, one: Tampering) -> bool:
    """By the checks of the signature, without the register's fingerprint."""
    return any(check.result is Result.FAILED for check in signature_checks(one.data, scene.trust))
