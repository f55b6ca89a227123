"""predeparture demo, serve, init, upgrade, backup: the installation as a whole."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from basis.errors import Conflict, InvalidInput
from basis.messages import _
from basis.roles import Role
from cli.console import Sign, emit, line, progress
from cli.opening import UNTIL_THE_END, AsJson, PasswordStdin, ask, ask_password, database, opened, settings

if TYPE_CHECKING:
    from casework.settings import Settings


def demo(
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help=str(_("Serve the dashboard afterwards, or end.")))
    ] = True,
    programme: Annotated[
        str,
        typer.Option(
            "--programme", metavar="ID", help=str(_("Play another programme, with a few workers made for it."))
        ),
    ] = "",
) -> None:
    from cli.demo import run

    run(serve=serve, programme=programme)


def serve() -> None:
    from workflows.supervisor import serve as run

    installation = opened()
    installation.catalogue.ids()  # an edited programme refuses to load: said here, not by a child that ends
    chosen = installation.settings
    if not chosen.public_url and not chosen.is_demo:
        line(_("PREDEPARTURE_PUBLIC_URL is not set: nothing can be issued until it is."), Sign.WARNING, error=True)
    line(_("The dashboard is at http://{host}:{port}; stop with Ctrl-C.", host=chosen.host, port=chosen.port))
    run(chosen)


@dataclass(frozen=True, slots=True)
class _First:
    """The answers of the first run."""

    office_name: str
    office_code: str
    country: str
    time_zone: str
    public_url: str
    admin_email: str
    admin_name: str
    password: str


def init(
    office_name: Annotated[str, typer.Option("--office-name", help=str(_("Full name of the first office.")))] = "",
    office_code: Annotated[str, typer.Option("--office-code", help=str(_("Its short code, for example HQ.")))] = "",
    country: Annotated[str, typer.Option("--country", metavar="CC", help=str(_("Two letters of ISO 3166.")))] = "",
    time_zone: Annotated[
        str, typer.Option("--time-zone", help=str(_("Its time zone decides which day it is; Europe/Belgrade.")))
    ] = "",
    public_url: Annotated[
        str, typer.Option("--public-url", help=str(_("Address of the dashboard for the public; stands in every code.")))
    ] = "",
    admin_email: Annotated[str, typer.Option("--admin-email", help=str(_("The first administrator's e-mail.")))] = "",
    admin_name: Annotated[str, typer.Option("--admin-name", help=str(_("The first administrator's name.")))] = "",
    password_stdin: PasswordStdin = False,
) -> None:
    chosen = settings()
    _refuse_used(chosen)
    answers = _First(
        office_name=ask(office_name, str(_("Name of the first office")), "--office-name"),
        office_code=ask(office_code, str(_("Short code of the office")), "--office-code"),
        country=ask(country, str(_("Country of the office (two letters)")), "--country").upper(),
        time_zone=ask(time_zone, str(_("Time zone of the office")), "--time-zone"),
        public_url=ask(
            public_url, str(_("Address under which the public reaches it")), "--public-url", chosen.public_url
        ),
        admin_email=ask(admin_email, str(_("E-mail of the first administrator")), "--admin-email"),
        admin_name=ask(admin_name, str(_("Name of the first administrator")), "--admin-name"),
        password=ask_password(from_stdin=password_stdin),
    )
    checked = _with_address(chosen, answers.public_url)
    _first_run(checked, answers)
    written = _write_settings(checked)
    _tell_first_run(checked, settings_written=written)


def _with_address(chosen: Settings, public_url: str) -> Settings:
    """The settings with this public address. Raises `InvalidInput` (``bad_settings``)."""
    from pydantic import ValidationError

    try:
        return chosen.model_validate({**chosen.model_dump(), "public_url": public_url})
    except ValidationError:
        raise InvalidInput(
            "bad_settings",
            _("The public address cannot be used."),
            _("Write it like https://predeparture.example.org."),
        ) from None


def _refuse_used(chosen: Settings) -> None:
    """Raise `Conflict` where there is an installation: in the home, or in the database that the settings name.

    Keys without accounts are a first run that was interrupted; it is finished.
    """
    from sqlmodel import Session, select

    from casework import keys, schema
    from casework.accounts.tables import Account
    from casework.organisations.tables import Organisation

    if chosen.is_demo:
        raise Conflict(
            "demo", _("{folder} holds the demo.", folder=str(chosen.home)), _("Choose another PREDEPARTURE_HOME.")
        )
    if not chosen.database_url and not (chosen.home / "casework.sqlite3").exists():
        return
    engine = database(chosen)
    if schema.revision(engine) is None:
        return
    has_keys = (chosen.keys / keys.VAULT_FILE).exists()
    with Session(engine) as session:
        if session.exec(select(Account).limit(1)).first() is not None or (
            not has_keys and session.exec(select(Organisation).limit(1)).first() is not None
        ):
            raise Conflict(
                "already_set_up",
                _("There is an installation already; nothing was changed."),
                _("Add accounts with: predeparture user add. Restore its keys from the backup if they are missing."),
            )


def _first_run(chosen: Settings, answers: _First) -> None:
    from casework.accounts import service as accounts
    from casework.actor import ENGINE
    from casework.organisations import service as organisations
    from casework.organisations.tables import OrganisationKind
    from casework.work import Work
    from documents.installation import create, open_installation

    def first(work: Work) -> None:
        organisations.add(
            work,
            organisations.AddOrganisation(
                kind=OrganisationKind.OFFICE,
                code=answers.office_code,
                name=answers.office_name,
                country=answers.country,
                time_zone=answers.time_zone,
            ),
        )
        accounts.add(
            work,
            accounts.AddAccount(
                email=answers.admin_email,
                name=answers.admin_name,
                role=Role.ADMINISTRATOR,
                organisation=answers.office_code.strip().upper(),
                password=answers.password,
            ),
        )

    with progress(_("Making keys and database")):
        create(chosen, answers.office_name, datetime.now(UTC))
        installation = open_installation(chosen)
        UNTIL_THE_END.callback(installation.database.engine.dispose)
        installation.database.run(ENGINE, first)


def _write_settings(chosen: Settings) -> bool:
    """Keep the public address; a settings file that is there is never touched."""
    from casework.settings import FILE_NAME

    try:
        with (chosen.home / FILE_NAME).open("x", encoding="utf-8") as file:
            file.write("# Settings of this installation; environment variables PREDEPARTURE_* come before them.\n")
            file.write(f"public_url = {json.dumps(chosen.public_url)}\n")
    except FileExistsError:
        return False
    return True


def _tell_first_run(chosen: Settings, *, settings_written: bool) -> None:
    from casework.settings import FILE_NAME

    line(_("The installation was made in {folder}.", folder=str(chosen.home)), Sign.GOOD)
    if not settings_written:
        line(
            _(
                "{file} was there and was left as it is; it should say: public_url = {url}",
                file=FILE_NAME,
                url=json.dumps(chosen.public_url),
            ),
            Sign.WARNING,
        )
    line()
    line(_("Back up now, and keep it apart from this machine:"))
    line(f"  {chosen.keys}: " + str(_("without these keys nothing that is stored can be read again")))
    line("  " + str(_("the case database")) + f": {_where(chosen)}")
    line(f"  {chosen.archive}, {chosen.files}: " + str(_("certificates and evidence, sealed with the keys")))
    line(_("All of it at once: predeparture backup FOLDER"))
    line()
    line(_("Next: predeparture organisation add, predeparture user add, predeparture serve."))


def _where(chosen: Settings) -> str:
    """The database's place without the password that its address may hold."""
    return "PostgreSQL" if chosen.database_url else str(chosen.home / "casework.sqlite3")


