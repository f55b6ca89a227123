"""YAML as plain data that remembers its lines. Only what JSON can say: no tags, anchors or aliases, no key twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from basis.messages import Message, _

Path = tuple[str | int, ...]
_TAG = "tag:yaml.org,2002:"


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
    yaml = YAML(typ="safe", pure=True)
    try:
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = _("This is not YAML: {problem}.", problem=error.problem or error.context or "unreadable")
        raise Unreadable(mark.line + 1 if mark else 1, message) from None
    except (YAMLError, RecursionError, ValueError):
        raise Unreadable(1, _("This is not YAML.")) from None
    if root is None:
        raise Unreadable(1, _("The file is empty."))
    lines: dict[Path, int] = {}
    return Located(_plain(root, (), lines), lines)


def _plain(node: Node, path: Path, lines: dict[Path, int]) -> Any:
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if node.anchor:
        raise Unreadable(line, _("Anchors and aliases are not used in programme files; write it out."))
    if isinstance(node, MappingNode):
        return _mapping(node, path, lines)
    if isinstance(node, SequenceNode):
        return [_plain(child, (*path, position), lines) for position, child in enumerate(node.value)]
    if isinstance(node, ScalarNode):
        return _scalar(node, line)
    raise Unreadable(line, _("This cannot stand in a programme file."))


def _mapping(node: MappingNode, path: Path, lines: dict[Path, int]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = key_node.value if isinstance(key_node, ScalarNode) else None
        if key is None or key == "<<":
            raise Unreadable(line, _("A key must be a plain word."))
        if key in result:
            first = lines[(*path, key)]
            raise Unreadable(line, _("The key “{key}” is there twice; first in line {first}.", key=key, first=first))
        lines[(*path, key)] = line
        result[key] = _plain(value_node, (*path, key), lines)
    return result


def _scalar(node: ScalarNode, line: int) -> str | int | bool | None:
    text: str = node.value
    match str(node.tag).removeprefix(_TAG):
        case "str" | "timestamp":
            return text
        case "int" if text.lstrip("-").isdecimal():
            return int(text)
        case "bool":
            return text.lower() == "true"
        case "null":
            return None
    raise Unreadable(line, _("Write this in quotes if it is a text; only whole numbers are allowed."))
