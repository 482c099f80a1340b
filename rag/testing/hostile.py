"""One set of documents that try to break parsers, as bytes made here.

None may do more harm than a `SkipDocument`. Each that can hold words holds `CANARY`, which no
error message may repeat.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

CANARY = "Quillfeather-4711"


def _zip(parts: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


_CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
)
_ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;">]><a>&c;</a>'
)
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]"
_HTML = "<html><body>" + "<div>" * 5_000 + CANARY + "</div>" * 5_000 + "</body></html>"
_BROKEN_MIME = (
    b"From: a@example.org\nSubject: =?utf-8?b?%%%?= " + CANARY.encode() + b"\n"
    b'Content-Type: multipart/mixed; boundary="x"\n\n--x\n'
    b"Content-Type: text/plain; charset=no-such-charset\n"
    b"Content-Transfer-Encoding: base64\n\n!!!not base64!!!\n--x\n"
    b'Content-Type: application/pdf\nContent-Disposition: attachment; filename="a.pdf"\n\n%PDF-\n'
)
_HL7 = (
    f"\x0bMSH|^~\\&|A|B|C|D|20250101||ORU^R01|1|P|2.5\nPID|1||{CANARY}\r\nOBX|1|NM|K||5.9\r\r"
    "continued\n\nZZZ|\x1c\r"
)
_FHIR_LIKE = f'{{"resourceType": ["Bundle"], "entry": {{"resource": "{CANARY}"}}}}'
_NESTED_JSON = "[" * 50_000 + "]" * 50_000
_RAGGED = f'a;b;c\n1\n1;2;3;4;5\n"{CANARY}\n;;;\n\n1;"2'
_COMBINING = (
    f"שלום {CANARY} \u202eevil\u202c " + "e" + "\u0301" * 500 + " مرحبا नमस्ते 👩‍👩‍👧‍👦 \ud55c"
)

HOSTILE: Mapping[str, bytes] = {
    "empty": b"",
    "white space": b" \t\r\n\x0c" * 100,
    "0xff": b"\xff" * 4096,
    "truncated pdf": _PDF,
    "pdf magic and garbage": b"%PDF-1.7\n" + bytes(range(256)) * 16,
    "zip that is no docx": _zip({"notes.txt": CANARY}),
    "docx without its parts": _zip({"[Content_Types].xml": _CONTENT_TYPES}),
    "docx with entities": _zip(
        {"[Content_Types].xml": _CONTENT_TYPES, "docProps/core.xml": _ENTITIES}
    ),
    "truncated zip": _zip({"word/document.xml": CANARY})[:60],
    "deeply nested html": _HTML.encode(),
    "html with a lying charset": f'<meta charset="utf-16"><p>{CANARY}</p>'.encode(),
    "broken mime": _BROKEN_MIME,
    "hl7 with odd line ends": _HL7.encode(),
    "hl7 header alone": b"MSH",
    "json that is no fhir": _FHIR_LIKE.encode(),
    "json of another kind": b'{"name": "a", "values": [1, 2.5, null]}',
    "deeply nested json": _NESTED_JSON.encode(),
    "csv with ragged rows": _RAGGED.encode(),
    "nuls": (CANARY + "\0").encode() * 50,
    "text with one nul": f"Before {CANARY}\0 after. ".encode() + b"Enough words for a text. " * 9,
    "utf-16 with mark": _COMBINING.encode("utf-16"),
    "utf-16 with mark, cut": f"{CANARY} cut".encode("utf-16")[:-1],
    "right-to-left and combining": _COMBINING.encode(),
    "one giant line": (CANARY + " ").encode() * 20_000,
}
