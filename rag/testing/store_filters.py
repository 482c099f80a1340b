"""What every store must make of filters, as tests that those of an adapter inherit."""
# ruff: noqa: D102  the name of a test says what it holds

from __future__ import annotations

from rag.ports import Store
from rag.records import Acl, Facets
from rag.store.filters import AllOf, AnyOf, AtLeast, AtMost, Equals, Filter, Not, OneOf
from rag.testing.store_parts import Contract, add, found
from rag.testing.vectors import embedded, passage

# Filters, and what they find of the three documents in `FiltersContract`.
FILTERS: tuple[tuple[Filter, set[str]], ...] = (
    (Equals(field="public", value=True), {"open"}),
    (Equals(field="public", value=False), {"shut", "high"}),
    (Equals(field="tenant", value="main"), {"open", "shut", "high"}),
    (Equals(field="tenant", value="mai"), set()),
    (Equals(field="groups", value="x"), {"shut", "high"}),
    (Equals(field="public", value="true"), set()),
    (Equals(field="public", value="1"), set()),
    (Equals(field="clearance", value=False), set()),
    (OneOf(field="public", values=("true", "1")), set()),
    (AtMost(field="public", value=1), set()),
    (Equals(field="absent", value="x"), set()),
    (OneOf(field="groups", values=("y", "z")), {"shut"}),
    (OneOf(field="document", values=("open", "high")), {"open", "high"}),
    (OneOf(field="groups", values=()), set()),
    (AtMost(field="clearance", value=0), {"open", "shut"}),
    (AtMost(field="clearance", value=-1), set()),
    (AtMost(field="absent", value=1), set()),
    (AnyOf(parts=()), set()),
    (AllOf(parts=()), {"open", "shut", "high"}),
    (Not(part=AnyOf(parts=())), {"open", "shut", "high"}),
    (Not(part=AllOf(parts=())), set()),
    (Not(part=OneOf(field="groups", values=("y",))), {"open", "high"}),
    (Not(part=OneOf(field="groups", values=())), {"open", "shut", "high"}),
    (Not(part=Not(part=Equals(field="public", value=True))), {"open"}),
    (AllOf(parts=(AnyOf(parts=()), Equals(field="public", value=True))), set()),
    (AnyOf(parts=(AnyOf(parts=()), Equals(field="public", value=True))), {"open"}),
    (AnyOf(parts=(OneOf(field="groups", values=()),)), set()),
    (Equals(field="source", value="s high"), {"high"}),
    (Equals(field="live", value=True), {"open", "shut", "high"}),
    (Equals(field="live", value="true"), set()),
    (OneOf(field="tags", values=("a", "b")), {"open", "shut"}),
    (AtLeast(field="first_day", value=20240101), {"shut"}),
    (AtMost(field="last_day", value=20231231), {"open", "high"}),
    (
        AllOf(parts=(Equals(field="groups", value="x"), OneOf(field="tags", values=("b",)))),
        {"shut"},
    ),
    (
        AnyOf(parts=(Equals(field="public", value=True), Equals(field="source", value="s high"))),
        {"open", "high"},
    ),
    (
        Not(
            part=AllOf(
                parts=(Equals(field="groups", value="x"), AtLeast(field="first_day", value=1))
            )
        ),
        {"open", "high"},
    ),
    (Not(part=OneOf(field="tags", values=("a",))), {"shut", "high"}),
)


class FiltersContract(Contract):
    """Every filter means the same everywhere."""

    def test_a_filter_finds_exactly_what_it_says(self, store: Store) -> None:
        shut, high = frozenset({"x", "y"}), frozenset({"x"})
        day = 20240229
        for name, acl, facets in (
            ("open", Acl(public=True), Facets(tags=frozenset({"a", "c"}))),
            (
                "shut",
                Acl(groups=shut),
                Facets(tags=frozenset({"b"}), first_day=day, last_day=day),
            ),
            ("high", Acl(groups=high, clearance=3), Facets(source="s high")),
        ):
            add(store, [embedded(passage(name, n, acl=acl, facets=facets)) for n in range(2)])
        finds = [(within, found(store, within)) for within, _ in FILTERS]
        assert finds == list(FILTERS)
