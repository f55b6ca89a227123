"""The roles an account can have. What each may do stands in one permission table (`casework.accounts`)."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    CASEWORKER = "caseworker"
    SUPERVISOR = "supervisor"
    SECURITY_OFFICER = "security_officer"
    MEDICAL_OFFICER = "medical_officer"
    LOAN_OFFICER = "loan_officer"
    AGENCY_USER = "agency_user"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    CLINIC_USER = "clinic_user"
    PROVIDER_USER = "provider_user"
    EMPLOYER_USER = "employer_user"
    COMPLAINTS_OFFICER = "complaints_officer"
