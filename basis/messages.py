"""Sentences that people read: kept as text and parameters, translated only when they are shown.

``_("The file {name} is empty.", name="a.csv")`` is a `Message`. ``str()`` of it looks the text up in
the catalogue of the current reader (a context variable, set at the edge) and fills in the parameters.
The text is the key of the catalogue, so it must be a literal for the extractor to find it; texts that
come from a programme file are looked up the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations
from typing import Any

_current: ContextVar[NullTranslations] = ContextVar("translations", default=NullTranslations())  # noqa: B039 -- never changed


class Message:
    """A sentence that is not translated yet. Equal when text and parameters are equal."""

    __slots__ = ("_count", "_plural", "params", "text")

    def __init__(self, text: str, plural: str | None = None, count: int = 0, /, **params: Any) -> None:
        self.text = text
        self.params = params
        self._plural = plural
        self._count = count

    def with_params(self, params: dict[str, Any]) -> Message:
        """The same sentence with other values in it."""
        return Message(self.text, self._plural, self._count, **params)

    def __str__(self) -> str:
        catalogue = _current.get()
        if self._plural is None:
            text = catalogue.gettext(self.text)
        else:
            text = catalogue.ngettext(self.text, self._plural, self._count)
        return text.format(**self.params) if self.params else text

    def __repr__(self) -> str:
        return f"Message({self.text!r}, {self.params!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.text, self.params) == (other.text, other.params)

    def __hash__(self) -> int:
        return hash((self.text, tuple(sorted((key, str(value)) for key, value in self.params.items()))))

    def __html__(self) -> str:
        """Escaped form, so that a template may print a message like any other value."""
        from markupsafe import escape

        return str(escape(str(self)))


def _(text: str, /, **params: Any) -> Message:
    """A message: ``_("Row {row} has no date.", row=5)``."""
    return Message(text, **params)


def _n(singular: str, plural: str, count: int, /, **params: Any) -> Message:
    """A message that counts: ``_n("{count} case", "{count} cases", n)``; ``count`` is a parameter too."""
    return Message(singular, plural, count, **{"count": count, **params})


@contextmanager
def speaking(catalogue: NullTranslations) -> Iterator[None]:
    """Translate every message inside the block with `catalogue`."""
    token = _current.set(catalogue)
    try:
        yield
    finally:
        _current.reset(token)
