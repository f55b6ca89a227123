"""predeparture keys: what signs here, what signed before, and putting a new key in its place."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from basis.errors import Conflict, InvalidInput
from basis.messages import Message, _, _n
from cli.console import Sign, emit, line, table
from cli.opening import AsAccount, AsJson, acting, opened

if TYPE_CHECKING:
    from casework.issuers.service import PresentKey
    from casework.issuers.tables import IssuerCertificate
    from documents.installation import Installation

app = typer.Typer(no_args_is_help=True, help=str(_("Keys: list, rotate, export what others check with.")))

Reason = Annotated[str, typer.Option("--reason", help=str(_("Why; it stays in the list of keys.")))]
_PURPOSES: Final = {
    "signing": _("signs PDFs"),
    "credential": _("signs data, codes and lists"),
    "timestamp": _("an authority that says when"),
}


@app.command("list", help=str(_("Every key that signs or ever signed here: in use, retired, compromised.")))
def list_all(as_json_shape: AsJson = False) -> None:
    installation = opened()
    found = _known(installation)
    if as_json_shape:
        emit("keys", keys=found)
        return
    columns = (_("Fingerprint"), _("Purpose"), _("State"), _("First used"), _("Valid until"), _("Documents"))
    rows = [
        (
            one["fingerprint"][:16],
            _PURPOSES[one["purpose"]],
            _state(one),
            (one["first_used_at"] or "")[:10],
            (one["valid_until"] or "")[:10],
            one["documents"],
        )
        for one in found
    ]
    table(columns, rows)


@app.command(
    "rotate",
    help=str(
        _(
            "Retire the key that signs and make a new one; what it signed stays good. Where a PKCS#12 file is "
            "configured, name the new file first: then every signing key but its is retired."
        )
    ),
)
def rotate(
    purpose: Annotated[str, typer.Argument(metavar="signing|credential", help=str(_("Which key.")))],
    reason: Reason,
    compromised: Annotated[
        bool, typer.Option("--compromised", help=str(_("Others may have had the key: its word alone counts no more.")))
    ] = False,
    since: Annotated[
        str,
        typer.Option("--since", metavar="TIME", help=str(_("With --compromised: since when, ISO 8601; without: now."))),
    ] = "",
    as_json_shape: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.issuers.tables import KeyPurpose
    from documents import rotation

    if purpose not in ("signing", "credential"):
        raise InvalidInput(
            "purpose", _("There is no key for {purpose}.", purpose=purpose), _("Say signing or credential.")
        )
    if since and not compromised:
        raise InvalidInput("since", _("--since is for a compromised key."), _("Say --compromised as well."))
    installation = opened()
    moment = (_moment(since) if since else installation.database.now()) if compromised else None
    actor = acting(installation, as_account)
    done = rotation.rotate(installation, actor, KeyPurpose(purpose), reason, moment)
    doubtful = _signed_since(installation, done.retired, moment) if moment else []
    if as_json_shape:
        emit("key-rotation", retired=list(done.retired), present=done.present, to_issue_anew=doubtful)
        return
    for fingerprint in done.retired:
        line(_("Retired: {fingerprint}", fingerprint=fingerprint), Sign.GOOD)
    line(_("Signs from now on: {fingerprint}", fingerprint=done.present), Sign.GOOD)
    _tell_doubtful(doubtful)
    line(_("Back up the keys now, and give out the new public keys: predeparture keys export FILE"))


@app.command("compromised", help=str(_("Say of a key retired earlier that others may have had it since a moment.")))
def compromised_key(
    fingerprint: Annotated[str, typer.Argument(metavar="FINGERPRINT", help=str(_("Its first characters are enough.")))],
    since: Annotated[str, typer.Option("--since", metavar="TIME", help=str(_("Since when, ISO 8601.")))],
    reason: Reason,
    as_account: AsAccount = "",
) -> None:
    from documents import rotation

    installation = opened()
    moment, whole = _moment(since), _whole(installation, fingerprint)
    rotation.compromised(installation, acting(installation, as_account), whole, reason, moment)
    line(_("Noted: {fingerprint}", fingerprint=whole), Sign.GOOD)
    _tell_doubtful(_signed_since(installation, (whole,), moment))


@app.command(
    "export",
    help=str(
        _(
            "Write the public parts that others check with: a file that ends in .pem holds the certificates of "
            "signatures, any other all keys as JSON, for check-offline and check-proof."
        )
    ),
)
def export(
    to: Annotated[Path, typer.Argument(metavar="FILE", help=str(_("A new file.")))],
) -> None:
    from documents import publishing

    installation = opened()
    if to.suffix == ".pem":
        text = b"".join(installation.trusted.certificates).decode("ascii")
    else:
        text = publishing.issuer_keys(installation).decode("utf-8")
    try:
        with to.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Conflict(
            "file_exists", _("There is a file named {file}.", file=str(to)), _("Give the name of a new file.")
        ) from None
    line(_("The public keys were written to {file}.", file=str(to)), Sign.GOOD)


def add_to(outermost: typer.Typer) -> None:
    """Hang the commands under the outermost one."""
    outermost.add_typer(app, name="keys")


def _known(installation: Installation) -> list[dict[str, Any]]:
    """The register of keys, and before them those that sign now but have not signed yet."""
    from basis.errors import Unavailable
    from casework.issuers import service as issuers
    from casework.issuers.tables import KeyPurpose

    with installation.database.read() as session:
        rows = issuers.known(session)
        counts = issuers.documents_by_key(session)
    known = {row.fingerprint for row in rows}
    shapes: list[dict[str, Any]] = []
    for purpose in KeyPurpose:
        with suppress(Unavailable):  # a key that was lost is in the list all the same, if it ever signed
            present = installation.present_keys([purpose])
            shapes += [_shape(key, None, 0) for key in present if key.fingerprint not in known]
    shapes += [_shape(row, row, counts.get(row.fingerprint, 0)) for row in rows]
    return shapes


def _shape(key: PresentKey | IssuerCertificate, row: IssuerCertificate | None, count: int) -> dict[str, Any]:
    from documents.keys import valid_until

    moments = {
        "valid_until": valid_until(key.pem.encode("ascii")),
        "first_used_at": row.first_used_at if row else None,
        "retired_at": row.retired_at if row else None,
        "compromised_at": row.compromised_at if row else None,
    }
    return {
        "fingerprint": key.fingerprint,
        "purpose": key.purpose.value,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
        "reason": row.reason if row else "",
        "documents": count,
    }


def _state(one: dict[str, Any]) -> Message:
    if one["compromised_at"]:
        return _("compromised since {day}", day=one["compromised_at"][:10])
    if one["retired_at"]:
        return _("retired on {day}", day=one["retired_at"][:10])
    return _("in use") if one["first_used_at"] else _("not used yet")


def _moment(text: str) -> datetime:
    """An instant; without a time zone it is of UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput("since", _("This is not a moment."), _("Write it like 2027-03-12T09:30+01:00.")) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _whole(installation: Installation, beginning: str) -> str:
    found = [one["fingerprint"] for one in _known(installation) if one["fingerprint"].startswith(beginning.lower())]
    if len(found) != 1 or len(beginning) < 8:
        raise InvalidInput(
            "fingerprint",
            _("No key, or more than one, begins with {text}.", text=beginning),
            _("Give at least eight characters; see predeparture keys list."),
        )
    return str(found[0])


def _signed_since(installation: Installation, fingerprints: tuple[str, ...], moment: datetime) -> list[str]:
    from casework.issuers import service as issuers

    with installation.database.read() as session:
        return issuers.signed_after(session, fingerprints, moment)


def _tell_doubtful(numbers: list[str]) -> None:
    if numbers:
        words = _n(
            "{count} document was signed since then and is not valid any more; have it issued anew: {numbers}",
            "{count} documents were signed since then and are not valid any more; have them issued anew: {numbers}",
            len(numbers),
            numbers=", ".join(numbers[:20]) + (" ..." if len(numbers) > 20 else ""),
        )
        line(words, Sign.WARNING)
