from __future__ import annotations

import os
import resource
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from basis.errors import InvalidInput, NotFound, Unavailable
from documents.archive import Archive, LocalArchive, RemoteArchive

ID = "0192f0c1-7e1a-7c3a-9b51-2f6a5d0c4e8f"


@pytest.fixture(params=["local", "remote"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    if request.param == "local":
        return LocalArchive(tmp_path / "archive")
    return RemoteArchive.from_address("memory:///")


def test_what_is_stored_comes_back(archive: Archive) -> None:
    assert not archive.exists(ID)
    assert archive.put(ID, b"sealed")
    assert archive.exists(ID)
    assert archive.read(ID) == b"sealed"
    assert list(archive.list()) == [ID]


def test_nothing_is_ever_overwritten(archive: Archive) -> None:
    assert archive.put(ID, b"first")
    assert not archive.put(ID, b"second")
    assert archive.read(ID) == b"first"


def test_a_document_that_is_not_there_is_not_found(archive: Archive) -> None:
    with pytest.raises(NotFound):
        archive.read(ID)
    assert list(archive.list()) == []


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "a/b", "abc\0d", ".hidden", "x" * 65])
def test_what_is_no_id_is_refused(archive: Archive, name: str) -> None:
    for attempt in (lambda: archive.put(name, b""), lambda: archive.read(name), lambda: archive.exists(name)):
        with pytest.raises(InvalidInput):
            attempt()


def test_of_many_writers_exactly_one_wins_and_leaves_no_rest(tmp_path: Path) -> None:
    archive = LocalArchive(tmp_path)
    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(lambda number: archive.put(ID, str(number).encode() * 1000), range(64)))
    assert won.count(True) == 1
    assert archive.read(ID) == str(won.index(True)).encode() * 1000
    assert list((tmp_path / ".incoming").iterdir()) == []


def test_a_full_disk_leaves_nothing_under_the_name(tmp_path: Path) -> None:
    """A limit on the size of files stands for the full disk: the write breaks off in the middle as well."""
    archive = LocalArchive(tmp_path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(Unavailable):
            archive.put(ID, bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert not archive.exists(ID)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert archive.put(ID, bytes(100_000))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_called_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(OSError) as full:
        os.write(os.open("/dev/full", os.O_WRONLY), b"x")
    from documents.archive import _unavailable

    assert _unavailable(full.value).code == "archive_full"


def test_what_a_killed_writer_left_is_not_listed_and_goes_with_the_next(tmp_path: Path) -> None:
    archive = LocalArchive(tmp_path)
    assert archive.put(str(uuid4()), b"other")
    leftover = tmp_path / ".incoming" / f"{ID}.0123456789abcdef"
    leftover.write_bytes(b"half")
    assert ID not in list(archive.list())
    assert archive.put(ID, b"whole")
    assert not leftover.exists()


def test_a_folder_that_cannot_be_used_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable):
        LocalArchive(tmp_path / "file").put(ID, b"x")


def test_an_address_that_nobody_knows_is_said_so() -> None:
    with pytest.raises(Unavailable):
        RemoteArchive.from_address("gopher://somewhere/")
