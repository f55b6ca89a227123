"""Batches of workers: list, upload, the result of the check, progress."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dashboard.pages.base import Page
from dashboard.parts import Badge, Fact, Form, Link, Pager, StageBar, Text


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch: its file, who handed it in and when, its rows, and how it stands."""

    file: Link
    agency: Text
    programme: Text
    received: Text
    rows: Text
    status: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchList(Page):
    """All batches this reader may see, newest first."""

    template: ClassVar[str] = "batches.html"
    summary: Text
    rows: tuple[BatchRow, ...]
    pager: Pager
    acts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its header, what stands in it, an example, and whether it must be filled."""

    header: str
    meaning: Text
    example: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchUpload(Page):
    """Hand in a file. `columns` is the table of what the file needs, `example` the same as a CSV file."""

    template: ClassVar[str] = "batch_upload.html"
    form: Form
    columns: tuple[Column, ...]
    example: Link


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding. `row` is the number the spreadsheet shows, "" for the whole file; `field` is in our words."""

    row: Text
    column: Text
    field: Text
    severity: Badge
    message: Text
    fix: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCheck(Page):
    """What the check of a file found: first what is wrong with the file, then row by row.

    `facts`: file, size, rows read, rows that can be taken, rows left out. `submit` is None when nothing can
    be taken or it was submitted already, then `known` is the batch; `again` is the form to hand in a better file.
    """

    template: ClassVar[str] = "batch_check.html"
    heading: Text
    summary: Text
    facts: tuple[Fact, ...]
    file_findings: tuple[FindingView, ...]
    row_findings: tuple[FindingView, ...]
    more: Text
    download: Form | None
    known: Link | None
    submit: Form | None
    again: Form


@dataclass(frozen=True, slots=True)
class BatchCaseRow:
    """One row of a submitted batch: its number in the file, its case, how far it is.

    `stages` of security and medical say met, not met or in progress and nothing more for an agency. `bring`: what is
    to be brought in place of papers that were turned down.
    """

    row: int
    case: Link
    about: Text
    stages: StageBar
    status: Badge
    bring: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage(Page):
    """A batch that was submitted. `poll` is the address to ask again while it is being worked on, else ""."""

    template: ClassVar[str] = "batch.html"
    heading: Text
    facts: tuple[Fact, ...]
    done: int
    total: int
    progress: Text
    poll: str
    rows: tuple[BatchCaseRow, ...]
    findings: tuple[FindingView, ...]
    more: Text
    pager: Pager
    acts: tuple[Link, ...]
