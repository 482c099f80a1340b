"""What becomes of the errors that libraries raise on damaged documents."""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from zipfile import BadZipFile

from rag.errors import SkipDocument

# lxml's syntax errors are SyntaxErrors; those of Unicode, JSON and XML text ValueErrors; those
# of pdfium and of too deep nesting RuntimeErrors; python-docx raises KeyError on missing parts.
DAMAGE: tuple[type[Exception], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BadZipFile,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
# Roots of the libraries' own errors; a library that is not loaded has raised none.
OF_LIBRARIES = (
    ("docx.exceptions", "PythonDocxError"),
    ("docx.opc.exceptions", "OpcError"),
    ("hl7.exceptions", "HL7Exception"),
    ("lxml.etree", "LxmlError"),
)


def damage() -> tuple[type[Exception], ...]:
    """Return every error that means a damaged document, of the libraries loaded so far."""
    loaded = (
        getattr(sys.modules[module], name) for module, name in OF_LIBRARIES if module in sys.modules
    )
    return (*DAMAGE, *loaded)


@contextmanager
def damage_skips() -> Iterator[None]:
    """Turn a library's error into `SkipDocument`; every parser's `parse` is decorated with this.

    Only the kind of the error is told: its message may quote the document.
    """
    try:
        yield
    except damage() as error:
        kind = type(error).__name__
        raise SkipDocument(f"damaged, or of a kind that is not read ({kind})") from None
