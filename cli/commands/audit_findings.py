"""predeparture audit finding: raise, list, show, answer, implement, follow-up."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.messages import _, _n
from cli.commands.audit_samples import one_of
from cli.console import Sign, emit, line, table
from cli.opening import AsAccount, AsJson, acting, opened

if TYPE_CHECKING:
    from sqlmodel import Session

    from casework.auditing.tables import AuditFinding, FindingStep

app = typer.Typer(no_args_is_help=True, help=str(_("Findings of auditors: raised, answered, followed up, closed.")))

_DAY = ["%Y-%m-%d"]
Number = Annotated[str, typer.Argument(metavar="FINDING", help=str(_("The finding's number.")))]
Words = Annotated[str, typer.Option("--words", help=str(_("What is said to it.")))]
Due = Annotated[
    datetime | None, typer.Option("--due", formats=_DAY, help=str(_("Until when.")), show_default=False)
]  # fmt: skip


@app.command("raise", help=str(_("Raise a finding as an auditor of the engagement, freely or from an exception.")))
def raise_one(
    engagement: Annotated[str, typer.Argument(metavar="ENGAGEMENT", help=str(_("The engagement's number.")))],
    title: Annotated[str, typer.Option("--title", help=str(_("In a few words.")))],
    severity: Annotated[str, typer.Option("--severity", help=str(_("low, medium, high or critical.")))],
    criterion: Annotated[str, typer.Option("--criterion", help=str(_("What should be.")))],
    condition: Annotated[str, typer.Option("--condition", help=str(_("What is.")))],
    recommendation: Annotated[str, typer.Option("--recommendation", help=str(_("What should be done.")))],
    cause: Annotated[str, typer.Option("--cause", help=str(_("Why it came about.")))] = "",
    office: Annotated[str, typer.Option("--office", metavar="CODE", help=str(_("The office it is about.")))] = "",
    sample: Annotated[str, typer.Option("--sample", metavar="SAMPLE", help=str(_("The sample it comes from.")))] = "",
    position: Annotated[int, typer.Option("--position", help=str(_("The document's place in the sample.")))] = 0,
    as_account: AsAccount = "",
) -> None:
    from casework.auditing import findings
    from casework.auditing.findings import RaiseFinding
    from casework.auditing.rules import Severity
    from casework.organisations import service as organisations
    from casework.organisations.tables import OrganisationKind

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        about = organisations.by_code(session, office, OrganisationKind.OFFICE).id if office else None
    command = RaiseFinding(
        engagement=engagement,
        title=title,
        severity=one_of(Severity, severity),
        criterion=criterion,
        condition=condition,
        cause=cause,
        recommendation=recommendation,
        office_id=about,
        sample=sample,
        position=position,
    )
    row = installation.database.run(actor, findings.raise_, command)
    line(_("Finding {number} was raised; the office answers it.", number=row.number), Sign.GOOD)


@app.command("list", help=str(_("The findings, the last one raised first; with --overdue those that are late.")))
def list_all(
    state: Annotated[
        str, typer.Option("--state", help=str(_("Only: open, in_action, disputed, implemented, closed or withdrawn.")))
    ] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help=str(_("Only those whose action is late.")))] = False,
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.auditing import findings
    from casework.auditing.rules import FINDING_WORDS, SEVERITY_WORDS, FindingState

    installation = opened()
    actor, today = acting(installation, as_account), installation.database.today()
    wanted = one_of(FindingState, state) if state else None
    with installation.database.read() as session:
        found = findings.overdue(session, actor, today) if overdue else findings.listed(session, actor, wanted)
        shapes = [_shape(session, row) for row in found if wanted is None or row.state is wanted]
    if as_json:
        emit("findings", findings=shapes)
        return
    columns = (_("Number"), _("Finding"), _("Office"), _("Severity"), _("Done by"), _("State"))
    rows = [
        (one["number"], one["title"], one["office"], SEVERITY_WORDS[one["severity"]], one["due_on"] or "",
         FINDING_WORDS[one["state"]])
        for one in shapes
    ]  # fmt: skip
    table(columns, rows)
    line(_n("{count} finding.", "{count} findings.", len(rows)))


@app.command("show", help=str(_("A finding and what was said to it.")))
def show(number: Number, as_json: AsJson = False, as_account: AsAccount = "") -> None:
    from casework.auditing import findings
    from casework.auditing.rules import ACT_WORDS, FINDING_WORDS

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        row = findings.find(session, actor, number)
        told, steps = _shape(session, row), findings.steps_of(session, row)
    if as_json:
        emit("finding", **told, steps=[_step(one) for one in steps])
        return
    line(f"{row.number} · {row.title} · {FINDING_WORDS[row.state]}")
    for label, text in (
        (_("What should be"), row.criterion),
        (_("What is"), row.condition),
        (_("Why"), row.cause),
        (_("What should be done"), row.recommendation),
    ):
        if text:
            line(_("{label}: {text}", label=label, text=text))
    table(
        (_("Day"), _("What"), _("Said"), _("Action"), _("Until")),
        [
            (one.recorded_on.isoformat(), ACT_WORDS[one.act], one.words, one.action,
             one.due_on.isoformat() if one.due_on else "")
            for one in steps
        ],
    )  # fmt: skip


@app.command("answer", help=str(_("Answer a finding for the office: agree, agree_partly or disagree.")))
def answer(
    number: Number,
    said: Annotated[str, typer.Argument(metavar="ANSWER", help=str(_("agree, agree_partly or disagree.")))],
    words: Words,
    action: Annotated[str, typer.Option("--action", help=str(_("What is done, for who agrees.")))] = "",
    responsible: Annotated[
        str, typer.Option("--responsible", metavar="EMAIL", help=str(_("By whom: an account of the office.")))
    ] = "",
    due: Due = None,
    as_account: AsAccount = "",
) -> None:
    from casework.accounts import service as accounts
    from casework.auditing import findings
    from casework.auditing.findings import AnswerFinding
    from casework.auditing.rules import FindingAct

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        person = accounts.find(session, responsible).id if responsible else None
    command = AnswerFinding(
        number=number,
        act=one_of(FindingAct, said),
        words=words,
        action=action,
        responsible=person,
        due_on=due.date() if due else None,
    )
    _tell(installation.database.run(actor, findings.answer, command))


@app.command("implement", help=str(_("Say for the office that the action is done.")))
def implement(number: Number, words: Words, as_account: AsAccount = "") -> None:
    from casework.auditing import findings

    installation = opened()
    _tell(installation.database.run(acting(installation, as_account), findings.implement, number, words))


@app.command("follow-up", help=str(_("Follow a finding up as an auditor: close, keep_open or withdraw.")))
def follow_up(
    number: Number,
    act: Annotated[str, typer.Argument(metavar="ACT", help=str(_("close, keep_open or withdraw.")))],
    words: Words,
    due: Due = None,
    as_account: AsAccount = "",
) -> None:
    from casework.auditing import findings
    from casework.auditing.rules import FindingAct

    installation = opened()
    until = due.date() if due else None
    actor, wanted = acting(installation, as_account), one_of(FindingAct, act)
    _tell(installation.database.run(actor, findings.follow_up, number, wanted, words, until))


def _tell(row: AuditFinding) -> None:
    from casework.auditing.rules import FINDING_WORDS

    line(_("Finding {number}: {state}.", number=row.number, state=FINDING_WORDS[row.state]), Sign.GOOD)


def _shape(session: Session, row: AuditFinding) -> dict[str, Any]:
    from casework.auditing.tables import Engagement
    from casework.organisations.tables import Organisation

    return {
        "number": row.number,
        "engagement": session.get_one(Engagement, row.engagement_id).number,
        "office": session.get_one(Organisation, row.office_id).code,
        "title": row.title,
        "severity": row.severity.value,
        "state": row.state.value,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "raised_on": row.raised_on.isoformat(),
    }


def _step(row: FindingStep) -> dict[str, Any]:
    return {
        "act": row.act.value,
        "words": row.words,
        "action": row.action,
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "recorded_on": row.recorded_on.isoformat(),
    }


def add_to(audit: typer.Typer) -> None:
    """Hang the group under ``audit``."""
    audit.add_typer(app, name="finding")
