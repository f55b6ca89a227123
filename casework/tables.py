"""All tables of the house under one name, for migrations and for whoever needs the whole metadata."""

from sqlmodel import SQLModel

from casework.accounts import tables as accounts
from casework.audit import tables as audit
from casework.auditing import tables as auditing
from casework.batches import tables as batches
from casework.cases import tables as cases
from casework.certificates import tables as certificates
from casework.clinics import tables as clinics
from casework.cohorts import tables as cohorts
from casework.complaints import tables as complaints
from casework.concessions import tables as concessions
from casework.contracts import tables as contracts
from casework.copies import tables as copies
from casework.costs import tables as costs
from casework.custody import tables as custody
from casework.decisions import tables as decisions
from casework.diary import tables as diary
from casework.disclosures import tables as disclosures
from casework.entitlements import tables as entitlements
from casework.evidence import tables as evidence
from casework.followups import tables as followups
from casework.households import tables as households
from casework.issuers import tables as issuers
from casework.ledger import tables as ledger
from casework.loans import paper_tables as money_papers
from casework.loans import tables as loans
from casework.medical import tables as medical
from casework.organisations import tables as organisations
from casework.orientation import tables as orientation
from casework.outbox import tables as outbox
from casework.oversight import tables as oversight
from casework.photos import tables as photos
from casework.programmes import tables as programmes
from casework.qualifications import tables as qualifications
from casework.recruitment import tables as recruitment
from casework.repayments import tables as repayments
from casework.security import sweep_tables as sweeps
from casework.security import tables as security
from casework.selection import tables as selection
from casework.signatories import tables as signatories
from casework.training import course_tables as courses
from casework.training import tables as training
from casework.travel import tables as travel
from casework.verifications import tables as verifications
from casework.workers import merge_tables as merges
from casework.workers import tables as workers

metadata = SQLModel.metadata

__all__ = [
    "accounts",
    "audit",
    "auditing",
    "batches",
    "cases",
    "certificates",
    "clinics",
    "cohorts",
    "complaints",
    "concessions",
    "contracts",
    "copies",
    "costs",
    "courses",
    "custody",
    "decisions",
    "diary",
    "disclosures",
    "entitlements",
    "evidence",
    "followups",
    "households",
    "issuers",
    "ledger",
    "loans",
    "medical",
    "merges",
    "metadata",
    "money_papers",
    "organisations",
    "orientation",
    "outbox",
    "oversight",
    "photos",
    "programmes",
    "qualifications",
    "recruitment",
    "repayments",
    "security",
    "selection",
    "signatories",
    "sweeps",
    "training",
    "travel",
    "verifications",
    "workers",
]
