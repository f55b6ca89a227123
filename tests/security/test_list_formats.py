"""The published formats: OFAC's set of files, the EU's XML, the table of OpenSanctions."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from basis.errors import InvalidInput
from casework.security.lists import Kind, ListName, LoadedList, PartialBirth, Quality, load, of_bytes, of_paths

NOTHING = ",-0- " * 7
SDN = (
    f'7001,"QORANI, Damir","individual","TEST"{NOTHING},"DOB 28 Apr 1978; Linked To: INVENTED TRADI"\n'
    f'7002,"INVENTED TRADING HOUSE",-0- ,"TEST"{NOTHING},-0- \n\x1a'
)
SET = {
    "sdn.csv": SDN,
    "alt.csv": '7001,12,"aka","KORANI, Damyr",-0- \n7001,13,"fka","THE BAKER",-0- \n\x1a',
    "add.csv": '7001,25,"12 Invented Street","Anytown","Iran",-0- \n7002,26,-0- ,-0- ,"Kosovo",-0- \n\x1a',
    "sdn_comments.csv": '7001,"NG HOUSE; a.k.a. \'THE MASON\'."\n9999,"Left from an entry that was removed."\n\x1a',
}
EU = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2027-01-05T16:47:04.449+01:00" globalFileId="1">
  <sanctionEntity designationDetails="" unitedNationId="" euReferenceNumber="EU.1.11" logicalId="13">
    <remark>Invented.</remark>
    <regulation programme="ZZZ" logicalId="348"><publicationUrl>x</publicationUrl></regulation>
    <subjectType code="person" classificationCode="P"/>
    <nameAlias firstName="Damir" middleName="" lastName="Qorani" wholeName="Damir Qorani" function="Baker" gender="M"
      title="" nameLanguage="" strong="true" regulationLanguage="en" logicalId="17"/>
    <nameAlias firstName="" middleName="" lastName="" wholeName="Дамир Корани" gender="" strong="true" logicalId="18"/>
    <nameAlias firstName="" middleName="" lastName="" wholeName="Abu Test" gender="" strong="false" logicalId="19"/>
    <nameAlias firstName="Damyr" middleName="" lastName="Korani" wholeName="" gender="" strong="true" logicalId="20"/>
    <citizenship region="" countryIso2Code="IR" countryDescription="IRAN" logicalId="1"/>
    <citizenship region="" countryIso2Code="00" countryDescription="UNKNOWN" logicalId="2"/>
    <birthdate circa="false" calendarType="GREGORIAN" city="Anytown" birthdate="1978-04-28" dayOfMonth="28"
      monthOfYear="4" year="1978" countryIso2Code="IR" logicalId="14"/>
    <birthdate circa="true" calendarType="GREGORIAN" year="1980" countryIso2Code="00" logicalId="15"/>
    <birthdate circa="false" calendarType="GREGORIAN" yearRangeFrom="1953" yearRangeTo="1958" logicalId="16"/>
    <birthdate circa="false" calendarType="GREGORIAN" monthOfYear="7" year="1981" logicalId="21"/>
    <birthdate circa="false" calendarType="ISLAMIC" year="1400" logicalId="22"/>
    <birthdate circa="false" calendarType="GREGORIAN" countryIso2Code="00" logicalId="23"/>
    <identification number="AD001095" latinNumber="" identificationTypeCode="passport" countryIso2Code="00"/>
    <address city="Anytown" street="12 Invented Street" zipCode="" countryIso2Code="IR" countryDescription="IRAN"/>
  </sanctionEntity>
  <sanctionEntity designationDetails="" euReferenceNumber="" logicalId="14">
    <subjectType code="enterprise" classificationCode="E"/>
    <nameAlias wholeName="Invented Trading House" strong="true" logicalId="24"/>
  </sanctionEntity>
</export>
"""
HEADER = (
    "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,program_ids,dataset,"
    "first_seen,last_seen,last_change"
)
OPEN = (
    HEADER + '\n"NK-1","Person","Damir Qorani","Damyr Korani;Дамир Корани;""Qorani; the baker""","1978-04-28;1980",'
    '"ir;gb-sct;suhh","12 Invented Street, Anytown","AD001095","Reg 1","","","ZZ-1","Invented",'
    '"2024-01-01T00:00:00","2027-01-06T10:00:00","2026-01-01T00:00:00"\n'
    '"NK-2","Company","Invented Trading House","","","","","","","","","","Invented","2024-01-01","2027-01-05",""\n'
)


