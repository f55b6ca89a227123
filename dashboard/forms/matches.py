"""Forms of possible matches: propose, confirm or return, for one and for several that are alike."""

from __future__ import annotations

from basis.messages import _
from casework.security.hits import Show
from casework.security.rules import VERDICT_WORDS, Verdict
from dashboard import addresses
from dashboard.forms.case import FILES, Options
from dashboard.parts import Field, Form, Kind, Option

CONFIRM, RETURN = "confirm", "return"
SHOW = (
    Option(Show.WAITING, _("not closed")),
    Option(Show.OPEN, _("waits for a proposal")),
    Option(Show.PROPOSED, _("waits for a second officer")),
    Option(Show.INCONCLUSIVE, _("something is needed")),
    Option(Show.CLOSED, _("closed")),
)


def filters(lists: Options) -> Form:
    fields = (
        Field("show", _("What"), Kind.CHOICE, options=SHOW, required=False),
        Field("list", _("List"), Kind.CHOICE, options=lists, required=False),
        Field("entry", _("Entry"), Kind.SEARCH, hint=_("Its reference on the list."), required=False, longest=80),
    )
    return Form("filters", addresses.HITS, _("Show"), fields, method="get")


def propose(hit_id: object, seen: int, *, refers: bool) -> Form:
    """The first officer's verdict. `refers`: a true match is referred to somebody who is named."""
    hint = (
        _("Where it cannot be told yet: what would tell it. Where it is the person: who it is referred to.")
        if refers
        else _("Where it cannot be told yet: what would tell it.")
    )
    return Form(
        "propose",
        addresses.hit(hit_id, "propose"),
        _("Propose this"),
        (
            Field(
                "verdict",
                _("The worker is"),
                Kind.RADIO,
                options=tuple(Option(one.value, VERDICT_WORDS[one]) for one in Verdict),
            ),
            Field("reason", _("Reason"), Kind.LONG, hint=_("Name what you compared, part by part."), longest=2000),
            Field("next_step", _("What is needed next"), Kind.LONG, hint=hint, required=False, longest=2000),
        ),
        (("seen", str(seen)),),
    )


def answer(hit_id: object, seen: int) -> Form:
    """The second officer's answer to a proposal."""
    return Form(
        "answer",
        addresses.hit(hit_id, "answer"),
        _("Record this"),
        (
            Field(
                "answer",
                _("What was proposed"),
                Kind.RADIO,
                options=(Option(CONFIRM, _("I confirm it")), Option(RETURN, _("I return it; it begins again"))),
            ),
            Field("reason", _("Reason"), Kind.LONG, hint=_("Name what you compared yourself."), longest=2000),
        ),
        (("seen", str(seen)),),
    )


def attach(hit_id: object) -> Form:
    return Form(
        "attach",
        addresses.hit(hit_id, "papers"),
        _("Add the paper"),
        (
            Field("file", _("File"), Kind.FILE, accept=FILES),
            Field("note", _("What it shows"), longest=300),
        ),
        quiet=True,
    )


def together(chosen: tuple[tuple[str, int], ...], *, confirms: bool) -> Form:
    """One reason for all that are chosen, each with the number of steps that was seen of it."""
    act = CONFIRM if confirms else "propose"
    hidden = tuple(("hit", f"{hit_id}:{seen}") for hit_id, seen in chosen)
    submit = _("Confirm for all: another person") if confirms else _("Propose for all: another person")
    hint = _("It stands with each of them. Name what you compared.")
    field = Field("reason", _("Reason"), Kind.LONG, hint=hint, longest=2000)
    return Form("together", addresses.hits_together(act), submit, (field,), hidden)
