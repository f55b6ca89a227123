"""Errors by their codes, which are stable where sentences are not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from basis.errors import PredepartureError


@contextmanager
def error(kind: type[PredepartureError], code: str) -> Iterator[pytest.ExceptionInfo[PredepartureError]]:
    """The block ends with this kind of error and this code."""
    with pytest.raises(kind) as caught:
        yield caught
    assert caught.value.code == code
