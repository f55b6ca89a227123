"""Headers, other sites, sizes, rates, tokens, error pages: tried on the real application with a few routes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response
from starlette.testclient import TestClient

from basis.errors import Conflict, InvalidInput, NotFound, Refused, Unavailable
from basis.messages import _
from dashboard.app import WebSettings, create_app
from dashboard.forms import office
from dashboard.pages.base import Base
from dashboard.pages.public import SignIn
from dashboard.posting import Sent, sent, sent_by_session
from dashboard.security import SIGN_IN, RateLimits, TooOften, form_token, same
from dashboard.views import show, static

ERRORS = {kind.status: kind for kind in (InvalidInput, NotFound, Refused, Conflict, Unavailable)}
TOKEN = form_token(b"k" * 32, "a session")
router = APIRouter()


@router.get("/page")
def page() -> Response:
    return show(SignIn(base=Base(), form=office.sign_in()))


@router.post("/page")
def take(taken: Annotated[Sent, Depends(sent)]) -> dict[str, int]:
    return {"fields": len(taken)}


def _session(request: Request) -> None:
    request.state.base = Base(form_token=TOKEN)


@router.post("/session", dependencies=[Depends(_session)])
def take_by_session(taken: Annotated[Sent, Depends(sent_by_session)]) -> dict[str, int]:
    return {"fields": len(taken)}


@router.get("/error/{status}")
def fail(status: int) -> None:
    raise ERRORS[status]("some_code", _("What is wrong: {what}.", what="<i>this</i>"), _("Do that."))


@router.get("/crash")
def crash() -> None:
    raise RuntimeError


@router.get("/often")
def often(request: Request) -> None:
    request.app.rates.count(SIGN_IN, "key")


@pytest.fixture
def client() -> Iterator[TestClient]:
    settings = WebSettings("https://predeparture.example.org", b"k" * 32, largest_body=1000)
    app = create_app(settings, [router])
    with TestClient(app, base_url="https://predeparture.example.org", raise_server_exceptions=False) as made:
        yield made


@pytest.mark.parametrize("path", ["/page", "/nowhere", "/error/409", "/crash"])
def test_every_answer_has_the_strict_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" in headers


def test_static_files_may_be_kept_because_their_address_changes(client: TestClient) -> None:
    answer = client.get(static("style.css"))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert client.get("/static/nothing.css").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("status", sorted(ERRORS))
def test_an_error_is_a_page_with_its_sentence_and_what_to_do(client: TestClient, status: int) -> None:
    answer = client.get(f"/error/{status}")
    assert answer.status_code == status
    assert "What is wrong: &lt;i&gt;this&lt;/i&gt;." in answer.text
    assert "Do that." in answer.text
    assert "some_code" in answer.text


def test_an_error_is_json_for_a_program(client: TestClient) -> None:
    body = client.get("/error/404", headers={"accept": "application/json"}).json()
    assert body["schema"] == "predeparture.error/1"
    assert body["code"] == "some_code"


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/error/no", 422), ("/crash", 500)])
def test_what_nobody_foresaw_is_a_page_in_words(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text


def test_a_wrong_method_is_a_page(client: TestClient) -> None:
    assert "This cannot be done here" in client.delete("/page").text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "https://predeparture.example.org"}, 403),
        ({"origin": "https://predeparture.example.org"}, 200),
        ({"origin": "https://elsewhere.example.org"}, 403),
        ({"origin": "null"}, 403),
        ({"cookie": "session=1"}, 403),
        ({}, 200),
    ],
)
def test_a_form_from_another_site_is_refused(client: TestClient, headers: dict[str, str], status: int) -> None:
    assert client.post("/page", data={"a": "b"}, headers=headers).status_code == status


def test_a_page_may_be_reached_from_another_site(client: TestClient) -> None:
    assert client.get("/page", headers={"sec-fetch-site": "cross-site", "cookie": "session=1"}).status_code == 200


@pytest.mark.parametrize(("token", "status"), [(TOKEN, 200), ("", 403), ("0" * 64, 403), ("ü", 403)])
def test_a_form_needs_the_token_of_its_session(client: TestClient, token: str, status: int) -> None:
    assert client.post("/session", data={"_token": token}).status_code == status


def test_a_body_over_the_limit_is_answered_in_words(client: TestClient) -> None:
    answer = client.post("/page", files={"file": ("a.csv", b"x" * 2000)})
    assert answer.status_code == 413
    assert "The file is too large" in answer.text


def test_a_body_without_a_declared_length_is_counted(client: TestClient) -> None:
    pieces = (b"x" * 100 for _piece in range(20))
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/page", content=pieces, headers=headers).status_code == 413


def test_trying_too_often_is_answered_in_words(client: TestClient) -> None:
    answers = [client.get("/often") for _try in range(11)]
    assert [answer.status_code for answer in answers[:10]] == [200] * 10
    assert answers[10].status_code == 429
    assert "Wait a few minutes" in answers[10].text


def test_one_key_does_not_use_up_the_tries_of_another() -> None:
    rates = RateLimits()
    for _try in range(10):
        rates.count(SIGN_IN, "one")
    rates.count(SIGN_IN, "other")
    with pytest.raises(TooOften):
        rates.count(SIGN_IN, "one")


def test_a_session_has_its_own_token_and_no_token_is_never_the_same() -> None:
    assert form_token(b"k" * 32, "a") != form_token(b"k" * 32, "b")
    assert form_token(b"k" * 32, "a") != form_token(b"j" * 32, "a")
    assert not same("", "")
