"""Rows of accounts and of their sessions."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from basis.ids import new_id
from basis.roles import Role
from casework.columns import choice, instant


class Account(SQLModel, table=True):
    """A person who signs in, in one role, for one organisation. `title` is printed on what they sign."""

    __tablename__ = "account"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    email: str = Field(unique=True, max_length=254)
    name: str = Field(max_length=200)
    title: str = Field(default="", max_length=120)
    role: Role = Field(sa_column=choice(Role))
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    password_hash: str = Field(max_length=255)
    active: bool = True
    created_at: datetime = Field(sa_column=instant())


class SignInSession(SQLModel, table=True):
    """A signed-in browser. The cookie holds a random token, this row only its SHA-256."""

    __tablename__ = "sign_in_session"

    token_hash: str = Field(primary_key=True, max_length=64)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    created_at: datetime = Field(sa_column=instant())
    last_seen_at: datetime = Field(sa_column=instant())
    ended_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
