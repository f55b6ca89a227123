"""predeparture loans: does the money add up, and payments from the bank."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from basis.messages import _, _n
from cli.console import Sign, emit, line, progress, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, opened, read_file

if TYPE_CHECKING:
    from casework.loans.tables import Loan
    from casework.repayments.statements import Statement

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
        shown = {"loans": checked.loans, "entries": checked.entries}
        line(_("All adds up. Loans: {loans}, entries: {entries}.", **shown), Sign.GOOD)
    else:
        for finding in checked.findings:
            line(finding.message, Sign.BAD)
            line(_("  {fix}", fix=finding.fix))
        if len(checked.findings) < total:
            line(_("Of each kind the first {most} are shown.", most=verifying.MOST))
        line(_n("{count} finding.", "{count} findings.", total))
    if not checked.whole:
        raise typer.Exit(FINDINGS)


@app.command(
    "payments", help=str(_("Take in a list of payments from the bank (CSV or Excel). The same payment counts once."))
)
def payments(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=str(_("Day, amount, currency, reference, loan number.")))
    ],
    check: Annotated[bool, typer.Option("--check", help=str(_("Only look at it: nothing is counted.")))] = False,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.batches.rules import MAX_BYTES
    from casework.repayments import files
    from casework.repayments.files import Outcome

    installation = opened()
    actor, database = acting(installation, as_account), installation.database
    data = read_file(file, MAX_BYTES)
    with database.read() as session:
        found = files.check(session, actor, data, file.name, database.today())
    counts = {outcome: found.count(outcome) for outcome in Outcome}
    if not check:
        counts = dict.fromkeys(Outcome, 0)
        with progress(_("Counting payments")) as show:
            for chunk in found.chunks():
                sha256, total = found.sheet.sha256, len(found.rows)
                taken = database.run(actor, files.take, installation.catalogue, sha256, total, chunk)
                for outcome, count in taken.items():
                    counts[outcome] += count
                show(sum(counts.values()), total)
    if as_json:
        shape = files.check_json(found, None if check else counts)
        emit("loan-payments", **{name: value for name, value in shape.items() if name != "schema"})
    else:
        if found.is_known:
            line(_("This list was taken in before."), Sign.WARNING)
        line(_("{counts} counted, {credit} of them towards ended loans, {waits} to be matched, {known} known already.",
               counts=counts[Outcome.COUNTS] + counts[Outcome.CREDIT], credit=counts[Outcome.CREDIT],
               waits=counts[Outcome.WAITS], known=counts[Outcome.KNOWN]), Sign.GOOD)  # fmt: skip
        table(
            (_("Row"), _("Column"), _("Finding"), _("How to mend it")),
            [(one.row, one.column, one.message, one.fix) for one in found.sheet.findings],
        )
    if found.sheet.errors:
        raise typer.Exit(FINDINGS)


@app.command("statement", help=str(_("What was booked on a loan until a day, what is owed, overdue and due next.")))
def statement(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=str(_("The loan's number, as L-2026-000123.")))],
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help=str(_("The end of this day; today without it."))),
    ] = None,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.repayments import reading

    installation = opened()
    actor, day = acting(installation, as_account), as_of.date() if as_of else None
    loan, case, made = installation.database.run(actor, reading.read_statement, number, day)
    if as_json:
        emit("loan-statement", **reading.statement_json(loan, case, made))
    else:
        _show(loan, made)


def _show(loan: Loan, made: Statement) -> None:
    from basis.money import Money
    from casework.ledger.rules import ENTRY_WORDS

    def money(minor: int) -> str:
        return str(Money(minor, loan.currency)) if minor else ""

    table(
        (_("Day"), _("What"), _("Reference"), _("Added"), _("Paid or taken off"), _("Owed after it")),
        [
            (line.on.isoformat(), ENTRY_WORDS[line.kind], line.reference, money(max(line.change, 0)),
             money(max(-line.change, 0)), str(Money(line.balance, loan.currency)))
            for line in made.lines
        ],
    )  # fmt: skip
    owed = str(Money(made.principal + made.interest, loan.currency))
    line(_("Owed at the end of {day}: {amount}", day=made.on.isoformat(), amount=owed))
    if made.credit:
        line(_("Paid too much: {amount}", amount=money(made.credit)))
    if made.overdue_since is not None:
        since = made.overdue_since.isoformat()
        line(_("Overdue: {amount}, since {day}", amount=money(made.overdue), day=since), Sign.WARNING)
    if made.next_due is not None:
        then = made.next_due.isoformat()
        line(_("Next instalment: {amount} on {day}", amount=money(made.next_amount), day=then))
