"""Filters of the lists for those who review, and the form of a pack."""

from __future__ import annotations

from basis.messages import _
from dashboard import addresses
from dashboard.forms.case import Options
from dashboard.parts import Field, Form, Kind, Option


def trail(people: Options, kinds: Options) -> Form:
    looks = (Option("yes", _("only who looked at or took something")),)
    fields = (
        Field("person", _("Who acted"), Kind.CHOICE, options=people, required=False),
        Field("case", _("Reference of a case"), Kind.SEARCH, required=False),
        Field("number", _("Number of a document"), Kind.SEARCH, required=False),
        Field("kind", _("About"), Kind.CHOICE, options=kinds, required=False),
        Field("looks", _("Looks"), Kind.CHOICE, options=looks, required=False),
        Field("since", _("Recorded from"), Kind.DATE, required=False),
        Field("until", _("Recorded until"), Kind.DATE, required=False),
    )
    return Form("filters", addresses.TRAIL, _("Show"), fields, method="get")


def report(address: str, programmes: Options, offices: Options, since: str, until: str, late: int | None) -> Form:
    """`late` is None for reports that do not count days."""
    fields = [
        Field("since", _("From"), Kind.DATE, value=since, required=False),
        Field("until", _("Until"), Kind.DATE, value=until, required=False),
        Field("programme", _("Programme"), Kind.CHOICE, options=programmes, required=False),
        Field("office", _("Office"), Kind.CHOICE, options=offices, required=False),
    ]
    if late is not None:
        label = _("Recorded more than so many days later")
        fields.append(Field("late", label, Kind.NUMBER, value=str(late), required=False, short=True))
    return Form("filters", address, _("Show"), tuple(fields), method="get")


def make_again(document_id: object) -> Form:
    return Form("make-again", addresses.make_again(document_id), _("Make it again and compare"), quiet=True)


def gallery(languages: Options, scripts: Options) -> Form:
    fields = (
        Field("first", _("First language"), Kind.CHOICE, options=languages),
        Field("second", _("Second language"), Kind.CHOICE, options=languages, required=False),
        Field("script", _("Script of the person's own name"), Kind.CHOICE, options=scripts),
    )
    return Form("specimens", addresses.GALLERY, _("Show"), fields, method="get", quiet=True)


def pack(case: str, sample: str) -> Form:
    return Form("pack", addresses.AUDIT_PACKS, _("Make the pack"), hidden=(("case", case), ("sample", sample)))
