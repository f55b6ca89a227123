"""Every page and its template: the context is used exactly, and says what it must in words."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import pytest
from jinja2 import meta, nodes

from dashboard import words
from dashboard.pages import (
    administration,
    appointments,
    auditing,
    batches,
    case,
    cohorts,
    complaints,
    costs,
    courses,
    diary,
    differences,
    documents,
    entitlements,
    following,
    handing,
    journeys,
    loans,
    matches,
    medical,
    originals,
    papers,
    people,
    portfolio,
    programme_versions,
    programmes,
    public,
    qualifications,
    recruitment,
    repayments,
    residence,
    review,
    rulings,
    selection,
    sessions,
    skills,
    watch_lists,
    work,
)
from dashboard.pages.base import Base, Page, Viewer
from dashboard.parts import Tone
from dashboard.views import STATIC, environment, render
from tests.dashboard import samples

MODULES = (
    administration,
    appointments,
    auditing,
    batches,
    case,
    cohorts,
    complaints,
    costs,
    courses,
    diary,
    differences,
    documents,
    entitlements,
    following,
    handing,
    journeys,
    loans,
    matches,
    medical,
    originals,
    papers,
    people,
    portfolio,
    programme_versions,
    programmes,
    public,
    qualifications,
    recruitment,
    repayments,
    residence,
    review,
    rulings,
    selection,
    sessions,
    skills,
    watch_lists,
    work,
)
PAGES = sorted(
    {kind for module in MODULES for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, Page)}
    - {Page},
    key=lambda kind: kind.__name__,
)
SAMPLES = samples.pages()


def _chain(template: str) -> Iterator[nodes.Template]:
    """The template and those it extends."""
    env = environment()
    assert env.loader is not None
    source, _name, _fresh = env.loader.get_source(env, template)
    tree = env.parse(source)
    yield tree
    for parent in tree.find_all(nodes.Extends):
        assert isinstance(parent.template, nodes.Const)
        yield from _chain(parent.template.value)


def _names(template: str) -> set[str]:
    """The names that a template takes from outside."""
    asked: set[str] = set()
    made: set[str] = set()
    for tree in _chain(template):
        asked |= meta.find_undeclared_variables(tree)
        made |= {node.target for node in tree.body if isinstance(node, nodes.Import)}
        made |= {node.target.name for node in tree.find_all(nodes.Assign) if isinstance(node.target, nodes.Name)}
    return asked - made - set(environment().globals)


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.__name__)
def test_a_template_uses_exactly_the_fields_of_its_page(kind: type[Page]) -> None:
    assert _names(kind.template) == {field.name for field in dataclasses.fields(kind)}


def test_every_page_has_a_sample() -> None:
    assert {type(page) for page in SAMPLES.values()} == set(PAGES)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_page_holds_no_inline_script_style_or_handler(name: str) -> None:
    html = render(SAMPLES[name])
    assert re.findall(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", html) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_every_id_of_a_page_is_there_once(name: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', render(SAMPLES[name]))
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_form_that_posts_carries_the_session_token(name: str) -> None:
    html = render(SAMPLES[name])
    assert html.count('method="post"') == html.count('name="_token"')


def test_html_in_a_name_is_shown_as_text() -> None:
    html = render(SAMPLES["cases"])
    assert "&lt;b&gt;Krasniqi&lt;/b&gt;" in html
    assert "<b>" not in html


def test_a_status_is_a_sign_and_words_beside_its_colour() -> None:
    html = render(SAMPLES["work"])
    sign = '<span class="sign" aria-hidden="true">▲</span>&nbsp;'
    assert f'<span class="badge late">{sign}<span>3 days overdue<' in html
    assert len({tone.sign for tone in Tone}) == len(Tone)


def test_the_case_sheet_has_no_form_of_its_own() -> None:
    sheet = render(SAMPLES["sheet"])
    assert 'class="form"' not in sheet
    assert "<button" not in sheet[sheet.index("<main") : sheet.index("</main>")]


def test_the_list_of_errors_names_each_field_and_leads_to_it() -> None:
    html = render(SAMPLES["new-case"])
    assert "<title>Error: " in html
    for field in ("birth_date", "sex"):
        assert f'href="#new-case-{field}"' in html
        assert f'id="new-case-{field}"' in html
    assert 'value="Ahmeti"' in html


def test_a_password_is_never_written_into_a_page() -> None:
    page = SAMPLES["sign-in-wrong"]
    assert isinstance(page, public.SignIn)
    assert not re.search(r'type="password"[^>]*value=', render(page))


def test_the_header_shows_only_the_places_of_the_reader() -> None:
    auditor = Viewer("A", "auditor", "Pristina", frozenset({"see_register"}))
    words_of = [str(link.text) for link, _here in Base(viewer=auditor).places]
    assert words_of == ["Documents", "Programmes"]
    assert Base().places == ()


def test_colours_of_the_style_sheet_stand_in_its_tokens_alone() -> None:
    css = (STATIC / "style.css").read_text()
    rules = re.sub(r":root\s*\{[^}]*\}", "", css)
    assert re.findall(r"#[0-9a-fA-F]{3,6}\b", rules) == ["#14242b"]  # the ink of the banner, dark or not


def test_the_style_sheet_uses_logical_properties_alone() -> None:
    css = (STATIC / "style.css").read_text()
    physical = r"(?:margin|padding|border)-(?:left|right|top|bottom)|(?<![-\w])(?:left|right|top|bottom|float)\s*:"
    assert re.findall(physical, css) == []
    assert re.findall(r"text-align:\s*(?:left|right)", css) == []


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_text_colour_can_be_read_on_its_ground(scheme: int) -> None:
    blocks = re.findall(r":root\s*\{([^}]*color-scheme: (?:light|dark)[^}]*)\}", (STATIC / "style.css").read_text())
    tokens = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", blocks[0]))
    if scheme:
        tokens |= dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", blocks[1]))
    pairs = [("ink", "canvas"), ("ink", "paper"), ("muted", "canvas"), ("muted", "paper"), ("brand", "paper")]
    pairs += [
        ("brand", "canvas"),
        ("brand", "soft"),
        ("on-brand", "brand"),
        ("top-ink", "top"),
        ("top-ink", "top-field"),
    ]
    pairs += [(tone, f"{tone}-soft") for tone in ("bad", "warn", "wait", "ok")] + [("bad", "paper")]
    assert {
        pair: _contrast(tokens[pair[0]], tokens[pair[1]])
        for pair in pairs
        if _contrast(tokens[pair[0]], tokens[pair[1]]) < 4.5
    } == {}


def test_of_a_name_the_public_sees_initials_alone() -> None:
    assert words.initials("Gëzim Ahmeti") == "G. A."
    assert words.initials("(x) Аня") == "А."
