"""Forms for waivers, conditions and interim permissions, for decisions against a worker, and for appeals."""

from __future__ import annotations

from basis.messages import Message, _
from dashboard import addresses
from dashboard.forms.case import Options, version
from dashboard.parts import Field, Form, Kind, Option, Text

_ANSWERS = (Option("given", _("It is given")), Option("refused", _("It is refused, with a letter to the worker")))
_APPEAL_TO = Field(
    "appeal_to",
    _("Whom to appeal to"),
    hint=_("Office and address, as the letter says them. Empty for your office."),
    required=False,
    longest=400,
)


def ask(case_id: object, number: int, requirement: str, subject: str, kinds: Options) -> Form:
    """A wish for a concession. Who sends it is who asks."""
    return Form(
        "waiver",
        addresses.case(case_id, "waivers", "new"),
        _("Ask for it"),
        (
            Field("kind", _("What is asked for"), Kind.RADIO, options=kinds),
            Field("reason", _("Reason"), Kind.LONG, longest=300),
        ),
        (*version(number), ("requirement", requirement), ("subject", subject)),
    )


def decide(case_id: object, concession_id: object, number: int, events: Options, *, said: bool) -> Form:
    """The authority's answer. `said`: the reason of a refusal stands in the letter."""
    hint = (
        _("If it is refused, the letter to the worker says it.")
        if said
        else _("It is not said in the letter, since the stage touches security or health.")
    )
    return Form(
        "decide-waiver",
        addresses.case(case_id, "waivers", concession_id),
        _("Record the answer"),
        (
            Field("answer", _("Answer of the authority"), Kind.RADIO, options=_ANSWERS),
            Field("reference", _("Reference of the authority's letter or minute"), longest=120),
            Field("reason", _("Reason"), Kind.LONG, longest=300, hint=hint),
            Field("ends_on", _("It ends on"), Kind.DATE, required=False, hint=_("Its last day, if it is given.")),
            Field(
                "until_event",
                _("Or it ends when this is decided"),
                Kind.CHOICE,
                options=events,
                required=False,
            ),
            _APPEAL_TO,
        ),
        version(number),
    )


def take_back(case_id: object, concession_id: object, number: int, reasons: Options) -> Form:
    return Form(
        "withdraw-waiver",
        addresses.case(case_id, "waivers", concession_id, "withdraw"),
        _("Take it back"),
        (Field("reason", _("Reason"), Kind.CHOICE, options=reasons),),
        version(number),
        danger=True,
    )


def _letter(disclosed: Options, today: str) -> tuple[Field, ...]:
    """What every letter asks for."""
    return (
        Field(
            "disclosed",
            _("Reason in the letter"),
            Kind.CHOICE,
            options=disclosed,
            hint=_("Only a reason that may be told to the worker."),
        ),
        Field(
            "words",
            _("Words added to it"),
            Kind.LONG,
            required=False,
            longest=1000,
            hint=_("The worker reads them. Leave them empty where the true reason is one of security or health."),
        ),
        Field("decided_on", _("Decided on"), Kind.DATE, value=today),
        Field(
            "authority",
            _("On whose authority"),
            hint=_("The authority that decided. Empty for your office."),
            required=False,
            longest=200,
        ),
        _APPEAL_TO,
        Field(
            "appeal_until",
            _("Last day to appeal"),
            Kind.DATE,
            required=False,
            hint=_("Empty for 30 days from the letter."),
        ),
    )


def refuse(case_id: object, number: int, ends: Options, disclosed: Options, people: Options, today: str) -> Form:
    """The end of a case against the worker. `ends` are ``life:code`` pairs; `people` those who can have decided it."""
    return Form(
        "refusal",
        addresses.case(case_id, "refusal"),
        _("End the case and write the letter"),
        (
            Field("to", _("The case becomes"), Kind.CHOICE, options=ends, hint=_("The true reason; it stays here.")),
            *_letter(disclosed, today),
            Field("decided_by", _("Who decided it"), Kind.CHOICE, options=people),
            Field("note", _("Note"), Kind.LONG, required=False, longest=1000, hint=_("For the office alone.")),
        ),
        version(number),
        danger=True,
    )


def against(case_id: object, number: int, kinds: Options, stages: Options, disclosed: Options, today: str) -> Form:
    """A decision against the worker that leaves the case going."""
    stage = Field("stage", _("Stage that was not passed"), Kind.CHOICE, options=stages, required=False)
    return Form(
        "decision",
        addresses.case(case_id, "decisions", "new"),
        _("Record it and write the letter"),
        (
            Field("kind", _("What was decided"), Kind.RADIO, options=kinds),
            *((stage,) if stages else ()),
            *_letter(disclosed, today),
        ),
        version(number),
        danger=True,
    )


def lodge(case_id: object, decision_id: object, number: int, appellants: Options, today: str) -> Form:
    return Form(
        "appeal",
        addresses.case(case_id, "decisions", decision_id, "appeal"),
        _("Take the appeal in"),
        (
            Field("lodged_by", _("Who appeals"), Kind.RADIO, options=appellants),
            Field("lodged_on", _("When it came in"), Kind.DATE, value=today),
            Field(
                "grounds",
                _("What it says"),
                Kind.LONG,
                longest=10_000,
                hint=_("Only who decides on appeals and auditors can read it."),
            ),
        ),
        version(number),
    )


def answer(case_id: object, appeal_id: object, number: int, outcomes: Options) -> Form:
    return Form(
        "answer",
        addresses.case(case_id, "appeals", appeal_id),
        _("Answer the appeal"),
        (
            Field("outcome", _("Answer"), Kind.RADIO, options=outcomes),
            Field("reasons", _("Reasons"), Kind.LONG, longest=10_000),
        ),
        version(number),
        danger=True,
    )


def part_of_list(path: str, label: Message, options: Options) -> Form:
    """The filter of the lists of wishes and of decisions."""
    shown: Text = _("Show")
    return Form(
        "filters", path, shown, (Field("show", label, Kind.CHOICE, options=options, required=False),), method="get"
    )
