"""HTML pages, through unstructured."""

from __future__ import annotations

import re

from connectors.formats.assemble import Assembler, clean_line, title_of
from connectors.formats.damage import damage_skips
from connectors.formats.encoding import decode, decode_declared
from connectors.formats.pieces import add_pieces
from connectors.formats.spans import write_out_spans
from connectors.formats.unstructured_offline import partition_html
from rag.errors import SkipDocument
from rag.records import Parsed

_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9._:-]+)""", re.IGNORECASE)
_HEAD_BYTES = 2048
# What a page shows on every page of its site, or hides: no part of the document.
_NOISE = ("nav", "script", "style", "noscript", "template", "select", "button", "iframe", "svg")
_LIMIT = "ERR_RESOURCE_LIMIT"
_HIDDEN = ".//*[@hidden]"


class WebParser:
    """Reads `.html` and `.htm`."""

    @property
    def suffixes(self) -> frozenset[str]:
        """The endings it reads."""
        return frozenset({".html", ".htm"})

    @damage_skips()
    def parse(self, data: bytes, name: str) -> Parsed:
        """Return the page's own content, without its navigation."""
        declared = _DECLARED.search(data[:_HEAD_BYTES])
        text = decode_declared(data, declared.group(1).decode()) if declared else decode(data)
        return self.parse_text(text, name)

    def parse_text(self, text: str, name: str) -> Parsed:
        """Parse a page that has been decoded already, such as the body of a mail."""
        own_title, markup = _without_noise(text.replace("\0", ""))
        assembler = Assembler()
        add_pieces(assembler, partition_html(markup))
        title = assembler.first_heading() or own_title or title_of(name)
        return assembler.parsed(title=title, media_type="text/html")


def _without_noise(text: str) -> tuple[str, str]:
    """Return the page's title and its markup without navigation, scripts and hidden parts."""
    from lxml import etree, html

    parser = html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    root = html.document_fromstring(text.encode("utf-8", "ignore"), parser=parser)
    if any(entry.type_name == _LIMIT for entry in parser.error_log):
        raise SkipDocument("nested too deeply to be read whole")  # libxml2 drops the rest
    title = clean_line(root.findtext(".//title") or "")
    etree.strip_elements(root, *_NOISE, with_tail=False)
    for hidden in root.findall(_HIDDEN):
        hidden.tag = _NOISE[0]
    etree.strip_elements(root, _NOISE[0], with_tail=False)
    write_out_spans(root)
    if not root.xpath("normalize-space(.)"):
        raise SkipDocument("holds no text")
    return title, html.tostring(root, encoding="unicode")
