"""One tree of errors. Each says what is wrong, where, and what to do; none holds a personal value.

PredepartureError
├── InvalidInput    what was handed in cannot be read or is not allowed   (422, exit status 2)
├── NotFound        there is no such thing, or not for you                (404, exit status 3)
├── Refused         the rules or your role do not allow it                (403, exit status 3)
├── Conflict        somebody else was faster, or it was done already      (409, exit status 3)
└── Unavailable     a part the engine needs does not answer               (503, exit status 3)
"""

from __future__ import annotations

from typing import ClassVar

from basis.messages import Message


class PredepartureError(Exception):
    """An error for people: a sentence, what to do about it, and a code for programs.

    `code` is stable and in snake_case; `fix` is a sentence that begins with a verb.
    """

    status: ClassVar[int] = 500
    exit_status: ClassVar[int] = 3

    def __init__(self, code: str, message: Message, fix: Message | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.fix = fix

    def __reduce__(self) -> tuple[type[PredepartureError], tuple[str, Message, Message | None]]:
        # An error comes back whole from a process of the rendering pool.
        return type(self), (self.code, self.message, self.fix)

    def __str__(self) -> str:
        return f"{self.message} {self.fix}" if self.fix else str(self.message)


class InvalidInput(PredepartureError):
    status = 422
    exit_status = 2


class NotFound(PredepartureError):
    status = 404


class Refused(PredepartureError):
    status = 403


class Conflict(PredepartureError):
    status = 409


class Unavailable(PredepartureError):
    status = 503
