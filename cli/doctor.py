"""What an installation needs of its machine, and whether it has it. Each probe answers with findings in words."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from ctypes.util import find_library
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING, Final

from basis.errors import PredepartureError
from basis.messages import Message, _, _n
from cli.console import Sign
from cli.opening import UNTIL_THE_END

if TYPE_CHECKING:
    from casework.settings import Settings
    from documents.installation import Installation

_GIGABYTE: Final = 2**30
_ENOUGH: Final = 5 * _GIGABYTE
_TOO_LITTLE: Final = _GIGABYTE // 2
_SECRET: Final = 0o077
"""Permission bits that a key must not have."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `name` is stable; `fix` is None where there is nothing to do."""

    name: str
    sign: Sign
    message: Message
    fix: Message | None = None


def examine(show: Callable[[int, int], None]) -> list[Finding]:
    """Look at everything; what cannot be looked at because something before it is missing is left out."""
    findings: list[Finding] = []
    for done, probe in enumerate(_MACHINE, start=1):
        show(done, len(_MACHINE) + 1)
        findings += probe()
    findings += _home()
    return findings


def _good(name: str, message: Message) -> Finding:
    return Finding(name, Sign.GOOD, message)


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info < (3, 15):
        yield _good("python", _("Python {version}", version=version))
    else:
        fix = _("Use Python 3.11 to 3.14.")
        yield Finding("python", Sign.BAD, _("Python {version} is not supported.", version=version), fix)


def _libraries() -> Iterator[Finding]:
    missing = [package for name, package in _LIBRARIES.items() if find_library(name) is None]
    if missing:
        message = _("Making PDFs needs system libraries that are missing: {names}.", names=", ".join(missing))
        yield Finding("libraries", Sign.BAD, message, _install(missing))
    else:
        yield _good("libraries", _("Pango sets the text of PDFs."))
    if find_library("harfbuzz-subset") is None:
        message = _("HarfBuzz' subset library is missing: PDFs take up to six times longer.")
        yield Finding("harfbuzz-subset", Sign.WARNING, message, _install(["libharfbuzz-subset0"]))
    else:
        yield _good("harfbuzz-subset", _("HarfBuzz' subset library is there."))


_LIBRARIES: Final = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "fontconfig": "libfontconfig1",
    "harfbuzz": "libharfbuzz0b",
}


def _install(packages: list[str]) -> Message:
    return _("On Debian: sudo apt-get install -y {packages}", packages=" ".join(packages))


def _fonts() -> Iterator[Finding]:
    try:
        from documents.pdf import renderer_versions
    except OSError:
        return  # without Pango, which is reported above, fonts cannot be asked for
    families = {name: version for name, version in renderer_versions().items() if name.startswith("font ")}
    absent = [name.removeprefix("font ") for name, version in families.items() if version == "absent"]
    if absent:
        message = _("Fonts are missing: {names}.", names=", ".join(absent))
        yield Finding("fonts", Sign.BAD, message, _install(["fonts-noto-core"]))
    elif "unknown" in families.values():
        message = _("Whether all fonts are there is not known: the program fc-match is missing.")
        yield Finding("fonts", Sign.WARNING, message, _install(["fontconfig"]))
    else:
        yield _good("fonts", _("Fonts for all scripts are there ({count} families).", count=len(families)))


def _packages() -> Iterator[Finding]:
    """The pins that hold Prefect together: docs/decisions/0002."""
    prefect, fastapi = metadata.version("prefect"), metadata.version("fastapi")
    if prefect == "3.8.8" and (0, 139) <= tuple(map(int, fastapi.split(".")[:2])) < (0, 151):
        yield _good("prefect", _("Prefect {prefect} with FastAPI {fastapi}", prefect=prefect, fastapi=fastapi))
    else:
        message = _("Prefect {prefect} with FastAPI {fastapi} does not work.", prefect=prefect, fastapi=fastapi)
        yield Finding("prefect", Sign.BAD, message, _("Install the pinned packages again: make setup."))
    foreign = sorted(name for name in os.environ if name.startswith("PREFECT_"))
    if foreign:
        message = _("Settings of another Prefect are in the environment: {names}.", names=", ".join(foreign))
        fix = _("They are not used here; take them out so that nobody relies on them.")
        yield Finding("prefect-settings", Sign.WARNING, message, fix)


