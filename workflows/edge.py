"""The edge between our code and whoever runs it: what goes wrong leaves without a value in it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from basis.errors import PredepartureError, Unavailable
from basis.ids import new_token
from basis.messages import _

_log = logging.getLogger(__name__)


@contextmanager
def without_values() -> Iterator[None]:
    """Turn an unforeseen exception into a sentence with a reference; its text may hold personal values.

    The log gets the reference, the kind of the exception and the places in the code, and nothing else.
    """
    try:
        yield
    except PredepartureError:
        raise
    except Exception as error:  # noqa: BLE001  # the edge itself: the outcome is recorded and raised anew
        reference = new_token()[:8]
        places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        _log.error("defect %s: %s at %s", reference, type(error).__name__, " < ".join(reversed(places)))
        raise Unavailable(
            "defect",
            _("Something unforeseen went wrong (reference {reference}).", reference=reference),
            _("Tell the administrator the reference; the log says where it happened."),
        ) from None
