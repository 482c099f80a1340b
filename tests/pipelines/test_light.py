"""A second ingest that finds nothing to do loads nothing heavy: that is what makes it quick."""

from __future__ import annotations

import subprocess
import sys

from rag.settings import environment

HEAVY = (
    "torch",
    "numpy",
    "presidio_analyzer",
    "spacy",
    "llama_index",
    "qdrant_edge",
    "unstructured",
)


def test_an_ingest_of_unchanged_files_loads_no_heavy_library(ringfence, folder):
    ringfence("init")
    ringfence("ingest", folder)
    script = (
        "import sys\n"
        f"sys.argv = ['ringfence', 'ingest', {str(folder)!r}]\n"
        "from pipelines.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
    assert "3 unchanged" in done.stdout
    assert done.stdout.strip().endswith("[]")
