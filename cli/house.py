"""How the command ends: an error of ours is a sentence and a status, anything else a sentence and an id.

Exit status 0 clean, 1 findings, 2 wrong use or input, 3 refused, not found, in conflict or unavailable; 4 is a
defect of this software.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from typer.core import TyperGroup
from typer.exceptions import Abort, Exit, TyperException

from basis.collecting import collect_seldom
from basis.errors import PredepartureError, Unavailable
from basis.messages import _
from cli.console import as_json, line
from cli.opening import UNTIL_THE_END

FINDINGS = 1
DEFECT = 4


class House(TyperGroup):
    """The outermost group: nothing leaves it as a traceback unless ``--debug`` was given."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        ctx.meta["json"] = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        collect_seldom()
        try:
            return super().invoke(ctx)
        except (TyperException, Exit, Abort, EOFError):
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise
            if ctx.params.get("_debug"):
                traceback.print_exc(file=sys.stderr)
            known = _in_words(error)
            status = _defect(error) if known is None else known.exit_status
            if known is not None:
                _tell(known, json=bool(ctx.meta.get("json")))
            raise Exit(status) from None
        finally:
            UNTIL_THE_END.close()


def _in_words(error: Exception) -> PredepartureError | None:
    if isinstance(error, PredepartureError):
        return error
    if isinstance(error, OSError) and error.errno is not None:
        return Unavailable(
            "file",
            _("{file}: {problem}.", file=str(error.filename or _("A file")), problem=os.strerror(error.errno)),
            _("Make room or give this user leave to read and write there, then try again."),
        )
    # Only what the database itself refused; imported here already, if anything could raise it.
    exceptions = sys.modules.get("sqlalchemy.exc")
    if exceptions is not None and isinstance(error, exceptions.DBAPIError):
        return Unavailable(
            "database_unavailable",
            _("The case database does not answer as it should."),
            _("Check PREDEPARTURE_DATABASE_URL and run: predeparture doctor."),
        )
    return None


def _tell(error: PredepartureError, *, json: bool) -> None:
    """On standard error: the sentence and what to do, or with ``--json`` the shape ``predeparture.error/1``."""
    if json:
        shape = {
            "schema": "predeparture.error/1",
            "code": error.code,
            "message": str(error.message),
            "fix": str(error.fix) if error.fix else "",
        }
        print(as_json(shape), file=sys.stderr)
        return
    line(str(error.message), error=True)
    if error.fix:
        line(str(error.fix), error=True)


def _defect(error: Exception) -> int:
    """Say that this is our fault, and keep where it happened, without the values that an exception may hold."""
    number = token_hex(4)
    frames = "".join(traceback.format_tb(error.__traceback__))
    home = Path(os.environ.get("PREDEPARTURE_HOME", "var"))
    sentence = _("Something went wrong that should not (error {number}, {kind}).", number=number, kind=_kind(error))
    fix = _("Run the command again with --debug before it, and report what it prints.")
    if home.is_dir() and os.access(home, os.W_OK):
        folder = home / "errors"
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{number}.txt"
        file.touch(mode=0o600)
        file.write_text(f"{_kind(error)}\n{frames}", encoding="utf-8")
        fix = _("Where it happened stands in {file}; please report it.", file=str(file))
    line(sentence, error=True)
    line(fix, error=True)
    return DEFECT


def _kind(error: Exception) -> str:
    return type(error).__name__
