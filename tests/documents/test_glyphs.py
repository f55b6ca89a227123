from __future__ import annotations

from dataclasses import replace

import pytest

from basis.errors import InvalidInput
from documents.glyphs import package_for, require_glyphs
from documents.values import Certificate
from tests.documents.samples import rendered


def test_a_page_of_characters_that_fonts_have_is_fine() -> None:
    require_glyphs("Gëzim · Олександр · يوسف · ••••• 425 · a\u200db")


def test_a_character_without_a_font_is_named_with_the_package_that_has_its_script(
    certificates: dict[str, Certificate],
) -> None:
    value = certificates["medical"]
    # Plane 3 holds ideographs (CJK, extension H) that no font of Debian's noto packages for this engine has.
    strange = replace(value, person=replace(value.person, native_name="\U00030001"))
    with pytest.raises(InvalidInput) as caught:
        rendered(strange)
    assert caught.value.code == "no_font"
    assert "U+30001" in str(caught.value)
    assert value.person.name not in str(caught.value)


@pytest.mark.parametrize(
    ("character", "package"),
    [("中", "fonts-noto-cjk"), ("한", "fonts-noto-cjk"), ("ᠠ", "fonts-noto-extra"), ("ខ", "fonts-noto-core")],
)
def test_the_package_is_that_of_the_script(character: str, package: str) -> None:
    assert package_for(character) == package
