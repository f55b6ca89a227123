"""The gallery: one document of every kind as a file, and a page that shows them, for whoever looks at templates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path

from basis.messages import Message, _
from casework.certificates.rules import KIND_WORDS
from documents.apart import Make, Wanted
from documents.credentials.proofs import Proofs
from documents.encoding import facts
from documents.languages import Language, writing
from documents.specimens import specimens
from documents.template_history import template_digest
from documents.values import Certificate

_PAGE = """<!DOCTYPE html>
<html lang="{lang}" dir="{direction}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ font: 15px/1.5 "Noto Sans", sans-serif; color: #14242b; background: #f4f6f5; margin: 24px; }}
h1, h2 {{ font-family: "Noto Serif", serif; color: #0b5563; }}
h1 {{ font-size: 27px; }}
h2 {{ font-size: 18px; margin-block-end: 4px; }}
main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(min(420px, 100%), 1fr)); gap: 24px; }}
object {{ inline-size: 100%; aspect-ratio: 210 / 297; border: 1px solid #d9dfe2; background: #fff; }}
</style></head><body><h1>{title}</h1><p>{what}</p><main>
{documents}
</main></body></html>
"""
_DOCUMENT = """<section><h2>{title}</h2><object data="{file}" type="application/pdf" aria-label="{title}">\
<p><a href="{file}">{file}</a></p></object></section>"""


def wanted(values: Mapping[str, Certificate]) -> list[Wanted]:
    """The pages of specimens: their data without a signature, and a code that leads nowhere."""
    return [
        Wanted(
            value,
            Proofs(json.dumps(facts(value), ensure_ascii=False, sort_keys=True).encode(), value.head.verify_url),
        )
        for value in values.values()
    ]


def write_gallery(folder: Path, make: Make, first: Language, second: Language | None, script: str) -> list[Path]:
    """Write `KIND.pdf` of every kind and `index.html` into `folder`, over what an earlier gallery left there."""
    folder.mkdir(parents=True, exist_ok=True)
    values = specimens(first, second, script)
    written = []
    for kind, page in zip(values, make(wanted(values)).pages, strict=True):
        path = folder / f"{kind}.pdf"
        path.write_bytes(page)
        written.append(path)
    index = folder / "index.html"
    with writing(first):
        titles: dict[str, Message | str] = {kind: KIND_WORDS.get(kind, kind) for kind in values}
        index.write_text(
            _PAGE.format(
                lang=first.tag,
                direction=first.direction,
                title=escape(str(_("Gallery of documents"))),
                what=escape(
                    str(_("Invented people and facts. Templates and words: {digest}.", digest=template_digest()[:12]))
                ),
                documents="\n".join(
                    _DOCUMENT.format(title=escape(f"{values[kind].head.title} ({titles[kind]})"), file=f"{kind}.pdf")
                    for kind in values
                ),
            ),
            "utf-8",
        )
    return [*written, index]
