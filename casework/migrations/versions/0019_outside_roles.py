"""Accounts of clinics and providers, licences for orientation, reminders in the outbox"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ROLES = (
    "caseworker", "supervisor", "security_officer", "medical_officer", "loan_officer", "agency_user", "auditor",
    "administrator",
)  # fmt: skip
_OUTSIDE = ("clinic_user", "provider_user")
_PURPOSES = ("recruitment", "medical", "training")
_KINDS = ("advance", "issue", "intake", "mail", "rescreen")


def upgrade() -> None:
    _roles(_ROLES, (*_ROLES, *_OUTSIDE))
    _choices("licence", "purpose", "licencepurpose", *_PURPOSES, "orientation")
    _choices("outbox", "kind", "outboxkind", *_KINDS, "remind")


def downgrade() -> None:
    """What the earlier rules do not know goes: reminders, licences for orientation. Accounts of the new roles are
    named by what they did, so they stay, disabled, in the role that may do least outside an office."""
    op.execute("DELETE FROM outbox WHERE kind = 'remind'")
    op.execute("DELETE FROM licence WHERE purpose = 'orientation'")
    op.execute("UPDATE account SET role = 'agency_user', active = false WHERE role IN ('clinic_user', 'provider_user')")
    _choices("outbox", "kind", "outboxkind", *_KINDS)
    _choices("licence", "purpose", "licencepurpose", *_PURPOSES)
    _roles((*_ROLES, *_OUTSIDE), _ROLES)


def _choices(table: str, column: str, name: str, *values: str) -> None:
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        batch.create_check_constraint(op.f(f"ck_{table}_{name}"), sa.column(column).in_(values))


def _roles(before: Sequence[str], after: Sequence[str]) -> None:
    """Many tables name an account, so SQLite cannot copy and drop this one: the rule is changed where SQLite keeps it,
    as https://www.sqlite.org/lang_altertable.html (section 7) describes."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_account_role"), "account", type_="check")
        op.create_check_constraint(op.f("ck_account_role"), "account", sa.column("role").in_(after))
        return
    version = bind.execute(sa.text("PRAGMA schema_version")).scalar_one()
    bind.execute(sa.text("PRAGMA writable_schema=ON"))
    changed = bind.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after)"
            " WHERE type = 'table' AND name = 'account' AND instr(sql, :before)"
        ),
        {"before": _listed(before), "after": _listed(after)},
    )
    bind.execute(sa.text(f"PRAGMA schema_version={version + 1}"))
    bind.execute(sa.text("PRAGMA writable_schema=OFF"))
    if changed.rowcount != 1:
        raise RuntimeError("The rule on the roles of accounts is not as the first migration wrote it.")


def _listed(roles: Sequence[str]) -> str:
    return f"role IN ({', '.join(repr(role) for role in roles)})"
