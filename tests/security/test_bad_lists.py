"""What is no list, or only a part of one, is refused whole: with a sentence, the line, and little memory."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import pytest

from basis.errors import InvalidInput
from casework.security.lists import FORMATS, load, of_bytes
from casework.security.lists.sources import LARGEST

HEADER = "reference,name,aliases,birth_date,nationalities,sex,remarks\n"
UN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<CONSOLIDATED_LIST dateGenerated="2027-01-02">\n<INDIVIDUALS>\n{people}'
    "</INDIVIDUALS>\n<ENTITIES/>\n</CONSOLIDATED_LIST>"
)
PERSON = "<INDIVIDUAL><FIRST_NAME>{name}</FIRST_NAME><REFERENCE_NUMBER>{number}</REFERENCE_NUMBER></INDIVIDUAL>\n"


def un(*names: str) -> str:
    return UN.format(people="".join(PERSON.format(name=name, number=f"Z{at}") for at, name in enumerate(names)))


def refused(data: str | bytes, format: str) -> str:
    with pytest.raises(InvalidInput) as refusal:
        load(of_bytes(data if isinstance(data, bytes) else data.encode(), "the.list"), format, at_least=1)
    assert refusal.value.code == "watch_list_broken"
    assert refusal.value.fix is not None
    return str(refusal.value)


def test_a_name_of_ten_megabytes_is_refused_in_every_format() -> None:
    name = "A" * 10_000_000
    assert "line 4: What begins here is larger than 4 MB" in refused(un(name), "un")
    assert "line 4: What begins here is larger than 4 MB" in refused(un("A B").replace("<FIRST", "<X>" + name, 1), "un")
    assert "line 2: The line has more than" in refused(f"{HEADER}W-1,{name},,,,,\n", "csv")
    assert "line 1: The line has more than" in refused(f'1,"{name}"\n', "ofac")
    assert "line 1: What begins here" in refused(f'<export xmlns="http://eu.europa.ec/fpi/fsd/export" a="{name}', "eu")


@pytest.mark.parametrize("sign", ["A", "ب", "😀", "&amp;"])
def test_a_name_that_nobody_can_have_is_refused(sign: str) -> None:
    assert "line 4: A name has more than 1000 characters" in refused(un(sign * 999 + "A B"), "un")
    long = f"{HEADER}W-1,{'A' * 500},,,,,\nW-2,{'A' * 1001},,,,,\n"
    assert "line 3: A name has more than 1000 characters" in refused(long, "csv")


def test_a_cell_that_never_ends_is_refused_where_it_begins() -> None:
    endless = f'{HEADER}W-1,A B,,,,,\nW-2,"C D' + "\nE F" * 60_000
    assert "line 3: A cell is too long" in refused(endless, "csv")


def test_entities_that_grow_without_end_are_refused_before_they_are_read() -> None:
    steps = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 10))
    bomb = un("&a9;").replace("<CONS", f'<!DOCTYPE x [<!ENTITY a0 "ha">{steps}]>\n<CONS', 1)
    tracemalloc.start()
    said = refused(bomb, "un")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "line 2: The file has a document type declaration" in said
    assert peak < 2_000_000


def test_a_document_type_across_two_pieces_of_the_file_is_seen() -> None:
    for padding in range(65_536 - 60, 65_536 - 40):
        text = f'<?xml version="1.0"?>\n<!--{"x" * (padding - 30)}-->\n<!DOCTYPE x []>\n<CONSOLIDATED_LIST/>'
        assert "line 3: The file has a document type" in refused(text, "un")


@pytest.mark.deep
def test_a_zip_file_that_unpacks_without_end_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("sdn.csv", "w") as member:
        for _each in range(LARGEST // 130_000 + 1):
            member.write(b" " * 130_000 + b"\n")
    assert "larger than 100 MB" in refused(packed.getvalue(), "ofac")


def test_a_damaged_or_crowded_zip_file_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(30):
            archive.writestr(f"{number}.csv", "1")
    assert "20 files at most" in refused(packed.getvalue(), "ofac")
    assert "damaged or encrypted" in refused(packed.getvalue()[:-30], "ofac")
    one = io.BytesIO()
    with zipfile.ZipFile(one, "w") as archive:
        archive.writestr("sdn.csv", "1" * 5000)
    assert "damaged or encrypted" in refused(one.getvalue().replace(b"1" * 50, b"2" * 50), "ofac")


@pytest.mark.parametrize(
    ("data", "format", "said"),
    [
        (un("A B", "C D").replace("Z1", "Z0"), "un", "line 5: The reference Z0 stands at line 4"),
        (un("A B").encode("utf-16"), "un", "not encoded in UTF-8"),
        (un("A B").encode("utf-16-le"), "un", "NUL byte"),
        (un("Ä B").replace("UTF-8", "ISO-8859-1").encode("latin-1"), "un", "line 1: The watch list is not encoded"),
        (un("Ä B").encode("latin-1"), "un", "line 4: The XML breaks off"),
        (un("A B").replace("UTF-8", "UTF-7"), "un", "not encoded in UTF-8"),
        (un("A\0B"), "un", "NUL byte"),
        (un("A B").replace("</INDIVIDUALS>", ""), "un", "The XML breaks off"),
        (un("A B").replace("INDIVIDUALS", "PEOPLE"), "un", "line 4: An entry stands outside"),
        (un("A B").replace("<ENTITIES/>", ""), "un", "has not the sections"),
        (un(""), "un", "line 4: The entry that begins here has no reference or no name"),
        (un("A B").replace("Z0", "Z" * 81), "un", "line 4: The reference has more than 80"),
        (f"{HEADER}W-1,A B,,,,,\n".encode("utf-16"), "csv", "NUL byte"),
        (f"{HEADER}W-1,Ä B,,,,,\n".encode("cp1252"), "csv", "line 2: The watch list is not encoded in UTF-8"),
        (f"{HEADER}W-1,A\0B,,,,,\n", "csv", "line 2: The file has a NUL byte"),
        (f'{HEADER}"W-1"x,A B,,,,,\n', "csv", "line 2: A quoted cell is damaged"),
        (f"{HEADER}W-1,A B,,,,,\n\x1aW-2,C D,,,,,\n", "csv", "line 3: Something stands after"),
    ],
)
def test_a_damaged_list_is_refused_with_the_line(data: str | bytes, format: str, said: str) -> None:
    assert said in refused(data, format)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("data", [b"", b" \n", b"\xef\xbb\xbf", b"<", b"\0\0\0\0", b"PK\x03\x04", b"\x1a", b"a\rb\rc"])
def test_what_is_no_list_is_refused_in_every_format(data: bytes, format: str) -> None:
    with pytest.raises(InvalidInput):
        load(data, format)


@pytest.mark.parametrize("format", FORMATS)
def test_several_files_where_a_list_has_one_are_refused(format: str) -> None:
    files = [*of_bytes(b"<a/>", "one.xml"), *of_bytes(b"<a/>", "two.xml")]
    with pytest.raises(InvalidInput, match=r"one file ending|no file of OFAC"):
        load(files, format)


def test_a_long_list_is_read_in_little_memory_besides_its_entries() -> None:
    data = un(*(f"NAME NUMBER{number}" for number in range(1000))).replace(
        "</INDIVIDUAL>\n", f"<COMMENTS2>{'x' * 10_000}</COMMENTS2></INDIVIDUAL>\n"
    )
    files = of_bytes(data.encode(), "list.xml")
    tracemalloc.start()
    loaded = load(files, "un")
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(loaded.entries) == 1000
    assert peak - held < 2_000_000 < len(data) / 4
