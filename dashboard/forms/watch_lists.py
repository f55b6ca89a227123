"""Forms of watch lists."""

from __future__ import annotations

from basis.messages import _
from dashboard import addresses
from dashboard.parts import Field, Form, Kind, Option

FORMATS = (
    Option("un", _("United Nations XML")),
    Option("ofac", _("OFAC: a ZIP file of SDN.CSV, ALT.CSV, ADD.CSV and SDN_COMMENTS.CSV")),
    Option("eu", _("European Union XML")),
    Option("opensanctions", _("OpenSanctions: targets.simple.csv")),
    Option("csv", _("Our own CSV")),
)


def load() -> Form:
    """Load a list; whole or not at all."""
    return Form(
        "watch-list",
        addresses.WATCH_LISTS,
        _("Load the list"),
        (
            Field("name", _("Name of the list"), longest=80),
            Field("format", _("Format"), Kind.RADIO, options=FORMATS),
            Field("file", _("File"), Kind.FILE, hint=_("As published, or a ZIP file of it."), accept=".xml,.csv,.zip"),
            Field(
                "at_least",
                _("Smallest number of entries that you expect"),
                Kind.NUMBER,
                hint=_("Only where a list did shrink: a list of half its size is taken for cut off."),
                required=False,
                short=True,
            ),
        ),
    )


def compare(list_id: object, versions: tuple[Option, ...], chosen: str) -> Form:
    """Choose the earlier version; without script."""
    return Form(
        "compare",
        addresses.watch_list(list_id),
        _("Compare"),
        (Field("with", _("Compare with the version"), Kind.CHOICE, options=versions, value=chosen),),
        method="get",
    )
