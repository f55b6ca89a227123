"""predeparture document: the register, verification of files, plain copies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import typer

from basis.errors import Conflict, InvalidInput, NotFound, Refused
from basis.messages import Message, _, _n
from cli.console import Sign, emit, line, progress, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, find_case, opened, read_file

if TYPE_CHECKING:
    from casework.certificates.tables import Certificate
    from casework.work import Work
    from documents.installation import Installation
    from documents.verification import Answer

app = typer.Typer(no_args_is_help=True, help=str(_("Certificates: list, verify, copy.")))


@app.command("list", help=str(_("The register of certificates, newest first.")))
def list_all(
    case: Annotated[str, typer.Option("--case", metavar="CASE", help=str(_("Only of this case.")))] = "",
    kind: Annotated[str, typer.Option("--kind", help=str(_("Only this kind: documents, security, medical, ...")))] = "",
    state: Annotated[
        str, typer.Option("--state", help=str(_("Only: valid, expired, superseded, revoked, reserved or void.")))
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help=str(_("At most this many.")))] = 200,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    installation = opened()
    found, total = _register(installation, as_account, case, kind, state, limit)
    if as_json:
        emit("documents", total=total, documents=found)
        return
    columns = {
        "number": _("Number"),
        "kind": _("Kind"),
        "case": _("Case"),
        "state": _("State"),
        "issued_on": _("Issued"),
        "valid_until": _("Until"),
    }
    rows = [(*(one[key] for key in columns), str(one["sha256"])[:12]) for one in found]
    table((*columns.values(), _("SHA-256")), rows)
    line(_n("{shown} of {count} certificate.", "{shown} of {count} certificates.", total, shown=len(found)))


def _register(
    installation: Installation, as_account: str, reference: str, kind: str, state: str, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """Lines of the register, newest first, and how many there are. Unknown filter values are refused, not ignored."""
    from casework.accounts.rules import Permission, require
    from casework.certificates import queries
    from casework.certificates import service as certificates
    from casework.certificates.queries import RegisterFilter, Standing
    from casework.certificates.rules import KIND_WORDS

    actor, today = acting(installation, as_account), installation.database.today()
    require(actor.role, Permission.SEE_REGISTER)
    asked = RegisterFilter(
        kind=one_of(kind, list(KIND_WORDS), _("kind")) if kind else "",
        standing=Standing(one_of(state, list(Standing), _("state"))) if state else None,
    )
    with installation.database.read() as session:
        if not reference:
            lines, total = queries.register(session, actor, asked, today, limit=limit)
            return [_row(one.row, one.case.reference, one.standing) for one in lines], total
        case = find_case(session, actor, reference)
        rows = [(row, queries.standing_on(row, today)) for row in certificates.of_cases(session, [case.id])]
    kept = [
        _row(row, reference, standing)
        for row, standing in reversed(rows)
        if asked.kind in ("", row.kind) and asked.standing in (None, standing)
    ]
    return kept[:limit], len(kept)


def one_of(value: str, known: Sequence[str], what: Message) -> str:
    """`value` if it is known. Raises `InvalidInput` (``unknown_filter``) with those that are."""
    if value not in known:
        raise InvalidInput(
            "unknown_filter",
            _("There is no {what} {value}.", what=what, value=value),
            _("Choose one of: {values}.", values=", ".join(known)),
        )
    return value


def _row(row: Certificate, reference: str, standing: str) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "title": row.title,
        "case": reference,
        "state": str(standing),
        "issued_on": row.issued_on.isoformat(),
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "ended_on": row.ended_on.isoformat() if row.ended_on else None,
        "sha256": row.sha256,
        "size": row.size,
        "id": str(row.id),
    }


@app.command(
    "verify",
    help=str(
        _(
            "Say of each file whether it is valid, superseded, revoked, expired, altered or unknown, and why. "
            "Exit status 0 only when every file is valid."
        )
    ),
)
def verify(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=str(_("PDF files.")))],
    as_json: AsJson = False,
) -> None:
    from documents.register import Register
    from documents.verification import MAXIMUM_BYTES, Status
    from documents.verification import verify as answer_for

    installation = opened()
    today = installation.database.today()
    trusted = installation.trusted
    answers: list[tuple[Path, Answer]] = []
    with progress(_("Verifying")) as show, installation.database.read() as session:
        for done, path in enumerate(files, start=1):
            data = read_file(path, 4 * MAXIMUM_BYTES)
            answers.append((path, answer_for(data, Register(session), today, trusted)))
            show(done, len(files))
    if as_json:
        emit("verification", files=[_answer(path, answer) for path, answer in answers])
    else:
        for path, answer in answers:
            _tell(path, answer)
    if any(answer.status is not Status.VALID for _path, answer in answers):
        raise typer.Exit(FINDINGS)


_WORDS: Final[dict[str, tuple[Message, Sign]]] = {
    "valid": (_("valid"), Sign.GOOD),
    "expired": (_("expired"), Sign.WARNING),
    "superseded": (_("superseded"), Sign.WARNING),
    "revoked": (_("revoked"), Sign.BAD),
    "altered": (_("altered"), Sign.BAD),
    "unknown": (_("unknown"), Sign.BAD),
}


def _tell(path: Path, answer: Answer) -> None:
    word, sign = _WORDS[answer.status.value]
    number = f" ({answer.number})" if answer.number else ""
    line(f"{path}: {word}{number}. {' '.join(str(reason) for reason in answer.reasons)}", sign)


def _answer(path: Path, answer: Answer) -> dict[str, Any]:
    days = {name: getattr(answer, name) for name in ("issued_on", "valid_until", "ended_on")}
    return {
        "file": str(path),
        "status": answer.status.value,
        "reasons": [str(reason) for reason in answer.reasons],
        "checks": [
            {"name": check.name, "result": check.result.value, "message": str(check.sentence)}
            for check in answer.checks
        ],
        "number": answer.number,
        "kind": answer.kind,
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "superseded_by": answer.superseded_by,
    }


@app.command(
    "export", help=str(_("Write plain copies of a case's certificates into a folder; the history records who did."))
)
def export(
    case: Annotated[str, typer.Option("--case", metavar="CASE", help=str(_("The case's reference.")))],
    to: Annotated[Path, typer.Option("--to", metavar="FOLDER", help=str(_("A folder; it is made if need be.")))],
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        case_id = find_case(session, actor, case).id
    copies = installation.database.run(actor, lambda work: _handed_out(work, installation, case_id))
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = [_write(to / name, content) for name, content in copies]
    if as_json:
        emit("export", case=case, files=[str(path) for path in written])
        return
    for path in written:
        line(str(path))
    count = len(written)
    line(
        _n("{count} certificate of {case} was copied.", "{count} certificates of {case} were copied.", count, case=case)
    )


def _handed_out(work: Work, installation: Installation, case_id: UUID) -> list[tuple[str, bytes]]:
    """File names and plain bytes of what the actor may have; the access is recorded before anything is written."""
    from casework.certificates import service as certificates
    from casework.certificates.rules import may_read_file
    from casework.certificates.tables import CertificateState
    from documents.reading import hand_out

    rows = [row for row in certificates.of_cases(work.session, [case_id]) if row.state is CertificateState.ISSUED]
    if not rows:
        raise NotFound(
            "nothing_issued",
            _("Nothing has been issued for this case yet."),
            _("See what it waits for with: predeparture case show."),
        )
    allowed = [row for row in rows if may_read_file(work.actor.role, row.kind)]
    if not allowed:
        raise Refused("document", _("Files of this kind are not for this role."), _("Ask the office that issued them."))
    handed = [hand_out(work, installation.archive, row.id) for row in allowed]
    return [(f"{row.number}-{row.kind}.pdf".replace("/", "-"), content) for row, content in handed]


def _write(path: Path, content: bytes) -> Path:
    """Create the file; the same file again is no change, another one is never overwritten."""
    try:
        with path.open("xb") as file:
            path.chmod(0o600)
            file.write(content)
    except FileExistsError:
        if path.read_bytes() != content:
            raise Conflict(
                "file_exists",
                _("There is another file named {file}; it was left as it is.", file=str(path)),
                _("Give an empty folder."),
            ) from None
    return path
