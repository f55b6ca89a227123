"""Accounts of employers and complaints officers, employers among the organisations"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ROLES = (
    "caseworker", "supervisor", "security_officer", "medical_officer", "loan_officer", "agency_user", "auditor",
    "administrator", "clinic_user", "provider_user",
)  # fmt: skip
_MORE_ROLES = (*_ROLES, "employer_user", "complaints_officer")
_KINDS = ("office", "agency", "clinic", "provider")
_MORE_KINDS = (*_KINDS, "employer")


def upgrade() -> None:
    _rule("account", "role", "role", _ROLES, _MORE_ROLES)
    _rule("organisation", "kind", "organisationkind", _KINDS, _MORE_KINDS)


def downgrade() -> None:
    """Accounts and organisations are named by what they did, so they stay: an account in the role that may do least
    outside an office and disabled, an employer as an agency that may not act."""
    op.execute(
        "UPDATE account SET role = 'agency_user', active = false WHERE role IN ('employer_user', 'complaints_officer')"
    )
    op.execute("UPDATE organisation SET kind = 'agency', active = false WHERE kind = 'employer'")
    _rule("organisation", "kind", "organisationkind", _MORE_KINDS, _KINDS)
    _rule("account", "role", "role", _MORE_ROLES, _ROLES)


def _rule(table: str, column: str, name: str, before: Sequence[str], after: Sequence[str]) -> None:
    """Many tables name an account or an organisation, so SQLite cannot copy and drop them: the rule is changed where
    SQLite keeps it, as https://www.sqlite.org/lang_altertable.html (section 7) describes."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, sa.column(column).in_(after))
        return
    version = bind.execute(sa.text("PRAGMA schema_version")).scalar_one()
    bind.execute(sa.text("PRAGMA writable_schema=ON"))
    changed = bind.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :before, :after)"
            " WHERE type = 'table' AND name = :table AND instr(sql, :before)"
        ),
        {"before": _listed(column, before), "after": _listed(column, after), "table": table},
    )
    bind.execute(sa.text(f"PRAGMA schema_version={version + 1}"))
    bind.execute(sa.text("PRAGMA writable_schema=OFF"))
    if changed.rowcount != 1:
        raise RuntimeError(f"The rule on {table}.{column} is not as the earlier steps wrote it.")


def _listed(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
