"""Benches of the form engine: opening a long form, one answer in it, a filtered list, memory."""

import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Final
from uuid import UUID

from bench.benches import OURS, Bench, Size
from bench.figures import Report
from fieldapp.forms import Environment, FormDefinition, FormSession, read_definition

QUESTIONS: Final = 500
CHOICES: Final = 10_000
_ACTS: Final = 500
_HEAD: Final = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Bench</h:title><model>'
)


def environment() -> Environment:
    """A world that stands still."""
    ids = count(1)
    return Environment(
        now=lambda: datetime(2026, 3, 5, tzinfo=UTC),
        monotonic=lambda: 0.0,
        zone=UTC,
        new_id=lambda: str(UUID(int=next(ids))),
        random_bytes=Random(0).randbytes,
    )


def long_form(tag: int = 0) -> str:
    """500 questions in groups: half of them asked only after another answer, a third with a constraint,
    a running score over all, a label that shows an answer.

    Args:
        tag: makes the expressions of this copy differ from any other, so that none is compiled already.
    """
    nodes, binds, body, texts = [], [], [], []
    for number in range(QUESTIONS):
        section, name = number // 10, f"q{number}"
        path = f"/data/s{section}/{name}"
        if number % 10 == 0:
            nodes.append(f"<s{section}>")
            body.append(
                f'<group ref="/data/s{section}" appearance="field-list"><label>Part {section}</label>'
            )
        nodes.append(f"<{name}/>")
        earlier = f"/data/s{max(0, number - 3) // 10}/q{max(0, number - 3)}"
        logic = f' relevant="{earlier} != {1000 + tag}"' if number % 2 and number > 3 else ""
        logic += f' constraint=". &gt;= {-tag} and . &lt; 100"' if number % 3 == 0 else ""
        logic += ' required="true()"' if number % 5 == 0 else ""
        binds.append(f'<bind nodeset="{path}" type="int"{logic}/>')
        texts.append(f'<text id="{name}"><value>Question {number} <output value="{earlier}"/></value></text>')
        body.append(f'<input ref="{path}"><label ref="jr:itext(\'{name}\')"/></input>')
        if number % 10 == 9:
            terms = " + ".join(
                f"coalesce(/data/s{section}/q{one}, {tag})" for one in range(number - 9, number + 1)
            )
            binds.append(f'<bind nodeset="/data/s{section}/sum" type="int" calculate="{terms}"/>')
            nodes.append(f"<sum/></s{section}>")
            body.append("</group>")
    total = " + ".join(f"/data/s{section}/sum" for section in range(QUESTIONS // 10))
    binds.append(f'<bind nodeset="/data/total" type="int" calculate="{total}"/>')
    return (
        f'{_HEAD}<instance><data id="bench" version="1">{"".join(nodes)}<total/><meta><instanceID/></meta>'
        f'</data></instance><itext><translation lang="zh">{"".join(texts)}</translation></itext>'
        f"{''.join(binds)}</model></h:head><h:body>{''.join(body)}</h:body></h:html>"
    )


def list_form(condition: str) -> FormDefinition:
    """A select over an external list of 10,000 rows, filtered by an answer."""
    xml = (
        f'{_HEAD}<instance><data id="bench" version="1"><part/><one/><meta><instanceID/></meta></data>'
        '</instance><instance id="list" src="jr://file-csv/list.csv"/><bind nodeset="/data/part"/>'
        '</model></h:head><h:body><input ref="/data/part"><label>Part</label></input>'
        '<select1 ref="/data/one"><label>One</label>'
        f"<itemset nodeset=\"instance('list')/root/item[{condition}]\">"
        '<value ref="name"/><label ref="label"/></itemset></select1></h:body></h:html>'
    )
    rows = "".join(f"n{row},Label {row},p{row % 100:02}\n" for row in range(CHOICES))
    return read_definition(xml, {"list.csv": f"name,label,part\n{rows}".encode()})


def form_load(_work: Path, size: Size) -> None:
    """From the XForm's bytes to a session that shows its first page; no expression is compiled yet."""
    seconds: list[float] = []
    for run in range(size.runs):
        xml = long_form(run + 1).encode()
        began = time.perf_counter()
        session = FormSession.new(read_definition(xml), environment())
        session.view(session.pages()[0].questions[0])
        seconds.append(time.perf_counter() - began)
    Report("form_load").figure("wall_s", seconds, of=OURS, questions=QUESTIONS)


def form_answer(_work: Path, size: Size) -> None:
    """One answer in the long form, everything that follows from it included."""
    definition = read_definition(long_form())
    paths = [path for path, spec in definition.nodes.items() if spec.control and spec.is_leaf]
    rounds = [_answers(FormSession.new(definition, environment()), paths) for _ in range(size.runs)]
    Report("form_answer").times(rounds, of=OURS, questions=QUESTIONS)


def _answers(session: FormSession, paths: list[str]) -> list[float]:
    random, seconds = Random(1), []
    for _ in range(_ACTS):
        path, value = random.choice(paths), random.randrange(100)
        began = time.perf_counter()
        session.answer(path, value)
        seconds.append(time.perf_counter() - began)
    sums = (session.view(f"/data/s{section}/sum") for section in range(QUESTIONS // 10))
    wanted = sum(int(getattr(one, "value", "")) for one in sums)
    if getattr(session.view("/data/total"), "value", "") != str(wanted):
        raise RuntimeError("wrong result: the total does not follow the answers")
    return seconds


def form_itemset(_work: Path, size: Size) -> None:
    """Choices of a select after the answer that filters its 10,000 rows has changed."""
    for name, condition in (("equal", "part = /data/part"), ("contains", "contains(part, /data/part)")):
        session = FormSession.new(list_form(condition), environment())
        session.choices("/data/one")
        rounds = [_choices(session) for _ in range(size.runs)]
        Report("form_itemset").times(rounds, of=OURS, choices=CHOICES, filter=name)


def _choices(session: FormSession) -> list[float]:
    seconds: list[float] = []
    for part in range(50):
        session.answer("/data/part", f"p{part:02}")
        began = time.perf_counter()
        found = session.choices("/data/one")
        seconds.append(time.perf_counter() - began)
        if len(found) != CHOICES // 100:
            raise RuntimeError("wrong result: the filter")
    return seconds


def form_memory(_work: Path, size: Size) -> None:
    """Memory of a process with the long form and the long list open, above that of the bare library."""
    bare = [_grown("") for _ in range(size.runs)]
    full = [_grown(_HOLD) for _ in range(size.runs)]
    grown = [after - before for after, before in zip(full, bare, strict=True)]
    Report("form_memory").figure("rss_mb", grown, of=OURS, questions=QUESTIONS, choices=CHOICES)


_HOLD: Final = (
    "from bench.forms import *;"
    "a = FormSession.new(read_definition(long_form()), environment());"
    "b = FormSession.new(list_form('part != 1'), environment()); b.choices('/data/one');"
)
_PRINT: Final = (
    "import bench.forms;"
    "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmRSS')))"
)


def _grown(script: str) -> float:
    """Resident megabytes of a process that runs the script (read from Linux's /proc)."""
    done = subprocess.run(
        [sys.executable, "-c", script + _PRINT], stdout=subprocess.PIPE, check=True, timeout=60
    )
    return int(done.stdout) / 1024


FORM_BENCHES: Final[dict[str, Bench]] = {
    "form_load": form_load,
    "form_answer": form_answer,
    "form_itemset": form_itemset,
    "form_memory": form_memory,
}
