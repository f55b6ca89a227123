"""predeparture document preview, gallery: what documents look like before any is issued."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from basis.errors import Conflict, InvalidInput
from basis.messages import _, _n
from cli.console import Sign, line
from cli.opening import AsAccount, acting, find_case, opened


def preview(
    case: Annotated[str, typer.Argument(metavar="CASE", help=str(_("The case's reference.")))],
    stage: Annotated[str, typer.Argument(metavar="STAGE", help=str(_("The stage's id in the programme.")))],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help=str(_("A new file.")))],
    as_account: AsAccount = "",
) -> None:
    from documents.making import here
    from documents.preview import preview as page_of

    installation = opened()
    actor = acting(installation, as_account)
    with installation.database.read() as session:
        case_id = find_case(session, actor, case).id
    page = page_of(installation, actor, case_id, stage, here)
    try:
        with out.open("xb") as file:
            out.chmod(0o600)
            file.write(page)
    except FileExistsError:
        raise Conflict(
            "file_exists",
            _("There is a file named {file} already; it was left as it is.", file=str(out)),
            _("Name a new file."),
        ) from None
    line(_("The preview is in {file}. No number was taken and nothing was issued.", file=str(out)), Sign.GOOD)


def gallery(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help=str(_("A folder; it is made if need be.")))],
    languages: Annotated[
        str,
        typer.Option("--languages", metavar="TAG[+TAG]", help=str(_("First and second language, such as de+sq."))),
    ] = "en",
    script: Annotated[
        str, typer.Option("--script", metavar="NAME", help=str(_("The script of the person's own name.")))
    ] = "latin",
) -> None:
    from documents.gallery import write_gallery
    from documents.languages import language, offered
    from documents.making import here
    from documents.specimens import NAMES

    first_tag, _plus, second_tag = languages.partition("+")
    first, second = language(first_tag), language(second_tag)
    if first is None or (second_tag and second is None):
        raise InvalidInput(
            "unknown_language",
            _("Documents are not written in {languages}.", languages=languages),
            _("Choose among: {values}.", values=", ".join(offered())),
        )
    if script not in NAMES:
        raise InvalidInput(
            "unknown_script",
            _("There is no specimen of a name in {script}.", script=script),
            _("Choose among: {values}.", values=", ".join(NAMES)),
        )
    written = write_gallery(folder, here, first, second, script)
    count = len(written) - 1
    line(_n("{count} document is in {folder}.", "{count} documents are in {folder}.", count, folder=str(folder)))
    line(_("Open {file} in a browser.", file=str(written[-1])))


def add_to(app: typer.Typer) -> None:
    app.command(
        "preview", help=str(_("What a stage's document would look like today; for whoever may sign the stage off."))
    )(preview)
    app.command("gallery", help=str(_("One specimen of every kind as PDF, and a page that shows them.")))(gallery)
