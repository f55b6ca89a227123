"""Selection by employers, promised and signed contracts"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from casework.columns import UtcDateTime

revision: str = "0038"
down_revision: str | None = "0037"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_STATES = (
    "nominated", "invited", "interviewed", "offered", "accepted", "rejected", "declined", "withdrawn", "taken_back",
    "ended",
)  # fmt: skip


def upgrade() -> None:
    _criteria()
    _application()
    _interview()
    _offer()
    _contract()
    _answer()


def _recorded() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
    )


def _criteria() -> None:
    op.create_table(
        "selection_criteria",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("level", sa.String(length=2), nullable=False),
        sa.Column("experience_months", sa.Integer(), nullable=False),
        sa.Column("licence", sa.String(length=60), nullable=False),
        *_recorded(),
        sa.ForeignKeyConstraint(["job_order_id"], ["job_order.id"], name=op.f("fk_selection_criteria_job_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_criteria")),
        sa.UniqueConstraint("job_order_id", "number", name=op.f("uq_selection_criteria_job_order_id_number")),
    )


def _application() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("job_order_id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("nominated_on", sa.Date(), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("explained_in", sa.String(length=2), nullable=False),
        sa.Column("paper", sa.String(length=120), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_recorded(),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(sa.column("state").in_(_STATES), name=op.f("ck_application_applicationstate")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_application_case_id")),
        sa.ForeignKeyConstraint(["job_order_id"], ["job_order.id"], name=op.f("fk_application_job_order_id")),
        sa.ForeignKeyConstraint(["employer_id"], ["organisation.id"], name=op.f("fk_application_employer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    for column in ("case_id", "job_order_id", "employer_id"):
        op.create_index(op.f(f"ix_application_{column}"), "application", [column], unique=False)
    _only_one("uq_application_live", "application", ["case_id", "job_order_id"], "ended_on IS NULL")
    _only_one("uq_application_accepted", "application", ["case_id"], "state = 'accepted'")


def _interview() -> None:
    op.create_table(
        "interview",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=True),
        *_recorded(),
        sa.Column("held_by", sa.String(length=40), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            sa.column("result").in_(("good", "not_good", "missed", "not_held")),
            name=op.f("ck_interview_interviewresult"),
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_interview_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
    )
    op.create_index(op.f("ix_interview_application_id"), "interview", ["application_id"], unique=False)


def _offer() -> None:
    op.create_table(
        "offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=True),
        sa.Column("offered_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        *_recorded(),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_offer_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_offer_application_id_number")),
    )


def _contract() -> None:
    op.create_table(
        "contract",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("job_order_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("terms", sa.LargeBinary(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        *_recorded(),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("checked_by", sa.String(length=40), nullable=False),
        sa.Column("checked_against", sa.String(length=140), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=40), nullable=False),
        sa.CheckConstraint(sa.column("kind").in_(("promised", "signed")), name=op.f("ck_contract_contractkind")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_contract_case_id")),
        sa.ForeignKeyConstraint(["job_order_id"], ["job_order.id"], name=op.f("fk_contract_job_order_id")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_contract_application_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence_item.id"], name=op.f("fk_contract_evidence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("case_id", "kind", "number", name=op.f("uq_contract_case_id_kind_number")),
    )
    op.create_index(op.f("ix_contract_case_id"), "contract", ["case_id"], unique=False)
    _only_one("uq_contract_live", "contract", ["case_id", "kind"], "withdrawn_on IS NULL")


def _answer() -> None:
    op.create_table(
        "contract_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("point", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("paper", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        *_recorded(),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            sa.column("kind").in_(("accepted", "enough", "refused")), name=op.f("ck_contract_answer_answerkind")
        ),
        sa.CheckConstraint(
            sa.column("state").in_(("waiting", "confirmed", "returned")), name=op.f("ck_contract_answer_answerstate")
        ),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_contract_answer_contract_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_contract_answer_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_answer")),
    )
    for column in ("contract_id", "case_id"):
        op.create_index(op.f(f"ix_contract_answer_{column}"), "contract_answer", [column], unique=False)


def _only_one(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(
        name, table, columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )  # fmt: skip


def downgrade() -> None:
    for table in ("contract_answer", "contract", "offer", "interview", "application", "selection_criteria"):
        op.drop_table(table)
