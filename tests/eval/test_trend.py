import json
import re
from html.parser import HTMLParser

import pytest

from eval.folder import RUN_FILE
from eval.run import run
from eval.scorers import standard_scorers
from eval.trend import kept_runs, trend_facts, trend_page
from rag.errors import ConfigurationError


def ignore(done, total):
    pass


@pytest.fixture
def kept(world, tmp_path):
    """Make a run, begun at this hour, of a model and an index."""

    def make(name, hour, *, right=True, **solver):
        cases = [world.case(id=f"c-{n}") for n in range(4)]
        outcome = world.right() if right else world.abstained()
        script = {case.id: outcome for case in cases}
        folder = tmp_path / "runs" / name
        run(
            cases, world.solver(script, **solver), world.library, standard_scorers(), folder, ignore
        )
        path = folder / RUN_FILE
        facts = json.loads(path.read_text())
        path.write_text(json.dumps({**facts, "started": f"2026-05-31T{hour:02}:00:00+00:00"}))
        return folder

    return make


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_runs_are_told_in_the_order_in_which_they_began(kept, tmp_path):
    kept("b", 9)
    kept("a", 11, right=False)
    kept("c", 10)
    (tmp_path / "runs" / "stopped").mkdir()
    facts = trend_facts(kept_runs([tmp_path / "runs"]))
    assert [row["run"] for row in facts] == ["b", "c", "a"]
    assert [row["measures"]["right"]["mean"] for row in facts] == [1.0, 1.0, 0.0]
    assert facts[0]["cases"] == 4


def test_the_page_has_a_chart_a_measure_and_needs_nothing_else(kept, tmp_path):
    for hour in range(9, 12):
        kept(f"r-{hour}", hour)
    page = trend_page(kept_runs([tmp_path / "runs"]))
    tags = Tags(page).found
    assert [tag for tag, _ in tags].count("svg") == 6
    assert [tag for tag, _ in tags].count("circle") == 18
    assert not {"script", "link", "img"} & {tag for tag, _ in tags}
    assert not re.search(r"https?:|url\(", page)
    places = [float(a["cx"]) for tag, a in tags if tag == "circle"][:3]
    assert places == sorted(places)
    heights = [float(a["cy"]) for tag, a in tags if tag == "circle"]
    assert all(16 <= height <= 150 for height in heights)


def test_runs_with_another_index_are_not_joined_to_the_others(kept, tmp_path):
    kept("a", 9)
    kept("b", 10)
    kept("c", 11, index="index-2")
    kept("d", 12, index="index-2")
    kept("e", 13)
    page = trend_page(kept_runs([tmp_path / "runs"]))
    lines = [a["points"] for tag, a in Tags(page).found if tag == "polyline"]
    assert len(lines) == 6 * 2
    assert all(line.count(",") == 2 for line in lines)


def test_a_name_with_markup_is_shown_not_obeyed(kept, tmp_path):
    kept("a", 9, model="<b>x</b>")
    page = trend_page(kept_runs([tmp_path / "runs"]))
    assert "b" not in {tag for tag, _ in Tags(page).found}


def test_one_run_is_enough_and_none_is_refused(kept, tmp_path):
    folder = kept("a", 9)
    assert "1 run," in trend_page(kept_runs([folder]))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigurationError, match="no finished run"):
        kept_runs([tmp_path / "empty"])
    (folder / RUN_FILE).write_text("{")
    with pytest.raises(ConfigurationError, match="does not read as a run"):
        kept_runs([folder])
