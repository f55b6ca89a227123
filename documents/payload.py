"""Is the data inside a certificate's file what the register says the certificate shows?"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

from pypdf import PdfReader

from basis.messages import _
from documents.checks import Check, failed, passed
from documents.credentials.attachment import ATTACHMENT as CREDENTIAL

_BEFORE_CREDENTIALS: Final = "predeparture-certificate.json"


def payload_check(content: bytes, value: Mapping[str, Any], proofs: Mapping[str, Any] | None) -> Check:
    """`payload`: what is attached to the file, against the value and the proofs that the register keeps.

    Never raises for what is in the file.
    """
    files = _attached(content)
    credential = files.get(CREDENTIAL)
    if proofs is not None and credential != str(proofs["credential"]).encode():
        return failed("payload", _("The signed data inside the file is not the data that was signed for it."))
    try:
        if credential is not None:
            facts = json.loads(credential)["credentialSubject"]
        else:
            facts = json.loads(files[_BEFORE_CREDENTIALS])
    except (KeyError, TypeError, ValueError):
        return failed("payload", _("The file carries no data that could be read."))
    if facts != _facts(value):
        return failed("payload", _("The data inside the file is not what the register says that it shows."))
    return passed("payload", _("The data inside the file is what the register says that it shows."))


def _facts(value: Mapping[str, Any]) -> dict[str, Any]:
    """The stored value as it goes into a file: with the fields that it had then, not those of later versions."""
    facts: dict[str, Any] = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    photo = facts["person"].pop("photo")
    facts["person"]["photo_sha256"] = None if photo is None else hashlib.sha256(b64decode(photo)).hexdigest()
    return facts


def _attached(content: bytes) -> dict[str, bytes]:
    """Attached files by name; the first of a name. Empty for what cannot be read."""
    try:
        return {name: bytes(files[0]) for name, files in PdfReader(BytesIO(content)).attachments.items() if files}
    except Exception:  # noqa: BLE001  a file that cannot be read carries nothing, whatever the cause
        return {}