def upgrade() -> None:
    from basis.errors import Unavailable
    from casework import schema
    from documents.installation import add_missing_keys

    chosen = settings()
    if not chosen.keys.is_dir():
        raise Unavailable(
            "no_installation",
            _("There is no installation in {folder}.", folder=str(chosen.home)),
            _("Make one with: predeparture init."),
        )
    engine = database(chosen)
    if add_missing_keys(chosen):
        line(_("A key for the data in certificates was made; back up the keys again."), Sign.WARNING)
    before = schema.revision(engine)
    if before == schema.head():
        line(_("The case database is at schema {schema}; nothing is to be done.", schema=before), Sign.GOOD)
        return
    with progress(_("Upgrading the case database")):
        schema.upgrade(engine)
    line(_("The case database went from schema {old} to {new}.", old=before or "-", new=schema.head()), Sign.GOOD)


def backup(
    to: Annotated[
        Path, typer.Argument(metavar="TO", help=str(_("A new folder, or a new file that ends in .tar or .tar.gz.")))
    ],
    as_json: AsJson = False,
) -> None:
    from cli.backup import make_backup

    installation = opened()
    with progress(_("Copying")) as show:
        made = make_backup(installation, to, show)
    if as_json:
        emit("backup", to=str(made.to), files=made.files, bytes=made.size, database=made.database)
        return
    line(_("{files} files were copied to {to}.", files=made.files, to=str(made.to)), Sign.GOOD)
    line(
        _(
            "The keys are inside: whoever has this copy can read everything. Keep it apart from this machine, "
            "locked or encrypted."
        ),
        Sign.WARNING,
    )


def add_to(app: typer.Typer) -> None:
    """Hang the commands under the outermost one, in the order in which people need them."""
    app.command("demo", help=str(_("Run the main job on synthetic workers in var/demo.")))(demo)
    app.command("serve", help=str(_("Serve the dashboard and run the engine, until Ctrl-C.")))(serve)
    app.command(
        "init", help=str(_("The first run: folders, keys, database, first office and administrator. Never overwrites."))
    )(init)
    app.command("upgrade", help=str(_("Bring the case database to this version's schema. Back up first.")))(upgrade)
    app.command("backup", help=str(_("Copy database, archive, files and keys. Keep the copy apart.")))(backup)
