"""The tree over the history: `python benchmarks/merkle.py [--events N]`.

A SQLite history of N events: what the first head costs, what the head of one more day costs beside hashing everything
anew, what proofs cost and weigh, what checking the whole costs, and what an append costs with the indexes of the trail
beside without them. Processor time of one core unless it says otherwise.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, text
from sqlmodel import Session, col, select

from casework import keys, schema
from casework.actor import ENGINE
from casework.audit import heads, merkle, rules, service
from casework.audit.rules import Event
from casework.audit.tables import AuditEvent, AuditHead, AuditNode, TreeHead
from casework.database import Database, make_engine
from casework.work import Work
from documents.credentials.keys import CredentialKey
from documents.tree_heads import check_proof, consistency_file, inclusion_file, read_head, sign_head

BEGIN = datetime(2027, 1, 4, 8, tzinfo=UTC)
A_DAY = 2000
"""Events of one more day."""
KEY = CredentialKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
TRAIL = ("actor", "subject", "recorded_at")


def events(count: int, seed: int) -> Iterator[Event]:
    """Events as the house writes them: 20,000 cases, 40 people, 80 kinds, one every twenty seconds."""
    draw = random.Random(seed)
    cases = [UUID(int=draw.getrandbits(128)) for _each in range(20_000)]
    people = [str(UUID(int=draw.getrandbits(128))) for _each in range(40)]
    for number in range(count):
        case = draw.choice(cases)
        yield Event(
            id=UUID(int=draw.getrandbits(128)),
            kind=f"noun{draw.randrange(80)}.verb",
            actor=draw.choice(people),
            recorded_at=BEGIN + timedelta(seconds=20 * number),
            happened_on=BEGIN.date(),
            subject=f"case_file/{case}",
            case_id=case,
            data={"requirement": "police_certificate", "status": "accepted", "evidence": str(case)},
        )


def fill(database: Database, count: int, seed: int = 1) -> None:
    """Write events many at a time, chained as `service.append` chains them."""
    with Session(database.engine) as session:
        head = session.get_one(AuditHead, 1)
        rows: list[dict[str, Any]] = []
        for event in events(count, seed):
            head.seq += 1
            body = rules.canonical(rules.body(event, head.seq))
            previous, head.hash = head.hash, rules.link(head.hash, body)
            columns = {name: getattr(event, name) for name in ("id", "recorded_at", "happened_on", "actor", "kind")}
            columns |= {"case_id": event.case_id, "subject": event.subject}
            rows.append({"seq": head.seq, **columns, "body": body, "previous": previous, "hash": head.hash})
            if len(rows) == 5000:
                session.connection().execute(AuditEvent.__table__.insert(), rows)  # type: ignore[attr-defined]
                rows.clear()
        if rows:
            session.connection().execute(AuditEvent.__table__.insert(), rows)  # type: ignore[attr-defined]
        session.add(head)
        session.commit()


def seal(database: Database, day: date) -> TreeHead:
    with database.read() as session:
        draft = heads.draft(session)
    body = sign_head(draft, day, BEGIN, "Synthetic Office", KEY)
    return database.run(ENGINE, heads.record, draft, day, body, ())


def cost(work: Callable[[], object], times: int = 1) -> float:
    """Median processor time in milliseconds."""
    taken = []
    for _each in range(times):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return median(taken) * 1000


def say(what: str, milliseconds: float, more: str = "") -> None:
    print(f"{what:<52}{milliseconds:>12.1f} ms  {more}")


def whole_tree(database: Database) -> None:
    """What a head would cost without stored nodes."""
    growing = merkle.Growing()
    with database.read() as session:
        for body in session.exec(
            select(AuditEvent.body).order_by(col(AuditEvent.seq)).execution_options(yield_per=1000)
        ):
            for _node in growing.add(merkle.leaf_hash(body.encode())):
                pass
    growing.root()


def proofs(database: Database, first: TreeHead, second: TreeHead) -> None:
    draw = random.Random(2)
    seqs = [draw.randrange(1, second.size + 1) for _each in range(50)]

    def prove(seq: int) -> str:
        with database.read() as session:
            body, path = heads.prove_inclusion(session, seq, second)
        return inclusion_file(body, seq, path, second.body)

    taken = [cost(lambda seq=seq: prove(seq)) for seq in seqs]  # type: ignore[misc]
    files = [prove(seq).encode() for seq in seqs]
    steps = len(json.loads(files[0])["path"])
    say("inclusion proof of one event (median)", median(taken), f"worst {max(taken):.1f} ms, {steps} steps")
    say(
        "its check, without a database", cost(lambda: check_proof(files[0], [KEY.public]), 20), f"{len(files[0])} bytes"
    )

    def prove_consistency() -> str:
        with database.read() as session:
            return consistency_file(first.body, second.body, heads.prove_consistency(session, first, second))

    say("consistency proof between the two days", cost(prove_consistency, 5))
    proof = prove_consistency().encode()
    say("its check", cost(lambda: check_proof(proof, [KEY.public], read_head(first.body)), 20), f"{len(proof)} bytes")


def appending(folder: Path, installed: keys.InstallationKeys, count: int) -> None:
    """One event a transaction, and many in one, on a history that is there already."""
    for name in ("with", "without"):
        database = made(folder / f"{name}.sqlite3", installed)
        if name == "without":
            with database.engine.begin() as connection:
                for column in TRAIL:
                    connection.execute(text(f"DROP INDEX ix_audit_event_{column}"))
        fill(database, count)
        taken = [cost(lambda: database.run(ENGINE, tried, 1), 1) for _each in range(200)]  # noqa: B023
        many = cost(lambda: database.run(ENGINE, tried, 500), 5) / 500  # noqa: B023
        size = (folder / f"{name}.sqlite3").stat().st_size / 1_000_000
        more = f"{many:.3f} ms each of 500 in one, {size:.0f} MB"
        say(f"append of one event, {name} the trail's indexes", median(taken), more)
        database.engine.dispose()


def tried(work: Work, count: int) -> None:
    for number in range(count):
        work.record("case.tried", f"case_file/{UUID(int=random.getrandbits(128))}", data={"number": number})


def trail(database: Database) -> None:
    """The newest fifty events by what people search for."""
    with database.read() as session:
        sample = session.exec(select(AuditEvent).where(AuditEvent.seq == 77)).one()
        noon = session.exec(select(AuditEvent.recorded_at).where(AuditEvent.seq == 5000)).one()
    day = [col(AuditEvent.recorded_at) >= noon, col(AuditEvent.recorded_at) < noon + timedelta(days=1)]
    asked = {
        "case": [col(AuditEvent.case_id) == sample.case_id],
        "person": [col(AuditEvent.actor) == sample.actor],
        "nobody": [col(AuditEvent.actor) == "nobody"],
        "kind": [col(AuditEvent.kind) == sample.kind],
        "subject": [col(AuditEvent.subject) == sample.subject],
        "day": day,
        "day and kind": [*day, col(AuditEvent.kind) == sample.kind],
    }
    taken = []
    for name, where in asked.items():
        query = select(AuditEvent).where(*where).order_by(col(AuditEvent.seq).desc()).limit(50)

        def look(query: Any = query) -> None:
            with database.read() as session:
                session.exec(query).all()

        taken.append(f"{name} {cost(look, 3):.1f}")
    print(f"{'search of the trail, ms':<52}{', '.join(taken)}")


def made(path: Path, installed: keys.InstallationKeys) -> Database:
    engine = make_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()
    return Database(f"sqlite:///{path}", installed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    count = parser.parse_args().events
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keys.make(folder)
        installed = keys.load(folder)
        database = made(folder / "history.sqlite3", installed)
        fill(database, count)
        print(f"{count:,} events")
        began = time.process_time()
        first = seal(database, date(2027, 3, 1))
        say("first head, over all of them, chain checked", (time.process_time() - began) * 1000)
        fill(database, A_DAY, seed=3)
        began = time.process_time()
        second = seal(database, date(2027, 3, 2))
        day = (time.process_time() - began) * 1000
        say(f"head of one more day ({A_DAY} events, chain checked)", day)
        anew = cost(lambda: whole_tree(database))
        say("hashing the whole tree anew, nothing checked", anew, f"{anew / day:.1f} times the head of a day")
        with database.read() as session:
            nodes = session.exec(select(func.count()).select_from(AuditNode)).one()
        print(f"{'stored nodes':<52}{nodes:>12}")
        proofs(database, first, second)
        trail(database)
        with database.read() as session:
            took = cost(lambda: service.verify(session))
            say("audit verify: chain, tree, heads", took, f"{took / count * 1000:.1f} us an event")
        database.engine.dispose()
        appending(folder, installed, min(count, 30_000))


if __name__ == "__main__":
    main()
