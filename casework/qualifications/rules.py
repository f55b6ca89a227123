"""Languages and levels as qualifications and training name them. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from babel import Locale

from basis.errors import InvalidInput
from basis.messages import _
from checklists.programme import CEFR, LANGUAGE_SKILLS


def check_language(code: str) -> str:
    """A code of ISO 639-1. Raises `InvalidInput` (``unknown_language``)."""
    if len(code) != 2 or code not in Locale("en").languages:
        raise InvalidInput(
            "unknown_language", _("The language code is not known."), _("Write two letters of ISO 639-1, like de.")
        )
    return code


def check_level(level: str) -> str:
    """A CEFR level. Raises `InvalidInput` (``unknown_level``)."""
    if level not in CEFR:
        raise InvalidInput(
            "unknown_level",
            _("The language level is not known."),
            _("Write one of: {levels}.", levels=", ".join(CEFR)),
        )
    return level


def check_skills(skills: Mapping[str, str]) -> None:
    """Levels of single skills. Raises `InvalidInput` (``unknown_skill``, ``unknown_level``)."""
    for skill, level in skills.items():
        if skill not in LANGUAGE_SKILLS:
            raise InvalidInput(
                "unknown_skill",
                _("The language skill is not known."),
                _("Write one of: {skills}.", skills=", ".join(LANGUAGE_SKILLS)),
            )
        check_level(level)
