"""``/audits/trail``: the history in words, one event with its proof; packs of a case or a sample to take along."""

from __future__ import annotations

import json
import tempfile
from functools import partial

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from basis.errors import InvalidInput, NotFound
from basis.messages import Message, _, _n
from casework.accounts.rules import Permission, require
from casework.audit import heads
from casework.audit.tables import TreeHead
from casework.oversight import scope, trail
from casework.oversight.trail import Asked, TrailLine
from casework.oversight.words import NOUNS
from dashboard import addresses, words
from dashboard.exports import csv_file, sent_file
from dashboard.forms import lists
from dashboard.forms import reviewing as forms
from dashboard.pages.base import Place
from dashboard.pages.case import FormPage
from dashboard.pages.review import Digest, ReviewList, ReviewPage, Section, Table
from dashboard.paging import given, pager, wanted
from dashboard.parts import Fact, Form, Link, Option, Text
from dashboard.posting import Values, Wrong, filled, hidden, read
from dashboard.routes.review_places import places
from dashboard.sessions import Form as SentForm
from dashboard.sessions import Signed, Visit, signed_in
from dashboard.views import show
from documents.auditing import pack as packs
from documents.tree_heads import inclusion_file

router = APIRouter(dependencies=[Depends(signed_in)])
_COLUMNS = (_("Event"), _("Recorded"), _("By"), _("Case"), _("What"), _("Hash"))


@router.get(addresses.TRAIL)
def search(request: Request, visit: Signed) -> Response:
    """Every search leaves an event: it is a look at what it asks for."""
    require(visit.role, Permission.AUDIT)
    asked = given(request)
    with visit.database.read() as session:
        form = _form(session, visit)
        wants, page = _asked(form, asked), wanted(asked)
        try:
            lines, total = trail.search(session, visit.actor, wants, visit.zone, limit=page.size, offset=page.offset)
        except NotFound:  # a case or a document of that name: the list is empty, and says so
            lines, total = [], 0
    visit.database.run(visit.actor, trail.note_search, wants)
    return show(
        ReviewList(
            base=visit.at(Place.AUDITS),
            heading=_("History"),
            summary=_n("{count} event", "{count} events, the last one first", total),
            places=places(visit, addresses.TRAIL),
            filters=filled(form, asked),
            chips=lists.chips(form, asked),
            table=Table(_("History"), _COLUMNS, tuple(_row(visit, line) for line in lines)),
            pager=pager(addresses.TRAIL, asked, page, len(lines), total),
            exports=(
                Link(addresses.query(addresses.TRAIL_FILE, **{**asked, "page": ""}), _("Download this list (CSV)")),
            ),
            notes=(
                _("Searches are recorded too. Possible matches with watch lists are for the security officers alone."),
            ),
            empty=_("No event fits, or it is of a case that is not one of yours."),
        )
    )


@router.get(addresses.TRAIL_FILE)
def exported(request: Request, visit: Signed) -> Response:
    """Every event that fits, as CSV; that it was taken is recorded."""
    require(visit.role, Permission.AUDIT)
    with visit.database.read() as session:
        wants = _asked(_form(session, visit), given(request))
        lines = trail.taken(session, visit.actor, wants, visit.zone)
    visit.database.run(visit.actor, partial(trail.note_search, taken=len(lines)), wants)
    header: list[Text] = [_("Event"), _("Recorded"), _("By"), _("Case"), _("Kind"), _("What"), _("Hash")]
    return csv_file("history.csv", header, [_line(line) for line in lines])


@router.get("/audits/trail/{seq:int}")
def event(visit: Signed, seq: int) -> Response:
    require(visit.role, Permission.AUDIT)
    with visit.database.read() as session:
        line = trail.one(session, visit.actor, seq)
        head = trail.head_over(session, seq)
    return show(_event_page(visit, line, head))


@router.get("/audits/trail/{seq:int}/proof")
def proof(visit: Signed, seq: int) -> Response:
    """The proof that the event is under the first tree head that covers it, as a file that stands by itself."""
    require(visit.role, Permission.AUDIT)
    with visit.database.read() as session:
        trail.one(session, visit.actor, seq)
        head = trail.head_over(session, seq)
        if head is None:
            raise NotFound("tree_head", _("No tree head covers this event yet."), _("The next one is made tomorrow."))
        text, path = heads.prove_inclusion(session, seq, head)
    visit.database.run(visit.actor, heads.note_proof, seq, head)
    name = f'attachment; filename="event-{seq}.json"'
    return Response(
        inclusion_file(text, seq, path, head.body),
        media_type="application/json",
        headers={"Content-Disposition": name},
    )


