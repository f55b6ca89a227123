"""predeparture programme: what each programme asks, and whether a programme file is sound."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from basis.messages import _
from cli.console import Sign, emit, line, table
from cli.house import FINDINGS
from cli.opening import AsJson, read_file

if TYPE_CHECKING:
    from checklists.problems import Problem
    from checklists.programme import Programme, Requirement

app = typer.Typer(no_args_is_help=True, help=str(_("Programmes: what each asks, and checks of their files.")))

_MOST = 2 * 2**20


@app.command("list", help=str(_("All programmes and their versions.")))
def list_all(as_json: AsJson = False) -> None:
    from checklists.catalogue import Catalogue

    catalogue = Catalogue.load()
    if as_json:
        emit(
            "programmes",
            programmes=[
                {
                    "id": one.id,
                    "version": one.version,
                    "title": one.title,
                    "origins": list(one.origins),
                    "destinations": list(one.destinations),
                    "published_on": one.published_on.isoformat(),
                    "digest": one.digest,
                    "newest": catalogue.versions(one.id)[-1] == one.version,
                }
                for one in catalogue.programmes
            ],
        )
        return
    table(
        (_("Programme"), _("Version"), _("Title"), _("Route"), _("Published")),
        [(one.id, one.version, one.label, one.route, one.published_on.isoformat()) for one in catalogue.programmes],
    )


@app.command("show", help=str(_("The stages and requirements of a programme, with their sources.")))
def show(
    programme: Annotated[str, typer.Argument(metavar="ID", help=str(_("The programme's id.")))],
    version: Annotated[str, typer.Option("--version", help=str(_("A version; default the newest.")))] = "",
    as_json: AsJson = False,
) -> None:
    from checklists.catalogue import Catalogue

    found = Catalogue.load().get(programme, version or None)
    if as_json:
        emit("programme", programme=_written_out(found))
        return
    line(f"{found.label} · {found.id} {found.version} · {found.route}")
    for stage in found.in_order:
        line()
        after = ", ".join(stage.after)
        line(_("{title} ({kind}), signed off: {who}", title=stage.label, kind=stage.kind.value, who=stage.sign_off))
        if after:
            line(_("stands on: {stages}", stages=after))
        table(
            (_("Requirement"), _("Provided by"), _("Verified by"), _("Source")),
            [(one.label, one.provided_by.value, one.verified_by.value, _source(one)) for one in stage.requirements],
        )


def _written_out(programme: Programme) -> dict[str, Any]:
    """The programme's file with its short forms in full."""
    from checklists.catalogue import SHIPPED, written_out
    from checklists.located import read_yaml

    contents = [path.read_bytes() for path in SHIPPED.glob("*.yaml")]
    content = next(one for one in contents if sha256(one).hexdigest() == programme.digest)
    return written_out(read_yaml(content).data)


def _source(requirement: Requirement) -> str:
    basis = requirement.legal_basis
    unconfirmed = "" if basis.confirmed else f" ({_('not confirmed')})"
    return f"{basis.label}, {basis.as_of.isoformat()}{unconfirmed}"


@app.command("check", help=str(_("Check programme files; without a file those that are installed.")))
def check(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help=str(_("Programme files.")))] = None,
    as_json: AsJson = False,
) -> None:
    from checklists.catalogue import SHIPPED, Catalogue, InvalidProgramme

    results = [_checked(path) for path in files or sorted(SHIPPED.glob("*.yaml"))]
    if not files and not any(problems for _name, _programme, problems in results):
        try:
            Catalogue.load()
        except InvalidProgramme as error:
            results.append((str(SHIPPED.name), None, error.problems))
    if as_json:
        emit("programme-check", files=[_shape(*result) for result in results])
    else:
        for name, programme, problems in results:
            if programme is not None:
                sound = _("{file}: sound, {id} {version}", file=name, id=programme.id, version=programme.version)
                line(sound, Sign.GOOD)
            for problem in problems:
                line(str(problem), Sign.BAD)
    if any(problems for _name, _programme, problems in results):
        raise typer.Exit(FINDINGS)


def _checked(path: Path) -> tuple[str, Programme | None, tuple[Problem, ...]]:
    from checklists.catalogue import InvalidProgramme, read_programme

    try:
        return _name(path), read_programme(read_file(path, _MOST), path.name), ()
    except InvalidProgramme as error:
        return _name(path), None, error.problems


def _name(path: Path) -> str:
    """A shipped file by its name alone, any other as it was given."""
    from checklists.catalogue import SHIPPED

    return path.name if path.parent == SHIPPED else str(path)


def _shape(name: str, programme: Programme | None, problems: tuple[Problem, ...]) -> dict[str, Any]:
    return {
        "file": name,
        "sound": not problems,
        "id": programme.id if programme else None,
        "version": programme.version if programme else None,
        "problems": [
            {
                "line": problem.line,
                "where": problem.where,
                "message": str(problem.message),
                "meant": problem.meant,
            }
            for problem in problems
        ],
    }
