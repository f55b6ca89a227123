from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from documents.template_history import template_digest
from documents.values import Certificate
from tools.template_lint import _unused, findings, record, shipped


@pytest.fixture(scope="module")
def found() -> list[str]:
    return list(findings(*shipped()))


def test_the_shipped_templates_keep_the_rules(found: list[str]) -> None:
    assert found == []


def said(template: str = "", style: str = "", page: str = "<html lang='en' dir='ltr'/>") -> list[str]:
    """What is found in one more template beside the shipped ones."""
    templates, styles, _pages = shipped()
    return list(findings({**templates, "x.html": template}, {**styles, "x.css": style}, {"x": page}))


@pytest.mark.parametrize(
    "template",
    [
        '<img src="https://example.org/x.png" alt="">',
        '<img src="logo.png" alt="">',
        '<link rel="stylesheet" href="{{ x }}">',
        "<script>{{ x }}</script>",
    ],
)
def test_a_remote_reference_in_a_template_is_found(template: str) -> None:
    assert any("outside the file" in line for line in said(template))


@pytest.mark.parametrize("style", ["a { background: url(x.png) }", '@import "x.css";', "a { src: url('file:///x') }"])
def test_a_remote_reference_in_a_style_sheet_is_found(style: str) -> None:
    assert any("x.css: refers" in line for line in said(style=style))


@pytest.mark.parametrize(
    "template",
    [
        "<p>Date of birth</p>",
        '<img alt="Photograph" src="{{ x }}"/>',
        '{{ fact("Date of birth", x) }}',
        "{{ two('Sex') }}",
    ],
)
def test_a_sentence_that_cannot_be_translated_is_found(template: str) -> None:
    assert any("not translated" in line for line in said(template))


def test_a_field_that_no_template_prints_is_found() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Longer(Certificate):
        kind: ClassVar[str] = "longer"
        shoe_size: int

    templates, _styles, _pages = shipped()
    assert list(_unused(Longer, templates["certificate.html"])) == ["shoe_size"]


def test_boxes_nested_too_deep_and_a_second_language_without_its_name_are_found() -> None:
    style = ".a, .b { display: flex } section.c { display: grid }"
    page = "<html lang='en' dir='ltr'><p class='a'><p class='b'><p class='c'/></p></p><i class='also'>x</i></html>"
    found = said(style=style, page=page)
    assert any("nested more than 2" in line for line in found)
    assert any("not named by lang" in line for line in found)
    assert said(style=style, page=page.replace("class='c'", "class='d'").replace("class='also'", "")) == []


def test_a_digest_is_recorded_once(tmp_path: Path) -> None:
    history = tmp_path / "HISTORY"
    history.write_text("# digests\n")
    record("0.2.0", history)
    record("0.2.1", history)
    assert history.read_text() == f"# digests\n{template_digest()} 0.2.0\n"
