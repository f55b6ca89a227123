from __future__ import annotations

import re

import pytest

from basis.ids import new_token
from documents.short_code import is_code_of, short_code

TOKEN = "0Jh2kQ9yT3mZ8wXb4vNc1A"


def test_the_code_of_a_token_never_changes() -> None:
    assert short_code(TOKEN) == short_code(TOKEN) == "EYZA-6M22"
    assert short_code(TOKEN[:-1] + "B") != short_code(TOKEN)


def test_a_code_has_eight_characters_that_nobody_mixes_up() -> None:
    for _try in range(200):
        assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", short_code(new_token()))


def test_a_code_is_understood_however_people_write_it() -> None:
    token = next(token for token in map(str, range(1000)) if {"0", "1"} <= set(short_code(token)))
    code = short_code(token)
    for written in (code, code.lower(), code.replace("-", ""), f" {code} ", code.replace("0", "O").replace("1", "l")):
        assert is_code_of(written, token)


@pytest.mark.parametrize("written", ["", "-", "EYZA-6M22"[:-1], "EYZA-6M22X", "💥", "\udcff" * 8])
def test_another_code_is_not_accepted(written: str) -> None:
    assert not is_code_of(written, TOKEN)
