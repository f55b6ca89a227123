"""Accounts and organisations, for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Fact, Form, Link, Pager, Text


@dataclass(frozen=True, slots=True)
class UserRow:
    """One account. `switch` disables or enables it; None for the reader's own."""

    name: Text
    login: str
    role: Text
    organisation: Text
    seen: Text
    status: Badge
    password: Link
    switch: Form | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserList(Page):
    """All accounts. New accounts and passwords have a `FormPage`."""

    template: ClassVar[str] = "users.html"
    summary: Text
    rows: tuple[UserRow, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One organisation. `licence` is its licence in words, or that none is needed."""

    name: Link
    code: str
    kind: Text
    country: Text
    licence: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationList(Page):
    """Offices, agencies, clinics and providers."""

    template: ClassVar[str] = "organisations.html"
    summary: Text
    rows: tuple[OrganisationRow, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence or accreditation: number, who gave it, for what, from and until, how it stands today, and the form that
    withdraws it (None where there is nothing to withdraw)."""

    number: Text
    authority: Text
    programme: Text
    valid: Text
    status: Badge
    withdraw: Form | None = None


@dataclass(frozen=True, slots=True)
class Suspension:
    """A time in which a clinic may examine nobody; `lift` is None once it is over."""

    when: Text
    programme: Text
    reason: Text
    status: Badge
    lift: Form | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationPage(Page):
    """One organisation with its licences and the form to add one; of a clinic also its suspensions."""

    template: ClassVar[str] = "organisation.html"
    heading: Text
    facts: tuple[Fact, ...]
    licences: tuple[Licence, ...]
    form: Form | None
    suspensions: tuple[Suspension, ...] = ()
    suspend: Form | None = None
