"""Identifiers: sortable UUIDs for rows, unguessable tokens for addresses."""

from __future__ import annotations

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562): sorts by the millisecond it was made in."""
    return UUID(int=uuid7().int)


def new_token() -> str:
    """128 random bits as 22 characters that may stand in an address."""
    return secrets.token_urlsafe(16)
