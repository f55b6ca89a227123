"""Where a rule comes from, and the base of every model of a programme file."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from basis.messages import Message

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=400)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2, and XK for Kosovo."""


class Model(BaseModel):
    """Strict and frozen: an unknown key is an error, and nothing is converted in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class LegalBasis(Model):
    """Where a rule comes from. `as_of` is the day for which the source was read; `confirmed` is false where
    the rule is this programme's own choice or the source could not be read."""

    title: Text
    citation: str = ""
    link: str = ""
    as_of: date
    confirmed: bool

    @property
    def label(self) -> Message:
        return Message(self.title)


class Titled(Model):
    """Something that people read by its title."""

    title: Text

    @property
    def label(self) -> Message:
        return Message(self.title)
