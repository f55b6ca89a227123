"""The virus scanner's client, against a daemon that speaks its protocol; the long test against ClamAV itself."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from hashlib import md5
from pathlib import Path

import pytest

from basis.errors import Unavailable
from casework.evidence.clamd import Scan, Scanner
from casework.evidence.tables import ScanState
from tests.support import clamd
from tests.support.clamd import EICAR, Daemon, Mood
from tests.support.errors import error

CLEAN = Scan(ScanState.CLEAN)


@pytest.fixture(params=["unix", "tcp"])
def daemon(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Daemon]:
    with clamd.running(tmp_path if request.param == "unix" else None) as made:
        yield made


@pytest.mark.parametrize("size", [1, 2**16 - 1, 2**16, 2**16 + 1, 5 * 2**20])
def test_a_file_arrives_whole_whatever_its_size(daemon: Daemon, size: int) -> None:
    content = os.urandom(size)
    assert Scanner(daemon.address).scan(content) == CLEAN
    assert daemon.received == [content]


def test_what_was_found_is_named(daemon: Daemon) -> None:
    found = Scanner(daemon.address).scan(b"%PDF-1.7 " + EICAR)
    assert found == Scan(ScanState.INFECTED, "Win.Test.EICAR_HDB-1")


def test_it_says_which_version_it_is(daemon: Daemon) -> None:
    assert Scanner(daemon.address).version().startswith("ClamAV 1.4.6/")


def test_a_file_over_the_daemon_s_own_limit_is_told_apart(daemon: Daemon) -> None:
    daemon.limit = 100_000
    with error(Unavailable, "clamd_limit"):
        Scanner(daemon.address).scan(os.urandom(8 * 2**20))


@pytest.mark.parametrize("mood", [Mood.BROKEN, Mood.FAILING])
def test_a_daemon_without_a_verdict_is_no_clean_file(daemon: Daemon, mood: Mood) -> None:
    daemon.mood = mood
    with error(Unavailable, "clamd"):
        Scanner(daemon.address).scan(b"anything")


def test_a_silent_daemon_is_not_waited_for_without_end(daemon: Daemon) -> None:
    daemon.mood = Mood.SILENT
    begun = time.monotonic()
    with error(Unavailable, "clamd"):
        Scanner(daemon.address, seconds=0.3).scan(b"anything")
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("address", ["unix:/nowhere/clamd.ctl", "127.0.0.1:1", "[::1]:1"])
def test_where_nobody_listens_the_sentence_names_the_setting(address: str) -> None:
    with pytest.raises(Unavailable, match="PREDEPARTURE_CLAMD_ADDRESS"):
        Scanner(address, seconds=2).scan(b"anything")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.deep
def test_clamav_itself_finds_the_test_file_and_nothing_in_a_clean_one(tmp_path: Path) -> None:
    program = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if program is None:
        pytest.skip("ClamAV's daemon (clamav-daemon) is not installed")
    # A database of our own with one signature: the real one has to be fetched, and is 300 MB.
    (tmp_path / "own.hdb").write_text(f"{md5(EICAR).hexdigest()}:{len(EICAR)}:Own.Test\n")
    port = _free_port()
    settings = {
        "DatabaseDirectory": tmp_path, "TCPSocket": port, "TCPAddr": "127.0.0.1", "Foreground": "yes",
        "StreamMaxLength": "1M", "TemporaryDirectory": tmp_path, "User": os.environ.get("USER", "root"),
    }  # fmt: skip
    config = tmp_path / "clamd.conf"
    config.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    process = subprocess.Popen([program, "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        scanner = Scanner(f"127.0.0.1:{port}", seconds=10)
        until = time.monotonic() + 30
        while True:
            try:
                assert scanner.version().startswith("ClamAV ")
                break
            except Unavailable:
                assert process.poll() is None and time.monotonic() < until
                time.sleep(0.2)
        assert scanner.scan(b"a clean page" * 1000) == CLEAN
        assert scanner.scan(EICAR).state is ScanState.INFECTED
        with error(Unavailable, "clamd_limit"):
            scanner.scan(os.urandom(3 * 2**20))
    finally:
        process.terminate()
        process.wait()