def _pictures() -> Iterator[Finding]:
    from cli.doctor_files import pictures

    for found in pictures():
        yield Finding(*found)


_MACHINE: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (_python, _libraries, _fonts, _packages, _pictures)


def _home() -> Iterator[Finding]:
    """The installation itself: settings, then keys, database, archive and addresses."""
    from casework.settings import load
    from documents.installation import open_installation

    try:
        settings = load()
    except PredepartureError as error:
        yield Finding("settings", Sign.BAD, error.message, error.fix)
        return
    yield from _disk(settings)
    if settings.keys.is_dir():
        yield from _modes(settings)
    try:
        installation = open_installation(settings)
        installation.catalogue.ids()
    except PredepartureError as error:
        yield Finding("installation", Sign.BAD, error.message, error.fix)
        return
    UNTIL_THE_END.callback(installation.database.engine.dispose)
    yield _good("database", _("The case database answers and has this version's schema."))
    yield from _signing(installation)
    yield from _writable(settings)
    yield from _archived(installation)
    yield from _scanner(installation)
    yield from _audited(installation)
    yield from _seals(installation)
    yield from _complaints(installation)
    yield from _address(settings)
    yield from _backed_up(settings)


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    words = _("{free:.1f} GB are free where the installation lies.", free=free / _GIGABYTE)
    if free >= _ENOUGH:
        yield _good("disk", words)
    else:
        yield Finding("disk", Sign.BAD if free < _TOO_LITTLE else Sign.WARNING, words, _("Make room."))


_PRIVATE: Final = ("signing.pem", "credential.pem")


def _modes(settings: Settings) -> Iterator[Finding]:
    secret = [path for path in settings.keys.iterdir() if path.suffix in (".key", ".auth") or path.name in _PRIVATE]
    paths = [settings.home, settings.keys, *secret]
    open_to_others = [path.name for path in paths if path.stat().st_mode & _SECRET]
    if open_to_others:
        message = _("Others on this machine can reach: {names}.", names=", ".join(open_to_others))
        fix = _("Run: chmod -R go= {folder}", folder=str(settings.home))
        yield Finding("keys", Sign.BAD, message, fix)
    else:
        yield _good("keys", _("The keys can be read by their owner only."))


def _signing(installation: Installation) -> Iterator[Finding]:
    from cli.doctor_keys import signing

    for found in signing(installation, datetime.now(UTC)):
        yield Finding(*found)


def _scanner(installation: Installation) -> Iterator[Finding]:
    from cli.doctor_files import scanner

    for found in scanner(installation):
        yield Finding(*found)


def _writable(settings: Settings) -> Iterator[Finding]:
    for name, folder in (("archive", settings.archive), ("files", settings.files)):
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"probe")
        except OSError as error:
            message = _("Nothing can be written into {folder}: {problem}.", folder=str(folder), problem=error.strerror)
            yield Finding(name, Sign.BAD, message, _("Make room, or give the engine's user leave to write there."))
        else:
            yield _good(name, _("{folder} can be written.", folder=str(folder)))


def _archived(installation: Installation) -> Iterator[Finding]:
    """Whether the archive has every certificate that the register calls issued."""
    from sqlmodel import col, select

    from casework.certificates.tables import Certificate, CertificateState

    query = select(col(Certificate.id), col(Certificate.number)).where(
        col(Certificate.state) == CertificateState.ISSUED, col(Certificate.value).is_not(None)
    )
    with installation.database.read() as session:
        issued = session.exec(query).all()
    missing = [number for row_id, number in issued if not installation.archive.exists(str(row_id))]
    if missing:
        message = _(
            "The archive lacks {count} of {total} certificates, for example {number}.",
            count=len(missing),
            total=len(issued),
            number=missing[0],
        )
        yield Finding("certificates", Sign.BAD, message, _("Restore the archive from a backup."))
    else:
        yield _good("certificates", _("The archive has all {count} certificates of the register.", count=len(issued)))


