"""Every address of the dashboard, in one place. No address ever holds a personal value."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlencode

SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"
WORK = "/work"
CASES = "/cases"
NEW_CASE = "/cases/new"
HITS = "/hits"
JOURNEYS = "/journeys"
ENTITLEMENTS = "/entitlements"
FOLLOW_UPS = "/follow-ups"
FOLLOW_UP_SHEET = "/follow-ups/list"
MEDICAL = "/medical"
APPOINTMENTS = "/appointments"
SLOTS = "/appointments/slots"
RESULT_LIST = "/appointments/results"
COURSES = "/courses"
NEW_COURSE = "/courses/new"
SESSIONS = "/sessions"
NEW_SESSION = "/sessions/new"
SKILLS = "/skills"
SKILL_MATCH = "/skills/match"
LOANS = "/loans"
LOANS_FILE = "/loans/portfolio.csv"
LOANS_JSON = "/loans/portfolio.json"
LOANS_LIST_FILE = "/loans/list.csv"
LOAN_PAYMENTS = "/loans/payments"
LOAN_PAYMENTS_CHECK = "/loans/payments/check"
LOAN_PAYMENTS_TAKE = "/loans/payments/take"
RECRUITMENT = "/recruitment"
JOB_ORDERS_FILE = "/recruitment/orders.csv"
JOB_ORDERS_JSON = "/recruitment/orders.json"
NEW_JOB_ORDER = "/recruitment/orders/new"
AGENCIES = "/recruitment/agencies"
COMPLAINTS = "/complaints"
REPORT = "/report"
REPORT_STATUS = "/report/status"
REPORT_MORE = "/report/status/more"
COST_ALERTS = "/costs/alerts"
BATCHES = "/batches"
NEW_BATCH = "/batches/new"
BATCH_EXAMPLE = "/batches/example.csv"
SUBMIT_BATCH = "/batches/new/submit"
CHECKED_FINDINGS = "/batches/new/findings.csv"
DOCUMENTS = "/documents"
CONCESSIONS = "/waivers"
DECISIONS = "/decisions"
REMINDERS = "/reminders"
DAY_FILE = "/diary/day.ics"
WEEK_FILE = "/diary/week.ics"
ORIGINALS = "/originals"
ORIGINALS_FILE = "/originals.csv"
RECOGNITIONS = "/recognitions"
INSTITUTIONS = "/institutions"
REGISTER_FILE = "/documents/register.csv"
REGISTER_JSON = "/documents/register.json"
SAVED_LISTS = "/documents/lists"
PACK = "/documents/pack"
SIGNATORIES = "/signatories"
GALLERY = "/gallery"
PROGRAMMES = "/programmes"
COHORTS = "/cohorts"
NEW_COHORT = "/cohorts/new"
HOUSEHOLDS = "/households"
HOUSEHOLDS_FILE = "/households/households.csv"
HOUSEHOLDS_JSON = "/households/households.json"
DUPLICATES = "/duplicates"
VERSIONS = "/programme-versions"
AUDITS = "/audits"
NEW_ENGAGEMENT = "/audits/new"
FINDINGS = "/audits/findings"
TRAIL = "/audits/trail"
TRAIL_FILE = "/audits/trail.csv"
STORED_FILES = "/audits/stored-files"
AUDIT_PACKS = "/audits/packs"
NEW_AUDIT_PACK = "/audits/packs/new"
VERIFY = "/verify"
VERIFY_NUMBER = "/verify/number"
VERIFY_HASH = "/verify/hash"
ISSUER_KEYS = "/issuer/keys.json"
REVOCATIONS = "/issuer/revocations.json"
USERS = "/administration/users"
NEW_USER = "/administration/users/new"
ORGANISATIONS = "/administration/organisations"
NEW_ORGANISATION = "/administration/organisations/new"
WATCH_LISTS = "/administration/watch-lists"


def _join(*parts: object) -> str:
    return "/" + "/".join(quote(str(part), safe="") for part in parts)


def query(path: str, **filters: str | int | None) -> str:
    """`path` with the filters that are set, in the order given."""
    kept = {name: value for name, value in filters.items() if value not in (None, "")}
    return f"{path}?{urlencode(kept)}" if kept else path


def case(case_id: object, *parts: object) -> str:
    """A page of a case: ``case(id)``, ``case(id, "sheet")``, ``case(id, "stages", "medical", "sign-off")``."""
    return _join("cases", case_id, *parts)


def loan(case_id: object, number: str, *parts: object) -> str:
    """The page of one loan of a case: a case may have had several."""
    return query(case(case_id, "loan", *parts), number=number)


def evidence(case_id: object, evidence_id: object, *parts: object) -> str:
    """A paper of a case; parts: accept, reject, withdraw, describe, move, files[/NUMBER[/original]], same/ID."""
    return _join("cases", case_id, "evidence", evidence_id, *parts)


def original(case_id: object, original_id: object, *parts: object) -> str:
    """An original of a case; parts: steps, steps/ID/receipt, steps/ID/file."""
    return _join("cases", case_id, "originals", original_id, *parts)


def cost(case_id: object, cost_id: object, *parts: object) -> str:
    """A cost of a case; parts: correct, take-back."""
    return _join("cases", case_id, "costs", cost_id, *parts)


def fee_alert(case_id: object, alert_id: object, act: str) -> str:
    """An alert about a fee; `act` is refund, allow, confirm, agree or end-agreement."""
    return _join("cases", case_id, "costs", "alerts", alert_id, act)


def complaint(complaint_id: object, *parts: object) -> str:
    """A complaint; parts: take, step, sort, close, read, reopen."""
    return _join("complaints", complaint_id, *parts)


def job_order(order_id: object, *parts: object) -> str:
    """A job order; parts: approve, refuse, change, suspend, resume, close."""
    return _join("recruitment", "orders", order_id, *parts)


def candidates(order_id: object, *parts: object) -> str:
    """Who was put forward for a job order; parts: criteria."""
    return job_order(order_id, "candidates", *parts)


def candidate(application_id: object, *parts: object) -> str:
    """One who was put forward; parts: invite, hold, offer, accept, reject, take-back, decline, withdraw."""
    return _join("recruitment", "candidates", application_id, *parts)


def agency(agency_id: object, *parts: object) -> str:
    """The record of an agency; parts: scorecard.csv, suspend, suspensions/ID/lift, principals[/ID/withdraw],
    licences/ID/revoke, licences/ID/guarantee."""
    return _join("recruitment", "agencies", agency_id, *parts)


def institution(institution_id: object) -> str:
    """A school or university of the register."""
    return _join("institutions", institution_id)


def photo(case_id: object, item_id: object, act: str) -> str:
    """One of the photographs of a case; `act` is frame or portrait."""
    return _join("cases", case_id, "photos", item_id, act)


def new_waiver(case_id: object, requirement: str, subject: str = "") -> str:
    return query(case(case_id, "waivers", "new"), requirement=requirement, subject=subject)


def appointment(booking_id: object, *parts: object) -> str:
    """An appointment for its clinic; parts: arrive, miss, result, amend, photo."""
    return _join("appointments", booking_id, *parts)


def booking_file(booking_id: object) -> str:
    return _join("bookings", booking_id) + ".ics"


def slot(slot_id: object, act: str) -> str:
    """A time of a clinic; `act` is close."""
    return _join("appointments", "slots", slot_id, act)


def hit(hit_id: object, *parts: object) -> str:
    """A possible match; parts: propose, answer, papers[/ID]."""
    return _join("hits", hit_id, *parts)


def hits_together(act: str = "") -> str:
    """Several that are alike; `act` is propose or confirm."""
    return _join("hits", "together", *([act] if act else []))


def batch(batch_id: object, *parts: object) -> str:
    """A page of a batch; parts: findings.csv."""
    return _join("batches", batch_id, *parts)


def document(document_id: object, *parts: object) -> str:
    """A page of an issued document; ``document(id, "file")`` is the PDF. Other parts: hand-over, duplicates,
    scans[/ID], revoke, supersede, evidence."""
    return _join("documents", document_id, *parts)


def skill_lists(place: str) -> str:
    """Where a search (``skills``) or a demand (``demands``) is kept under a name."""
    return _join("skills", place, "lists")


def skill_list(place: str, view_id: object, act: str) -> str:
    """`act` is remove."""
    return _join("skills", place, "lists", view_id, act)


def saved_list(view_id: object, act: str) -> str:
    """`act` is remove."""
    return _join("documents", "lists", view_id, act)


def signatory(signatory_id: object, act: str) -> str:
    """`act` is end."""
    return _join("signatories", signatory_id, act)


def specimen(name: str, first: str, second: str, script: str) -> str:
    """A specimen of the gallery; `name` is KIND.pdf or KIND.png."""
    return query(_join("gallery", name), first=first, second=second, script=script)


def programme(programme_id: str, version: str) -> str:
    return _join("programmes", programme_id, version)


def compared(kept_id: object, other_id: object, *parts: object) -> str:
    """Two records of workers side by side, the one that would be kept first; parts: merge, apart."""
    return _join("duplicates", kept_id, other_id, *parts)


def merge(merge_id: object, *parts: object) -> str:
    """A merge of two records; parts: undo."""
    return _join("merges", merge_id, *parts)


def cohort(code: str, *parts: object) -> str:
    """A cohort; parts: attendance."""
    return _join("cohorts", code, *parts)


def course(code: str, *parts: object) -> str:
    """A course; parts: sessions[/ID[/list|/cancel]], assessments[/ID[/list]], enrol, people/ID/leave, photos/ID,
    change, cancel, close."""
    return _join("courses", code, *parts)


def new_session(programme_ids: Iterable[str]) -> str:
    """The form of a new orientation session for these programmes."""
    return f"{NEW_SESSION}?{urlencode([('programme', one) for one in programme_ids])}"


def session(code: str, *parts: object) -> str:
    """An orientation session; parts: enrol[/list], attendance[/list], test, family[/invite], people/ID/leave,
    people/ID/take-back, photos/ID, late, cancel, close."""
    return _join("sessions", code, *parts)


def version_rules(programme_id: str, *parts: object) -> str:
    """Versions, suspensions and migrations of a programme; parts: suspend, lift, migration, migrations/ID[/undo]."""
    return _join("programme-versions", programme_id, *parts)


def version(programme_id: str, version: str, *parts: object) -> str:
    """A version that was handed in; parts: publish, discard."""
    return version_rules(programme_id, "versions", version, *parts)


def engagement(number: str, *parts: object) -> str:
    """An engagement of auditors; parts: change, close, samples/new, findings/new."""
    return _join("audits", "engagements", number, *parts)


def sample(number: str, *parts: object) -> str:
    """A sample; parts: items/POSITION, reproduce, population.tsv, sign, report."""
    return _join("audits", "samples", number, *parts)


def make_again(document_id: object) -> str:
    """Make a document again and compare; beside the audits, since auditors act nowhere else."""
    return _join("audits", "documents", document_id, "make-again")


def event(seq: int, *parts: object) -> str:
    """An event of the history; parts: proof."""
    return _join("audits", "trail", seq, *parts)


def report(name: str) -> str:
    """A standing report."""
    return _join("audits", "reports", name)


def finding(number: str, *parts: object) -> str:
    """A finding; parts: answer, implement, follow-up."""
    return _join("audits", "findings", number, *parts)


def loan_payment(line_id: object, act: str) -> str:
    """A payment that belongs to no loan yet; `act` is match, refund or set-aside."""
    return _join("loans", "payments", line_id, act)


def verify(token: str) -> str:
    return _join("verify", token)


def user(user_id: object, *parts: object) -> str:
    """parts: disable, enable, password."""
    return _join("administration", "users", user_id, *parts)


def watch_list(list_id: object) -> str:
    """What a version of a watch list changed."""
    return f"{WATCH_LISTS}/{list_id}"


def organisation(organisation_id: object, *parts: object) -> str:
    """parts: licences."""
    return _join("administration", "organisations", organisation_id, *parts)
