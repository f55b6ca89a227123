"""predeparture document check-offline, revocations: certificates are checked without their issuer."""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from basis.errors import InvalidInput
from basis.messages import Message, _
from cli.console import Sign, emit, line, table
from cli.house import FINDINGS
from cli.opening import AsJson, opened, read_file

if TYPE_CHECKING:
    from documents.credentials.code import KeyFacts
    from documents.offline import Known, OfflineAnswer

_MAXIMUM_TEXT: Final = 64 * 1024
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")


def check_offline(
    asked: Annotated[
        str,
        typer.Argument(
            metavar="QR_TEXT|FILE",
            help=str(_("The text of the code, a file with that text, or a certificate's PDF; - reads the text.")),
        ),
    ],
    key: Annotated[
        list[Path] | None,
        typer.Option("--key", metavar="FILE", help=str(_("The issuer's file of public keys; may be repeated."))),
    ] = None,
    revoked: Annotated[
        list[Path] | None,
        typer.Option("--revoked", metavar="FILE", help=str(_("The issuer's list of revocations; may be repeated."))),
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option("--certificate", metavar="PEM", help=str(_("A signing certificate to trust for PDF files."))),
    ] = None,
    on: Annotated[
        str, typer.Option("--on", metavar="DAY", help=str(_("The day that is asked about; today if it is not given.")))
    ] = "",
    as_json: AsJson = False,
) -> None:
    from documents.offline import answer_for_code, answer_for_file
    from documents.verification import Status

    known = _known(key or [], revoked or [], certificate, on)
    content = _content(asked)
    answer = answer_for_file(content, known) if isinstance(content, bytes) else answer_for_code(content, known)
    if as_json:
        emit("offline-check", **_shape(answer))
    else:
        _tell(answer)
    if answer.status is not Status.VALID or (answer.facts is not None and answer.facts.specimen):
        raise typer.Exit(FINDINGS)


def _known(keys: list[Path], revoked: list[Path], certificate: Path | None, on: str) -> Known:
    from documents import issuer_keys, revocations
    from documents.offline import Known
    from documents.trust import Trust

    if not keys:
        raise InvalidInput(
            "no_issuer_keys",
            _("Without the issuer's public keys nothing can be checked."),
            _("Give their file with --key; the issuer hands it out, and has it at /issuer/keys.json."),
        )
    issuers = [issuer_keys.read_issuer_keys(read_file(path, issuer_keys.MAXIMUM_BYTES)) for path in keys]
    public = [one for issuer in issuers for one in issuer.keys]
    lists = [revocations.read_revocations(read_file(path, revocations.MAXIMUM_BYTES), public) for path in revoked]
    trust = Trust()
    if certificate is not None:
        trust = issuer_keys.trusted_certificates(read_file(certificate, issuer_keys.MAXIMUM_BYTES))
    now = datetime.now(UTC)
    return Known(issuers, lists, now, _day(on) if on else now.astimezone().date(), trust)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("bad_day", _("The day cannot be read."), _("Write it like 2027-03-12.")) from None


def _content(asked: str) -> str | bytes:
    """The text of a code, or the bytes of a PDF. Raises `InvalidInput` (``unreadable_file``, ``picture``, ...)."""
    if asked == "-":
        return sys.stdin.buffer.read(_MAXIMUM_TEXT).decode("utf-8", "replace")
    if "#" in asked or "://" in asked:
        return asked
    from documents.credentials.attachment import MAXIMUM_FILE

    data = read_file(Path(asked), 4 * MAXIMUM_FILE)
    # ISO 32000-1 annex H: readers accept the header anywhere in the first 1024 bytes.
    if b"%PDF-" in data[:1024]:
        return data
    if data.startswith(_PICTURES):
        raise InvalidInput(
            "picture",
            _("This is a picture; codes are not read out of pictures here."),
            _("Scan the code with a phone or a scanner, and hand in the text that it gives."),
        )
    return data[:_MAXIMUM_TEXT].decode("utf-8", "replace")