def _audited(installation: Installation) -> Iterator[Finding]:
    """What the daily tree head and the weekly walk over the files came to."""
    from casework.audit import archive_checks, heads, queries

    names = {queries.AlarmKind.HISTORY: "history", queries.AlarmKind.ARCHIVE: "archive-check"}
    with installation.database.read() as session:
        alarms = queries.alarms(session, installation.database.today())
        head, check = heads.newest(session), archive_checks.last_finished(session)
    for alarm in alarms:
        yield Finding(names.get(alarm.kind, "tree-heads"), Sign.BAD, alarm.message, alarm.fix)
    kinds = {alarm.kind for alarm in alarms}
    if head is not None and not kinds & {queries.AlarmKind.HISTORY, queries.AlarmKind.HEADS}:
        words = _("The last tree head is of {day}, over {size} events.", day=head.day.isoformat(), size=head.size)
        yield _good("tree-heads", words)
    if check is not None and check.finished_at is not None and queries.AlarmKind.ARCHIVE not in kinds:
        day = check.finished_at.date().isoformat()
        words = _("All {count} stored files are what the register says ({day}).", count=check.looked_at, day=day)
        yield _good("archive-check", words)


def _complaints(installation: Installation) -> Iterator[Finding]:
    """Whether in each office somebody reads the reports about its staff, and every complaint that waits."""
    from casework.complaints import queries

    with installation.database.read() as session:
        missing = [one.code for one in queries.without_handler(session)]
        unread = [one.code for one in queries.unreadable(session)]
    if unread:
        message = _("Complaints wait in these offices that nobody there can read: {codes}.", codes=", ".join(unread))
        fix = _("Make accounts of the roles supervisor and complaints_officer with: predeparture user add.")
        yield Finding("complaints-unread", Sign.BAD, message, fix)
    if missing:
        message = _("Nobody reads reports about the staff of these offices: {codes}.", codes=", ".join(missing))
        fix = _("Make an account of the role complaints_officer with: predeparture user add.")
        yield Finding("complaints", Sign.WARNING, message, fix)
    else:
        yield _good("complaints", _("Reports about the staff of an office have their readers."))


def _seals(installation: Installation) -> Iterator[Finding]:
    """Whether tree heads reach anybody outside: kept here alone they prove nothing."""
    from workflows.mail import Post

    settings = installation.settings
    if settings.is_demo:
        return
    if not settings.seal_addresses:
        message = _("Tree heads are sent to nobody, so nobody outside would notice if the history was rewritten.")
        fix = _("Set PREDEPARTURE_SEAL_MAIL_TO to addresses outside the office.")
        yield Finding("seal-mail", Sign.WARNING, message, fix)
        return
    try:
        Post.of(settings)
    except PredepartureError as error:
        yield Finding("seal-mail", Sign.BAD, error.message, error.fix)
        return
    count = len(settings.seal_addresses)
    yield _good(
        "seal-mail", _n("Tree heads are sent to {count} address.", "Tree heads are sent to {count} addresses.", count)
    )


def _address(settings: Settings) -> Iterator[Finding]:
    if settings.is_demo:
        yield _good("public-url", _("This is the demo; its codes lead to this machine."))
    elif not settings.public_url:
        fix = _("Set PREDEPARTURE_PUBLIC_URL to the address under which the public reaches this installation.")
        yield Finding("public-url", Sign.BAD, _("The public address is not set, so nothing can be issued."), fix)
    elif settings.public_url.startswith("http://"):
        message = _("The public address {url} is not protected by https.", url=settings.public_url)
        yield Finding("public-url", Sign.WARNING, message, _("Use https:// except for a trial."))
    else:
        yield _good("public-url", _("Codes lead to {url}.", url=settings.public_url))


def _backed_up(settings: Settings) -> Iterator[Finding]:
    from cli.backup import last_backup

    if settings.is_demo:
        return
    fix = _("Run: predeparture backup FOLDER, and keep the copy apart from this machine.")
    found = last_backup(settings)
    if found is None:
        yield Finding("backup", Sign.WARNING, _("No backup of the keys was made yet."), fix)
    elif not found[1]:
        yield Finding("backup", Sign.WARNING, _("The keys were changed after the last backup."), fix)
    else:
        yield _good("backup", _("The last backup was made on {day}.", day=found[0][:10]))
