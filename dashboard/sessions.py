"""Who is signed in: the cookie, the session behind it, and what every signed-in page begins with.

A route takes `Signed`; its router names `signed_in` in ``dependencies``, so that the session is known before a
form's token is checked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from basis.errors import Refused
from basis.messages import _, _n
from basis.roles import Role
from casework.accounts import service as accounts
from casework.accounts.rules import PERMISSIONS, ROLE_WORDS, Permission, may
from casework.accounts.tables import Account, SignInSession
from casework.actor import ENGINE, Actor
from casework.audit import queries as audit
from casework.database import Database
from casework.organisations.tables import Organisation
from casework.security import hits
from dashboard import addresses, notices
from dashboard.errors import by_status
from dashboard.forms import office
from dashboard.pages.base import Base, Place, Viewer
from dashboard.pages.public import SignIn
from dashboard.parts import Badge, Tone
from dashboard.posting import Sent, Wrong, filled, read, sent, sent_by_session
from dashboard.security import SIGN_IN, form_token
from dashboard.views import show
from documents.installation import Installation

COOKIE = "predeparture_session"
_SEEN_AT_MOST_EVERY = timedelta(minutes=1)


class SignInFirst(Exception):
    """Nobody is signed in, or the session has ended."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who is signed in. `zone` is the clock of the office."""

    installation: Installation
    account: Account
    organisation: Organisation
    actor: Actor
    base: Base
    zone: ZoneInfo

    @property
    def database(self) -> Database:
        return self.installation.database

    @property
    def role(self) -> Role:
        return self.account.role

    @property
    def today(self) -> date:
        return self.database.today()

    def may(self, permission: Permission) -> bool:
        return may(self.role, permission)

    def at(self, place: Place, search: str = "") -> Base:
        """The frame of a page in one of the places."""
        return replace(self.base, place=place, search=search)


def installation_of(request: Request) -> Installation:
    """The installation that this application serves."""
    found: Installation = request.app.state.installation
    return found


def public_base(request: Request) -> Base:
    """The frame of a page that needs no session."""
    return Base(demo=request.app.web.demo)


def signed_in(request: Request) -> Visit:
    """The visit behind the cookie, and ``request.state.base``. Raises `SignInFirst`."""
    request.state.base = public_base(request)
    token = request.cookies.get(COOKIE, "")
    database = installation_of(request).database
    found = _recognised(database, token) if token else None
    if found is None:
        raise SignInFirst
    account, row, organisation, zone = found
    actor = accounts.actor_of(account, database.today())
    if database.now() - row.last_seen_at >= _SEEN_AT_MOST_EVERY:
        database.run(actor, accounts.seen, row.token_hash)
    base = replace(
        request.state.base,
        viewer=Viewer(account.name, ROLE_WORDS[account.role], organisation.name, _permissions(account.role)),
        form_token=form_token(request.app.web.form_key, row.token_hash),
        notice=notices.notice(request.query_params.get("done", "")),
        alarms=(*_alarms(database, account.role), *_matches(database, actor)),
    )
    request.state.base = base
    return Visit(installation_of(request), account, organisation, actor, base, zone)


def _alarms(database: Database, role: Role) -> tuple[Badge, ...]:
    """What those see on every page who check the installation or run it."""
    if not may(role, Permission.AUDIT) and not may(role, Permission.MANAGE_ACCOUNTS):
        return ()
    with database.read() as session:
        found = audit.alarms(session, database.today())
    return tuple(Badge(Tone.LATE, _("{what} {fix}", what=alarm.message, fix=alarm.fix)) for alarm in found)


def _matches(database: Database, actor: Actor) -> tuple[Badge, ...]:
    """What security officers see on every page, and nobody else: that possible matches wait for them."""
    if not may(actor.role, Permission.ADJUDICATE):
        return ()
    with database.read() as session:
        waiting = hits.waiting_for(session, actor, database.today())
    told = _n("{count} possible match waits for you.", "{count} possible matches wait for you.", waiting)
    return (Badge(Tone.TODAY, told),) if waiting else ()


def perhaps_signed_in(request: Request) -> Visit | None:
    """The visit, or None where nobody is signed in: for pages that the public may read too."""
    try:
        return signed_in(request)
    except SignInFirst:
        return None


