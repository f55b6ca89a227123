"""predeparture doctor: is the machine right."""

from __future__ import annotations

import typer

from basis.messages import _
from cli.commands import audit, audit_engagements, audit_findings, audit_proofs, audit_samples, trail
from cli.console import Sign, emit, line, progress
from cli.house import FINDINGS
from cli.opening import AsJson


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


def add_to(app: typer.Typer) -> None:
    """Hang the commands under the outermost one."""
    app.command(
        "doctor", help=str(_("Check machine and installation; each line says what to do. Exit status 1 on problems."))
    )(doctor)
    audit_proofs.add_to(audit.app)
    audit_engagements.add_to(audit_samples.engagements, audit_samples.samples)
    audit_samples.add_to(audit.app)
    audit_findings.add_to(audit.app)
    trail.add_to(audit.app)
    app.add_typer(audit.app, name="audit")
