"""How a kind of event is told in the history of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from basis.messages import Message
from basis.roles import Role
from dashboard.cases.known import KnownCase

Data = Mapping[str, Any]
Tell = Callable[[KnownCase, Data, str], Message | None]
"""The sentence of an event, from its data and its subject, for the reader of the case; None: the reader is not told."""

AGENCY: Final = (Role.AGENCY_USER,)


def fixed(told: Message, *roles: Role, but: tuple[Role, ...] = ()) -> Tell:
    """A sentence without values, for `roles` (none named: for all) but `but`."""

    def tell(known: KnownCase, data: Data, subject: str) -> Message | None:
        role = known.visit.role
        return told if role not in but and (not roles or role in roles) else None

    return tell
