"""The tree head of the day: made after midnight, mailed to people outside, whatever crashes in between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlmodel import col, select

from basis.errors import Unavailable
from casework.actor import ENGINE
from casework.audit import heads, queries
from casework.audit.queries import AlarmKind
from casework.audit.tables import AuditEvent, TreeHead, TreeHeadMail
from casework.database import Database
from casework.outbox.tables import OutboxItem, OutboxState
from documents.credentials.keys import CREDENTIAL_KEY_FILE, replace_credential_key
from documents.installation import Installation
from documents.tree_heads import check_proof, consistency_file, read_head
from tests.support.errors import error
from tests.support.keeping import Mailbox, free_port, keep, mail_server
from tests.support.rewriting import chain_anew, cut_off, forget_heads, tell_otherwise, unprotected
from tests.support.standing import Clock, StandingDatabase
from workflows import relay, sealing
from workflows.engine import PlainRunner
from workflows.upkeep import upkeep

OUTSIDE = ("ministry@example.org", "court@example.org")
_POSTGRES = pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
mostly_sqlite = pytest.mark.parametrize("database_url", ["sqlite", _POSTGRES], indirect=True)


@pytest.fixture(scope="module")
def server() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def box(server: Mailbox) -> Mailbox:
    server.mails.clear()
    server.refusing.clear()
    server.answer = "250 OK"
    return server


@pytest.fixture
def house(tmp_path: Path, database: Database, box: Mailbox) -> Installation:
    """An installation that mails its heads to two addresses outside."""
    return kept(tmp_path, database, box)


def kept(home: Path, database: Database, box: Mailbox, *addresses: str, **settings: object) -> Installation:
    given = {"seal_mail_to": ", ".join(addresses or OUTSIDE), "mail_from": "heads@example.org", "smtp_url": box.url}
    return keep(home, database, **{**given, **settings})


def pump(house: Installation) -> None:
    relay.pump(house, PlainRunner(house))


def newest(house: Installation) -> TreeHead:
    with house.database.read() as session:
        head = heads.newest(session)
    assert head is not None
    return head


def attachment(mail: EmailMessage) -> bytes:
    (part,) = mail.iter_attachments()
    content = part.get_content()
    assert isinstance(content, bytes)
    return content


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def states(house: Installation) -> set[OutboxState]:
    with house.database.read() as session:
        return {item.state for item in session.exec(select(OutboxItem))}


def test_each_day_a_signed_head_is_made_and_reaches_everybody_outside(
    house: Installation, box: Mailbox, clock: Clock
) -> None:
    assert sealing.seal_daily(house) == 1
    assert sealing.seal_daily(house) == 0, "one a day"
    pump(house)
    assert sorted(str(mail["To"]) for mail in box.mails) == sorted(OUTSIDE)
    first = newest(house)
    for mail in box.mails:
        assert attachment(mail) == first.body.encode()
        assert check_proof(attachment(mail), house.credential_keys).proved
        words = text_of(mail)
        for told in (first.root, "check-proof", "prove-consistency", "Keep this mail", "Synthetic Office"):
            assert told in words
    with house.database.read() as session:
        assert {mail.sent_at for mail in session.exec(select(TreeHeadMail))} == {house.database.now()}
        assert [kind for kind in session.exec(select(AuditEvent.kind)) if kind == heads.MAILED] == [heads.MAILED] * 2

    clock.move(days=1)
    upkeep(house)
    pump(house)
    second = newest(house)
    assert (second.number, second.previous, len(box.mails)) == (2, heads.digest(first), 4)
    with house.database.read() as session:
        path = heads.prove_consistency(session, first, second)
    proof = consistency_file(first.body, second.body, path).encode()
    assert check_proof(proof, house.credential_keys, read_head(attachment(box.mails[0]))).proved


@sqlite
def test_the_day_is_the_offices(tmp_path: Path, database_url: str, box: Mailbox, clock: Clock) -> None:
    from casework import keys

    keys.make(tmp_path / "keys")
    database = StandingDatabase(database_url, keys.load(tmp_path / "keys"), clock, "Asia/Manila")
    house = keep(tmp_path, database)
    clock.move(hours=15 - clock.now.hour)
    before = database.today()
    assert sealing.seal_daily(house) == 1
    clock.move(minutes=59)
    assert sealing.seal_daily(house) == 0
    clock.move(minutes=1)
    assert sealing.seal_daily(house) == 1, "midnight in Manila is 16:00 in UTC"
    assert newest(house).day == before + timedelta(days=1)
    database.engine.dispose()


@sqlite
def test_without_addresses_heads_are_made_and_sent_to_nobody(tmp_path: Path, database: Database, box: Mailbox) -> None:
    house = keep(tmp_path, database)
    assert sealing.seal_daily(house) == 1
    pump(house)
    assert (box.mails, states(house)) == ([], set())


@sqlite
def test_heads_of_a_demo_are_for_nobody(house: Installation, box: Mailbox) -> None:
    (house.settings.home / "DEMO").touch()
    assert sealing.seal_daily(house) == 1
    pump(house)
    assert box.mails == []


@mostly_sqlite
def test_a_crash_between_sending_and_recording_sends_the_same_mail_again_and_no_other(
    house: Installation, box: Mailbox
) -> None:
    sealing.seal_daily(house)
    pump(house)
    with house.database.write(ENGINE) as work:
        for mail in work.session.exec(select(TreeHeadMail)):
            mail.sent_at = None
        for item in work.session.exec(select(OutboxItem)):
            item.state = OutboxState.PENDING
    replace_credential_key(house.settings.keys)  # a rotation in between changes nothing
    pump(house)
    assert len(box.mails) == 4
    first, again = box.mails[:2], box.mails[2:]
    assert [mail["Message-ID"] for mail in first] == [mail["Message-ID"] for mail in again]
    assert [mail.as_bytes() for mail in first] == [mail.as_bytes() for mail in again]
    pump(house)
    assert len(box.mails) == 4


@sqlite
def test_a_crash_between_head_and_mail_loses_no_mail(house: Installation, box: Mailbox) -> None:
    sealing.seal_daily(house)
    with house.database.write(ENGINE) as work:
        work.session.exec(delete(OutboxItem))
    assert sealing.seal_daily(house) == 2, "the mails are asked for again"
    pump(house)
    assert len(box.mails) == 2


@sqlite
def test_mail_that_cannot_be_sent_is_tried_again_for_hours_and_then_told(
    house: Installation, box: Mailbox, clock: Clock
) -> None:
    box.answer = "451 try again later"
    sealing.seal_daily(house)
    pump(house)
    assert states(house) == {OutboxState.PENDING}
    clock.move(seconds=30)
    pump(house)
    with house.database.read() as session:
        assert {item.attempts for item in session.exec(select(OutboxItem))} == {1}, "tried again only after a while"
    box.answer = "250 OK"
    clock.move(minutes=1)
    pump(house)
    assert (len(box.mails), states(house)) == (2, {OutboxState.DONE})

    clock.move(days=1)
    box.answer = "554 no"
    sealing.seal_daily(house)
    for _try in range(20):
        pump(house)
        clock.move(hours=10)
    assert states(house) == {OutboxState.DONE, OutboxState.STUCK}
    with house.database.read() as session:
        found = {alarm.kind: str(alarm.message) for alarm in queries.alarms(session, newest(house).day)}
    assert set(found) == {AlarmKind.MAIL}
    assert "554" in found[AlarmKind.MAIL]


@sqlite
def test_one_address_that_is_refused_does_not_keep_the_others_from_theirs(house: Installation, box: Mailbox) -> None:
    box.refusing.add(OUTSIDE[0])
    sealing.seal_daily(house)
    pump(house)
    assert [mail["To"] for mail in box.mails] == [OUTSIDE[1]]
    with house.database.read() as session:
        (waiting,) = session.exec(select(OutboxItem).where(col(OutboxItem.state) == OutboxState.PENDING))
    assert "refused the address of the recipient" in waiting.last_error
    assert OUTSIDE[0] not in waiting.last_error


@sqlite
@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"smtp_url": ""}, "not set"),
        ({"mail_from": ""}, "not set"),
        ({"smtp_url": f"smtp+plain://someone:hunter2@127.0.0.1:{free_port()}"}, "does not answer"),
        ({"smtp_url": "STARTTLS"}, "does not offer the encryption"),
    ],
)
def test_a_mail_server_that_is_not_right_is_said_in_words_without_its_password(
    tmp_path: Path, database: Database, box: Mailbox, settings: dict[str, str], told: str
) -> None:
    if settings.get("smtp_url") == "STARTTLS":
        settings = {"smtp_url": box.url.replace("smtp+plain", "smtp")}
    house = kept(tmp_path, database, box, **settings)
    sealing.seal_daily(house)
    pump(house)
    with house.database.read() as session:
        errors = {item.last_error for item in session.exec(select(OutboxItem))}
    assert all(told in one and "hunter2" not in one for one in errors)
    assert (len(errors), box.mails) == (1, [])


@sqlite
def test_who_was_taken_out_of_the_settings_gets_nothing_more(
    house: Installation, tmp_path: Path, database: Database, box: Mailbox
) -> None:
    sealing.seal_daily(house)
    pump(kept(tmp_path, database, box, OUTSIDE[1]))
    assert [mail["To"] for mail in box.mails] == [OUTSIDE[1]]
    assert states(house) == {OutboxState.DONE}
    assert sealing.seal_daily(house) == 0


@sqlite
def test_over_a_history_that_was_changed_no_head_is_made_and_the_rest_of_upkeep_goes_on(
    house: Installation, clock: Clock
) -> None:
    sealing.seal_daily(house)
    clock.move(days=1)
    with unprotected(house.database) as connection:
        tell_otherwise(connection, 1, "somebody")
    for _minute in range(3):
        assert sealing.seal_daily(house) == 0
    upkeep(house)
    assert newest(house).number == 1
    with house.database.read() as session:
        kinds = list(session.exec(select(AuditEvent.kind)))
        alarms = queries.alarms(session, house.database.today())
    assert kinds.count(heads.REFUSED) == 1
    assert [alarm.kind for alarm in alarms] == [AlarmKind.HISTORY]
    with pytest.raises(heads.Broken):
        sealing.seal(house, ENGINE)


@sqlite
def test_without_its_key_no_head_is_made_and_upkeep_goes_on(house: Installation) -> None:
    (house.settings.keys / CREDENTIAL_KEY_FILE).unlink()
    with error(Unavailable, "credential_key_missing"):
        sealing.seal(house, ENGINE)
    upkeep(house)
    with house.database.read() as session:
        assert heads.newest(session) is None


@mostly_sqlite
def test_a_history_rewritten_with_the_issuers_own_keys_does_not_pass_against_the_mail(
    house: Installation, box: Mailbox, clock: Clock
) -> None:
    """Whoever owns machine, database and keys removes the last events, chains all anew, and seals anew."""
    sealing.seal_daily(house)
    for number in range(6):
        with house.database.write(ENGINE) as work:
            work.record("case.tried", f"case_file/{number}")
    clock.move(days=1)
    sealing.seal_daily(house)
    pump(house)
    mailed = read_head(attachment(box.mails[-1]))

    with unprotected(house.database) as connection:
        cut_off(connection, mailed.size - 2)
        tell_otherwise(connection, 5, "somebody")
        chain_anew(connection, 1)
        forget_heads(connection)
    clock.move(days=-1)
    sealing.seal_daily(house)
    with house.database.write(ENGINE) as work:
        for number in range(mailed.size - newest(house).size - 1):
            work.record("case.invented", f"case_file/{number}")
    clock.move(days=1)
    sealing.seal_daily(house)
    with house.database.read() as session:
        from casework.audit.service import verify

        assert verify(session)[1] == [], "what is stored fits together"
        assert {fault.code for fault in verify(session, {mailed.size: mailed.root.hex()})[1]} == {"held"}
        first, second = (head for head in session.exec(select(TreeHead).order_by(col(TreeHead.number))))
        proof = consistency_file(first.body, second.body, heads.prove_consistency(session, first, second)).encode()
    assert check_proof(proof, house.credential_keys).proved
    answer = check_proof(proof, house.credential_keys, mailed)
    assert [check.name for check in answer.checks if not check.passed] == ["held"]
    assert json.loads(second.body)["number"] == mailed.number, "the same day and number, another root"
