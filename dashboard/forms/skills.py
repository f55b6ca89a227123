"""Questions of the skills map. There is none about a worker's person: what is not here cannot be searched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from basis.messages import Message, _
from casework.qualifications.rules import ISCED_WORDS
from casework.skills.rules import MOST_ASKED
from checklists.gaps import SKILL_WORDS
from checklists.programme import CEFR, LANGUAGE_SKILLS
from dashboard import addresses
from dashboard.forms.case import Options
from dashboard.parts import Field, Form, Kind, Option

SEARCH: Final = "skills"
DEMANDS: Final = "demands"
OF: Final = "of-"
"""Begins the names of what is kept with a list."""
_LEVELS = tuple(Option(level, level) for level in CEFR)
_ISCED = tuple(
    Option(str(level), _("{level}: {words}", level=level, words=said)) for level, said in enumerate(ISCED_WORDS)
)
_OCCUPATION = _("The beginning of an ISCO-08 code, such as 71 or 7112.")


def _choice(name: str, label: Message, options: Options) -> Field:
    return Field(name, label, Kind.CHOICE, options=options, required=False)


def _language(languages: Options) -> tuple[Field, ...]:
    """The language with its level as a whole, and levels of single skills."""
    skills = (_choice(skill, _("At least, {skill}", skill=SKILL_WORDS[skill]), _LEVELS) for skill in LANGUAGE_SKILLS)
    return (_choice("language", _("Language"), languages), _choice("level", _("At least"), _LEVELS), *skills)


def search(languages: Options, programmes: Options, tracks: Options) -> Form:
    fields = (
        Field("occupation", _("Occupation"), Kind.SEARCH, hint=_OCCUPATION, required=False, longest=4),
        *_language(languages),
        _choice("education", _("Education, at least"), _ISCED),
        Field("ready", _("Ready by"), Kind.DATE, required=False),
        _choice("programme", _("Programme"), programmes),
        _choice("track", _("Track"), tracks),
        Field("cohort", _("Cohort"), Kind.SEARCH, hint=_("Its code."), required=False, longest=40),
    )
    return Form("filters", addresses.SKILLS, _("Show"), fields, method="get")


def demand(languages: Options, countries: Options) -> Form:
    fields = (
        Field("occupation", _("Occupation"), hint=_("An ISCO-08 code, such as 7112, or its beginning."), longest=4,
              short=True),
        Field("count", _("How many workers"), Kind.NUMBER, hint=_("At most {most}.", most=MOST_ASKED), short=True),
        Field("since", _("Needed from"), Kind.DATE),
        Field("destination", _("Where"), Kind.CHOICE, options=countries),
        *_language(languages),
    )  # fmt: skip
    return Form("demand", addresses.SKILL_MATCH, _("Show the workers"), fields, method="get")


def save(place: str, given: Mapping[str, str]) -> Form:
    """Keep the search or the demand under a name."""
    fields = (
        Field("name", _("Name of this list"), longest=80, hint=_("Write no names of persons.")),
        Field("shared", _("For all of my role"), Kind.CHECK, required=False),
    )
    kept = tuple((f"{OF}{name}", value) for name, value in given.items() if value and name != "page")
    label = _("Keep this demand") if place == DEMANDS else _("Keep this list")
    return Form("save-list", addresses.skill_lists(place), label, fields, hidden=kept, quiet=True)


def remove(place: str, view_id: object, name: str) -> Form:
    action = addresses.skill_list(place, view_id, "remove")
    return Form(f"remove-{view_id}", action, _("Remove"), about=name, quiet=True)