def zipped(files: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"download/{name.upper()}", text)
    return packed.getvalue()


def folder(path: Path, files: Mapping[str, str]) -> list[Path]:
    for name, text in files.items():
        (path / name).write_text(text, encoding="utf-8", newline="")
    return [path]


def refused(data: str | bytes, format: str) -> str:
    with pytest.raises(InvalidInput) as refusal:
        load(of_bytes(data if isinstance(data, bytes) else data.encode(), "the.file"), format, at_least=1)
    assert refusal.value.fix is not None
    return str(refusal.value)


def test_the_files_of_ofac_make_one_list_whether_from_a_folder_a_zip_file_or_by_name(tmp_path: Path) -> None:
    files = folder(tmp_path, {**SET, "readme.csv": "something else"})
    from_folder = load(of_paths(files), "ofac", at_least=1)
    by_name = load(of_paths(tmp_path / name for name in SET), "ofac", at_least=1)
    from_zip = load(zipped(SET), "ofac", at_least=1)
    assert from_folder == by_name == from_zip
    assert from_zip.missing == ()
    person, entity = from_zip.entries
    assert person.names == (
        ListName("Damir QORANI"),
        ListName("Damyr KORANI"),
        ListName("THE BAKER"),
        ListName("THE MASON", Quality.LOW),
    )
    assert "INVENTED TRADING HOUSE; a.k.a." in person.remarks
    assert (person.addresses, entity.addresses) == (("12 Invented Street, Anytown, Iran",), ("Kosovo",))


def test_a_list_of_ofac_without_its_other_names_says_what_is_missing() -> None:
    assert load(SDN.encode(), "ofac", at_least=1).missing == ("alt.csv", "add.csv", "sdn_comments.csv")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {**SET, "sdn.csv": SDN.partition("\n7002")[0]},
            "add.csv, line 2: This belongs to an entry that SDN.CSV has not",
        ),
        ({"alt.csv": SET["alt.csv"], "add.csv": SET["add.csv"]}, "sdn.csv is missing"),
        ({**SET, "alt.csv": '7001,12,"aka"\n'}, "ALT.CSV, line 1"),
        ({**SET, "sdn.csv": SDN[: SDN.rindex("-0-")]}, "SDN.CSV, line 2: The row breaks off"),
        ({**SET, "sdn.csv": SDN + "7003"}, "SDN.CSV, line 3: Something stands after"),
        ({**SET, "alt.csv": SET["alt.csv"][:-20]}, "ALT.CSV, line 2: A quoted cell"),
    ],
)
def test_a_part_of_ofacs_list_is_refused_with_file_and_line(files: dict[str, str], said: str) -> None:
    assert said.lower() in refused(zipped(files), "ofac").lower()


def test_a_file_that_is_none_of_ofacs_is_refused_when_it_is_named(tmp_path: Path) -> None:
    folder(tmp_path, {**SET, "other.csv": "1"})
    with pytest.raises(InvalidInput, match=r"other\.csv is no file of OFAC"):
        load(of_paths([tmp_path / "sdn.csv", tmp_path / "other.csv"]), "ofac", at_least=1)
    with pytest.raises(InvalidInput, match="given twice"):
        load(of_paths([tmp_path / "sdn.csv", tmp_path / "sdn.csv"]), "ofac", at_least=1)