Signed = Annotated[Visit, Depends(signed_in)]
PerhapsSigned = Annotated[Visit | None, Depends(perhaps_signed_in)]
Form = Annotated[Sent, Depends(sent_by_session)]

router = APIRouter()


@router.get("/")
def first_page(visit: Signed) -> Response:
    """The place where the role's work begins."""
    place = addresses.WORK
    if visit.role is Role.AUDITOR:
        place = addresses.DOCUMENTS
    elif visit.role is Role.ADMINISTRATOR:
        place = addresses.USERS
    elif visit.role is Role.CLINIC_USER:
        place = addresses.APPOINTMENTS
    elif visit.role is Role.PROVIDER_USER:
        place = addresses.COURSES
    elif visit.role is Role.EMPLOYER_USER:
        place = addresses.RECRUITMENT
    elif visit.role is Role.COMPLAINTS_OFFICER:
        place = addresses.COMPLAINTS
    return go_to(place)


@router.get(addresses.SIGN_IN)
def ask_to_sign_in(request: Request, after: str = "") -> Response:
    return show(SignIn(base=public_base(request), form=office.sign_in(own_address(after))))


@router.post(addresses.SIGN_IN)
def sign_in(request: Request, taken: Annotated[Sent, Depends(sent)]) -> Response:
    """Open a session. Only wrong guesses are counted, by address and by account: colleagues share an address."""
    after = taken.get("after", ("",))[0]
    form = office.sign_in(own_address(after) if isinstance(after, str) else "")
    base = public_base(request)
    try:
        values = read(form, taken)
    except Wrong as wrong:
        return show(SignIn(base=base, form=wrong.form), 422)
    login = values.text("login").lower()
    keys = (f"address {request.client.host if request.client else ''}", f"name {sha256(login.encode()).hexdigest()}")
    for key in keys:
        request.app.rates.check(SIGN_IN, key)
    database = installation_of(request).database
    try:
        token = database.run(ENGINE, accounts.sign_in, login, values.text("password"))
    except Refused:
        for key in keys:
            request.app.rates.count(SIGN_IN, key)
        # One sentence whatever was wrong: it must not tell which accounts there are.
        error = _("The e-mail address or the password is wrong.")
        return show(SignIn(base=base, form=filled(form, {"login": login}, error=error)), 422)
    answer = go_to(dict(form.hidden).get("after", "") or "/")
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(accounts.LONGEST.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.app.web.secure,
    )
    return answer


@router.post(addresses.SIGN_OUT, dependencies=[Depends(signed_in)])
def sign_out(request: Request, visit: Signed, taken: Form) -> Response:
    visit.database.run(visit.actor, accounts.sign_out, request.cookies.get(COOKIE, ""))
    answer = go_to(addresses.SIGN_IN)
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=request.app.web.secure)
    return answer


def to_sign_in(request: Request, error: Exception) -> Response:
    """A page that was asked for comes after the sign-in; what was sent cannot be kept, and gets 401."""
    if request.method != "GET" or "application/json" in request.headers.get("accept", ""):
        return by_status(request, 401)
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return go_to(addresses.query(addresses.SIGN_IN, after="" if path == "/" else path))


def go_to(address: str) -> Response:
    """After an act: see there."""
    return RedirectResponse(address, 303)


def own_address(text: str) -> str:
    """`text` if it is an address within this site, else ""."""
    plain = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable() and "\\" not in text
    return text if plain else ""


def _permissions(role: Role) -> frozenset[str]:
    return frozenset(permission.value for permission in PERMISSIONS[role])


def _recognised(database: Database, token: str) -> tuple[Account, SignInSession, Organisation, ZoneInfo] | None:
    with database.read() as session:
        found = accounts.recognise(session, token, database.now())
        if found is None:
            return None
        account, row = found
        organisation = session.get_one(Organisation, account.organisation_id)
        # An agency lives by the clock of the office it works with: that is where its deadlines run out.
        home = session.get_one(Organisation, organisation.office_id) if organisation.office_id else organisation
        return account, row, organisation, ZoneInfo(home.time_zone)
