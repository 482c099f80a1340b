"""Whether a run reaches what is required of it, said for machines: one line each, and JUnit XML."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from eval.records import CaseResult, Metric, Run
from eval.scorers.base import RIGHT
from eval.summary import OVERALL
from rag.errors import ConfigurationError

_FORM = re.compile(
    r"(?:(?P<corpus>[^:<>=]+):)?(?P<name>[a-z_0-9]+)(?:\.(?P<part>low|high|total))?"
    r"(?P<sign>>=|<=|>|<|=)(?P<value>-?\d*\.?\d+)(?P<percent>%?)"
)
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What a measure has to be: `right>=0.8`, `bank:right.low>=75%`, `permission_leaks.total=0`.

    `part` is the mean if nothing is said, an end of its interval, or the sum over all cases.
    """

    text: str
    corpus: str
    name: str
    part: str
    sign: str
    value: float

    @classmethod
    def read(cls, text: str) -> Requirement:
        """Return what is written so, or raise `ConfigurationError`."""
        found = _FORM.fullmatch(text.replace(" ", ""))
        if found is None:
            raise ConfigurationError(
                f"`{text}` is no requirement: they are written as right>=0.8, bank:right.low>=75%"
                " or permission_leaks.total=0"
            )
        value = float(found["value"]) / (100 if found["percent"] else 1)
        return cls(
            text=text,
            corpus=found["corpus"] or OVERALL,
            name=found["name"],
            part=found["part"] or "mean",
            sign=found["sign"],
            value=value,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Whether a requirement is met, and what was measured."""

    requirement: Requirement
    met: bool
    said: str


def findings(run: Run, requirements: Sequence[Requirement]) -> tuple[Finding, ...]:
    """Hold a run against what is required; what was not measured in full is not met.

    Raises:
        ConfigurationError: The run has no such corpus.
    """
    return tuple(_finding(run, requirement) for requirement in requirements)


def junit(run: Run, found: Sequence[Finding]) -> str:
    """Return a run as JUnit XML: a test a case by its id, a test a requirement; no text of either.

    A case fails that is not right or does not pass a gate; it is an error if nobody answered.
    """
    root = Element("testsuites", name="ringfence")
    for corpus in sorted({result.corpus for result in run.results}):
        suite = SubElement(root, "testsuite", name=corpus)
        for result in run.results:
            if result.corpus == corpus:
                _case(suite, result)
        _count(suite)
    if found:
        suite = SubElement(root, "testsuite", name="requirements")
        for one in found:
            test = SubElement(
                suite, "testcase", classname="requirements", name=one.requirement.text
            )
            if not one.met:
                SubElement(test, "failure", message=one.said)
        _count(suite)
    for element in root.iter():
        for key, value in element.items():
            element.set(key, _NO_XML.sub("?", value))
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _finding(run: Run, requirement: Requirement) -> Finding:
    if requirement.corpus not in run.summary:
        known = ", ".join(run.summary)
        raise ConfigurationError(f"`{requirement.text}`: the run has no such corpus, only {known}")
    metric = run.summary[requirement.corpus].metrics.get(requirement.name)
    if metric is None:
        return Finding(requirement=requirement, met=False, said="not measured")
    value = _value(metric, requirement.part)
    said = f"{value:.6g} over {metric.cases} cases"
    if metric.crashed:
        said += f", not scored in {metric.crashed}"
    met = not metric.crashed and _SIGNS[requirement.sign](value, requirement.value)
    return Finding(requirement=requirement, met=met, said=said)


def _value(metric: Metric, part: str) -> float:
    parts = {"mean": metric.mean, "low": metric.low, "high": metric.high, "total": metric.total}
    return parts[part]


def _case(suite: Element, result: CaseResult) -> None:
    test = SubElement(
        suite,
        "testcase",
        classname=f"{result.corpus}.{result.expect}",
        name=result.id,
        time=f"{result.seconds:.6f}",
    )
    if result.outcome.error or result.outcome.answer is None:
        SubElement(test, "error", message=result.outcome.error or "no answer")
        return
    failed = [name for name, score in result.scores.items() if score is False]
    right = result.scores.get(RIGHT)
    if right is not None and right < 1:
        failed.insert(0, RIGHT)
    failed += [f"{crash.what} broke" for crash in result.crashes]
    if failed:
        SubElement(test, "failure", message=", ".join(failed))


def _count(suite: Element) -> None:
    suite.set("tests", str(len(suite)))
    for kind in ("failure", "error"):
        suite.set(f"{kind}s", str(len(suite.findall(f"testcase/{kind}"))))
