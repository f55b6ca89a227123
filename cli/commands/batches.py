"""predeparture batch: check an agency's file, hand it in, see what became of its rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.errors import InvalidInput, NotFound
from basis.messages import Message, _, _n
from cli.console import Sign, emit, line, progress, table
from cli.house import FINDINGS
from cli.opening import AsAccount, AsJson, acting, opened, read_file, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casework.actor import Actor
    from casework.batches.check import BatchCheck
    from casework.batches.service import Submitted
    from casework.batches.tables import Batch
    from casework.recruitment.row_rules import Asked
    from checklists.programme import Programme
    from documents.installation import Installation

app = typer.Typer(no_args_is_help=True, help=str(_("Batches: files of workers that agencies hand in.")))

File = Annotated[Path, typer.Argument(metavar="FILE", help=str(_("CSV or XLSX, a worker a row.")))]
ProgrammeId = Annotated[str, typer.Option("--programme", metavar="ID", help=str(_("The programme's id.")))]
Mapping_ = Annotated[
    Path | None,
    typer.Option("--mapping", metavar="FILE", help=str(_("JSON object {field: header} for columns not recognised."))),
]

_MOST = 20 * 2**20
_MOST_MAPPING = 2**20


@app.command("check", help=str(_("Check a file row by row. Writes nothing; exit status 1 when rows would be refused.")))
def check(
    file: File,
    programme: ProgrammeId,
    agency: Annotated[
        str, typer.Option("--agency", metavar="CODE", help=str(_("Also check that the agency may hand it in.")))
    ] = "",
    mapping: Mapping_ = None,
    as_json: AsJson = False,
) -> None:
    from casework.batches.check import findings_json

    rules, today, asked = _asked(programme, agency)
    found = _check(file, rules, today, mapping, asked)
    if as_json:
        shape = findings_json(found)
        emit(shape.pop("schema").split(".")[1].split("/")[0], **shape)
    else:
        _show_findings(findings_json(found)["findings"])
        _count(found)
    if found.errors:
        raise typer.Exit(FINDINGS)


def _asked(programme_id: str, agency: str) -> tuple[Programme, Any, Asked | None]:
    """The programme, the office's day and what is asked of the agency; without an installation this machine's day,
    which needs no agency."""
    if agency or settings().keys.is_dir():
        installation = opened()
        today = installation.database.today()
        programme = installation.catalogue.get(programme_id, on=today)
        return programme, today, _asked_of(installation, agency, programme) if agency else None
    from checklists.catalogue import Catalogue

    today = datetime.now().astimezone().date()
    return Catalogue.load().get(programme_id, on=today), today, None


def _asked_of(installation: Installation, code: str, programme: Programme) -> Asked | None:
    """What is asked of an agency that may hand batches in today."""
    from casework.batches.service import asked_of
    from casework.organisations import service as organisations
    from casework.organisations.tables import OrganisationKind
    from casework.recruitment.permissions import require_agency

    today = installation.database.today()
    with installation.database.read() as session:
        agency = organisations.by_code(session, code, OrganisationKind.AGENCY)
        require_agency(session, agency.id, programme.id, today)
        return asked_of(session, programme, agency.id, today)


def _check(file: Path, programme: Programme, today: Any, mapping: Path | None, asked: Asked | None) -> BatchCheck:
    from casework.batches.service import check_data

    data = read_file(file, _MOST)
    with progress(_("Checking rows")) as show:
        return check_data(programme, data, file.name, today, _mapping(mapping), show, asked=asked)


def _mapping(path: Path | None) -> Mapping[str, str] | None:
    if path is None:
        return None
    try:
        found = json.loads(read_file(path, _MOST_MAPPING))
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise InvalidInput(
            "mapping",
            _("The mapping file is not a JSON object of texts."),
            _('Write it like {"family_name": "Surname", "birth_date": "DOB"}.'),
        )
    return found


def _show_findings(findings: Sequence[dict[str, Any]]) -> None:
    signs = {"error": Sign.BAD, "warning": Sign.WARNING}
    table(
        ("", _("Row"), _("Column"), _("Code"), _("What is wrong"), _("What to do")),
        [
            (
                signs[one["severity"]].value,
                one["row"],
                one["column"] or one["field"],
                one["code"],
                one["message"],
                one["fix"],
            )
            for one in findings
        ],
    )


def _count(found: BatchCheck) -> None:
    good, refused = len(found.proposed), found.rows - len(found.proposed)
    sign = Sign.BAD if found.errors else Sign.GOOD
    line(_("{file}: {good} of {rows} rows can be taken.", file=found.file_name, good=good, rows=found.rows), sign)
    if refused:
        line(_n("{count} row is refused.", "{count} rows are refused.", refused))


@app.command(
    "submit",
    help=str(
        _(
            "Hand a file in: its good rows become cases. The same file again creates nothing. "
            "Without --as the engine hands it in for the agency. Exit status 1 when rows were refused."
        )
    ),
)
def submit(
    file: File,
    agency: Annotated[str, typer.Option("--agency", metavar="CODE", help=str(_("The agency whose file it is.")))],
    programme: ProgrammeId,
    mapping: Mapping_ = None,
    notice_version: Annotated[
        str, typer.Option("--notice-version", help=str(_("Version of the privacy notice the workers were shown.")))
    ] = "1",
    notice_language: Annotated[
        str, typer.Option("--notice-language", help=str(_("Language of that notice (ISO 639-1).")))
    ] = "en",
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    from casework.batches import service as batches
    from casework.organisations import service as organisations
    from casework.organisations.tables import OrganisationKind

    installation = opened()
    asked = installation.catalogue.get(programme, on=installation.database.today())
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        agency_id = organisations.by_code(session, agency, OrganisationKind.AGENCY).id
    command = batches.SubmitBatch(
        agency_id=agency_id,
        file_name=file.name,
        data=read_file(file, _MOST),
        mapping=_mapping(mapping),
        notice_version=notice_version,
        notice_language=notice_language,
    )
    submitted = installation.database.run(actor, lambda work: batches.submit(work, asked, command))
    taken = _take_in(installation, submitted)
    with installation.database.read() as session:
        shape = _shape(session, batches.find(session, actor, submitted.batch.id))
    if as_json:
        emit("batch-submit", new=submitted.is_new, **shape)
    else:
        _tell_submitted(submitted, shape, taken=taken)
    if submitted.is_new and submitted.check.errors:
        raise typer.Exit(FINDINGS)


def _take_in(installation: Installation, submitted: Submitted) -> bool:
    """Turn waiting rows into cases; also those that an interrupted command left behind."""
    from casework.batches.tables import BatchState

    if submitted.batch.state is BatchState.TAKEN:
        return False
    from workflows.intake import take_in

    total, settled = submitted.batch.rows_good, 0
    with progress(_("Opening cases")) as show:

        def tell(rows: int) -> None:
            nonlocal settled
            settled += rows
            show(settled, total)

        take_in(installation, submitted.batch.id, progress=tell)
    return True


def _tell_submitted(submitted: Submitted, shape: dict[str, Any], *, taken: bool) -> None:
    number, rows = shape["batch"]["number"], shape["rows"]
    if not submitted.is_new and not taken:
        line(_("This file is batch {number} already; nothing was created.", number=number), Sign.GOOD)
        return
    if not submitted.is_new:
        line(_("This file is batch {number} already; what was left of it was taken in.", number=number), Sign.GOOD)
    else:
        _show_findings(shape["findings"])
    _tell_counts(number, rows)


def _tell_counts(number: str, rows: dict[str, int]) -> None:
    line(_n("Batch {number}: {count} case.", "Batch {number}: {count} cases.", rows["taken"], number=number), Sign.GOOD)
    if rows["known"]:
        known = rows["known"]
        line(_n("{count} worker has an open case already.", "{count} workers have an open case already.", known))
    if rows["waiting"]:
        line(_n("{count} row still waits.", "{count} rows still wait.", rows["waiting"]), Sign.WARNING)
    if rows["refused"]:
        line(_n("{count} row was refused.", "{count} rows were refused.", rows["refused"]), Sign.BAD)


@app.command("show", help=str(_("A batch with its rows; without a number all batches, newest first.")))
def show(
    number: Annotated[str, typer.Argument(metavar="[NUMBER]", help=str(_("The batch's number.")))] = "",
    as_json: AsJson = False,
    as_account: AsAccount = "",
) -> None:
    installation = opened()
    actor = acting(installation, as_account)
    if not number:
        _show_all(installation, actor, as_json=as_json)
        return
    with installation.database.read() as session:
        shape = _shape(session, _numbered(session, actor, number))
    if as_json:
        emit("batch", **shape)
        return
    batch = shape["batch"]
    line(f"{batch['number']} · {batch['file']} · {batch['programme']} · {batch['received_at'][:10]}")
    _show_findings(shape["findings"])
    table(
        (_("Row"), _("State"), _("Case")), [(one["row"], _row_word(one["state"]), one["case"]) for one in shape["list"]]
    )
    _tell_counts(batch["number"], shape["rows"])


def _show_all(installation: Installation, actor: Actor, *, as_json: bool) -> None:
    from casework.batches import service as batches

    with installation.database.read() as session:
        found = [_head(session, batch) for batch in batches.listed(session, actor)]
    if as_json:
        emit("batches", batches=found)
        return
    columns: dict[str, Message] = {
        "number": _("Batch"),
        "agency": _("Agency"),
        "programme": _("Programme"),
        "file": _("File"),
        "state": _("State"),
        "rows_total": _("Rows"),
        "rows_refused": _("Refused"),
    }
    table(tuple(columns.values()), [tuple(one[key] for key in columns) for one in found])


def _numbered(session: Any, actor: Actor, number: str) -> Batch:
    from casework.batches import service as batches

    found = [batch for batch in batches.listed(session, actor) if batch.number == number]
    if not found:
        raise NotFound(
            "batch",
            _("There is no batch {number}, or it is not one of yours.", number=number),
            _("List the numbers with: predeparture batch show."),
        )
    return found[0]


def _head(session: Any, batch: Batch) -> dict[str, Any]:
    from casework.organisations.tables import Organisation

    return {
        "number": batch.number,
        "agency": session.get_one(Organisation, batch.agency_id).code,
        "programme": batch.programme_id,
        "file": batch.file_name,
        "sha256": batch.sha256,
        "state": batch.state.value,
        "received_at": batch.received_at.isoformat(),
        "rows_total": batch.rows_total,
        "rows_good": batch.rows_good,
        "rows_refused": batch.rows_refused,
    }


def _shape(session: Any, batch: Batch) -> dict[str, Any]:
    from casework.batches import service as batches

    rows = batches.rows_of(session, batch.id)
    counted = dict.fromkeys(("waiting", "taken", "refused", "known"), 0)
    for row, _reference in rows:
        counted[row.state.value] += 1
    return {
        "batch": _head(session, batch),
        "rows": {"total": batch.rows_total, **counted},
        "findings": batch.findings,
        "list": [{"row": row.row_number, "state": row.state.value, "case": reference} for row, reference in rows],
    }


def _row_word(state: str) -> Message:
    return {
        "waiting": _("waits"),
        "taken": _("taken"),
        "refused": _("refused"),
        "known": _("open case exists"),
    }[state]
