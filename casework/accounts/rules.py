"""The permission table: what each role may do. Pure. Unknown means no."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from basis.errors import Refused
from basis.messages import Message, _
from basis.roles import Role


class Permission(StrEnum):
    SEE_CASES = "see_cases"
    SEE_IDENTITY = "see_identity"  # passport number, contacts, evidence files
    SEE_PHOTOGRAPH = "see_photograph"  # the small picture beside the name, where somebody must know whom they see
    SEE_ORIGINALS = "see_originals"  # which papers of workers the office holds, and since when
    KEEP_ORIGINALS = "keep_originals"  # take them in, send them, give them back
    EDIT_CASES = "edit_cases"  # open by hand, correct data, add evidence
    DECIDE_EVIDENCE = "decide_evidence"
    MOVE_CASES = "move_cases"
    ASSIGN_CASES = "assign_cases"
    GRANT_WAIVERS = "grant_waivers"
    DECIDE_APPEALS = "decide_appeals"  # against decisions that one took no part in
    SEE_APPEALS = "see_appeals"  # their grounds and answers
    SCREEN = "screen"
    SEE_MATCHES = "see_matches"  # possible matches with watch lists, and what officers say of them
    ADJUDICATE = "adjudicate"
    RECORD_QUALIFICATIONS = "record_qualifications"
    RECORD_TRAINING = "record_training"
    RECORD_MEDICAL = "record_medical"
    SEE_MEDICAL = "see_medical"
    RECORD_ORIENTATION = "record_orientation"
    ASK_LOANS = "ask_loans"
    APPROVE_LOANS = "approve_loans"
    RECORD_TRAVEL = "record_travel"
    SUBMIT_BATCHES = "submit_batches"
    SEE_BATCHES = "see_batches"
    SEE_REGISTER = "see_register"
    AUDIT = "audit"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_ORGANISATIONS = "manage_organisations"
    MANAGE_WATCH_LISTS = "manage_watch_lists"
    SEE_WATCH_LISTS = "see_watch_lists"  # their versions and what each changed
    SEE_VERSIONS = "see_versions"  # drafts, suspensions and migrations of programmes
    DRAFT_PROGRAMMES = "draft_programmes"
    PUBLISH_PROGRAMMES = "publish_programmes"  # what somebody else drafted
    MIGRATE_CASES = "migrate_cases"
    SUSPEND_PROGRAMMES = "suspend_programmes"
    LIFT_SUSPENSIONS = "lift_suspensions"
    MANAGE_KEYS = "manage_keys"  # of signatures and credentials
    SEE_COHORTS = "see_cohorts"
    MANAGE_COHORTS = "manage_cohorts"
    SEE_ENGAGEMENTS = "see_engagements"  # of auditors, and the findings among them that are one's own to see
    MANAGE_ENGAGEMENTS = "manage_engagements"
    SEE_SAMPLES = "see_samples"  # an auditor's own, an office's once they are signed
    ANSWER_FINDINGS = "answer_findings"  # for the office that they are about
    MANAGE_SIGNATORIES = "manage_signatories"  # who is printed as responsible on what is issued
    HAND_OVER = "hand_over"  # documents to people outside; their duplicates and stamped copies
    SEE_GALLERY = "see_gallery"  # specimens of every kind of document
    CORRECT_DOCUMENTS = "correct_documents"  # revoke what was issued, or have it issued anew
    SEE_HOUSEHOLDS = "see_households"  # who travels with whom, also those who are no workers
    MERGE_WORKERS = "merge_workers"  # two records of one person, and take it back
    SEE_APPOINTMENTS = "see_appointments"  # a clinic its own, an office those of its cases
    BOOK_APPOINTMENTS = "book_appointments"
    ENTER_RESULTS = "enter_results"  # of examinations, for the clinic's own appointments
    SEE_COURSES = "see_courses"  # courses and orientation sessions: a provider its own, an office its own
    RUN_COURSES = "run_courses"  # open them, mark attendance, enter results
    ENROL = "enrol"  # workers into courses and sessions
    SEE_SKILLS = "see_skills"  # who of the office's workers can do what, and from when
    SEE_LOANS = "see_loans"  # the loans of an office: lists, ledger, portfolio
    KEEP_LOANS = "keep_loans"  # pay out, take payments, defer, collect
    FORGIVE_LOANS = "forgive_loans"  # by two people
    RECORD_ENTITLEMENTS = "record_entitlements"  # what a programme pays to a worker: claim it, add its proof
    APPROVE_ENTITLEMENTS = "approve_entitlements"  # what somebody else claimed
    PAY_ENTITLEMENTS = "pay_entitlements"  # what somebody else approved
    SEE_COSTS = "see_costs"  # of a case: what was paid, by whom
    RECORD_COSTS = "record_costs"
    RESOLVE_FEES = "resolve_fees"  # fees that no worker may be charged
    HANDLE_COMPLAINTS = "handle_complaints"  # those against the office's own staff: complaints officers alone
    SEE_RECRUITMENT = "see_recruitment"  # job orders: an agency and an employer their own, an office its own
    ASK_JOB_ORDERS = "ask_job_orders"
    MANAGE_RECRUITMENT = "manage_recruitment"  # accredit principals, approve job orders, suspend agencies
    SELECT_CANDIDATES = "select_candidates"  # interviews and offers, for an employer's own job orders
    CHECK_CONTRACTS = "check_contracts"


_P = Permission
_CASEWORK = frozenset(
    {
        _P.SEE_CASES,
        _P.SEE_IDENTITY,
        _P.SEE_PHOTOGRAPH,
        _P.SEE_ORIGINALS,
        _P.KEEP_ORIGINALS,
        _P.EDIT_CASES,
        _P.DECIDE_EVIDENCE,
        _P.MOVE_CASES,
        _P.RECORD_QUALIFICATIONS,
        _P.RECORD_TRAINING,
        _P.RECORD_ORIENTATION,
        _P.ASK_LOANS,
        _P.RECORD_TRAVEL,
        _P.SEE_BATCHES,
        _P.SEE_REGISTER,
        _P.HAND_OVER,
        _P.SEE_HOUSEHOLDS,
        _P.SEE_APPOINTMENTS,
        _P.BOOK_APPOINTMENTS,
        _P.SEE_COURSES,
        _P.RUN_COURSES,
        _P.ENROL,
        _P.SEE_SKILLS,
        _P.RECORD_ENTITLEMENTS,
        _P.SEE_COSTS,
        _P.RECORD_COSTS,
        _P.SEE_RECRUITMENT,
        _P.SELECT_CANDIDATES,
        _P.CHECK_CONTRACTS,
    }
)

# An administrator prepares a new version of the rules and can stop a corridor in an emergency; what lets workers go on
# (making rules public, moving cases to them, lifting a suspension) is for people who answer for cases.
_STOPS = frozenset({_P.SEE_VERSIONS, _P.DRAFT_PROGRAMMES, _P.SUSPEND_PROGRAMMES})
_APPEALS = frozenset({_P.DECIDE_APPEALS, _P.SEE_APPEALS})
_ENGAGING = frozenset({_P.SEE_ENGAGEMENTS, _P.MANAGE_ENGAGEMENTS})
_RULES = _STOPS | {_P.PUBLISH_PROGRAMMES, _P.MIGRATE_CASES, _P.LIFT_SUSPENSIONS}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.CASEWORKER: _CASEWORK,
    Role.SUPERVISOR: _CASEWORK
    | _ENGAGING
    | {_P.SEE_SAMPLES, _P.ANSWER_FINDINGS}
    | _RULES
    | _APPEALS
    | {_P.ASSIGN_CASES, _P.GRANT_WAIVERS, _P.SUBMIT_BATCHES, _P.SEE_COHORTS, _P.MANAGE_COHORTS}
    | {_P.MANAGE_SIGNATORIES, _P.CORRECT_DOCUMENTS, _P.MERGE_WORKERS}
    | {_P.SEE_LOANS, _P.FORGIVE_LOANS, _P.APPROVE_ENTITLEMENTS, _P.RESOLVE_FEES, _P.HANDLE_COMPLAINTS}
    | {_P.ASK_JOB_ORDERS, _P.MANAGE_RECRUITMENT},
    Role.SECURITY_OFFICER: frozenset({_P.SEE_CASES, _P.SEE_IDENTITY, _P.DECIDE_EVIDENCE})
    | {_P.SCREEN, _P.SEE_MATCHES, _P.ADJUDICATE, _P.SEE_PHOTOGRAPH, _P.SEE_WATCH_LISTS},
    Role.MEDICAL_OFFICER: frozenset({_P.SEE_CASES, _P.RECORD_MEDICAL, _P.SEE_MEDICAL, _P.SEE_PHOTOGRAPH})
    | {_P.SEE_APPOINTMENTS, _P.BOOK_APPOINTMENTS},
    Role.LOAN_OFFICER: frozenset({_P.SEE_CASES, _P.ASK_LOANS, _P.APPROVE_LOANS, _P.SEE_LOANS, _P.KEEP_LOANS})
    | {_P.FORGIVE_LOANS, _P.APPROVE_ENTITLEMENTS, _P.PAY_ENTITLEMENTS},
    Role.AGENCY_USER: frozenset({_P.SEE_CASES, _P.SUBMIT_BATCHES, _P.SEE_BATCHES})
    | {_P.SEE_RECRUITMENT, _P.ASK_JOB_ORDERS},
    Role.AUDITOR: frozenset({_P.SEE_CASES, _P.SEE_REGISTER, _P.SEE_APPEALS, _P.SEE_VERSIONS, _P.SEE_COHORTS})
    | {_P.SEE_MATCHES, _P.SEE_WATCH_LISTS, _P.SEE_COURSES, _P.SEE_LOANS, _P.SEE_COSTS}
    | {_P.AUDIT, _P.SEE_ENGAGEMENTS, _P.SEE_SAMPLES, _P.SEE_ORIGINALS, _P.SEE_GALLERY, _P.SEE_HOUSEHOLDS},
    Role.ADMINISTRATOR: _ENGAGING
    | _STOPS
    | {_P.SEE_GALLERY, _P.SEE_WATCH_LISTS}
    | {_P.MANAGE_ACCOUNTS, _P.MANAGE_ORGANISATIONS, _P.MANAGE_KEYS, _P.MANAGE_WATCH_LISTS, _P.MANAGE_SIGNATORIES},
    # Who reports a fee or complains stays unknown to those who work on the case.
    Role.COMPLAINTS_OFFICER: frozenset({_P.HANDLE_COMPLAINTS}),
    # People outside the office reach no case: a clinic its appointments, a provider its courses and sessions, an
    # employer its job orders.
    Role.CLINIC_USER: frozenset({_P.SEE_APPOINTMENTS, _P.ENTER_RESULTS}),
    Role.PROVIDER_USER: frozenset({_P.SEE_COURSES, _P.RUN_COURSES, _P.ENROL}),
    Role.EMPLOYER_USER: frozenset({_P.SEE_RECRUITMENT, _P.SELECT_CANDIDATES}),
}

ROLE_WORDS: Mapping[Role, Message] = {
    Role.CASEWORKER: _("caseworker"),
    Role.SUPERVISOR: _("supervisor"),
    Role.SECURITY_OFFICER: _("security officer"),
    Role.MEDICAL_OFFICER: _("medical officer"),
    Role.LOAN_OFFICER: _("loan officer"),
    Role.AGENCY_USER: _("agency user"),
    Role.AUDITOR: _("auditor"),
    Role.ADMINISTRATOR: _("administrator"),
    Role.CLINIC_USER: _("clinic user"),
    Role.PROVIDER_USER: _("provider user"),
    Role.EMPLOYER_USER: _("employer user"),
    Role.COMPLAINTS_OFFICER: _("complaints officer"),
}


def may(role: Role | None, permission: Permission) -> bool:
    """Whether the role holds the permission; the engine (None) may do all that a service does for it."""
    return role is None or permission in PERMISSIONS[role]


def require(role: Role | None, permission: Permission) -> None:
    """Raise `Refused` (``role``) unless the role holds the permission."""
    if not may(role, permission):
        raise Refused(
            "role",
            _("The role {role} may not do this.", role=ROLE_WORDS[role] if role else ""),
            _("Ask somebody whose role includes it; an administrator can tell who."),
        )
