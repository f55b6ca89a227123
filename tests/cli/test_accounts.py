"""Accounts and organisations on the command line, and acting as one of them."""

from __future__ import annotations

from casework.organisations.tables import LicencePurpose
from cli.commands.organisations import Purpose
from tests.cli.conftest import PASSWORD, Command


def add(run: Command, email: str, role: str, organisation: str = "HQ", status: int = 0) -> str:
    result = run(
        *("user", "add", email, "--name", "Some Body", "--role", role, "--organisation", organisation),
        "--password-stdin",
        input=PASSWORD + "\n",
        status=status,
    )
    return result.stderr


def test_an_account_is_made_listed_disabled(run: Command) -> None:
    add(run, "case@example.org", "caseworker")
    users = {user["email"]: user for user in run.json("user", "list")["users"]}
    assert users["case@example.org"] == {
        "email": "case@example.org",
        "name": "Some Body",
        "title": "",
        "role": "caseworker",
        "organisation": "HQ",
        "active": True,
    }
    run("user", "disable", "case@example.org")
    assert "disabled" in run("user", "list").output


def test_a_password_is_set_and_a_short_one_refused(run: Command) -> None:
    run("user", "password", "admin@example.org", "--password-stdin", input="another long sentence\n")
    result = run("user", "password", "admin@example.org", "--password-stdin", input="short\n", status=2)
    assert "too short" in result.stderr


def test_a_password_is_never_an_argument_nor_taken_from_a_pipe_unasked(run: Command) -> None:
    result = run("user", "password", "admin@example.org", input="another long sentence\n", status=2)
    assert "--password-stdin" in result.stderr


def test_an_unknown_role_is_wrong_use(run: Command) -> None:
    assert "'king'" in add(run, "king@example.org", "king", status=2)


def test_an_agency_user_belongs_to_an_agency(run: Command) -> None:
    assert add(run, "agent@example.org", "agency_user", status=2)
    add(run, "agent@example.org", "agency_user", "AGN")


def test_acting_as_an_account_gives_its_permissions_and_no_more(run: Command) -> None:
    add(run, "case@example.org", "caseworker")
    assert "may not do this" in run("user", "list", "--as", "case@example.org", status=3).stderr
    run("user", "list", "--as", "admin@example.org")
    assert "may not do this" in run("audit", "verify", "--as", "admin@example.org", status=3).stderr


def test_a_disabled_or_unknown_account_cannot_be_acted_as(run: Command) -> None:
    add(run, "case@example.org", "caseworker")
    run("user", "disable", "case@example.org")
    assert "disabled" in run("case", "list", "--as", "case@example.org", status=3).stderr
    assert "no account" in run("case", "list", "--as", "nobody@example.org", status=3).stderr


def test_an_administrator_cannot_disable_the_own_account(run: Command) -> None:
    run("user", "disable", "admin@example.org", "--as", "admin@example.org", status=3)


def test_organisations_are_listed_with_the_licences_that_cover_today(run: Command) -> None:
    run("organisation", "add", "CLI", "--kind", "clinic", "--name", "Clinic", "--country", "xk", "--office", "HQ")
    run(
        *("organisation", "licence", "CLI", "--purpose", "medical", "--number", "M-1", "--from", "2001-01-01"),
        *("--until", "2001-12-31"),
    )
    found = {one["code"]: one for one in run.json("organisation", "list")["organisations"]}
    assert found["CLI"]["country"] == "XK"
    assert [licence["covers_today"] for licence in found["CLI"]["licences"]] == [False]
    assert [licence["covers_today"] for licence in found["AGN"]["licences"]] == [True]
    only = run.json("organisation", "list", "--kind", "agency")["organisations"]
    assert [(one["code"], one["office"]) for one in only] == [("AGN", "HQ")]


def test_a_code_that_is_taken_and_a_licence_of_nobody_are_refused(run: Command) -> None:
    run("organisation", "add", "hq", "--kind", "office", "--name", "Again", "--country", "XK", status=3)
    licence = ("--purpose", "medical", "--number", "1", "--from", "2026-01-01", "--until", "2027-01-01")
    run("organisation", "licence", "NIX", *licence, status=3)
    run("organisation", "licence", "AGN", *licence, "--programme", "moon", status=3)


def test_a_licence_can_be_recorded_for_everything_that_one_allows() -> None:
    assert {one.value for one in Purpose} == {one.value for one in LicencePurpose}
