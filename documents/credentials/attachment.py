"""The signed data out of a certificate's file, which may be damaged or hostile."""

from __future__ import annotations

from typing import Final

ATTACHMENT: Final = "predeparture-credential.json"
"""The name under which the credential is attached."""
