"""predeparture case qualifications: diplomas and their recognition, language and trade tests, letters of employers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.messages import _
from cli.console import emit, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, find_case, opened

if TYPE_CHECKING:
    from datetime import date

    from casework.qualifications.queries import Known
    from casework.qualifications.tables import RecognitionProcedure


def qualifications(
    reference: Annotated[str, typer.Argument(metavar="CASE", help=str(_("The reference of the case.")))],
    as_account: AsAccount = "",
    as_json: AsJson = False,
) -> None:
    from casework.qualifications import queries

    installation = opened()
    actor, today = acting(installation, as_account), installation.database.today()
    with installation.database.read() as session:
        case = find_case(session, actor, reference)
        known = queries.of_case(session, actor, case.id)
        shape = {
            "diplomas": _diplomas(known, today),
            "languages": _languages(known),
            "trade_tests": _trade_tests(known),
            "letters": _letters(known),
            "decisions": _decisions(known),
        }
    late = any(row["overdue"] for diploma in shape["diplomas"] for row in diploma["recognitions"])
    if as_json:
        emit("qualifications", case=reference, **shape)
    else:
        heads = (_("Kind"), _("Of"), _("Authority"), _("Outcome"), _("Level"), _("Decided"))
        columns = ("kind", "title", "authority", "outcome", "level", "decided_on")
        table(heads, [tuple(one[name] for name in columns) for one in shape["decisions"]])
    if late:
        raise typer.Exit(FINDINGS)


def _diplomas(known: Known, today: date) -> list[dict[str, Any]]:
    return [
        {
            "id": str(row.id),
            "title": row.title,
            "translated": row.translated,
            "institution": known.institutions[row.institution_id].name,
            "country": known.institutions[row.institution_id].country,
            "institution_status": known.institutions[row.institution_id].status.value,
            "isced": row.isced,
            "awarded": row.awarded,
            "issuer": row.verification.value,
            "recognitions": [_recognition(one, today) for one in known.procedures[row.id]],
        }
        for row in known.diplomas
    ]


def _recognition(row: RecognitionProcedure, today: date) -> dict[str, Any]:
    from casework.qualifications.procedure_rules import deadline

    due = deadline(row.state, row.due_on, row.measure_due_on)
    return {
        "id": str(row.id),
        "authority": row.authority,
        "state": row.state.value,
        "opened_on": row.opened_on.isoformat(),
        "complete_on": _iso(row.complete_on),
        "outcome": row.outcome.value if row.outcome else None,
        "appeal_until": _iso(row.appeal_until),
        "measure": row.measure.value if row.measure else None,
        "act_by": due.day.isoformat() if due else None,
        "overdue": due is not None and due.day < today,
    }


def _languages(known: Known) -> list[dict[str, Any]]:
    return [
        {
            "language": row.subject,
            "test": row.title,
            "level": row.level,
            "skills": row.skills,
            "tested_on": _iso(row.tested_on),
            "printed_expiry": _iso(test.expires_on) if (test := known.tests.get(row.id)) else None,
            "issuer": test.verification.value if test else None,
        }
        for row in known.decisions
        if row.kind.value == "language_result"
    ]


def _trade_tests(known: Known) -> list[dict[str, Any]]:
    rows = [known.trials[row.id] for row in known.decisions if row.id in known.trials]
    return [
        {
            "occupation": row.occupation,
            "attempt": row.attempt,
            "tested_on": row.tested_on.isoformat(),
            "passed": row.passed,
            "theory": {"passed": row.theory_passed, "points": row.theory_points, "of": row.theory_of},
            "practical": {"passed": row.practical_passed, "points": row.practical_points, "of": row.practical_of},
            "valid_until": _iso(row.valid_until),
        }
        for row in rows
    ]


def _letters(known: Known) -> list[dict[str, Any]]:
    return [
        {
            "employer": row.employer,
            "occupation": row.occupation,
            "from": f"{row.since:%Y-%m}",
            "to": f"{row.until:%Y-%m}",
            "issuer": row.verification.value,
        }
        for row in known.experience
    ]


def _decisions(known: Known) -> list[dict[str, Any]]:
    return [
        {
            "id": str(row.id),
            "kind": row.kind.value,
            "title": row.title,
            "authority": row.authority,
            "outcome": row.outcome.value,
            "level": row.level,
            "years": row.years,
            "months": row.months,
            "agreement": row.agreement or None,
            "seconded": bool(row.seconded_by),
            "decided_on": row.decided_on.isoformat(),
        }
        for row in known.decisions
    ]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def add_to(app: typer.Typer) -> None:
    """Hang the command under ``case``."""
    app.command(
        "qualifications",
        help=str(_("Diplomas, language and ability of a case; exit status 1 where a recognition is overdue.")),
    )(qualifications)