_WORDS: Final[dict[str, tuple[Message, Sign]]] = {
    "valid": (_("Genuine and in force"), Sign.GOOD),
    "expired": (_("Genuine, but expired"), Sign.WARNING),
    "superseded": (_("Genuine, but replaced"), Sign.WARNING),
    "revoked": (_("Revoked"), Sign.BAD),
    "altered": (_("Altered"), Sign.BAD),
    "unknown": (_("Unknown"), Sign.BAD),
}


_RESULTS: Final[dict[str, Message]] = {
    "passed": _("passed"),
    "failed": _("failed"),
    "not_applicable": _("not checked"),
}


def _tell(answer: OfflineAnswer) -> None:
    word, sign = _WORDS[answer.status.value]
    if answer.status.value == "valid" and answer.facts is not None and answer.facts.specimen:
        word, sign = _("Specimen"), Sign.WARNING
    line(f"{word}. {' '.join(str(reason) for reason in answer.reasons)}", sign)
    if answer.facts is not None:
        line(_("Compare with the page and the passport:"))
        table((_("What"), _("As signed")), [*_rows(answer.facts), (_("Issuer"), answer.issuer)])
    table((_("Check"), _("Result"), ""), [(c.name, _RESULTS[c.result.value], c.sentence) for c in answer.checks])


def _rows(facts: KeyFacts) -> list[tuple[Message, Message | str]]:
    from casework.certificates.rules import KIND_WORDS

    until = facts.valid_until.isoformat() if facts.valid_until else _("no last day")
    return [
        (_("Number"), facts.number),
        (_("Kind"), KIND_WORDS.get(facts.kind, facts.kind)),
        (_("Name"), facts.name),
        (_("Date of birth"), facts.birth_date.isoformat()),
        (_("Passport ends in"), facts.passport_hint),
        (_("Issued on"), facts.issued_on.isoformat()),
        (_("Valid until"), until),
    ]


def _shape(answer: OfflineAnswer) -> dict[str, Any]:
    facts = answer.facts
    said = None
    if facts is not None:
        said = {
            "number": facts.number,
            "kind": facts.kind,
            "name": facts.name,
            "birth_date": facts.birth_date.isoformat(),
            "passport_hint": facts.passport_hint,
            "issued_on": facts.issued_on.isoformat(),
            "valid_until": facts.valid_until.isoformat() if facts.valid_until else None,
            "specimen": facts.specimen,
        }
    return {
        "status": answer.status.value,
        "reasons": [str(reason) for reason in answer.reasons],
        "checks": [{"name": c.name, "result": c.result.value, "message": str(c.sentence)} for c in answer.checks],
        "issuer": answer.issuer,
        "revocations_on": answer.revocations_on.isoformat() if answer.revocations_on else None,
        "facts": said,
    }


_To = Annotated[Path, typer.Argument(metavar="FILE", help=str(_("Where it is written; what is there is replaced.")))]


def revocations(to: _To) -> None:
    from documents import publishing

    _write(to, publishing.revocations(opened()))
    line(_("The list of revocations is in {file}. It is good for a day.", file=str(to)), Sign.GOOD)


def _write(to: Path, data: bytes) -> None:
    """Put the file in place whole or not at all."""
    new = to.with_name(f".{to.name}.{token_hex(4)}")
    try:
        with new.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(to)
    finally:
        new.unlink(missing_ok=True)


def add_to(app: typer.Typer) -> None:
    """Hang the commands under `predeparture document`."""
    app.command(
        "check-offline",
        help=str(
            _(
                "Check a code or a file without database and network, with the issuer's public keys and list of "
                "revocations. Exit status 0 only when it is genuine and in force."
            )
        ),
    )(check_offline)
    app.command("revocations", help=str(_("Write the signed list of revoked and replaced numbers.")))(revocations)
