"""Photographs: measured when they are handed in, framed by a person, old ones kept as versions."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageFilter

from basis.errors import Conflict, InvalidInput, Refused
from basis.roles import Role
from casework.actor import Actor
from casework.cases.tables import Case
from casework.database import Database
from casework.evidence import service as evidence
from casework.evidence.service import AddEvidence
from casework.evidence.tables import EvidenceItem, EvidenceStatus
from casework.photos import measuring, service
from casework.photos.rules import FRAME, QUALITY, findings, too_old
from casework.photos.service import TakePhoto
from checklists.catalogue import Catalogue
from cli.demo import pictures
from documents.archive import LocalArchive
from tests.support.errors import error
from tests.support.factories import TODAY, World

PORTRAIT = pictures.portrait("BB-0001")

one_database = pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)
"""For what leans on no database's own ways: on PostgreSQL with the deep tests."""


@pytest.fixture
def store(tmp_path: Path) -> LocalArchive:
    return LocalArchive(tmp_path / "files")


def encoded(image: Image.Image, **options: object) -> bytes:
    stream = BytesIO()
    image.save(stream, "JPEG", quality=85, **options)
    return stream.getvalue()


def opened(content: bytes = PORTRAIT) -> Image.Image:
    return Image.open(BytesIO(content))


def against(content: bytes) -> list[str]:
    """The checks that a picture does not pass."""
    return [one.code for one in findings(measuring.measure(content), TODAY) if not one.good]


def dated(content: bytes, day: str, orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.DateTime] = f"{day} 10:00:00"
    exif[ExifTags.Base.Orientation] = orientation
    return encoded(opened(content), exif=exif)


def take(database: Database, actor: Actor, store: LocalArchive, case: Case, content: bytes = PORTRAIT) -> EvidenceItem:
    command = TakePhoto(case_id=case.id, file=content, taken_on=database.today() - timedelta(days=2))
    return database.run(actor, service.take, store, command)


def test_a_portrait_in_focus_before_an_even_wall_passes_every_check() -> None:
    assert against(PORTRAIT) == []
    assert against(encoded(opened().resize((1240, 1594)))) == []


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        (opened().filter(ImageFilter.GaussianBlur(3)), "sharp"),
        (opened().resize((240, 309)), "size"),
        (opened().resize((2000, 1000)), "shape"),
        (opened().point(lambda value: value // 5), "light"),
        (opened().point(lambda value: min(255, value + 120)), "light"),
        (opened().convert("L"), "colour"),
        (
            Image.blend(opened(), Image.linear_gradient("L").resize((413, 531)).rotate(90).convert("RGB"), 0.6),
            "background",
        ),
    ],
    ids=["blurred", "small", "wide", "dark", "bleached", "grey", "uneven"],
)
def test_what_is_wrong_with_a_picture_is_named_with_what_to_do(spoilt: Image.Image, code: str) -> None:
    found = {one.code: one for one in findings(measuring.measure(encoded(spoilt)), TODAY)}
    assert not found[code].good and found[code].fix is not None


def test_the_day_in_the_file_tells_that_a_picture_is_old() -> None:
    old = (TODAY - timedelta(days=400)).strftime("%Y:%m:%d")
    assert against(dated(PORTRAIT, old)) == ["recent"]
    assert against(dated(PORTRAIT, TODAY.strftime("%Y:%m:%d"))) == []
    assert against(dated(PORTRAIT, "0000:00:00")) == []
    assert not too_old(TODAY - timedelta(days=183), TODAY) and too_old(TODAY - timedelta(days=184), TODAY)


def test_a_picture_that_lies_on_its_side_is_measured_upright_and_shown_without_metadata() -> None:
    lying = dated(encoded(opened().rotate(90, expand=True)), "2026:10:01", orientation=6)
    measured = measuring.measure(lying)
    assert measured is not None and (measured.width, measured.height) == (413, 531)
    shown = measuring.portrait(lying)
    assert shown is not None
    assert not opened(shown).getexif() and opened(shown).size[0] < opened(shown).size[1]


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", PORTRAIT[:900], b"\x89PNG\r\n\x1a\n" + bytes(40)], ids=["empty", "pdf", "half", "png"]
)
def test_what_is_no_picture_is_said_to_be_none(content: bytes) -> None:
    assert against(content) == ["format"]
    assert measuring.portrait(content) is None and measuring.small(content) is None


def test_a_photograph_is_measured_framed_accepted_and_the_old_one_kept(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    first = take(database, world[Role.CASEWORKER], store, case)
    assert first.checks[QUALITY]
    database.run(world[Role.CASEWORKER], service.confirm_frame, first.id, framed=True)
    database.run(world[Role.SUPERVISOR], evidence.accept, Catalogue.load(), first.id)
    with error(Conflict, "decided"):
        database.run(world[Role.CASEWORKER], service.confirm_frame, first.id, framed=False)
    blurred = encoded(opened().filter(ImageFilter.GaussianBlur(3)))
    second = take(database, world[Role.CASEWORKER], store, case, blurred)
    with database.read() as session:
        found = service.versions(session, world[Role.CASEWORKER], case.id)
        assert [(one.item.id, one.current) for one in found] == [(second.id, False), (first.id, True)]
        assert found[1].item.checks == {QUALITY: True, FRAME: True} | found[1].item.checks
        assert not found[0].item.checks[QUALITY] and found[0].photo is not None and not found[0].photo.framed
        now = service.current(session, case.id)
        assert now is not None and now.item.id == first.id and not now.too_old(database.today())
        small = service.small(session, database.vault(session), store, now)
        large = service.portrait(session, database.vault(session), store, now.item)
    assert len(small) < 8000 and opened(small).size == (96, 123)
    assert opened(large).size[1] <= 540
    database.run(world[Role.SUPERVISOR], evidence.accept, Catalogue.load(), second.id)
    with database.read() as session:
        now = service.current(session, case.id)
    assert now is not None and now.item.id == second.id


@one_database
def test_a_photograph_that_came_as_a_paper_is_measured_too(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    days = {"issued_on": database.today()}
    command = AddEvidence(case_id=case.id, kind="photo", days=days, file=PORTRAIT)
    item = database.run(world[Role.CASEWORKER], evidence.add, store, command)
    assert item.checks[QUALITY] and item.status is EvidenceStatus.SUBMITTED
    with database.read() as session:
        assert service.versions(session, world[Role.CASEWORKER], case.id)[0].photo is not None


@one_database
def test_who_may_not_edit_a_case_takes_no_photograph_and_frames_none(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    with error(Refused, "role"):
        take(database, world[Role.MEDICAL_OFFICER], store, case)
    item = take(database, world[Role.CASEWORKER], store, case)
    with error(Refused, "role"):
        database.run(world[Role.AGENCY_USER], service.confirm_frame, item.id, framed=True)


@one_database
def test_a_photograph_of_tomorrow_and_a_pdf_as_photograph_are_refused(
    database: Database, world: World, case: Case, store: LocalArchive
) -> None:
    command = TakePhoto(case_id=case.id, file=PORTRAIT, taken_on=database.today() + timedelta(days=1))
    with error(InvalidInput, "date_in_future"):
        database.run(world[Role.CASEWORKER], service.take, store, command)
    stream = BytesIO()
    opened().save(stream, "PDF")
    with error(InvalidInput, "no_picture"):
        take(database, world[Role.CASEWORKER], store, case, stream.getvalue())
    with database.read() as session:
        assert service.versions(session, world[Role.CASEWORKER], case.id) == []
