"""The register of documents for auditors, and the public check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.pages.case import Decision, Event
from dashboard.pages.handing import DisclosureRow, PaperRow
from dashboard.pages.review import Digest
from dashboard.parts import Badge, Chip, Fact, Form, Link, Pager, Text


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One line of the register. What follows `status` is for those who review."""

    number: Link
    kind: Text
    case: Link | None
    issued: Text
    digest: Digest
    status: Badge
    who: Text = ""
    template: Digest = Digest("")  # noqa: RUF009 - frozen
    signature: Badge | None = None
    checked: str = ""


@dataclass(frozen=True, slots=True)
class SavedList:
    """A list that somebody keeps; `remove` forgets one's own."""

    link: Link
    shared: bool
    remove: Form | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Register(Page):
    """Every number ever given, newest first. `filters` is a GET form (number, kind, status, issued from and until)."""

    template: ClassVar[str] = "documents.html"
    summary: Text
    links: tuple[Link, ...]
    filters: Form
    chips: tuple[Chip, ...]
    rows: tuple[DocumentRow, ...]
    pager: Pager
    export: Link
    exports: tuple[Link, ...] = ()
    views: tuple[SavedList, ...] = ()
    save: Form | None = None
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check of a document and its own sentence; the badge says passed, failed or not applicable."""

    title: Text
    status: Badge
    sentence: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage(Page):
    """The evidence page of a document: the answer, every check with its sentence, what it stands on, what happened.

    `asked` counts the public's checks of it, the latest day first.
    `file` is None when the reader may not have the PDF (medical) or there is none (void). `acts` hand it over, double,
    correct or revoke it; `released` says who may have it, `disclosures` who had it, `papers` are duplicates and scans.
    """

    template: ClassVar[str] = "document.html"
    heading: Text
    status: Badge
    summary: Text
    facts: tuple[Fact, ...]
    digest: str
    checks: tuple[CheckView, ...]
    decisions: tuple[Decision, ...]
    events: tuple[Event, ...]
    file: Link | None
    asked: tuple[Fact, ...] = ()
    acts: tuple[Link, ...]
    released: Text
    disclosures: tuple[DisclosureRow, ...]
    papers: tuple[PaperRow, ...]


@dataclass(frozen=True, slots=True)
class SpecimenView:
    """A document of the gallery. `picture` is the address of its first page as a picture, "" where none can be made."""

    title: Text
    file: Link
    picture: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery(Page):
    """One specimen of every kind of document. `form` is a GET form: languages and the script of the name."""

    template: ClassVar[str] = "gallery.html"
    back: Link
    summary: Text
    form: Form
    specimens: tuple[SpecimenView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify(Page):
    """The public check. `answer` is None on the empty page.

    `facts` are number, kind, day of issue and the initials of the name, and nothing else about the person.
    `host` is the name that the address bar must show. `form` takes a file, `number_form` a number with its short code.
    A browser sends the fingerprint of a file of at most `hashed_up_to` bytes in its place; with 0 it sends the file.
    `record` leads staff to the document's page.
    """

    template: ClassVar[str] = "verify.html"
    answer: Badge | None
    sentence: Text
    facts: tuple[Fact, ...]
    checks: tuple[CheckView, ...]
    host: str
    form: Form
    number_form: Form
    hashed_up_to: int
    record: Link | None = None
