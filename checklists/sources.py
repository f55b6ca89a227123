"""Where a rule comes from, and the base of every model of a programme file."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from babel.core import get_global
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from basis.messages import Message
from basis.money import Money

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=400)]


def _known(currency: str) -> str:
    if currency not in get_global("all_currencies"):
        raise PydanticCustomError("currency", "is no currency of ISO 4217; write for example EUR")
    return currency


def _payable(amount: Money) -> Money:
    _known(amount.currency)
    if amount.minor < 0:
        raise PydanticCustomError("amount", "is less than nothing")
    return amount


Currency = Annotated[str, AfterValidator(_known)]
"""ISO 4217."""
Amount = Annotated[Money, AfterValidator(_payable)]
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
    link: Annotated[str, StringConstraints(pattern=r"^(https?://\S+)?$")] = ""
    as_of: date
    confirmed: bool

    @model_validator(mode="after")
    def _sourced(self) -> LegalBasis:
        if self.confirmed and not (self.citation or self.link):
            problem = "says confirmed: true without a citation or link; name one, or write confirmed: false"
            raise PydanticCustomError("legal_basis", problem)
        return self

    @property
    def label(self) -> Message:
        return Message(self.title)


class Titled(Model):
    """Something that people read by its title."""

    title: Text

    @property
    def label(self) -> Message:
        return Message(self.title)
