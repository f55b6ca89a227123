"""predeparture document rerender: an issued document is made again and compared with its file."""

from __future__ import annotations

import typer

from basis.messages import _
from cli.commands.handing import Number
from cli.console import Sign, emit, line, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, opened


def rerender(number: Number, as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from documents.making import here
    from documents.rerendering import compare

    installation = opened()
    found = compare(installation, acting(installation, as_account), number, here)
    if as_json:
        changed = [{"name": name, "then": then, "now": now} for name, (then, now) in found.changed.items()]
        emit("rerender", number=found.number, same=found.same, changed=changed)
    else:
        line(found.sentence, Sign.GOOD if found.same else Sign.BAD)
        rows = [(name, then[:24], now[:24]) for name, (then, now) in found.changed.items()]
        table((_("Made with"), _("Then"), _("Now")), rows)
    if not found.same:
        raise typer.Exit(FINDINGS)


def add_to(app: typer.Typer) -> None:
    """Hang the command under ``document``."""
    app.command(
        "rerender",
        help=str(
            _(
                "Make a document again from what the register keeps of it, and compare it with its file. "
                "Exit status 0 same, 1 different."
            )
        ),
    )(rerender)
