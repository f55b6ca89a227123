"""predeparture doctor, audit: is the machine right, is the history whole."""

from __future__ import annotations

import typer

from basis.messages import _, _n
from cli.console import Sign, emit, line, progress
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, opened

audit = typer.Typer(no_args_is_help=True, help=str(_("The history: every change, chained by hash.")))


def doctor(as_json: AsJson = False) -> None:
    from cli.doctor import examine

    with progress(_("Looking")) as show:
        findings = examine(show)
    if as_json:
        words = {Sign.GOOD: "good", Sign.WARNING: "warning", Sign.BAD: "problem"}
        emit(
            "doctor",
            checks=[
                {
                    "name": one.name,
                    "result": words[one.sign],
                    "message": str(one.message),
                    "fix": str(one.fix) if one.fix else "",
                }
                for one in findings
            ],
        )
    else:
        for one in findings:
            line(one.message, one.sign)
            if one.fix:
                line(f"  {one.fix}")
    if any(one.sign is Sign.BAD for one in findings):
        raise typer.Exit(FINDINGS)


@audit.command("verify", help=str(_("Check the whole chain; name what was changed, removed or inserted.")))
def verify(as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from casework.accounts.rules import Permission, require
    from casework.audit import service

    installation = opened()
    require(acting(installation, as_account).role, Permission.AUDIT)
    with progress(_("Checking events")), installation.database.read() as session:
        count, faults = service.verify(session)
    if as_json:
        emit(
            "audit",
            events=count,
            whole=not faults,
            faults=[{"event": fault.seq, "code": fault.code, "message": str(fault.message)} for fault in faults],
        )
    else:
        for fault in faults:
            line(fault.message, Sign.BAD)
        if faults:
            line(_n("{count} fault in the history.", "{count} faults in the history.", len(faults)))
        else:
            line(_n("The history is whole: {count} event.", "The history is whole: {count} events.", count), Sign.GOOD)
    if faults:
        raise typer.Exit(FINDINGS)


@audit.callback()
def whole() -> None:
    """Keeps ``audit verify`` a command of a group."""


def add_to(app: typer.Typer) -> None:
    """Hang the commands under the outermost one."""
    app.command(
        "doctor", help=str(_("Check machine and installation; each line says what to do. Exit status 1 on problems."))
    )(doctor)
    app.add_typer(audit, name="audit")
