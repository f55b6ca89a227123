"""What `doctor` says of the files that people hand in: pictures in HEIC, the virus scanner, and what waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from basis.errors import PredepartureError
from basis.messages import _, _n
from cli.console import Sign

if TYPE_CHECKING:
    from basis.messages import Message
    from documents.installation import Installation

Found = tuple[str, Sign, "Message", "Message | None"]
"""Name, result, sentence and what to do, as in `doctor.Finding`."""


def pictures() -> Iterator[Found]:
    """Whether pictures of phones in the format HEIC can be opened."""
    from casework.evidence.cleaning import heif

    if heif.program() is not None:
        yield "heic", Sign.GOOD, _("Pictures in the format HEIC can be opened."), None
    else:
        message = _("Pictures in the format HEIC are refused: the program that opens them is missing.")
        fix = _("On Debian: sudo apt-get install -y {packages}", packages="libheif-examples")
        yield "heic", Sign.WARNING, message, fix


def scanner(installation: Installation) -> Iterator[Found]:
    """Whether files are scanned for viruses, by what, and how many are not."""
    from documents.incoming import scanner_of

    if installation.settings.is_demo:
        return
    configured = scanner_of(installation.settings)
    if configured is None:
        message = _("Files that people hand in are not scanned for viruses; each is marked so.")
        fix = _("Install clamav-daemon and set PREDEPARTURE_CLAMD_ADDRESS, for example to unix:/run/clamav/clamd.ctl.")
        yield "virus-scan", Sign.WARNING, message, fix
        return
    try:
        version = configured.version()
    except PredepartureError as error:
        yield "virus-scan", Sign.BAD, error.message, error.fix
    else:
        yield "virus-scan", Sign.GOOD, _("Files are scanned for viruses by {version}.", version=version), None
    yield from _unscanned(installation)


def _unscanned(installation: Installation) -> Iterator[Found]:
    from sqlmodel import col, func, select

    from casework.evidence.tables import EvidenceFile, ScanState

    query = select(col(EvidenceFile.scan), func.count()).where(col(EvidenceFile.sealed_off_at).is_(None))
    with installation.database.read() as session:
        counts = dict(session.exec(query.group_by(col(EvidenceFile.scan))).all())
    waiting, harmful = counts.get(ScanState.NOT_SCANNED, 0), counts.get(ScanState.INFECTED, 0)
    if waiting:
        message = _n("{count} file is not scanned yet.", "{count} files are not scanned yet.", waiting)
        fix = _("The engine does it, some each minute. Where the number stays: raise StreamMaxLength in clamd.conf.")
        yield "unscanned-files", Sign.WARNING, message, fix
    if harmful:
        message = _n("{count} harmful file is kept closed.", "{count} harmful files are kept closed.", harmful)
        yield "harmful-files", Sign.WARNING, message, _("Their cases say so; ask for these papers again.")
