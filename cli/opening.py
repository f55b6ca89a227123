"""What commands begin with: settings, the opened installation, who acts, and files that people name.

Heavy modules are imported inside the functions, so that the command starts fast.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from basis.errors import InvalidInput, Refused
from basis.messages import _

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from casework.actor import Actor
    from casework.cases.tables import Case
    from casework.settings import Settings
    from documents.installation import Installation

UNTIL_THE_END = ExitStack()
"""What a command opened; `cli.house` closes it when the command ends."""

AsAccount = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="EMAIL",
        help=str(_("Act as this account, with its role's permissions. Without it the engine acts, which may do all.")),
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help=str(_("Print the documented JSON shape instead of text.")))]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help=str(_("Read the password from the first line of standard input.")))
]


def settings() -> Settings:
    """The settings of the installation named by ``PREDEPARTURE_HOME``."""
    from casework.settings import load

    return load()


def opened() -> Installation:
    """The installation, opened until the command ends. Raises `Unavailable` (``no_installation``, ``old_schema``)."""
    from documents.installation import open_installation

    installation = open_installation(settings())
    UNTIL_THE_END.callback(installation.database.engine.dispose)
    return installation


def database(chosen: Settings) -> Engine:
    """The case database alone, whatever its schema, until the command ends. Raises `Unavailable`."""
    from casework.database import make_engine, ping

    engine = make_engine(chosen.database)
    UNTIL_THE_END.callback(engine.dispose)
    ping(engine)
    return engine


def acting(installation: Installation, email: str) -> Actor:
    """The account named by ``--as``, else the engine. Raises `NotFound`, or `Refused` for a disabled account."""
    from casework.accounts import service as accounts
    from casework.actor import ENGINE

    if not email:
        return ENGINE
    with installation.database.read() as session:
        account = accounts.find(session, email)
        if not account.active:
            raise Refused("disabled", _("This account is disabled."), _("Name another account."))
        return accounts.actor_of(account, installation.database.today())


def find_case(session: Session, actor: Actor, reference: str) -> Case:
    """The case with this reference, if the actor may know of it. Raises `NotFound` (``case``)."""
    from sqlmodel import select

    from basis.errors import NotFound
    from casework.cases.changes import visible
    from casework.cases.tables import Case

    case = session.exec(select(Case).where(Case.reference == reference, visible(actor))).one_or_none()
    if case is None:
        raise NotFound(
            "case",
            _("There is no case with the reference {reference}, or it is not one of yours.", reference=reference),
            _("List the references with: predeparture case list."),
        )
    return case


def read_file(path: Path, most: int) -> bytes:
    """The bytes of a file that a person named; of one that is too large nothing is read.

    Raises `InvalidInput` (``unreadable_file``, ``file_too_large``).
    """
    try:
        with path.open("rb") as file:
            # A pipe says 0 and is read up to the bound.
            data = b"" if (large := os.fstat(file.fileno()).st_size > most) else file.read(most + 1)
    except OSError as error:
        raise InvalidInput(
            "unreadable_file",
            _("The file {file} cannot be read: {problem}.", file=str(path), problem=os.strerror(error.errno or 0)),
            _("Check its name and who may read it."),
        ) from None
    if large or len(data) > most:
        raise InvalidInput(
            "file_too_large",
            _("The file {file} is larger than {megabytes} MB.", file=str(path), megabytes=most // 2**20),
            _("Check that it is the right file."),
        )
    return data


def ask(given: str, question: str, option: str, default: str = "") -> str:
    """The option's value; asked for at a terminal. Raises `InvalidInput` (``missing_value``) where nobody can be."""
    if given:
        return given
    if sys.stdin.isatty():
        answer: str = typer.prompt(question, default=default or None, err=True)
        return answer.strip()
    if default:
        return default
    raise InvalidInput(
        "missing_value",
        _("{question} is not given.", question=question),
        _("Give it with {option}, or run the command at a terminal, where it asks.", option=option),
    )


def ask_password(*, from_stdin: bool) -> str:
    """The new password: a line of standard input, or asked for twice without showing it."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InvalidInput(
            "missing_value",
            _("The password is not given."),
            _("Pipe it in with --password-stdin, or run the command at a terminal, where it asks."),
        )
    answer: str = typer.prompt(str(_("Password (not shown)")), hide_input=True, confirmation_prompt=True, err=True)
    return answer
