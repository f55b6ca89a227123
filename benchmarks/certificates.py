"""What a certificate costs, step by step: `python benchmarks/certificates.py [--count N]`.

Rendering is the measure of all else, so the ratios hold on any machine. Without Debian's
libharfbuzz-subset0 rendering is several times slower; the first line says whether it is there.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from documents.keys import KEY_FILE, Signer, load_signer, make_installation_key
from documents.pdf import renderer_versions
from documents.signing import check_signature, sign
from documents.values import Certificate
from tests.documents.samples import rendered, samples

T = TypeVar("T")


def timed(step: Callable[[], T]) -> tuple[float, T]:
    """Processor seconds of one step, and its result."""
    began = time.process_time()
    result = step()
    return time.process_time() - began, result


def signed(pdf: bytes, signer: Signer, value: Certificate) -> bytes:
    return sign(pdf, signer, officer=value.officer, signed_at=datetime.now(UTC))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3, help="how often each kind is made")
    count = parser.parse_args().count
    print("  ".join(f"{name} {version}" for name, version in renderer_versions().items() if "noto" not in name.lower()))
    with tempfile.TemporaryDirectory() as folder:
        make_installation_key(Path(folder), "Benchmark", datetime.now(UTC))
        signer = load_signer(Path(folder) / KEY_FILE)
    print(f"{'kind':<16}{'render ms':>10}{'sign':>8}{'check':>8}{'size kB':>9}   (sign and check as a share of render)")
    for value in samples():
        rendered(value)
        rendering = signing = checking = 0.0
        content = b""
        for _round in range(count):
            took, pdf = timed(lambda value=value: rendered(value))
            rendering += took
            took, content = timed(lambda pdf=pdf, value=value: signed(pdf, signer, value))
            signing += took
            took, _fault = timed(lambda content=content: check_signature(content, [signer.certificate_pem]))
            checking += took
        print(
            f"{value.kind:<16}{rendering / count * 1000:>10.0f}{signing / rendering:>8.2f}"
            f"{checking / rendering:>8.2f}{len(content) / 1024:>9.0f}"
        )


if __name__ == "__main__":
    main()
