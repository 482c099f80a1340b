"""Our four package names are common words: make sure that they are ours.

Another distribution can put a package `eval` or `rag` before ours without pip noticing.
"""

from __future__ import annotations

from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

from rag.errors import ConfigurationError
from rag.plugins import OWN_DISTRIBUTION

OWN_NAMES = ("rag", "connectors", "pipelines", "eval")


def check_own_names() -> None:
    """Refuse to start when one of our packages is imported from elsewhere."""
    ours = Path(__file__).resolve().parents[1]
    for name in OWN_NAMES:
        spec = find_spec(name)
        origin = Path(spec.origin).resolve() if spec and spec.origin else None
        if origin is None or origin.parent.parent != ours:
            raise ConfigurationError(
                f"the package `{name}` is not ours but {origin}: uninstall what brought it"
            )


def foreign_owners() -> dict[str, list[str]]:
    """Return, for each of our names, the other distributions that claim it."""
    claimed = packages_distributions()
    owners = {name: sorted(set(claimed.get(name, [])) - {OWN_DISTRIBUTION}) for name in OWN_NAMES}
    return {name: others for name, others in owners.items() if others}
