"""Check a pack for auditors with Python alone (3.9 or later): python3 check.py, in the folder of the pack.

This file is copied into each pack as it stands, so it imports nothing of the engine and speaks English only.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def wrong_sums(folder: Path) -> list[str]:
    """Every file is the one of SHA256SUMS."""
    found = []
    for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines():
        digest, name = line.split("  ", 1)
        path = folder / name
        if not path.exists() or sha256(path.read_bytes()) != digest:
            found.append(f"{name} is missing or was changed")
    return found


def wrong_documents(folder: Path) -> list[str]:
    """Every document is the one that the register has, and that the event of its issue names."""
    issued = {}
    for event in lines(folder / "events.jsonl"):
        members = json.loads(event["body"])
        if members["kind"] == "certificate.issued":
            issued[members["data"]["number"]] = members["data"]["sha256"]
    found = []
    for row in json.loads((folder / "register.json").read_text("utf-8"))["documents"]:
        if not row["file"]:
            continue
        digest = sha256((folder / row["file"]).read_bytes())
        if digest != row["sha256"]:
            found.append(f"{row['number']} is not the file that the register has")
        if row["number"] in issued and issued[row["number"]] != digest:
            found.append(f"{row['number']} is not the file that the history names")
    return found


def wrong_events(folder: Path) -> list[str]:
    """The hash of an event is that of the hash before it, a line feed, and its exact text; neighbours are linked."""
    found, before = [], None
    for event in lines(folder / "events.jsonl"):
        body = event["body"]
        if sha256(event["previous"].encode() + b"\n" + body.encode()) != event["hash"]:
            found.append(f"event {event['seq']} was changed")
        if json.loads(body)["seq"] != event["seq"]:
            found.append(f"event {event['seq']} stands in another place")
        if before and before["seq"] + 1 == event["seq"] and before["hash"] != event["previous"]:
            found.append(f"event {event['seq']} does not follow the one before it")
        before = event
    return found


def wrong_proofs(folder: Path) -> list[str]:
    """Each event lies under the tree head (RFC 9162, section 2.1.3.2): its path leads to the head's root."""
    if not (folder / "tree-head.json").exists():
        return []
    head = json.loads((folder / "tree-head.json").read_text("utf-8"))
    bodies = {event["seq"]: event["body"] for event in lines(folder / "events.jsonl")}
    found, proved = [], set()
    for proof in lines(folder / "proofs.jsonl"):
        leaf = hashlib.sha256(b"\0" + bodies[proof["seq"]].encode()).digest()
        if (
            leads_to(leaf, proof["seq"] - 1, head["size"], [bytes.fromhex(step) for step in proof["path"]])
            != head["root"]
        ):
            found.append(f"event {proof['seq']} is not under the tree head")
        proved.add(proof["seq"])
    missing = [seq for seq in bodies if seq <= head["size"] and seq not in proved]
    return found + [f"event {seq} has no proof" for seq in missing]


def leads_to(hash_: bytes, index: int, size: int, path: list[bytes]) -> str:
    last = size - 1
    for step in path:
        if index & 1 or index == last:
            hash_ = hashlib.sha256(b"\1" + step + hash_).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            hash_ = hashlib.sha256(b"\1" + hash_ + step).digest()
        index, last = index >> 1, last >> 1
    return hash_.hex() if last == 0 else ""


def main(folder: Path) -> int:
    total = 0
    for what, check in (
        ("files against SHA256SUMS", wrong_sums),
        ("documents against register and history", wrong_documents),
        ("events against their hashes", wrong_events),
        ("events against the tree head", wrong_proofs),
    ):
        found = check(folder)
        total += len(found)
        sys.stdout.write(f"{what}: {'all right' if not found else 'NOT all right'}\n")
        sys.stdout.writelines(f"  {one}\n" for one in found)
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent))
