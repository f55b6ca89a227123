"""What is signed of a certificate beside its file: made once, at reservation, and kept with the register row.

Because they are kept, the file can be made again years later, byte for byte, although keys were rotated since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from basis.errors import InvalidInput
from basis.messages import _
from documents.credentials.code import make_code
from documents.credentials.credential import make_credential
from documents.credentials.keys import CredentialKey
from documents.values import Certificate


@dataclass(frozen=True, slots=True)
class Proofs:
    """`credential` is the signed W3C credential that is attached to the page, `code` the text of its QR code."""

    credential: bytes
    code: str

    def to_json(self) -> dict[str, str]:
        return {"credential": self.credential.decode("utf-8"), "code": self.code}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Proofs:
        """What `to_json` wrote. Raises `InvalidInput` (``invalid_proofs``)."""
        match data:
            case {"credential": str(credential), "code": str(code)}:
                return cls(credential.encode("utf-8"), code)
        raise InvalidInput(
            "invalid_proofs",
            _("The signed data kept with a certificate cannot be read."),
            _("Read it with the version of the engine that wrote it."),
        )


def prove(value: Certificate, key: CredentialKey) -> Proofs:
    """Sign a certificate's facts. The same for the same value and key. Raises `InvalidInput` (``unsignable_value``)."""
    return Proofs(make_credential(value, key), make_code(value, key))
