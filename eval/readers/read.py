"""Public data as a suite, whatever its form."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from eval.grounding.injection import is_attacks, read_attacks
from eval.readers.biomedical import is_pubmed, read_pubmed, read_snippets
from eval.readers.finance import is_filings, read_filings, read_reports
from eval.readers.made import Read, of_corpus
from eval.readers.others import is_paragraphs, read_attacked, read_clauses, read_paragraphs
from eval.retrieval.cases import Part, Shaping
from eval.retrieval.contracts import is_contracts
from eval.retrieval.readers import read_corpora
from eval.retrieval.rows import Contents, bytes_of, loaded
from eval.split import held_out
from eval.suites import Suite
from rag.errors import ConfigurationError


def read_data(path: Path, shaping: Shaping, part: Part = Part.ALL) -> Suite:
    """Return the questions of a folder or file of public data with their documents.

    Args:
        path: BioASQ, PubMedQA, TAT-QA, CUAD, BIPIA, FinanceBench or anything of SQuAD's form.
        shaping: Makes documents as the product does.
        part: Which half of the questions; all documents are searched all the same.

    Raises:
        ConfigurationError: It cannot be read or is of no known form.
    """
    if not path.exists():
        raise ConfigurationError(f"{path} does not exist")
    read, digest = _read(path, shaping)
    name = path.resolve().name if path.is_dir() else path.stem
    cases = [
        one
        for one in read.cases
        if part is Part.ALL or held_out(one.cluster or one.id, 2) is (part is Part.TEST)
    ]
    if not cases:
        raise ConfigurationError(f"{path} has no question in the part {part.value}")
    return Suite(
        name=name,
        version=digest[:12],
        about=read.about,
        cases=of_corpus(cases, name),
        made=read.documents,
        notes=read.notes,
    )


def _read(path: Path, shaping: Shaping) -> tuple[Read, str]:
    if path.is_dir() and is_contracts(path):
        [corpus] = read_corpora([path], shaping)
        return read_clauses(path, corpus), corpus.sha256
    if path.is_dir() and is_attacks(path):
        attacks = read_attacks(path)
        return read_attacked(attacks, shaping), attacks.sha256
    contents, digest = _contents(path)
    first = contents[0][1]
    if is_pubmed(first):
        return read_pubmed(contents, shaping), digest
    if is_paragraphs(first):
        return read_paragraphs(contents, shaping), digest
    if isinstance(first, list) and first and is_filings(first[0]):
        return read_filings(contents, shaping), digest
    [corpus] = read_corpora([path], shaping)
    read = read_snippets if isinstance(first, dict) else read_reports
    return read(contents, corpus), digest


def _contents(path: Path) -> tuple[Contents, str]:
    """Return the JSON of a file, or of every file of a folder, and a hash of it all."""
    files = [path] if path.is_file() else sorted([*path.glob("*.json"), *path.glob("*.jsonl")])
    if not files:
        raise ConfigurationError(f"{path} holds no .json or .jsonl file and no table of contracts")
    digest = hashlib.sha256()
    contents = []
    for file in files:
        data = bytes_of(file)
        digest.update(data)
        contents.append(
            (file, _lines(file, data) if file.suffix == ".jsonl" else loaded(file, data))
        )
    return contents, digest.hexdigest()


def _lines(file: Path, data: bytes) -> list[object]:
    found = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            try:
                found.append(json.loads(line))
            except ValueError:
                raise ConfigurationError(f"{file}, line {number}: not valid JSON") from None
    return found