def test_the_european_list_is_read_with_its_attributes() -> None:
    loaded = load(EU.encode(), "eu", at_least=1)
    person, entity = loaded.entries
    assert (loaded.published_on, loaded.version_label[:10]) == (date(2027, 1, 5), "2027-01-05")
    assert (person.reference, entity.reference) == ("EU.1.11", "14")
    assert person.names == (
        ListName("Damir Qorani"),
        ListName("Дамир Корани", Quality.ORIGINAL_SCRIPT),
        ListName("Abu Test", Quality.LOW),
        ListName("Damyr Korani"),
    )
    assert person.births == (
        PartialBirth(1978, 4, 28),
        PartialBirth(1980, approximate=True),
        PartialBirth(1953, to_year=1958),
        PartialBirth(1981, 7),
    )
    assert (person.kind, person.nationalities, person.sexes) == (Kind.PERSON, ("IR",), ("M",))
    assert (person.documents, person.addresses) == (("AD001095",), ("12 Invented Street, Anytown, IRAN",))
    assert person.remarks == "Baker; Invented."
    assert (entity.kind, entity.names) == (Kind.ENTITY, (ListName("Invented Trading House"),))


def test_an_open_range_of_birth_years_is_approximate() -> None:
    only_last = EU.replace('yearRangeFrom="1953" ', "")
    assert PartialBirth(1958, approximate=True) in load(only_last.encode(), "eu", at_least=1).entries[0].births


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("http://eu.europa.ec/fpi/fsd/export", "http://other"), "line 1: This is the XML of something else"),
        (
            (' code="person" classificationCode="P"/>', ' code="person"/><subjectType/>'),
            "line 3: The entry that begins",
        ),
        (("</export>", ""), "The XML breaks off"),
    ],
)
def test_a_european_list_of_another_make_is_refused_with_the_line(change: tuple[str, str], said: str) -> None:
    assert said in refused(EU.replace(*change), "eu")


def test_the_table_of_opensanctions_is_read() -> None:
    loaded = load(OPEN.encode(), "opensanctions")
    person, entity = loaded.entries
    assert loaded.published_on == date(2027, 1, 6)
    assert person.names == (
        ListName("Damir Qorani"),
        ListName("Damyr Korani"),
        ListName("Дамир Корани", Quality.ORIGINAL_SCRIPT),
        ListName("Qorani; the baker"),
    )
    assert person.births == (PartialBirth(1978, 4, 28), PartialBirth(1980))
    assert (person.nationalities, person.documents) == (("IR", "GB"), ("AD001095",))
    assert (person.kind, entity.kind) == (Kind.PERSON, Kind.ENTITY)


def test_an_older_table_of_opensanctions_without_program_ids_is_read() -> None:
    older = (
        OPEN.replace("program_ids,", "").replace('"ZZ-1",', "").replace('"","","","","Invented"', '"","","","Invented"')
    )
    assert load(older.encode(), "opensanctions").entries == load(OPEN.encode(), "opensanctions").entries


def test_a_table_with_another_header_or_a_short_row_is_refused_with_the_line() -> None:
    assert "line 1: The header" in refused(OPEN.replace("schema", "kind", 1), "opensanctions")
    assert "line 3: The row has 1 cells" in refused(OPEN[: OPEN.index('NK-2"') + 5], "opensanctions")


def test_the_published_set_of_ofac_loads_whole_with_its_other_names(real_lists: Path) -> None:
    loaded = load(of_paths([real_lists]), "ofac")
    assert (len(loaded.entries), loaded.missing) == (7379, ())
    assert sum(len(entry.names) for entry in loaded.entries) > 17_000
    assert sum(bool(entry.addresses) for entry in loaded.entries) > 5000


@pytest.mark.parametrize(("name", "line"), [("sdn.csv", 7380), ("sdn_comments.csv", 4)])
def test_the_broken_published_files_are_refused_with_the_line(real_lists: Path, name: str, line: int) -> None:
    paths = [real_lists / one for one in SET if one != name]
    with pytest.raises(InvalidInput, match=rf"{name}, line {line}:"):
        load(of_paths([real_lists / "broken" / name, *paths]), "ofac")
    for made in ("csv", "un", "eu", "opensanctions"):
        assert refused((real_lists / "broken" / name).read_bytes(), made)


def test_the_united_nations_list_tells_its_day(real_un: LoadedList) -> None:
    assert real_un.published_on == date(2026, 2, 27)
