"""predeparture loans: does the money add up."""

from __future__ import annotations

import typer

from basis.messages import _, _n
from cli.console import Sign, emit, line, progress
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, opened

app = typer.Typer(no_args_is_help=True, help=str(_("Travel loans and the ledger of their money.")))


@app.command(
    "verify",
    help=str(
        _(
            "Check that every entry balances, every loan was paid out once, every plan sums to what was owed, and "
            "nothing was changed or removed. Exit status 1 on findings."
        )
    ),
)
def verify(as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from casework.accounts.rules import Permission, require
    from casework.ledger import verifying

    installation = opened()
    require(acting(installation, as_account).role, Permission.AUDIT)
    with progress(_("Checking entries")) as show:
        checked = verifying.verify(installation.database, show)
    total = sum(checked.counts.values())
    if as_json:
        emit(
            "loans-verify",
            loans=checked.loans,
            entries=checked.entries,
            whole=checked.whole,
            counts={wrong.value: count for wrong, count in checked.counts.items()},
            findings=[
                {"about": one.about, "code": one.wrong.value, "message": str(one.message), "fix": str(one.fix)}
                for one in checked.findings
            ],
        )
    elif checked.whole:
        line(_n("{loans} loan, {entries} entries: all adds up.", "{loans} loans, {entries} entries: all adds up.",
                checked.loans, loans=checked.loans, entries=checked.entries), Sign.GOOD)  # fmt: skip
    else:
        for finding in checked.findings:
            line(finding.message, Sign.BAD)
            line(_("  {fix}", fix=finding.fix))
        if len(checked.findings) < total:
            line(_("Of each kind the first {most} are shown.", most=verifying.MOST))
        line(_n("{count} finding.", "{count} findings.", total))
    if not checked.whole:
        raise typer.Exit(FINDINGS)
