"""Forms of programme versions: a draft, its publication, a suspension, a migration and the way back."""

from __future__ import annotations

from basis.messages import _
from casework.programmes.service import LONGEST_REASON
from dashboard import addresses
from dashboard.forms.case import Options
from dashboard.parts import Field, Form, Kind, Text


def draft() -> Form:
    return Form(
        "draft",
        addresses.VERSIONS,
        _("Hand the draft in"),
        (
            Field(
                "file",
                _("Programme file"),
                Kind.FILE,
                hint=_("YAML. It is checked first; a draft of the same version takes the place of the one before."),
                accept=".yaml,.yml",
            ),
        ),
    )


def publish(programme_id: str, version: str, digest: str) -> Form:
    return Form(
        "publish",
        addresses.version(programme_id, version, "publish"),
        _("Publish version {version}", version=version),
        (
            Field(
                "read",
                _("I have read what it asks and what it changes. It cannot be changed or taken back afterwards."),
                Kind.CHECK,
            ),
        ),
        hidden=(("digest", digest),),
        danger=True,
    )


def discard(programme_id: str, version: str) -> Form:
    return Form("discard", addresses.version(programme_id, version, "discard"), _("Throw the draft away"), quiet=True)


def suspend(programme_id: str) -> Form:
    return Form(
        "suspend",
        addresses.version_rules(programme_id, "suspend"),
        _("Suspend the programme"),
        (
            Field(
                "reason",
                _("Reason"),
                hint=_("Everybody can read it, workers and agencies too. Name no person."),
                longest=LONGEST_REASON,
            ),
        ),
        legend=_("Stop all clearances at once"),
        danger=True,
    )


def lift(programme_id: str) -> Form:
    return Form("lift", addresses.version_rules(programme_id, "lift"), _("Lift the suspension"))


def migrate(programme_id: str, old: Options, new: Options) -> Form:
    return Form(
        "migrate",
        addresses.version_rules(programme_id, "migration"),
        _("Show what would change"),
        (
            Field("old", _("From version"), Kind.CHOICE, options=old),
            Field("new", _("To version"), Kind.CHOICE, options=new),
        ),
        legend=_("Move live cases to a newer version"),
        method="get",
    )


def apply(programme_id: str, old: str, new: str, label: Text) -> Form:
    """`label` names the act with its number: "Move 412 cases to 2027.2"."""
    return Form(
        "apply",
        addresses.version_rules(programme_id, "migration"),
        label,
        hidden=(("old", old), ("new", new)),
        danger=True,
    )


def undo(programme_id: str, migration_id: object, about: Text) -> Form:
    return Form(
        f"undo-{migration_id}",
        addresses.version_rules(programme_id, "migrations", migration_id, "undo"),
        _("Take it back"),
        quiet=True,
        about=about,
    )
