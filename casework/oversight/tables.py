"""Rows of saved lists."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from basis.ids import new_id
from casework.columns import document, instant


class SavedView(SQLModel, table=True):
    """A list with its filter, under a name: of one account, or shared with all who have that account's role.

    `asked` is what stands in the list's address; no filter of a list takes a personal value.
    """

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("account_id", "place", "name"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="account.id", index=True)
    place: str = Field(max_length=40)
    name: str = Field(max_length=80)
    asked: dict[str, str] = Field(sa_column=document())
    shared: bool = False
    made_at: datetime = Field(sa_column=instant())
