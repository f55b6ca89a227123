"""``/skills``: who can do what and from when; ``/skills/match``: an employer's demand against it.

Both are read by their address alone. A question that is not among the fields is refused, so that nobody is searched by
sex, age, religion or family.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from basis import countries, isco
from basis.errors import InvalidInput, NotFound
from basis.messages import _, _n
from casework.accounts.rules import Permission, require
from casework.oversight import views
from casework.skills import matching, queries
from casework.skills.matching import Matched
from casework.skills.rules import Asked, Demand
from checklists.programme import LANGUAGE_SKILLS
from dashboard import addresses, words
from dashboard.forms import lists
from dashboard.forms import skills as forms
from dashboard.forms.case import Options
from dashboard.pages.base import Place
from dashboard.pages.documents import SavedList
from dashboard.pages.skills import Match, SkillsMap
from dashboard.paging import given, pager, wanted
from dashboard.parts import Form, Link, Option, Tile
from dashboard.posting import Values, Wrong, filled, read
from dashboard.routes import skill_pages
from dashboard.routes.work import programmes
from dashboard.sessions import Form as SentForm
from dashboard.sessions import Signed, Visit, go_to, signed_in
from dashboard.views import show

router = APIRouter(dependencies=[Depends(signed_in)])
_PLACES: Mapping[str, str] = {forms.SEARCH: addresses.SKILLS, forms.DEMANDS: addresses.SKILL_MATCH}


@router.get(addresses.SKILLS)
def skills(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_SKILLS)
    form, said, page = _search_form(visit), given(request), wanted(given(request))
    asked = _asked(_values(form, said))
    with visit.database.read() as session:
        found = queries.search(session, visit.actor, asked, visit.today, offset=page.offset, limit=page.size)
        drawn = queries.picture(session, visit.actor, asked, visit.today)
        kept = _kept(session, visit, forms.SEARCH)
    rows = tuple(skill_pages.row(line, visit.installation.catalogue) for line in found.lines)
    return show(
        SkillsMap(
            base=visit.at(Place.SKILLS),
            summary=_n("{count} worker is being prepared or cleared", "{count} workers are being prepared or cleared",
                       found.total),
            acts=(Link(addresses.SKILL_MATCH, _("Look at a demand"), primary=True),),
            filters=filled(form, said),
            chips=lists.chips(form, said),
            views=kept,
            save=forms.save(forms.SEARCH, said) if lists.is_filtered(said) else None,
            columns=skill_pages.columns(drawn),
            occupations=skill_pages.occupations(drawn, said),
            rows=rows,
            pager=pager(addresses.SKILLS, said, page, len(rows), found.total),
        )
    )  # fmt: skip


@router.get(addresses.SKILL_MATCH)
def match(request: Request, visit: Signed) -> Response:
    require(visit.role, Permission.SEE_SKILLS)
    form, said, page = _demand_form(visit), given(request), wanted(given(request))
    lists.check_known(form, said)
    shown, demand, matched = filled(form, said), None, None
    if lists.is_filtered(said):
        try:
            demand = _demand(read(form, {name: (value,) for name, value in said.items()}))
        except Wrong as wrong:
            shown = wrong.form
    with visit.database.read() as session:
        kept = _kept(session, visit, forms.DEMANDS)
        if demand is not None:
            catalogue, place = visit.installation.catalogue, {"offset": page.offset, "limit": page.size}
            matched = matching.match(session, visit.actor, catalogue, demand, visit.today, **place)
    rows = tuple(skill_pages.match_row(line) for line in matched.lines) if matched else ()
    return show(
        Match(
            base=visit.at(Place.SKILLS),
            summary=skill_pages.demand_words(demand) if demand else _("What does an employer ask for?"),
            asked=shown,
            tiles=_tiles(said, matched) if matched else (),
            views=kept,
            save=forms.save(forms.DEMANDS, said) if matched else None,
            rows=rows,
            pager=pager(addresses.SKILL_MATCH, said, page, len(rows), matched.total) if matched else None,
        )
    )


@router.post("/skills/{place}/lists")
def keep(visit: Signed, place: str, taken: SentForm) -> Response:
    """Keep a search or a demand; its address is read again, so that nothing else is kept."""
    require(visit.role, Permission.SEE_SKILLS)
    address = _address(place)
    asked = {name.removeprefix(forms.OF): str(one[0]) for name, one in taken.items() if name.startswith(forms.OF)}
    _values(_search_form(visit) if place == forms.SEARCH else _demand_form(visit), asked)
    try:
        values = read(forms.save(place, asked), taken)
    except Wrong:
        raise InvalidInput(
            "missing_value", _("The list has no name, or a long one."), _("Give it at most 80 characters.")
        ) from None
    visit.database.run(visit.actor, views.save, place, values.text("name"), asked, shared=values.flag("shared"))
    return go_to(addresses.query(address, **asked, done="list-kept"))


@router.post("/skills/{place}/lists/{view_id:uuid}/remove")
def forget(visit: Signed, place: str, view_id: UUID, taken: SentForm) -> Response:
    require(visit.role, Permission.SEE_SKILLS)
    visit.database.run(visit.actor, views.remove, view_id)
    return go_to(addresses.query(_address(place), done="list-removed"))


def _address(place: str) -> str:
    if place not in _PLACES:
        raise NotFound("page", _("There is no such page."), _("Open the skills map."))
    return _PLACES[place]


def _kept(session: Session, visit: Visit, place: str) -> tuple[SavedList, ...]:
    return tuple(
        SavedList(
            Link(addresses.query(_PLACES[place], **line.row.asked), line.row.name),
            shared=line.row.shared,
            remove=forms.remove(place, line.row.id, line.row.name) if line.own else None,
        )
        for line in views.listed(session, visit.actor, place)
    )


def _languages(visit: Visit) -> Options:
    """The languages that the programmes ask for."""
    asked = {
        requirement.subject
        for programme in visit.installation.catalogue.programmes
        for _stage, requirement in programme.asking_for("language_result")
    }
    return tuple(Option(code, name) for name, code in sorted((words.language(code), code) for code in asked))


def _search_form(visit: Visit) -> Form:
    tracks = {track.id: track.label for one in visit.installation.catalogue.latest() for track in one.tracks}
    shown = tuple(Option(name, label) for name, label in sorted(tracks.items()))
    return forms.search(_languages(visit), programmes(visit), shown)


def _demand_form(visit: Visit) -> Form:
    named = sorted((countries.name(code), code) for code in countries.codes())
    return forms.demand(_languages(visit), tuple(Option(code, name) for name, code in named))


def _values(form: Form, said: Mapping[str, str]) -> Values:
    lists.check_known(form, said)
    try:
        return read(form, {name: (value,) for name, value in said.items()})
    except Wrong:
        raise InvalidInput(
            "unknown_filter", _("A question of this list cannot be read."), _("Use the form above the list.")
        ) from None


def _asked(values: Values) -> Asked:
    return Asked(
        occupation=values.text("occupation"),
        language=values.text("language"),
        level=values.text("level"),
        skills={skill: values.text(skill) for skill in LANGUAGE_SKILLS if values.text(skill)},
        isced=int(values.text("education")) if values.text("education") else None,
        ready_by=values.days["ready"],
        programme=values.text("programme"),
        track=values.text("track"),
        cohort=values.text("cohort"),
    )


def _demand(values: Values) -> Demand:
    return Demand(
        occupation=values.text("occupation"),
        count=values.number("count"),
        from_day=values.day("since"),
        destination=values.text("destination"),
        language=values.text("language"),
        level=values.text("level"),
        skills={skill: values.text(skill) for skill in LANGUAGE_SKILLS if values.text(skill)},
    )


def _tiles(said: Mapping[str, str], matched: Matched) -> tuple[Tile, ...]:
    """How far the workers of exactly this occupation go; each number leads to them in the map."""
    asked = {name: said.get(name, "") for name in ("occupation", "language", "level", *LANGUAGE_SKILLS)}
    tally = matched.tally
    of_occupation = addresses.query(addresses.SKILLS, occupation=asked["occupation"])
    return (
        Tile(of_occupation, tally.of_occupation, isco.numbered(asked["occupation"])),
        Tile(addresses.query(addresses.SKILLS, **asked), tally.with_language, _("of them show the language")),
        Tile(
            addresses.query(addresses.SKILLS, **asked, ready=said.get("since", "")),
            tally.in_time,
            _("of these can be ready by the day"),
        ),
    )
