"""Writes into the sample corpora's cases where their gold quotes stand in the parsed text.

Run as ``python -m pipelines.gold_spans [--check]`` after a document, a parser or a case has
changed. With ``--check`` nothing is written; the exit status says whether something would be.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from connectors.formats.registry import default_formats
from eval.gold import locate
from pipelines.corpora import NAMES, cases_file, documents_folder
from rag.errors import ConfigurationError, RingfenceError


def located(name: str) -> str:
    """Return the cases of a corpus with their spans, as the file should stand."""
    formats = default_formats()
    texts: dict[str, str] = {}
    lines = []
    for line in cases_file(name).read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if "quote" in case:
            path = documents_folder(name) / case["document"]
            if case["document"] not in texts:
                texts[case["document"]] = formats.parse(path.read_bytes(), path.name).text
            try:
                span = locate(texts[case["document"]], case["quote"])
            except ConfigurationError as error:
                raise ConfigurationError(f"{case['id']}: {error}") from error
            case["start"], case["end"] = span.start, span.end
        lines.append(json.dumps(case, ensure_ascii=False))
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Rewrite every corpus' cases, or with --check say which are out of date."""
    stale: list[Path] = []
    for name in NAMES:
        path = cases_file(name)
        try:
            text = located(name)
        except RingfenceError as error:
            sys.stderr.write(f"{name}: {error}\n")
            return 1
        if text != path.read_text(encoding="utf-8"):
            stale.append(path)
            if "--check" not in arguments:
                path.write_text(text, encoding="utf-8")
    for path in stale:
        sys.stderr.write(f"{path.parent.name}/{path.name}: spans changed\n")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
