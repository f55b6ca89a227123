"""The short code printed beside a certificate's number, for whoever can read the paper but not scan it.

It is derived from the token that stands in the scanned code, so nothing more is stored, and whoever knows a number
alone cannot guess it: 40 bits, asked for through a page that counts the tries.
"""

from __future__ import annotations

import hashlib
import hmac

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "-": "", " ": ""})
_LENGTH = 8


def short_code(token: str) -> str:
    """Eight characters of Crockford's base 32 out of the token's SHA-256, written ``K7Q2-9F4M``."""
    number = int.from_bytes(hashlib.sha256(token.encode()).digest()[:5])
    text = "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))
    return f"{text[:4]}-{text[4:]}"


def is_code_of(written: str, token: str) -> bool:
    """Whether somebody wrote the short code of this token: in small letters, without the hyphen, O for 0, I for 1."""
    return hmac.compare_digest(_plain(written), _plain(short_code(token)))


def _plain(written: str) -> bytes:
    return written.upper().translate(_READ_AS).encode("utf-8", errors="replace")
