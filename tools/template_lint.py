"""The rules of the templates of documents: ``python -m tools.template_lint [--record VERSION]``.

Prints one sentence a finding; exit status 0 clean, 1 findings. `--record` adds today's digest to `templates/HISTORY`,
which is done once before a version is published.
"""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints
from xml.etree.ElementTree import Element, ParseError, fromstring

from basis.money import Money
from documents.rendering import render_html
from documents.template_history import HISTORY, TEMPLATES, template_digest
from documents.values import KINDS, Certificate
from tests.documents.samples import samples

COMMON = ("certificate.html", "parts.html")
DEEPEST = 2

NOT_PRINTED: Mapping[str, str] = {
    "head.language": "it is the language of the page, which the template gets as `first`",
    "person.photo": "the template gets it drawn anew, as `photo`",
}
"""Fields whose name no template holds, and why."""

Templates = Mapping[str, str]

_REMOTE = re.compile(r"(?i)\b(?:https?|ftp|file)://|@import|<(?:link|script|iframe|object|base)\b|url\((?!['\"]?data:)")
_ADDRESSED = re.compile(r"""(?i)\b(?:src|href|data|action)\s*=\s*["'](?!\{\{|data:)""")
_CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_CLASSES = re.compile(r"\{% block density %\}.*?\{% endblock %\}")
_PRINTED = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_SPOKEN_ATTRIBUTE = re.compile(r"""\b(alt|title|aria-label)\s*=\s*"([^"{]*)[^"]*\"""")
_LITERAL = re.compile(r"""(?<![\w.])(?:"[^"]*[A-Za-z]{2}[^"]*"|'[^']*[A-Za-z]{2}[^']*')""")
_TRANSLATED = re.compile(r"""\b_\(\s*(?:"[^"]*"|'[^']*')""")
_SIDE_BY_SIDE = re.compile(r"([^{}]+)\{[^{}]*display:\s*(?:inline-)?(?:flex|grid)\b[^{}]*\}")


def findings(templates: Templates, styles: Templates, pages: Mapping[str, str]) -> Iterator[str]:
    """What is against the rules. `templates` and `styles` by file name, `pages` are rendered, by kind."""
    for name, text in {**templates, **styles}.items():
        yield from (f"{name}: refers to something outside the file: {said}" for said in _remote(text))
    for name, text in templates.items():
        yield from (f"{name}: not translated: {said}" for said in _untranslated(text))
    for kind, value in KINDS.items():
        seen = "".join(templates.get(name, "") for name in (*COMMON, f"{kind}.html"))
        yield from (f"{kind}.html: does not print {path}" for path in _unused(value, seen))
    side_by_side = _side_by_side("".join(styles.values()))
    for kind, page in pages.items():
        yield from (f"{kind}.html: {said}" for said in _page(page, side_by_side))


def _remote(text: str) -> Iterator[str]:
    for pattern in (_REMOTE, _ADDRESSED):
        yield from (found.group() for found in pattern.finditer(_CODE.sub("{{}}", text)))


def _untranslated(text: str) -> Iterator[str]:
    shown = _TAG.sub(" ", _CODE.sub(" ", _CLASSES.sub(" ", text)))
    yield from (word for word in (line.strip() for line in shown.splitlines()) if re.search(r"[^\W\d_]", word))
    for name, said in _SPOKEN_ATTRIBUTE.findall(_CODE.sub("{{}}", text)):
        if said.strip():
            yield f"{name}={said}"
    for printed in _PRINTED.findall(text):
        # Names of columns and attributes are no words; a sentence has a space or begins with a capital.
        literals = _LITERAL.findall(_TRANSLATED.sub("", printed))
        yield from (said for said in literals if " " in said.strip("\"' ") or said[1].isupper())


def _unused(kind: type[Certificate], text: str) -> Iterator[str]:
    for path in _paths(kind):
        if path not in NOT_PRINTED and not re.search(rf"\.{path.rpartition('.')[2]}\b", text):
            yield path


def _paths(cls: Any, before: str = "") -> Iterator[str]:
    hints = get_type_hints(cls)
    for field in dataclasses.fields(cls):
        hint = hints[field.name]
        inner = list(get_args(hint)) if get_origin(hint) in (tuple, UnionType) else [hint]
        nested = next((part for part in inner if dataclasses.is_dataclass(part) and part is not Money), None)
        if nested is not None:
            yield from _paths(nested, f"{before}{field.name}.")
        else:
            yield f"{before}{field.name}"


def _side_by_side(style: str) -> frozenset[str]:
    """Classes and elements that the style sheet sets as flex or grid."""
    names = (part.split()[-1] for found in _SIDE_BY_SIDE.findall(style) for part in found.split(",") if part.split())
    return frozenset(re.sub(r":.*", "", name).split(".")[-1] for name in names)


def _page(page: str, side_by_side: frozenset[str]) -> Iterator[str]:
    try:
        root = fromstring(page)
    except ParseError as error:
        yield f"is not well-formed: {error}"
        return
    for name in ("lang", "dir"):
        if not root.get(name):
            yield f"<html> has no {name}"
    for element in root.iter():
        if "also" in element.get("class", "").split() and not element.get("lang"):
            yield f"the second language is not named by lang: {''.join(element.itertext())}"
        if element.tag == "th" and not element.get("scope"):
            yield "a head of a table has no scope"
        if element.tag == "img" and not element.get("alt"):
            yield "a picture has no alternative text"
    if _depth(root, side_by_side) > DEEPEST:
        yield f"flex or grid are nested more than {DEEPEST} levels deep"


def _depth(element: Element, side_by_side: frozenset[str]) -> int:
    own = {element.tag, *element.get("class", "").split()} & side_by_side
    return bool(own) + max((_depth(child, side_by_side) for child in element), default=0)


@cache
def shipped() -> tuple[Templates, Templates, Mapping[str, str]]:
    """The templates and style sheets of this repository, and a page of every kind."""
    read: Callable[[str], dict[str, str]] = lambda ending: {  # noqa: E731
        path.name: path.read_text("utf-8") for path in sorted(TEMPLATES.glob(f"*.{ending}"))
    }
    return read("html"), read("css"), {value.kind: render_html(value, "x") for value in samples()}


def record(version: str, history: Path = HISTORY) -> None:
    """Add today's digest, unless it is there."""
    lines = history.read_text("utf-8").splitlines()
    if not any(line.startswith(template_digest()) for line in lines):
        history.write_text("\n".join([*lines, f"{template_digest()} {version}"]) + "\n", "utf-8")


def main(arguments: Sequence[str]) -> int:
    match list(arguments):
        case []:
            found = list(findings(*shipped()))
            print(*found, sep="\n", end="\n" if found else "")
            return 1 if found else 0
        case ["--record", version]:
            record(version)
            return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
