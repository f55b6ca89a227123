"""Forms about originals and photographs: taking one in, its next step, a portrait and its frame."""

from __future__ import annotations

from collections.abc import Mapping

from basis.messages import Message, _
from casework.custody.rules import KINDS, OriginalStepKind
from dashboard import addresses
from dashboard.forms.case import FILES, Options, version
from dashboard.parts import Field, Form, Kind, Option, Text

_Step = OriginalStepKind
PICTURES = "image/*"

_ACTS: Mapping[OriginalStepKind, Message] = {
    _Step.SENT: _("Send it to an embassy or authority"),
    _Step.BACK: _("It came back"),
    _Step.REQUESTED: _("The worker asks for it"),
    _Step.RETURNED: _("Return it to the worker"),
    _Step.LOST: _("It is lost"),
    _Step.FOUND: _("It was found again"),
    _Step.REOPENED: _("The return was recorded in error"),
}

_SIGNED = Field(
    "signature",
    _("Signed receipt"),
    Kind.FILE,
    hint=_("A scan or photograph of it, where there is one."),
    required=False,
    accept=FILES,
)
_NOTE = Field("note", _("Note"), Kind.LONG, hint=_("It is kept sealed."), required=False, longest=1000)


def _day(today: str) -> Field:
    return Field("happened_on", _("Day"), Kind.DATE, value=today)


def _hands(handed_by: str, taken_by: str) -> tuple[Field, ...]:
    return (
        Field("handed_by", _("Handed over by"), value=handed_by, autocomplete="off"),
        Field("taken_by", _("Taken by"), value=taken_by, autocomplete="off"),
    )


def receive(case_id: object, number: int, today: str, worker: str, taker: str) -> Form:
    """Take an original in. `worker` and `taker` are the names that stand in the fields at first."""
    kinds: Options = tuple(Option(code, said) for code, said in KINDS.items())
    return Form(
        "receive-original",
        addresses.case(case_id, "originals"),
        _("Take it in"),
        (
            Field("kind", _("Paper"), Kind.CHOICE, options=kinds),
            Field("title", _("Which other paper"), hint=_("Only for another paper."), required=False, longest=120),
            Field("number", _("Its number"), hint=_("It is kept sealed."), required=False, short=True, longest=60),
            _day(today),
            Field("place", _("Where it is kept"), hint=_("For example: safe, shelf 2")),
            *_hands(worker, taker),
            _SIGNED,
            _NOTE,
        ),
        version(number),
    )


def step(
    case_id: object,
    number: int,
    original_id: object,
    kind: OriginalStepKind,
    *,
    today: str,
    worker: str,
    taker: str,
    about: Text,
) -> Form:
    """The form of one step of an original. `worker` and `taker` are names that stand in the fields at first."""
    fields: dict[OriginalStepKind, tuple[Field, ...]] = {
        _Step.SENT: (
            Field("place", _("To which embassy or authority")),
            Field("expected_on", _("Expected back on"), Kind.DATE),
            *_hands(taker, ""),
            _SIGNED,
        ),
        _Step.BACK: (Field("place", _("Where it is kept")), *_hands("", taker), _SIGNED),
        _Step.RETURNED: (*_hands(taker, worker), _SIGNED),
        _Step.FOUND: (Field("place", _("Where it is kept")),),
    }
    return Form(
        f"{kind.value}-{original_id}",
        addresses.original(case_id, original_id, "steps"),
        _ACTS[kind],
        (_day(today), *fields.get(kind, ()), _NOTE),
        (*version(number), ("step", kind.value)),
        danger=kind in (_Step.LOST, _Step.REOPENED),
        quiet=kind is not _Step.RETURNED,
        about=about,
    )


def filters(parts: Options) -> Form:
    """Which originals the list shows."""
    fields = (Field("show", _("What"), Kind.CHOICE, options=parts, required=False),)
    return Form("filters", addresses.ORIGINALS, _("Show"), fields, method="get")


def photograph(case_id: object, number: int, today: str) -> Form:
    """A new portrait, taken or chosen; `today` stands in the field at first."""
    return Form(
        "photograph",
        addresses.case(case_id, "photos"),
        _("Add the photograph"),
        (
            Field(
                "file",
                _("Photograph"),
                Kind.FILE,
                hint=_("Face to the camera, plain bright wall, no hat, eyes open. JPEG, PNG or HEIC."),
                accept=PICTURES,
            ),
            Field("taken_on", _("Taken on"), Kind.DATE, value=today),
        ),
        (*version(number), ("camera", "")),
    )


def frame(case_id: object, number: int, item_id: object) -> Form:
    """Whether the head of a photograph is within the frame."""
    answers = (
        Option("yes", _("yes: it fills the oval, the eyes lie on the line, and it is the worker")),
        Option("no", _("no: it must be taken again")),
    )
    return Form(
        "frame",
        addresses.photo(case_id, item_id, "frame"),
        _("Record it"),
        (Field("framed", _("Is the head within the frame?"), Kind.RADIO, options=answers),),
        version(number),
    )
