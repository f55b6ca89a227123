"""A list is loaded whole or not at all."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from basis.errors import InvalidInput
from casework.security.lists import Kind, ListName, LoadedList, PartialBirth, Quality, from_content, load, to_content

_OFAC = (
    '7001,"QORANI, Damir","individual","TEST",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    '"DOB 28 Apr 1978; alt. DOB circa 1980; nationality Iran; Gender Male; Passport X1234567 (Iran); '
    "a.k.a. 'THE BAKER'.\"\n"
    '7002,"INVENTED TRADING HOUSE",-0- ,"TEST",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n'
)


def test_an_own_list_is_read_with_aliases_partial_births_and_countries(own_list: bytes) -> None:
    loaded = load(own_list, "csv")
    first, second, third, fourth = loaded.entries
    assert first.names == (
        ListName("Drilon Gashtani"),
        ListName("Drilon Gashi Tani"),
        ListName("The Mason", Quality.LOW),
    )
    assert (first.births, first.nationalities, first.sexes) == ((PartialBirth(1984, 3, 2),), ("XK",), ("M",))
    assert second.births == (PartialBirth(1971),)
    assert second.nationalities == ("MA", "FR")
    assert second.remarks == 'Seen with "papers" of others'
    assert third.births == (PartialBirth(1990, 5),)
    assert fourth.births == ()
    assert loaded.sha256 == hashlib.sha256(own_list).hexdigest()
    assert loaded.version_label == loaded.sha256[:12]


def test_an_own_list_may_begin_with_a_byte_order_mark(own_list: bytes) -> None:
    assert load(b"\xef\xbb\xbf" + own_list, "csv").entries == load(own_list, "csv").entries


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"a,b\n", "header"),
        (b"reference,name,aliases,birth_date,nationalities,sex,remarks\nW-1,Some Name,,1984,XK\n", "line 2"),
        (b"reference,name,aliases,birth_date,nationalities,sex,remarks\nW-1,,,,,,\n", "column name"),
        (b"reference,name,aliases,birth_date,nationalities,sex,remarks\nW-1,A B,,02.03.1984,,,\n", "column birth_date"),
        (b"reference,name,aliases,birth_date,nationalities,sex,remarks\nW-1,A B,,1984-13-01,,,\n", "column birth_date"),
        (
            b"reference,name,aliases,birth_date,nationalities,sex,remarks\nW-1,A B,,,Atlantis,,\n",
            "column nationalities",
        ),
        (b"reference,name,aliases,birth_date,nationalities,sex,remarks\nW-1,A B,,,,man,\n", "column sex"),
        (b'reference,name,aliases,birth_date,nationalities,sex,remarks\nW-1,A B,,,,,"cut o', "breaks off"),
        (
            b"reference,name,aliases,birth_date,nationalities,sex,remarks\nW-1,A B,,,,,\nW-1,C D,,,,,\n",
            "line 3: The reference W-1 stands at line 2",
        ),
        (b"reference,name,aliases,birth_date,nationalities,sex,remarks\nW-1,\xe9\xe8,,,,,\n", "UTF-8"),
        (b"reference,name\0", "line 1: The file has a NUL"),
    ],
)
def test_a_broken_own_list_is_refused_with_a_sentence(broken: bytes, said: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        load(broken, "csv")
    assert refusal.value.code == "watch_list_broken"
    assert said in str(refusal.value)
    assert refusal.value.fix is not None


def test_a_list_without_entries_is_refused() -> None:
    with pytest.raises(InvalidInput) as refusal:
        load(b"reference,name,aliases,birth_date,nationalities,sex,remarks\n", "csv")
    assert refusal.value.code == "watch_list_too_small"


def test_a_list_that_shrank_to_less_than_half_is_refused(own_list: bytes) -> None:
    assert len(load(own_list, "csv", previous=8).entries) == 4
    with pytest.raises(InvalidInput) as refusal:
        load(own_list, "csv", previous=9)
    assert refusal.value.code == "watch_list_too_small"


def test_an_unknown_format_is_refused(own_list: bytes) -> None:
    with pytest.raises(InvalidInput) as refusal:
        load(own_list, "pdf")
    assert refusal.value.code == "unknown_list_format"


def test_the_united_nations_list_is_read_with_its_irregularities(un_list: bytes) -> None:
    loaded = load(un_list, "un", at_least=1)
    person, entity = loaded.entries
    assert loaded.version_label == "2027-01-02T00:00:09.554Z"
    assert person.names == (
        ListName("DAMIR AL-QORANI"),
        ListName("دامر القراني", Quality.ORIGINAL_SCRIPT),
        ListName("Damir Korani"),
        ListName("Damyr Qurani"),
        ListName("The Baker", Quality.LOW),
    )
    assert person.births == (
        PartialBirth(1978, 4, 28),
        PartialBirth(1980, approximate=True),
        PartialBirth(1973, to_year=1974),
        PartialBirth(1979, 11),
    )
    assert (person.nationalities, person.sexes) == (("IR",), ("M",))
    assert person.documents == ("OB0243318", "D00000898")
    assert (entity.kind, entity.names) == (Kind.ENTITY, (ListName("INVENTED TRADING HOUSE"), ListName("ITH")))


def test_every_cut_of_the_united_nations_list_is_refused(un_list: bytes) -> None:
    whole = un_list.rstrip()
    for length in range(1, len(whole), 97):
        with pytest.raises(InvalidInput):
            load(whole[:length], "un", at_least=1)


def test_a_united_nations_list_with_too_few_entries_is_refused(un_list: bytes) -> None:
    with pytest.raises(InvalidInput) as refusal:
        load(un_list, "un")
    assert refusal.value.code == "watch_list_too_small"


def test_entities_of_a_document_type_are_never_expanded(un_list: bytes, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("do not read")
    doctype = f'<!DOCTYPE list [<!ENTITY x SYSTEM "{secret.as_uri()}">]>\n<CONSOLIDATED_LIST'.encode()
    attack = un_list.replace(b"<CONSOLIDATED_LIST", doctype, 1).replace(b"Invented.", b"&x;")
    with pytest.raises(InvalidInput) as refusal:
        load(attack, "un", at_least=1)
    assert "document type" in str(refusal.value)


def test_an_xml_file_of_another_kind_is_refused() -> None:
    with pytest.raises(InvalidInput, match="something else"):
        load(b"<html><body/></html>", "un", at_least=1)


def test_the_ofac_list_is_read_with_what_its_remarks_say() -> None:
    person, entity = load(_OFAC.encode(), "ofac", at_least=1).entries
    assert person.names == (ListName("Damir QORANI"), ListName("THE BAKER", Quality.LOW))
    assert person.births == (PartialBirth(1978, 4, 28), PartialBirth(1980, approximate=True))
    assert (person.nationalities, person.sexes, person.documents) == (("IR",), ("M",), ("X1234567",))
    assert entity.kind is Kind.ENTITY


def test_the_ofac_list_in_a_zip_file_brings_its_other_names() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("SDN.CSV", _OFAC)
        archive.writestr("ALT.CSV", '7001,12,"aka","KORANI, Damyr",-0- \n\x1a')
    loaded = load(packed.getvalue(), "ofac", at_least=1)
    assert ListName("Damyr KORANI") in loaded.entries[0].names
    assert loaded.missing == ("add.csv", "sdn_comments.csv")
    with pytest.raises(InvalidInput):
        load(packed.getvalue()[:-40], "ofac", at_least=1)


def test_an_entry_survives_being_stored(un_list: bytes) -> None:
    for entry in load(un_list, "un", at_least=1).entries:
        restored = from_content(to_content(entry))
        assert restored == entry
        assert restored.fingerprint == entry.fingerprint


def test_the_published_united_nations_list_loads_whole(real_un: LoadedList) -> None:
    assert sum(entry.kind is Kind.PERSON for entry in real_un.entries) == 730
    assert sum(entry.kind is Kind.ENTITY for entry in real_un.entries) == 273
    assert real_un.version_label.startswith("2026-02-27")
    assert sum(bool(entry.births) for entry in real_un.entries) > 670
