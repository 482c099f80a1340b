"""Find what is registered under an entry-point group, and load only what may be loaded.

Built-in connectors, recognizers and generators come through the same door as those of other
distributions. An installed plugin is not an authorised one: it is loaded only if the setting
`plugins` names it.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points

from rag.errors import ConfigurationError

OWN_DISTRIBUTION = "ringfence"


def registered(group: str, *, allowed: Iterable[str]) -> dict[str, EntryPoint]:
    """Return our own entry points of `group` and those of others that are allowed, by name."""
    permitted = frozenset(allowed)
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=group):
        own = point.dist is not None and point.dist.name == OWN_DISTRIBUTION
        if not own and point.name not in permitted:
            continue
        if point.name in found and not own:
            continue  # a plugin never takes the place of a built-in
        found[point.name] = point
    return found


def load(group: str, name: str, *, allowed: Iterable[str]) -> object:
    """Load one entry point by name, or say which names there are."""
    found = registered(group, allowed=allowed)
    if name not in found:
        known = ", ".join(sorted(found)) or "none"
        raise ConfigurationError(f"no `{name}` in {group}; there is: {known}")
    try:
        return found[name].load()
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(f"`{name}` of {group} cannot be loaded: {error}") from error
