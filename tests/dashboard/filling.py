"""Fills in a form as it stands on a page, like a browser: what is hidden or filled in already goes along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

from tests.dashboard.bench import ADDRESS, Person

Files = Mapping[str, tuple[str, bytes]] | Sequence[tuple[str, tuple[str, bytes]]]
"""By the name of the question; a sequence where a question takes several."""


class _Forms(HTMLParser):
    """The forms of a page by id: their address, and the values in them."""

    def __init__(self) -> None:
        super().__init__()
        self.actions: dict[str, str] = {}
        self.values: dict[str, dict[str, list[str]]] = {}
        self._form = ""
        self._select = ""
        self._area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._form = given.get("id", "")
            self.actions[self._form] = given.get("action", "")
            self.values[self._form] = {}
        elif tag == "input" and name and given.get("type") != "file":
            if given.get("type") not in ("radio", "checkbox") or "checked" in given:
                self._put(name, given.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self._put(self._select, given.get("value", ""))
        elif tag == "textarea":
            self._area = (name, [])

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        elif tag == "textarea" and self._area is not None:
            self._put(self._area[0], "".join(self._area[1]))
            self._area = None

    def _put(self, name: str, value: str) -> None:
        self.values.get(self._form, {}).setdefault(name, []).append(value)


def forms_on(page: str) -> dict[str, str]:
    """The ids of the forms of a page, with their addresses."""
    read = _Forms()
    read.feed(page)
    return {name: action for name, action in read.actions.items() if name}


def send(
    person: Person,
    address: str,
    form: str,
    values: Mapping[str, str | list[str]] | None = None,
    files: Files | None = None,
    *,
    page: str | None = None,
    status: int = 303,
) -> str:
    """Fill in the form `form` of the page at `address` (or of `page`, seen earlier) and send it.

    The answer's text, or where it leads.
    """
    read = _Forms()
    read.feed(page if page is not None else person.get(address))
    assert form in read.actions, sorted(read.actions)
    data: dict[str, str | list[str]] = {**read.values[form], **(values or {})}
    sent = list(files.items() if isinstance(files, Mapping) else files or ())
    answer = person.client.post(read.actions[form], data=data, files=sent or None, headers={"origin": ADDRESS})
    assert answer.status_code == status, answer.text
    return answer.headers["location"] if status == 303 else answer.text
