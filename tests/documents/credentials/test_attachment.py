"""The data is read out of a file safely, whoever made the file, and compared with the register."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from basis.errors import InvalidInput
from documents.credentials.attachment import BARE_ATTACHMENT, extract, payload_fault
from documents.credentials.credential import ATTACHMENT, MAXIMUM_BYTES
from documents.credentials.keys import CredentialKey
from documents.credentials.proofs import prove
from documents.encoding import facts, to_json
from documents.values import Certificate
from tests.documents.samples import CREDENTIAL_KEY, proofs_of

TRUSTED = (CREDENTIAL_KEY.public,)


def with_attachments(**attached: bytes) -> bytes:
    """A small PDF of another program with these files, `_` for a hyphen."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for name, data in attached.items():
        writer.add_attachment(name, data)
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def attached(pdf: bytes, name: str, data: bytes) -> bytes:
    """The PDF with one more file in it."""
    writer = PdfWriter(PdfReader(BytesIO(pdf)))
    writer.add_attachment(name, data)
    return written(writer)


def test_the_credential_comes_out_as_it_went_in(certificates: dict[str, Certificate], pages: dict[str, bytes]) -> None:
    for kind, page in pages.items():
        assert extract(page) == proofs_of(certificates[kind]).credential


def test_the_data_of_every_kind_is_that_of_the_register(
    certificates: dict[str, Certificate], pages: dict[str, bytes]
) -> None:
    for kind, page in pages.items():
        assert payload_fault(page, json.loads(json.dumps(to_json(certificates[kind]))), TRUSTED) is None


def test_a_value_that_an_earlier_version_stored_is_compared_as_it_was(certificates: dict[str, Certificate]) -> None:
    value = certificates["medical"]
    stored, said = to_json(value), facts(value)
    del stored["head"]["short_code"], said["head"]["short_code"]
    pdf = with_attachments(**{BARE_ATTACHMENT: json.dumps(said).encode()})
    assert payload_fault(pdf, stored, TRUSTED) is None
    stored["head"]["number"] = "MED-2027-000419"
    assert payload_fault(pdf, stored, TRUSTED) is not None


def test_the_data_of_another_certificate_is_noticed(
    certificates: dict[str, Certificate], pages: dict[str, bytes]
) -> None:
    assert "not that of the register" in str(payload_fault(pages["medical"], to_json(certificates["loan"]), TRUSTED))


def test_data_signed_by_another_installation_is_noticed(
    certificates: dict[str, Certificate], pages: dict[str, bytes]
) -> None:
    value = certificates["medical"]
    other = CredentialKey(Ed25519PrivateKey.generate())
    forged = with_attachments(**{ATTACHMENT: prove(value, other).credential})
    assert "does not list" in str(payload_fault(forged, to_json(value), TRUSTED))


def test_a_key_that_was_retired_or_stolen_later_does_not_unmake_what_the_register_says(
    certificates: dict[str, Certificate], pages: dict[str, bytes]
) -> None:
    key = replace(CREDENTIAL_KEY.public, retired_on=date(2027, 1, 1), compromised_on=date(2027, 1, 1))
    assert payload_fault(pages["medical"], to_json(certificates["medical"]), [key]) is None


def test_a_second_set_of_data_under_the_name_is_refused(
    certificates: dict[str, Certificate], pages: dict[str, bytes]
) -> None:
    twice = attached(pages["medical"], ATTACHMENT, proofs_of(certificates["loan"]).credential)
    with pytest.raises(InvalidInput) as caught:
        extract(twice)
    assert "two different" in str(caught.value)


@pytest.mark.parametrize("place", ["/AF", "/Names"])
def test_a_swap_in_one_of_the_two_lists_of_attachments_is_noticed(
    certificates: dict[str, Certificate], pages: dict[str, bytes], place: str
) -> None:
    writer = PdfWriter(PdfReader(BytesIO(pages["medical"])))
    kept = writer._root_object["/Names" if place == "/AF" else "/AF"]
    del writer._root_object[NameObject("/Names")], writer._root_object[NameObject("/AF")]
    writer.add_attachment(ATTACHMENT, proofs_of(certificates["loan"]).credential)
    names = writer._root_object["/Names"].get_object()
    assert isinstance(names, DictionaryObject)
    tree = names["/EmbeddedFiles"].get_object()
    assert isinstance(tree, DictionaryObject)
    entries = tree["/Names"].get_object()
    assert isinstance(entries, ArrayObject)
    if place == "/AF":
        writer._root_object[NameObject("/AF")] = ArrayObject([entries[1]])
        writer._root_object[NameObject("/Names")] = kept
    else:
        writer._root_object[NameObject("/AF")] = kept
    with pytest.raises(InvalidInput) as caught:
        extract(written(writer))
    assert "two different" in str(caught.value)


def test_a_file_without_data_says_so(pages: dict[str, bytes]) -> None:
    for data in (with_attachments(), with_attachments(other=b"{}")):
        with pytest.raises(InvalidInput) as caught:
            extract(data)
        assert "carries no data" in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"no pdf", b"%PDF-1.7\n%%EOF", bytes(21 * 2**20)], ids=len)
def test_what_is_no_pdf_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        extract(data)
    assert payload_fault(data, {"person": {"photo": None}}, TRUSTED) is not None


def test_data_that_unpacks_to_gigabytes_is_not_unpacked() -> None:
    bomb = with_attachments(**{ATTACHMENT: b"x"})
    packed = zlib.compress(bytes(20 * 2**20))
    writer = PdfWriter(PdfReader(BytesIO(bomb)))
    for item in writer._objects:
        if isinstance(item, StreamObject) and item.get("/Type") == "/EmbeddedFile":
            item._data = packed
            item[NameObject("/Filter")] = NameObject("/FlateDecode")
    assert len(extract(written(writer))) == MAXIMUM_BYTES + 1


def _endless_tree(writer: PdfWriter) -> None:
    node = DictionaryObject()
    reference = writer._add_object(node)
    node[NameObject("/Kids")] = ArrayObject([reference] * 100)
    writer._root_object[NameObject("/Names")] = DictionaryObject({NameObject("/EmbeddedFiles"): reference})


def _self_reference(writer: PdfWriter) -> None:
    reference = IndirectObject(len(writer._objects) + 1, 0, writer)
    writer._objects.append(reference)
    writer._root_object[NameObject("/AF")] = reference


def _nonsense(writer: PdfWriter) -> None:
    writer._root_object[NameObject("/AF")] = TextStringObject("x")
    writer._root_object[NameObject("/Names")] = ArrayObject()


@pytest.mark.parametrize("spoil", [_endless_tree, _self_reference, _nonsense])
def test_a_tree_that_leads_nowhere_ends(spoil: Callable[[PdfWriter], None]) -> None:
    writer = PdfWriter(PdfReader(BytesIO(with_attachments(other=b"x"))))
    spoil(writer)
    with pytest.raises(InvalidInput):
        extract(written(writer))


@given(data=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_however_a_file_is_damaged_there_is_an_answer(
    data: st.DataObject, certificates: dict[str, Certificate], pages: dict[str, bytes]
) -> None:
    page = bytearray(pages["loan"])
    for _change in range(data.draw(st.integers(1, 20))):
        page[data.draw(st.integers(0, len(page) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(page) // 2, len(page)))
    payload_fault(bytes(page[:cut]), to_json(certificates["loan"]), TRUSTED)
