"""What must be seen to stands on every page of those who run or check the installation, and on no other's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from basis.messages import _
from casework.actor import ENGINE
from casework.audit import heads
from casework.audit.rules import Fault
from dashboard import addresses
from tests.dashboard.bench import Bench

SAID = "The history was changed"


def test_a_changed_history_is_told_to_auditors_and_administrators_alone(
    peopled_home: Path, copied: Callable[[Path], Bench]
) -> None:
    site = copied(peopled_home)
    with site.visit("admin") as person:
        assert SAID not in person.get(addresses.USERS)
    site.installation.database.run(ENGINE, heads.refuse, Fault(1, "changed", _("Event 1 was changed.")))
    for name, address, told in (
        ("admin", addresses.USERS, True),
        ("audit", addresses.DOCUMENTS, True),
        ("arta", addresses.WORK, False),
    ):
        with site.visit(name) as person:
            assert (SAID in person.get(address)) is told
