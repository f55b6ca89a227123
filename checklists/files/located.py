"""YAML as plain data that remembers its lines. Only what JSON can say: no tags, anchors or aliases, no key twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.reader import ReaderError

from basis.messages import Message, _

Path = tuple[str | int, ...]

_DEEPEST = 40  # a programme needs nine; without a bound a file of brackets exhausts the stack
_TAG = "tag:yaml.org,2002:"
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_BREAKS = re.compile(r"\r\n|\r|\n")
# YAML 1.1 and 1.2 differ on whether these end a line, and editors do too.
_DOUBTFUL = re.compile("[\x85\u2028\u2029]")


class Unreadable(Exception):
    """The text is no YAML, or uses more of it than is allowed. `line` counts from 1."""

    def __init__(self, line: int, message: Message) -> None:
        super().__init__(line)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Located:
    """`data`: dicts, lists, texts, whole numbers, booleans and None; days stay texts."""

    data: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """The line of the place, or of the nearest one above it that is in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(content: bytes) -> Located:
    """Raises `Unreadable`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable(line, _("The file is not UTF-8 text.")) from None
    doubtful = _DOUBTFUL.search(text)
    if doubtful:
        message = _("There is a line separator here that is not the usual one; put a new line in its place.")
        raise Unreadable(_line_at(text, doubtful.start()), message)
    try:
        return _Reader(text, quick=True).located()
    except YAMLError:
        return _read_slowly(text)


def _read_slowly(text: str) -> Located:
    """With a reader that is twenty times slower, but knows YAML 1.2 (an address in braces, which 1.1 refuses) and
    says better what is wrong."""
    try:
        return _Reader(text, quick=False).located()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(
            mark.line + 1 if mark else 1, _in_words(error.problem or error.context or "unreadable")
        ) from None
    except ReaderError as error:
        message = _("This is not YAML: there is a character here that no text has.")
        raise Unreadable(_line_at(text, error.position), message) from None
    except (YAMLError, ValueError):
        raise Unreadable(1, _("This is not YAML.")) from None


def _in_words(problem: str) -> Message:
    """What YAML's reader complains of, with what to do about it where that is known."""
    fix = next((fix for words, fix in _YAML_FIXES.items() if words in problem), None)
    if fix is not None:
        return fix
    return _("This is not YAML: {problem}.", problem=problem)


_YAML_FIXES = {
    "'\\t'": _("There is a tab here; YAML takes spaces only."),
    "mapping values are not allowed": _(
        "This is not YAML: a text with a colon in it needs quotes, or the line stands too far in."
    ),
    "expected <block end>": _("This is not YAML: the line stands too far in or out, or a bracket or quote is lacking."),
}


def _joined(text: str, line: int) -> str:
    """The text with the halves of characters joined that JSON writes as two escapes."""
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise Unreadable(line, _("There is half a character here.")) from None


def _line_at(text: str, position: int) -> int:
    return len(_BREAKS.findall(text, 0, position)) + 1


def _line(event: Event) -> int:
    line: int = event.start_mark.line + 1
    return line


@dataclass
class _Reader:
    """Reads event by event, so that a file is given up where it first goes wrong or too deep."""

    text: str
    quick: bool
    lines: dict[Path, int] = field(default_factory=dict)

    def located(self) -> Located:
        yaml = YAML(typ="safe", pure=not self.quick)
        self.resolve: Callable[[type, str, tuple[bool, bool]], str] = yaml.resolver.resolve
        events: Iterator[Event] = iter(yaml.parse(self.text))
        begun = False
        data: Any = None
        for event in events:
            if not isinstance(event, DocumentStartEvent):
                continue
            if begun:
                raise Unreadable(_line(event), _("A file holds one programme; a second one begins here."))
            begun, data = True, self._value(next(events), events, ())
        if not begun:
            raise Unreadable(1, _("The file is empty."))
        return Located(data, self.lines)

    def _value(self, event: Event, events: Iterator[Event], path: Path) -> Any:
        line = _line(event)
        self.lines.setdefault(path, line)
        if not isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent) or event.anchor:
            raise Unreadable(line, _("Anchors and aliases are not used in programme files; write it out."))
        if event.tag:
            raise Unreadable(line, _("Tags (“!”) are not used in programme files; put a text in quotes."))
        if isinstance(event, ScalarEvent):
            return self._scalar(event, line)
        if len(path) >= _DEEPEST:
            raise Unreadable(line, _("This is nested deeper than a programme can be."))
        if isinstance(event, SequenceStartEvent):
            return self._list(events, path)
        return self._mapping(events, path)

    def _list(self, events: Iterator[Event], path: Path) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            result.append(self._value(event, events, (*path, len(result))))
        return result

    def _mapping(self, events: Iterator[Event], path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            line = _line(event)
            if not isinstance(event, ScalarEvent) or event.anchor or event.tag or event.value == "<<":
                raise Unreadable(line, _("A key must be a plain word."))
            key: str = event.value
            if key in result:
                first = self.lines[(*path, key)]
                raise Unreadable(
                    line, _("The key “{key}” is there twice; first in line {first}.", key=key, first=first)
                )
            self.lines[(*path, key)] = line
            result[key] = self._value(next(events), events, (*path, key))
        return result

    def _scalar(self, event: ScalarEvent, line: int) -> str | int | bool | None:
        text = _joined(event.value, line) if event.style == '"' else str(event.value)
        match str(self.resolve(ScalarNode, text, event.implicit)).removeprefix(_TAG):
            case "str" | "timestamp":
                return text
            case "int" if _WHOLE.fullmatch(text):
                return int(text)
            case "bool":
                return text.lower() == "true"
            case "null":
                return None
        raise Unreadable(line, _("Write this in quotes if it is a text; only whole numbers are allowed."))