@router.get(addresses.NEW_AUDIT_PACK)
def ask_pack(visit: Signed, case: str = "", sample: str = "") -> Response:
    require(visit.role, Permission.AUDIT)
    wants = _of(case, sample)
    with visit.database.read() as session:
        contents = packs.gather(session, visit.actor, wants)
    back = Link(addresses.sample(sample), sample) if sample else Link(addresses.case(contents.cases[0].id), case)
    return show(
        FormPage(
            base=visit.at(Place.AUDITS),
            heading=_("Pack of {named}", named=contents.named),
            lead=_("One ZIP with all that is below, how to check it, and no way back: you answer for where it lies. "
                   "Each document in it is recorded as read by you."),
            facts=(
                Fact(_("Documents"), str(len(contents.rows))),
                Fact(_("Cases"), str(len(contents.cases))),
                Fact(_("Besides"), _("register rows, events with their proofs, certificates and public keys")),
            ),
            form=forms.pack(case, sample),
            back=back,
        )
    )  # fmt: skip


@router.post(addresses.AUDIT_PACKS)
def make_pack(visit: Signed, taken: SentForm) -> Response:
    require(visit.role, Permission.AUDIT)
    wants = _of(hidden(taken, "case"), hidden(taken, "sample"))
    # Without a name in its folder, so that nothing of it is left whatever happens.
    out = tempfile.TemporaryFile(dir=visit.installation.settings.home)  # noqa: SIM115 - closed when it was sent
    try:
        packs.make(visit.installation, visit.actor, wants, out)
    except BaseException:
        out.close()
        raise
    return sent_file(out, f"pack-{visit.today.isoformat()}.zip", "application/zip")


def _of(case: str, sample: str) -> packs.Asked:
    if bool(case) == bool(sample):
        raise InvalidInput("one_of_two", _("A pack is of a case or of a sample."), _("Open it from one of them."))
    return packs.Asked(case, sample)


def _form(session: Session, visit: Visit) -> Form:
    people = [Option(trail.ENGINE, _("the engine"))]
    people += [Option(str(one.id), one.name) for one in scope.people(session, visit.actor)]
    kinds = tuple(Option(noun, Message(noun.replace("_", " "))) for noun in sorted(NOUNS - {"hit"}))
    return forms.trail(tuple(people), kinds)


def _asked(form: Form, asked: dict[str, str]) -> Asked:
    values = values_of(form, asked)
    return Asked(
        actor=values.text("person"),
        case=values.text("case"),
        number=values.text("number"),
        kind=values.text("kind"),
        looks=values.text("looks") == "yes",
        since=values.days["since"],
        until=values.days["until"],
    )


def values_of(form: Form, asked: dict[str, str]) -> Values:
    """The filters of a list. Raises `InvalidInput` (``unknown_filter``)."""
    lists.check_known(form, asked)
    try:
        return read(form, {name: (value,) for name, value in asked.items()})
    except Wrong:
        raise InvalidInput(
            "unknown_filter", _("A filter of this list cannot be read."), _("Use the form above the list.")
        ) from None


def _row(visit: Visit, line: TrailLine) -> tuple[Link | Text | Digest, ...]:
    one = line.event
    return (
        Link(addresses.event(one.seq), str(one.seq)),
        words.at(one.recorded_at, visit.zone),
        line.who.name if line.who else _("the engine"),
        Link(addresses.case(one.case_id), line.reference) if line.reference and one.case_id else "",
        line.what,
        Digest(one.hash),
    )


def _line(line: TrailLine) -> list[Text | int]:
    one = line.event
    who: Text = line.who.name if line.who else _("the engine")
    return [one.seq, one.recorded_at.isoformat(), who, line.reference, one.kind, line.what, one.hash]


def _event_page(visit: Visit, line: TrailLine, head: TreeHead | None) -> ReviewPage:
    one = line.event
    told = json.loads(one.body)["data"]
    facts = [
        Fact(_("Recorded"), words.at(one.recorded_at, visit.zone)),
        Fact(_("Happened on"), words.on(one.happened_on)),
        Fact(_("By"), line.who.name if line.who else _("the engine")),
        Fact(_("Kind"), one.kind),
        Fact(_("About"), one.subject),
        *(Fact(_("Told: {name}", name=name), str(value)) for name, value in sorted(told.items())),
    ]
    if line.reference and one.case_id:
        facts.insert(0, Fact(_("Case"), line.reference, addresses.case(one.case_id)))
    proved = Section(
        id="proof",
        heading=_("Proof"),
        lead=_("Tree head {number} of {day} covers it. Whoever holds that head checks the proof without us.",
               number=head.number, day=words.on(head.day)) if head else "",
        links=(Link(addresses.event(one.seq, "proof"), _("Download the proof")),) if head else (),
        empty=_("No tree head covers it yet: one is made each day."),
    )  # fmt: skip
    return ReviewPage(
        base=visit.at(Place.AUDITS),
        heading=_("Event {seq}", seq=one.seq),
        summary=line.what,
        back=Link(addresses.TRAIL, _("History")),
        status=None,
        links=(),
        sections=(
            Section(
                id="event",
                heading=_("What was recorded"),
                facts=tuple(facts),
                digests=(
                    (_("Its hash"), one.hash),
                    (_("The hash before it"), one.previous),
                    (_("Its exact text"), one.body),
                ),
            ),
            proved,
        ),
    )
