"""Offers files to the virus scanner that it gave no verdict on when they came in."""

from __future__ import annotations

from typing import Final

from basis.errors import PredepartureError
from casework.actor import ENGINE
from casework.evidence import files
from casework.evidence.clamd import Scan
from casework.evidence.tables import ScanState
from documents.incoming import scanner_of
from documents.installation import Installation

SLICE: Final = 20
"""Files a minute, at most."""


def scan_waiting(installation: Installation, limit: int = SLICE) -> int:
    """Scan what waits, file by file. Returns how many got a verdict; 0 where no scanner is configured.

    It ends where the scanner does not answer: the next minute is soon enough.
    """
    scanner = scanner_of(installation.settings)
    if scanner is None:
        return 0
    database, done = installation.database, 0
    with database.read() as session:
        vault = database.vault(session)
        for file in files.unscanned(session, database.now(), limit):
            try:
                _file, content = files.open_file(session, vault, installation.files, file.id)
            except PredepartureError:
                # Erased, or not given out by the disk: the check of the archive tells of it.
                verdict = Scan(ScanState.NOT_SCANNED)
            else:
                try:
                    verdict = scanner.scan(content)
                except PredepartureError as error:
                    if error.code != "clamd_limit":
                        return done
                    verdict = Scan(ScanState.NOT_SCANNED)
            database.run(ENGINE, files.record_scan, file.id, verdict)
            done += verdict.state is not ScanState.NOT_SCANNED
    return done
