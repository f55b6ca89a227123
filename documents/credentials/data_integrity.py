"""Data Integrity proofs of the cryptosuite eddsa-jcs-2022, and JSON read so that it has one meaning only.

W3C "Data Integrity EdDSA Cryptosuites v1.0", section 3.3 (https://www.w3.org/TR/vc-di-eddsa/). The JSON
Canonicalization Scheme (RFC 8785) takes the place of RDF: no context is processed, so none is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

import base58
import rfc8785

from documents.credentials.keys import CredentialKey, PublicKey

CRYPTOSUITE: Final = "eddsa-jcs-2022"

Json = dict[str, Any]

_PROOF_VALUE_LENGTH: Final = 100  # 64 bytes are at most 88 characters of base 58


def sign(document: Mapping[str, Any], key: CredentialKey, *, method: str, created: str | None = None) -> Json:
    """The document with its proof. `method` is the URL of the verification method, `created` an XSD dateTimeStamp.

    The same document and key give the same proof (Ed25519 is deterministic). Raises ValueError for what JSON
    cannot hold.
    """
    proof: Json = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    if created is not None:
        proof["created"] = created
    if "@context" in document:
        proof["@context"] = document["@context"]
    signature = key.sign(_hashed(document, proof))
    return {**document, "proof": {**proof, "proofValue": "z" + base58.b58encode(signature).decode("ascii")}}


def verify(secured: Mapping[str, Any], key: PublicKey) -> bool:
    """Whether the document's one proof is good by this key. Never raises for what is in the document."""
    proof = secured.get("proof")
    if not isinstance(proof, dict):
        return False
    document = {name: item for name, item in secured.items() if name != "proof"}
    options = {name: item for name, item in proof.items() if name != "proofValue"}
    asked = (options.get("type"), options.get("cryptosuite"), options.get("proofPurpose"))
    if asked != ("DataIntegrityProof", CRYPTOSUITE, "assertionMethod") or not _begins_with(
        document.get("@context"), options.get("@context")
    ):
        return False
    if "@context" in options:
        document["@context"] = options["@context"]
    try:
        return key.verifies(_signature(proof.get("proofValue")), _hashed(document, options))
    except (ValueError, RecursionError):
        return False


def method_of(secured: Mapping[str, Any]) -> str:
    """The verification method that the proof names; "" where it names none."""
    proof = secured.get("proof")
    method = proof.get("verificationMethod") if isinstance(proof, dict) else None
    return method if isinstance(method, str) else ""


def read_json(data: bytes | str) -> Json:
    """A JSON object in which no name stands twice and every number is plain. Raises ValueError."""
    try:
        read = json.loads(data, object_pairs_hook=_once, parse_constant=_refused)
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(read, dict):
        raise ValueError("no object")
    return read


def _hashed(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    return sha256(rfc8785.dumps(dict(options))).digest() + sha256(rfc8785.dumps(dict(document))).digest()


def _begins_with(context: object, signed: object) -> bool:
    """Whether the document's contexts begin with the proof's (section 3.3.2); none in the proof fits any."""
    if signed is None or context == signed:
        return True
    return isinstance(context, list) and isinstance(signed, list) and context[: len(signed)] == signed


def _signature(value: object) -> bytes:
    if not isinstance(value, str) or not value.startswith("z") or len(value) > _PROOF_VALUE_LENGTH:
        raise ValueError("no proof value")
    return base58.b58decode(value[1:])


def _once(pairs: list[tuple[str, Any]]) -> Json:
    """Readers differ in which of two equal names counts, so that each could be shown another document."""
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a name stands twice")
    return read


def _refused(constant: str) -> Any:
    raise ValueError(constant)
