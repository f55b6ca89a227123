"""``/administration/watch-lists``: versions of the lists, what each changed, and loading one."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from basis.errors import InvalidInput, NotFound
from basis.messages import Message, _, _n
from casework.accounts import queries as accounts
from casework.accounts.rules import Permission, require
from casework.security import lists, loading, sweeping
from casework.security.loading import Change, EntryChange, ListDiff, LoadOutcome
from casework.security.tables import WatchList
from dashboard import addresses, words
from dashboard.forms import watch_lists as forms
from dashboard.notices import done
from dashboard.pages import watch_lists as pages
from dashboard.pages.base import Place
from dashboard.paging import check_names, given, pager, wanted
from dashboard.parts import Badge, Link, Option, Text, Tile, Tone
from dashboard.parts import Form as AskedForm
from dashboard.posting import Wrong, filled, read
from dashboard.sessions import Form, Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])

_LOADED: Mapping[LoadOutcome, str] = {
    LoadOutcome.LOADED: "list-loaded",
    LoadOutcome.UNCHANGED: "list-unchanged",
    LoadOutcome.IN_USE_AGAIN: "list-in-use-again",
}
_CHANGES: Mapping[Change, tuple[Tone, Message]] = {
    Change.ADDED: (Tone.OPEN, _("added")),
    Change.CHANGED: (Tone.WAIT, _("changed")),
    Change.REMOVED: (Tone.IDLE, _("removed")),
}
_FIELDS: Mapping[str, Message] = {
    "kind": _("kind"),
    "names": _("names"),
    "births": _("birth dates"),
    "nationalities": _("nationalities"),
    "sexes": _("sex"),
    "documents": _("documents"),
    "remarks": _("remarks"),
    "addresses": _("addresses"),
}


@router.get(addresses.WATCH_LISTS)
def watch_lists(visit: Signed) -> Response:
    require(visit.role, Permission.SEE_WATCH_LISTS)
    form = forms.load() if visit.may(Permission.MANAGE_WATCH_LISTS) else None
    with visit.database.read() as session:
        return show(_page(session, visit, form))


@router.post(addresses.WATCH_LISTS)
def load(visit: Signed, taken: Form) -> Response:
    """Load a list whole or not at all; the version before goes out of use."""
    require(visit.role, Permission.MANAGE_WATCH_LISTS)
    form = forms.load()
    try:
        values = read(form, taken)
        sent = values.file("file")
        try:
            source = lists.of_bytes(sent.data, sent.name or "list")
            loaded = visit.database.run(
                visit.actor,
                loading.load_list,
                source,
                values.text("format"),
                values.text("name"),
                values.numbers["at_least"],
            )
        except InvalidInput as error:
            said = _("{message} {fix}", message=error.message, fix=error.fix or "")
            raise Wrong(filled(form, values.texts, {"file": said})) from None
    except Wrong as wrong:
        with visit.database.read() as session:
            return show(_page(session, visit, wrong.form), 422)
    return go_to(done(addresses.WATCH_LISTS, _LOADED[loaded.outcome]))


@router.get(addresses.WATCH_LISTS + "/{list_id}")
def changes(list_id: UUID, request: Request, visit: Signed) -> Response:
    """What this version changed against the one before, or against the one chosen."""
    require(visit.role, Permission.SEE_WATCH_LISTS)
    asked = given(request)
    check_names(asked, "with", "only")
    page = wanted(asked)
    only = _only(asked.get("only", ""))
    with visit.database.read() as session:
        row = loading.get_list(session, list_id)
        others = [one for one in loading.versions_of(session, row.name) if one.id != row.id]
        older = _older(row, others, asked.get("with", ""))
        if older is None:
            return show(_first(visit, row))
        found = loading.diff(session, older.id, row.id, only=only, limit=page.size, offset=page.offset)
    path = addresses.watch_list(list_id)
    shown = {change: getattr(found, change.value) for change in Change}
    total = shown[only] if only else found.total
    options = tuple(Option(str(one.id), _label(visit, one)) for one in others)
    return show(
        pages.ListChanges(
            base=visit.at(Place.ADMINISTRATION),
            back=Link(addresses.WATCH_LISTS, _("Watch lists")),
            heading=_("{list}: what changed", list=row.name),
            summary=_("From {older} to {newer}", older=_label(visit, older), newer=_label(visit, row)),
            tiles=_tiles(path, asked, found, only),
            rows=tuple(map(_change, found.changes)),
            pager=pager(path, asked, page, len(found.changes), total),
            form=forms.compare(list_id, options, str(older.id)) if len(options) > 1 else None,
        )
    )


def _going_on(session: Session) -> Text:
    sweep = sweeping.going_on(session)
    if sweep is None:
        return ""
    return _("Workers are being compared anew: {done} of {asked}.", done=sweep.done, asked=sweep.asked)


def _page(session: Session, visit: Visit, form: AskedForm | None) -> pages.WatchLists:
    rows = loading.listed(session)
    people = accounts.people(session, {row.loaded_by for row in rows})
    return pages.WatchLists(
        base=visit.at(Place.ADMINISTRATION),
        summary=_("Workers are screened against the version in use of each list."),
        going_on=_going_on(session),
        rows=tuple(
            pages.ListVersion(
                name=row.name,
                version=row.version_label,
                published=words.on(row.published_on) if row.published_on else _("not said"),
                loaded=words.at(row.loaded_at, visit.zone),
                by=people[row.loaded_by].name if row.loaded_by in people else _("the command line"),
                entries=row.entry_count,
                digest=row.sha256[:12],
                changes=Link(
                    addresses.watch_list(row.id),
                    _("{added} added, {changed} changed, {removed} removed", added=row.added, changed=row.changed,
                      removed=row.removed),
                    _("in {list} {version}", list=row.name, version=row.version_label),
                ),
                status=Badge(Tone.DONE, _("in use")) if row.active else Badge(Tone.IDLE, _("replaced")),
            )
            for row in rows
        ),
        form=form,
    )  # fmt: skip


def _first(visit: Visit, row: WatchList) -> pages.ListChanges:
    return pages.ListChanges(
        base=visit.at(Place.ADMINISTRATION),
        back=Link(addresses.WATCH_LISTS, _("Watch lists")),
        heading=_("{list}: what changed", list=row.name),
        summary=_n(
            "This is the first version of the list, with {count} entry.",
            "This is the first version of the list, with {count} entries.",
            row.entry_count,
        ),
        tiles=(),
        rows=(),
        pager=pager(addresses.watch_list(row.id), {}, wanted({}), 0, 0),
        form=None,
    )


def _only(text: str) -> Change | None:
    if text and text not in set(Change):
        raise InvalidInput(
            "unknown_filter",
            _("There is no such difference."),
            _("Use one of: {names}.", names=", ".join(change.value for change in Change)),
        )
    return Change(text) if text else None


def _older(row: WatchList, others: list[WatchList], chosen: str) -> WatchList | None:
    """The version to compare with: the one asked for, else the one before, else the next older one."""
    if chosen:
        for one in others:
            if str(one.id) == chosen:
                return one
        raise NotFound("watch_list", _("There is no such version of a watch list."))
    for one in others:
        if one.id == row.previous_id:
            return one
    return next((one for one in others if one.loaded_at < row.loaded_at), None)


def _label(visit: Visit, row: WatchList) -> Message:
    return _("{version}, loaded {when}", version=row.version_label, when=words.at(row.loaded_at, visit.zone))


def _tiles(path: str, asked: Mapping[str, str], found: ListDiff, only: Change | None) -> tuple[Tile, ...]:
    others = {name: value for name, value in asked.items() if name not in ("only", "page")}
    every = Tile(addresses.query(path, **others), found.total, _("differences"), selected=only is None)
    return (
        every,
        *(
            Tile(
                addresses.query(path, **others, only=change.value),
                getattr(found, change.value),
                _CHANGES[change][1],
                selected=only is change,
            )
            for change in Change
        ),
    )


def _change(one: EntryChange) -> pages.ChangeRow:
    tone, said = _CHANGES[one.change]
    what: Text = ""
    for field in one.fields:
        what = _("{some}, {more}", some=what, more=_FIELDS[field]) if what else _FIELDS[field]
    return pages.ChangeRow(reference=one.reference, change=Badge(tone, said), name=one.name, what=what)
