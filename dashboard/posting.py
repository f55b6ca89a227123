"""From a posted form back to values: the same `Form` that was shown says how it is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from fastapi import Request
from starlette.datastructures import UploadFile

from basis.errors import InvalidInput, Refused
from basis.messages import Message, _
from dashboard.parts import Field, Form, Kind
from dashboard.security import same

_MOST_FILES = 40
_MOST_FIELDS = 400
_MOST_OF_A_LIST = 12_000
"""Lists of a session have a few questions for each of a thousand people; those alone who are signed in send one."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in: the name its owner gave it, and its bytes."""

    name: str
    data: bytes


Sent = Mapping[str, tuple[str | Upload, ...]]


class Wrong(Exception):
    """The form was filled in wrongly. `form` is the form again, with what was typed and what is wrong."""

    def __init__(self, form: Form) -> None:
        super().__init__(form.id)
        self.form = form


async def sent(request: Request) -> Sent:
    """What an open form sent (sign-in, the public check)."""
    return await _taken(request, _MOST_FIELDS)


async def _taken(request: Request, most: int) -> Sent:
    taken: dict[str, list[str | Upload]] = {}
    async with request.form(max_files=_MOST_FILES, max_fields=most) as posted:
        for name, value in posted.multi_items():
            item = Upload(value.filename or "", await value.read()) if isinstance(value, UploadFile) else value
            taken.setdefault(name, []).append(item)
    return {name: tuple(values) for name, values in taken.items()}


async def sent_by_session(request: Request) -> Sent:
    """What a form of a signed-in session sent. Raises `Refused` when the form's token is not the session's.

    The session's dependency must have run and set ``request.state.base``.
    """
    taken = await _taken(request, _MOST_OF_A_LIST)
    given = taken.get("_token", ("",))[0]
    if not isinstance(given, str) or not same(request.state.base.form_token, given):
        raise Refused(
            "stale_form",
            _("This form was not made for your session, or you have signed in anew since."),
            _("Open the page again and send it from there."),
        )
    return taken


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a form that was filled in rightly. Asking for a field the form does not have is a KeyError."""

    texts: Mapping[str, str]
    days: Mapping[str, date | None]
    numbers: Mapping[str, int | None]
    many: Mapping[str, tuple[str, ...]]
    files: Mapping[str, tuple[Upload, ...]]

    def text(self, name: str) -> str:
        """A text, choice, radio, e-mail, phone, password or amount; "" when it was left empty."""
        return self.texts[name]

    def flag(self, name: str) -> bool:
        return self.texts[name] == "yes"

    def day(self, name: str) -> date:
        """A required day."""
        value = self.days[name]
        if value is None:
            raise KeyError(name)
        return value

    def number(self, name: str) -> int:
        """A required number."""
        value = self.numbers[name]
        if value is None:
            raise KeyError(name)
        return value

    def file(self, name: str) -> Upload:
        """A required file."""
        if not self.files[name]:
            raise KeyError(name)
        return self.files[name][0]


def hidden(sent: Sent, name: str) -> str:
    """A hidden value that must be there. Raises `InvalidInput` (``missing_field``)."""
    values = sent.get(name, ())
    if len(values) != 1 or not isinstance(values[0], str):
        fix = _("Open the page again and send it from there.")
        raise InvalidInput("missing_field", _("The form is not complete."), fix)
    return values[0]


def read(form: Form, sent: Sent) -> Values:
    """Read what was sent by the questions of `form`. Raises `Wrong` with the form filled in and its errors."""
    texts: dict[str, str] = {}
    days: dict[str, date | None] = {}
    numbers: dict[str, int | None] = {}
    many: dict[str, tuple[str, ...]] = {}
    files: dict[str, tuple[Upload, ...]] = {}
    fields: list[Field] = []
    for field in form.fields:
        given = sent.get(field.name, ())
        strings = tuple(clean(item) for item in given if isinstance(item, str))
        error: Message | None
        value = strings[0] if strings else ""
        if field.kind is Kind.FILE:
            uploads = tuple(item for item in given if isinstance(item, Upload) and (item.name or item.data))
            files[field.name] = uploads if field.most > 1 else uploads[:1]
            error = _file_error(field, files[field.name])
            value = ""
        elif field.kind is Kind.CHECKS:
            many[field.name], value = strings, " ".join(strings)
            error = _choice_error(field, strings)
        elif field.kind is Kind.PASSWORD:
            # A password is taken as it was typed: spaces at its ends are part of it.
            typed = given[0] if given and isinstance(given[0], str) else ""
            texts[field.name], value = typed, ""
            error = _text_error(field, typed)
        else:
            texts[field.name] = value
            error = _text_error(field, value)
            if field.kind is Kind.DATE:
                days[field.name], error = _day(value, error)
            elif field.kind is Kind.NUMBER:
                numbers[field.name], error = _number(value, error)
        fields.append(replace(field, value=value, error=error))
    if any(field.error for field in fields):
        raise Wrong(replace(form, fields=tuple(fields)))
    return Values(texts, days, numbers, many, files)


def filled(
    form: Form, values: Mapping[str, str], errors: Mapping[str, Message] | None = None, error: Message | None = None
) -> Form:
    """The form with values in it, and with what a service found wrong at its fields or as a whole."""
    said = errors or {}
    fields = tuple(
        replace(field, value=values.get(field.name, field.value), error=said.get(field.name, field.error))
        for field in form.fields
    )
    return replace(form, fields=fields, error=error or form.error)


def clean(text: str) -> str:
    """Typed text without control and direction-override characters, and without space around it."""
    return _CONTROL.sub("", text.replace("\r\n", "\n")).strip()


def _text_error(field: Field, value: str) -> Message | None:
    if not value:
        if not field.required:
            return None
        return _("tick this to go on") if field.kind is Kind.CHECK else _("fill this in")
    if len(value) > field.longest:
        return _("write at most {longest} characters", longest=field.longest)
    if field.kind in (Kind.CHOICE, Kind.RADIO):
        return _choice_error(field, (value,))
    if field.kind is Kind.CHECK and value != "yes":
        return _("tick it or leave it")
    if field.kind is Kind.EMAIL and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return _("write an address like name@example.org")
    return None


def _choice_error(field: Field, values: tuple[str, ...]) -> Message | None:
    if not values:
        return _("choose one") if field.required else None
    known = {option.value for option in field.options}
    return None if set(values) <= known else _("choose one of the answers of the list")


def _file_error(field: Field, uploads: tuple[Upload, ...]) -> Message | None:
    if not uploads:
        return _("choose a file") if field.required else None
    if len(uploads) > field.most:
        return _("choose at most {most} files", most=field.most)
    return None if all(upload.data for upload in uploads) else _("the file is empty")


def _day(value: str, error: Message | None) -> tuple[date | None, Message | None]:
    if error or not value:
        return None, error
    try:
        return datetime.strptime(value, "%Y-%m-%d").date(), None  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None, _("write a day like 2027-06-10")


def _number(value: str, error: Message | None) -> tuple[int | None, Message | None]:
    if error or not value:
        return None, error
    if not re.fullmatch(r"[0-9]{1,9}", value):
        return None, _("write a whole number in digits")
    return int(value), None
