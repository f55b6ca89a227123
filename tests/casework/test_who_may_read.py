"""Who may read which certificate's file."""

from __future__ import annotations

import pytest

from basis.roles import Role
from casework.certificates.rules import ENTITLEMENT_PAPERS, LOAN_PAPERS, may_know_of, may_read_file


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.SUPERVISOR, Role.AUDITOR])
@pytest.mark.parametrize("kind", ["documents", "security", "medical", "loan", "departure"])
def test_who_hands_papers_over_or_reviews_them_reads_every_kind(role: Role, kind: str) -> None:
    assert may_read_file(role, kind)


@pytest.mark.parametrize("kind", ["medical", "security"])
def test_an_agency_reads_neither_the_medical_nor_the_security_paper(kind: str) -> None:
    assert not may_read_file(Role.AGENCY_USER, kind)
    assert may_read_file(Role.AGENCY_USER, "documents")


def test_the_letter_of_a_decision_is_for_who_hands_it_over_and_who_reviews_it() -> None:
    readers = {role for role in Role if may_read_file(role, "letter")}
    assert readers == {Role.CASEWORKER, Role.SUPERVISOR, Role.AUDITOR, Role.SECURITY_OFFICER}


def test_an_agency_does_not_even_learn_that_there_is_a_letter() -> None:
    assert [role for role in Role if not may_know_of(role, "letter")] == [Role.AGENCY_USER]
    assert may_know_of(Role.AGENCY_USER, "medical")


def test_an_officer_reads_the_paper_of_the_own_stage() -> None:
    assert may_read_file(Role.MEDICAL_OFFICER, "medical")
    assert not may_read_file(Role.MEDICAL_OFFICER, "security")
    assert may_read_file(Role.LOAN_OFFICER, "loan")
    assert not may_read_file(Role.LOAN_OFFICER, "medical")
    assert not may_read_file(Role.SECURITY_OFFICER, "medical")


@pytest.mark.parametrize("kind", ["documents", "medical"])
def test_an_administrator_reads_none(kind: str) -> None:
    assert not may_read_file(Role.ADMINISTRATOR, kind)


@pytest.mark.parametrize("kind", sorted(LOAN_PAPERS))
def test_papers_about_a_loan_are_for_who_works_with_loans_and_who_reviews_them(kind: str) -> None:
    readers = {role for role in Role if may_read_file(role, kind)}
    assert readers == {Role.CASEWORKER, Role.SUPERVISOR, Role.LOAN_OFFICER, Role.AUDITOR}


@pytest.mark.parametrize("kind", sorted(ENTITLEMENT_PAPERS))
def test_statements_of_entitlements_are_for_who_claims_approves_pays_or_reviews_them(kind: str) -> None:
    readers = {role for role in Role if may_read_file(role, kind)}
    assert readers == {Role.CASEWORKER, Role.SUPERVISOR, Role.LOAN_OFFICER, Role.AUDITOR}


@pytest.mark.parametrize("kind", sorted(LOAN_PAPERS | ENTITLEMENT_PAPERS))
def test_an_agency_does_not_even_learn_that_there_is_a_paper_about_money(kind: str) -> None:
    assert [role for role in Role if not may_know_of(role, kind)] == [Role.AGENCY_USER]
