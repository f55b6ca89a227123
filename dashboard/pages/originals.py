"""Originals of a case, the receipt of a step, and the photographs of a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.pages.case import Portrait
from dashboard.parts import Badge, Fact, Form, Link, Text


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of an original: the day, what happened and where, between whom ("" for who may not see names), the
    signed receipt that was kept, and the one to print."""

    day: Text
    what: Text
    hands: Text
    note: Text
    file: Link | None
    receipt: Link | None


@dataclass(frozen=True, slots=True)
class OriginalView:
    """An original: where it is and what must be done about it, its way so far (newest first), and what may follow."""

    id: str
    title: Text
    status: Badge
    facts: tuple[Fact, ...]
    steps: tuple[StepView, ...]
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginalsPage(Page):
    """The originals of a case. `form` takes another one in; None for those who only read, or once a case has ended."""

    template: ClassVar[str] = "originals.html"
    back: Link
    summary: Text
    warning: Text
    originals: tuple[OriginalView, ...]
    form: Form | None


@dataclass(frozen=True, slots=True)
class ReceiptSide:
    """The receipt in one language: `tag` (BCP 47), `direction`, and everything in words of that language."""

    tag: str
    direction: str
    title: str
    sentence: str
    facts: tuple[Fact, ...]
    hands: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPage(Page):
    """A receipt to print and to sign, in English and in the worker's language where that is offered."""

    template: ClassVar[str] = "receipt.html"
    back: Link
    issuer: str
    reference: str
    sides: tuple[ReceiptSide, ...]


@dataclass(frozen=True, slots=True)
class CheckLine:
    """What was measured of a photograph, whether it is good, and what to do about it."""

    status: Badge
    said: Text
    fix: Text


@dataclass(frozen=True, slots=True)
class PhotoView:
    """One photograph: `address` of the picture, its facts and checks; `frame` asks whether the head is within the
    frame and is None once somebody has decided on it."""

    address: str
    title: Text
    status: Badge
    facts: tuple[Fact, ...]
    checks: tuple[CheckLine, ...]
    frame: Form | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotosPage(Page):
    """The photographs of a case, the newest first. `form` adds one; None for those who may not."""

    template: ClassVar[str] = "photos.html"
    back: Link
    summary: Text
    photos: tuple[PhotoView, ...]
    form: Form | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceList(Page):
    """Who is expected at a session, each with the photograph beside the name, to print and to sign."""

    template: ClassVar[str] = "attendance_list.html"
    back: Link
    heading: Text
    summary: Text
    expected: tuple[tuple[Portrait, str], ...]
