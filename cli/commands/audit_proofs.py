"""predeparture audit prove, prove-consistency, check-proof: proofs for people outside, and their check anywhere."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from basis.errors import InvalidInput, NotFound
from basis.messages import _
from cli.commands.audit import HeldHead, Out, held_head, write_new
from cli.console import Sign, emit, line
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, opened, read_file

if TYPE_CHECKING:
    from sqlmodel import Session

    from casework.audit.tables import TreeHead
    from documents.credentials.keys import PublicKey

_Day = Annotated[datetime, typer.Argument(metavar="DAY", formats=["%Y-%m-%d"], help=str(_("The day of a tree head.")))]


def prove(
    event: Annotated[
        str, typer.Argument(metavar="EVENT", help=str(_("The event's number in the history, or its id.")))
    ],
    out: Out,
    head: Annotated[
        datetime | None,
        typer.Option("--head", formats=["%Y-%m-%d"], help=str(_("The day of a tree head; without it the newest."))),
    ] = None,
    as_account: AsAccount = "",
) -> None:
    from casework.accounts.rules import Permission, require
    from casework.audit import heads
    from documents.tree_heads import inclusion_file

    installation = opened()
    actor = acting(installation, as_account)
    require(actor.role, Permission.AUDIT)
    with installation.database.read() as session:
        seq = _seq(session, event)
        under = heads.find(session, head.date()) if head else _newest(session)
        text, path = heads.prove_inclusion(session, seq, under)
    installation.database.run(actor, heads.note_proof, seq, under)
    write_new(out, inclusion_file(text, seq, path, under.body))


def prove_consistency(first: _Day, second: _Day, out: Out, as_account: AsAccount = "") -> None:
    from casework.accounts.rules import Permission, require
    from casework.audit import heads
    from documents.tree_heads import consistency_file

    installation = opened()
    require(acting(installation, as_account).role, Permission.AUDIT)
    with installation.database.read() as session:
        found = sorted((heads.find(session, day.date()) for day in (first, second)), key=lambda one: one.number)
        path = heads.prove_consistency(session, *found)
    write_new(out, consistency_file(found[0].body, found[1].body, path))


def check_proof(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=str(_("A proof, or a tree head.")))],
    key: Annotated[
        Path, typer.Option("--key", metavar="KEYS", help=str(_("The issuer's public keys: predeparture keys export.")))
    ],
    against: HeldHead = None,
    as_json: AsJson = False,
) -> None:
    from documents.tree_heads import MAXIMUM_BYTES
    from documents.tree_heads import check_proof as answer_for

    keys = _issuer_keys(read_file(key, MAXIMUM_BYTES))
    held = held_head(against) if against else None
    answer = answer_for(read_file(file, MAXIMUM_BYTES), keys, held)
    if as_json:
        emit(
            "proof-check",
            kind=answer.kind,
            proved=answer.proved,
            checks=[{"name": one.name, "passed": one.passed, "message": str(one.sentence)} for one in answer.checks],
            event=answer.event,
        )
    else:
        for check in answer.checks:
            line(check.sentence, Sign.GOOD if check.passed else Sign.BAD)
        if answer.proved and answer.event is not None:
            line(answer.event)
        line(_("Proved.") if answer.proved else _("Not proved."), Sign.GOOD if answer.proved else Sign.BAD)
    if not answer.proved:
        raise typer.Exit(FINDINGS)


def add_to(audit: typer.Typer) -> None:
    """Hang the commands under ``audit``."""
    audit.command("prove", help=str(_("Write the proof that an event is under a tree head; it stands by itself.")))(
        prove
    )
    audit.command("prove-consistency", help=str(_("Write the proof that nothing was changed between two tree heads.")))(
        prove_consistency
    )
    audit.command(
        "check-proof",
        help=str(
            _(
                "Check a proof or a tree head: on any computer, without installation or network. "
                "Exit status 0 proved, 1 not proved, 2 not a proof."
            )
        ),
    )(check_proof)


def _issuer_keys(data: bytes) -> tuple[PublicKey, ...]:
    """One public key of the issuer, or a file with all of them under ``keys``. Raises `InvalidInput`."""
    from documents.credentials.data_integrity import read_json
    from documents.credentials.keys import PublicKey

    try:
        file = read_json(data)
        found = file.get("keys", [file])
        return tuple(PublicKey.from_json(one) for one in found)
    except (ValueError, TypeError, AttributeError):
        raise InvalidInput(
            "bad_public_key",
            _("This is not a file of public keys."),
            _("Get it from the issuer: predeparture keys export writes it."),
        ) from None


def _newest(session: Session) -> TreeHead:
    from casework.audit import heads

    newest = heads.newest(session)
    if newest is None:
        raise NotFound("tree_head", _("There is no tree head yet."), _("Make one with: predeparture audit seal."))
    return newest


def _seq(session: Session, event: str) -> int:
    from casework.audit import heads

    if event.isascii() and event.isdigit() and len(event) <= 15:
        return int(event)
    try:
        return heads.seq_of(session, UUID(event))
    except ValueError:
        raise InvalidInput(
            "bad_event",
            _("This is neither the number nor the id of an event."),
            _("Take either from the history of a case or document."),
        ) from None
