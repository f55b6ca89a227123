"""``/gallery``: one specimen of every kind of document in the languages offered, for whoever looks at templates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from basis.messages import Message, _
from casework.accounts.rules import Permission, require
from casework.certificates.rules import KIND_WORDS
from dashboard import addresses
from dashboard.forms import reviewing as forms
from dashboard.pages.base import Place
from dashboard.pages.documents import Gallery, SpecimenView
from dashboard.paging import given
from dashboard.parts import Form, Link, Option
from dashboard.posting import filled
from dashboard.routes.trail import values_of
from dashboard.sessions import Signed, Visit, signed_in
from dashboard.views import show
from documents import kept_gallery
from documents.apart import in_child
from documents.languages import ENGLISH, language, language_name, offered
from documents.specimens import NAMES
from documents.template_history import template_digest

router = APIRouter(dependencies=[Depends(signed_in)])
_MEDIA = {".pdf": "application/pdf", ".png": "image/png"}


@dataclass(frozen=True, slots=True)
class _Choice:
    """Languages and script of specimens, as the address says them."""

    first: str
    second: str
    script: str


@router.get(addresses.GALLERY)
def page(request: Request, visit: Signed) -> Response:
    """Specimens that nobody has looked at yet are made first, which takes some seconds."""
    require(visit.role, Permission.SEE_GALLERY)
    form = _form()
    asked = given(request)
    choice = _choice(form, asked)
    names = {path.name for path in _folder(visit, choice).iterdir()}
    specimens = tuple(
        SpecimenView(
            title=_first_upper(said),
            file=Link(_address(f"{kind}.pdf", choice), _("Open the PDF"), said),
            picture=_address(f"{kind}.png", choice) if f"{kind}.png" in names else "",
        )
        for kind, said in KIND_WORDS.items()
        if f"{kind}.pdf" in names
    )
    registers = visit.may(Permission.SEE_REGISTER)
    return show(
        Gallery(
            base=visit.at(Place.DOCUMENTS if registers else Place.ADMINISTRATION),
            back=Link(addresses.DOCUMENTS, _("Documents")) if registers else Link(addresses.USERS, _("Users")),
            summary=_("Invented people and facts. Templates and words: {digest}.", digest=template_digest()[:12]),
            form=filled(form, {"first": choice.first, "second": choice.second, "script": choice.script}),
            specimens=specimens,
        )
    )


@router.get("/gallery/{name}")
def specimen(request: Request, visit: Signed, name: str) -> Response:
    """A specimen as PDF, or its first page as a picture."""
    require(visit.role, Permission.SEE_GALLERY)
    content = kept_gallery.specimen(_folder(visit, _choice(_form(), given(request))), name)
    headers = {"Content-Disposition": f'inline; filename="specimen-{name}"'}
    return Response(content, media_type=_MEDIA[Path(name).suffix], headers=headers)


def _form() -> Form:
    languages = tuple(Option(tag, language_name(tag)) for tag in offered())
    return forms.gallery(languages, tuple(Option(name, Message(name.capitalize())) for name in NAMES))


def _choice(form: Form, asked: dict[str, str]) -> _Choice:
    values = values_of(form, {"first": ENGLISH.tag, "script": next(iter(NAMES)), **asked})
    return _Choice(values.text("first"), values.text("second"), values.text("script"))


def _folder(visit: Visit, choice: _Choice) -> Path:
    first, second = language(choice.first) or ENGLISH, language(choice.second)
    settings = visit.installation.settings
    return kept_gallery.folder(settings, in_child(settings), first, second, choice.script)


def _address(name: str, choice: _Choice) -> str:
    return addresses.specimen(name, choice.first, choice.second, choice.script)


def _first_upper(said: Message) -> Message:
    return Message(said.text[:1].upper() + said.text[1:])
