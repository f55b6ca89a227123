"""Is the data inside a certificate's file what the register says the certificate shows?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from basis.errors import InvalidInput
from basis.messages import _
from documents.checks import Check, failed, passed
from documents.credentials.attachment import extract, payload_fault
from documents.credentials.keys import PublicKey


def payload_check(
    content: bytes, value: Mapping[str, Any], proofs: Mapping[str, Any] | None, keys: Sequence[PublicKey]
) -> Check:
    """`payload`: what is attached to the file, against the value and the proofs that the register keeps.

    `keys` are those that signed here. Never raises for what is in the file.
    """
    fault = payload_fault(content, value, keys)
    if fault is not None:
        return failed("payload", fault)
    if proofs is not None and not _is(content, str(proofs["credential"]).encode()):
        return failed("payload", _("The signed data inside the file is not the data that was signed for it."))
    return passed("payload", _("The data inside the file is what the register says that it shows."))


def _is(content: bytes, credential: bytes) -> bool:
    try:
        return extract(content) == credential
    except InvalidInput:
        return False
