"""predeparture mrz: one machine readable zone, field by field."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.messages import _
from cli.console import Sign, emit, line
from cli.house import FINDINGS
from cli.opening import AsJson

if TYPE_CHECKING:
    from casework.evidence.mrz import Mrz, Note, Suggestion

app = typer.Typer(no_args_is_help=True, help=str(_("Machine readable zones of passports and cards.")))


@app.command("check", help=str(_("Check a zone. Exit status 0 only when every digit holds and nothing else is wrong.")))
def check(
    lines: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[LINE]...",
            help=str(
                _(
                    "The two or three lines, each between quotation marks because of the < in them. Without lines they "
                    "are read from standard input, which keeps them out of the shell's history."
                )
            ),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from casework.evidence.mrz import LIMITS, notes, parse

    given = lines or [text for text in sys.stdin.read().splitlines() if text.strip()]
    today = datetime.now().astimezone().date()
    zone = parse(given, on=today)
    found = notes(zone, on=today)
    wrong = not zone.digits_hold or any(note.wrong for note in found)
    if as_json:
        emit(
            "mrz",
            form=zone.form.value,
            digits_hold=zone.digits_hold,
            wrong=wrong,
            checks={name: verdict.value for name, verdict in zone.checks.items()},
            fields={name: str(value) if value is not None else None for name, value in _fields(zone).items()},
            notes=[_note(one) for one in found],
            limits=str(LIMITS),
        )
    else:
        _show(zone, found)
        line(LIMITS)
    if wrong:
        raise typer.Exit(FINDINGS)


def _fields(zone: Mrz) -> dict[str, object]:
    names = "document_code issuer family_name given_names document_number nationality birth_date sex expires_on"
    return {name: getattr(zone, name) for name in [*names.split(), "optional_data"]}


def _note(note: Note) -> dict[str, Any]:
    return {
        "field": note.field,
        "code": note.code,
        "wrong": note.wrong,
        "message": str(note.message),
        "suggestions": [
            {"line": one.line, "place": one.place, "read": one.read, "instead": one.instead} for one in note.suggestions
        ],
    }


def _show(zone: Mrz, found: tuple[Note, ...]) -> None:
    from casework.evidence.mrz import Check

    for name, verdict in zone.checks.items():
        field = _FIELD_WORDS[name]
        if verdict is Check.VERIFIED:
            line(_("{field}: the check digit holds", field=field), Sign.GOOD)
        elif verdict is Check.NOT_CHECKABLE:
            line(_("{field}: there is no check digit", field=field))
    for note in found:
        said = _("{field}: {said}", field=_FIELD_WORDS[note.field], said=note.message) if note.field else note.message
        line(said, Sign.BAD if note.wrong else Sign.WARNING)
        for one in note.suggestions:
            line(_("    {suggestion}", suggestion=_suggested(one)))
    if zone.digits_hold:
        line(_("{form}: every check digit holds.", form=zone.form.value), Sign.GOOD)
    else:
        line(_("{form}: the zone was misread or changed.", form=zone.form.value), Sign.BAD)


def _suggested(one: Suggestion) -> object:
    return _(
        "Look at character {place} of line {line} in the paper: is it {instead} and not {read}?",
        place=one.place,
        line=one.line,
        instead=one.instead,
        read=one.read,
    )


_FIELD_WORDS = {
    "document_number": _("document number"),
    "birth_date": _("birth date"),
    "expires_on": _("expiry date"),
    "optional_data": _("optional data"),
    "composite": _("whole zone"),
    "names": _("names"),
    "issuer": _("issuer"),
    "nationality": _("nationality"),
    "sex": _("sex"),
}
