"""Journeys: legs, tickets, what became of them"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from basis.ids import new_id
from casework.columns import UtcDateTime

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_STATES = (
    "booked", "departed", "arrived", "cancelled", "deferred", "no_show", "turned_back", "replaced", "withdrawn",
)  # fmt: skip
_GONE = "'departed', 'arrived', 'returned', 'closed'"
_ACTS = ("replace", "withdraw", "cancel", "defer", "miss", "depart", "arrive", "turn_back", "take_back")


def upgrade() -> None:
    with op.batch_alter_table("itinerary") as batch:
        batch.add_column(sa.Column("arrives_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("escort", sa.String(length=200), nullable=False, server_default=""))
        batch.add_column(sa.Column("booking_reference", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("ticket_number", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("ticket_issued_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("state", sa.String(length=32), nullable=False, server_default="booked"))
        batch.add_column(sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"))
        batch.create_check_constraint(op.f("ck_itinerary_journeystate"), sa.column("state").in_(_STATES))
    op.create_index(op.f("ix_itinerary_departs_on"), "itinerary", ["departs_on"])
    _legs()
    _events()
    _carry_over()


def downgrade() -> None:
    op.drop_table("journey_event")
    op.drop_table("journey_leg")
    op.drop_index(op.f("ix_itinerary_departs_on"), "itinerary")
    with op.batch_alter_table("itinerary") as batch:
        batch.drop_constraint(op.f("ck_itinerary_journeystate"), type_="check")
        for column in (
            "sequence", "state", "ticket_issued_on", "ticket_number", "booking_reference", "escort", "arrives_on",
        ):  # fmt: skip
            batch.drop_column(column)


def _legs() -> None:
    op.create_table(
        "journey_leg",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("itinerary_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=120), nullable=False),
        sa.Column("destination", sa.String(length=120), nullable=False),
        sa.Column("carrier", sa.String(length=120), nullable=False),
        sa.Column("service_number", sa.String(length=40), nullable=False),
        sa.Column("departs_on", sa.Date(), nullable=False),
        sa.Column("departs_time", sa.String(length=5), nullable=False),
        sa.Column("departs_zone", sa.String(length=64), nullable=False),
        sa.Column("departs_at", UtcDateTime(), nullable=True),
        sa.Column("arrives_on", sa.Date(), nullable=True),
        sa.Column("arrives_time", sa.String(length=5), nullable=False),
        sa.Column("arrives_zone", sa.String(length=64), nullable=False),
        sa.Column("arrives_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["itinerary_id"], ["itinerary.id"], name=op.f("fk_journey_leg_itinerary_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journey_leg")),
        sa.UniqueConstraint("itinerary_id", "number", name=op.f("uq_journey_leg_itinerary_id_number")),
    )


def _events() -> None:
    op.create_table(
        "journey_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("itinerary_id", sa.Uuid(), nullable=True),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("clock", sa.String(length=5), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("refund_expected", sa.Boolean(), nullable=True),
        sa.Column("new_departure", sa.Date(), nullable=True),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint(sa.column("act").in_(_ACTS), name=op.f("ck_journey_event_journeyact")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_journey_event_case_id")),
        sa.ForeignKeyConstraint(["itinerary_id"], ["itinerary.id"], name=op.f("fk_journey_event_itinerary_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence_item.id"], name=op.f("fk_journey_event_evidence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journey_event")),
    )
    for column in ("case_id", "itinerary_id"):
        op.create_index(op.f(f"ix_journey_event_{column}"), "journey_event", [column])


def _carry_over() -> None:
    """Each booking becomes one leg. What became of it is told by its case: whoever departed did so on the booking that
    stood."""
    op.execute("UPDATE itinerary SET state = 'withdrawn' WHERE withdrawn_on IS NOT NULL")
    gone = "withdrawn_on IS NULL AND case_id IN (SELECT id FROM case_file WHERE life IN ({}))"
    op.execute(f"UPDATE itinerary SET state = 'departed' WHERE {gone.format(_GONE)}")  # noqa: S608 - words of this file
    op.execute(
        "UPDATE itinerary SET state = 'arrived' WHERE state = 'departed'"
        " AND case_id IN (SELECT id FROM case_file WHERE life <> 'departed')"
        " AND case_id IN (SELECT case_id FROM case_move WHERE to_life = 'arrived')"
    )
    bind = op.get_bind()
    booked = sa.table(
        "itinerary",
        sa.column("id", sa.Uuid()),
        sa.column("departs_on", sa.Date()),
        *(sa.column(name, sa.String()) for name in ("origin", "destination", "carrier", "service_number")),
    )
    leg = sa.table(
        "journey_leg",
        *(sa.column(name, sa.Uuid()) for name in ("id", "itinerary_id")),
        sa.column("number", sa.Integer()),
        sa.column("departs_on", sa.Date()),
        *(sa.column(name, sa.String()) for name in ("origin", "destination", "carrier", "service_number")),
        *(sa.column(name, sa.String()) for name in ("departs_time", "departs_zone", "arrives_time", "arrives_zone")),
    )
    rows = [
        {
            "id": new_id(),
            "itinerary_id": row["id"],
            "number": 1,
            **{name: row[name] for name in ("origin", "destination", "carrier", "service_number", "departs_on")},
            **dict.fromkeys(("departs_time", "departs_zone", "arrives_time", "arrives_zone"), ""),
        }
        for row in bind.execute(sa.select(booked)).mappings()
    ]
    if rows:
        bind.execute(leg.insert(), rows)
