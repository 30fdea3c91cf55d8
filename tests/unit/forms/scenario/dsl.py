"""Forms in a few words, and sessions to answer them: `Scenario(form(...)).answer("a", 1).expect(b="2")`."""

import datetime as dt
import random
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Final, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from fieldapp.forms import Environment, FormDefinition, FormSession, read_definition
from fieldapp.forms.view import Answer, Changes, GroupView, Page, QuestionView, RepeatView

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
START: Final = dt.datetime(2026, 3, 5, 9, 10, tzinfo=SHANGHAI)

_NAMESPACES: Final = " ".join(
    f'xmlns{prefix}="{uri}"'
    for prefix, uri in {
        "": "http://www.w3.org/2002/xforms",
        ":h": "http://www.w3.org/1999/xhtml",
        ":jr": "http://openrosa.org/javarosa",
        ":orx": "http://openrosa.org/xforms",
        ":odk": "http://www.opendatakit.org/xforms",
        ":entities": "http://www.opendatakit.org/xforms/entities",
        ":ev": "http://www.w3.org/2001/xml-events",
    }.items()
)
META: Final = "<meta><instanceID/></meta>"


def form(
    instance: str,
    *parts: str,
    version: str = "1",
    root: str = "",
    title: str = "Scenario",
    model_attributes: str = "",
    body_class: str = "",
) -> str:
    """An XForm. `instance` is what is inside `<data>`; of the parts, controls go to the body."""
    model = "".join(part for part in parts if part.startswith(_MODEL))
    body = "".join(part for part in parts if not part.startswith(_MODEL))
    head = root or f'<data id="scenario" version="{version}">'
    return (
        f"<h:html {_NAMESPACES}><h:head><h:title>{title}</h:title><model {model_attributes}>"
        f"<instance>{head}{instance}{META if 'instanceID' not in instance else ''}</data></instance>{model}"
        f'</model></h:head><h:body class="{body_class}">{body}</h:body></h:html>'
    )


_MODEL: Final = ("<bind", "<instance", "<itext", "<setvalue", "<odk:setgeopoint", "<submission")


def _attributes(values: Mapping[str, str]) -> str:
    names = {
        "requiredMsg": "jr:requiredMsg",
        "constraintMsg": "jr:constraintMsg",
        "preload": "jr:preload",
        "preloadParams": "jr:preloadParams",
    }
    return "".join(f' {names.get(name, name)}="{_escaped(value)}"' for name, value in values.items())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def at(path: str) -> str:
    """A path below /data, unless it is absolute or relative already."""
    return path if path.startswith(("/", ".")) else f"/data/{path}" if path else "/data"


def bind(path: str, /, **attributes: str) -> str:
    """A bind; `requiredMsg` and the like get their prefix."""
    return f'<bind nodeset="{at(path)}"{_attributes(attributes)}/>'


def question(path: str, *inside: str, control: str = "input", **attributes: str) -> str:
    """A control with what is inside it; text that is no element is its label."""
    return f'<{control} ref="{at(path)}"{_attributes(attributes)}>{_inside(inside)}</{control}>'


def group(path: str, *inside: str, **attributes: str) -> str:
    """A group; without path it only orders the body."""
    ref = f' ref="{at(path)}"' if path else ""
    return f"<group{ref}{_attributes(attributes)}>{_inside(inside)}</group>"


def repeat(path: str, *inside: str, count: str = "", fixed: bool = False, **attributes: str) -> str:
    """A repeat."""
    extra = (f' jr:count="{_escaped(count)}"' if count else "") + (
        ' jr:noAddRemove="true()"' if fixed else ""
    )
    return f'<repeat nodeset="{at(path)}"{extra}{_attributes(attributes)}>{_inside(inside)}</repeat>'


def _inside(parts: Iterable[str]) -> str:
    return "".join(part if part.startswith("<") else f"<label>{part}</label>" for part in parts)


def items(*values: str) -> str:
    """Choices in place, each its own label."""
    return "".join(f"<item><label>{value}</label><value>{value}</value></item>" for value in values)


def itemset(nodeset: str, value: str = "name", label: str = "label") -> str:
    """Choices from a list."""
    return f'<itemset nodeset="{_escaped(nodeset)}"><value ref="{value}"/><label ref="{label}"/></itemset>'


def listing(id: str, *rows: Mapping[str, str]) -> str:
    """A secondary instance of rows."""
    inside = "".join(
        "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in row.items()) + "</item>"
        for row in rows
    )
    return f'<instance id="{id}"><root>{inside}</root></instance>'


def external(id: str, src: str) -> str:
    """A secondary instance from elsewhere."""
    return f'<instance id="{id}" src="{src}"/>'


def setvalue(event: str, path: str, value: str | None = None, text: str = "") -> str:
    """An action."""
    expression = f' value="{_escaped(value)}"' if value is not None else ""
    return f'<setvalue event="{event}" ref="{at(path)}"{expression}>{text}</setvalue>'


def translations(**languages: Mapping[str, str | Mapping[str, str]]) -> str:
    """Texts by language and id; a mapping gives several forms ("" is the plain one).

    The first language is the default.
    """

    def text(id: str, value: str | Mapping[str, str]) -> str:
        forms = value if isinstance(value, Mapping) else {"": value}
        inside = "".join(
            f'<value form="{form}">{content}</value>' if form else f"<value>{content}</value>"
            for form, content in forms.items()
        )
        return f'<text id="{id}">{inside}</text>'

    return (
        "<itext>"
        + "".join(
            f'<translation lang="{language}"'
            + ("" if number else ' default="true()"')
            + ">"
            + "".join(text(id, value) for id, value in texts.items())
            + "</translation>"
            for number, (language, texts) in enumerate(languages.items())
        )
        + "</itext>"
    )


class World:
    """Time, ids and chance of a scenario."""

    def __init__(self, **given: object) -> None:
        self.now = START
        self.seconds = 1000.0
        self._ids = count(1)
        self._random = random.Random(0)
        self._given = given

    def environment(self) -> Environment:
        """The environment of a session in this world."""
        return Environment(
            now=lambda: self.now,
            monotonic=lambda: self.seconds,
            zone=SHANGHAI,
            new_id=lambda: str(UUID(int=next(self._ids))),
            random_bytes=self._random.randbytes,
            **self._given,  # type: ignore[arg-type]
        )

    def passes(self, seconds: float) -> None:
        """Time goes on, on both clocks."""
        self.now += dt.timedelta(seconds=seconds)
        self.seconds += seconds


class Scenario:
    """A session of a form in a world."""

    def __init__(
        self,
        xml: str,
        *,
        attachments: Mapping[str, bytes] | None = None,
        world: World | None = None,
        session: FormSession | None = None,
    ) -> None:
        self.world = world or World()
        self.definition: FormDefinition = read_definition(xml, attachments)
        self.session = session or FormSession.new(self.definition, self.world.environment())
        self.changes = Changes()

    # -- acting -----------------------------------------------------------------------------------

    def answer(self, path: str, value: Answer) -> Self:
        self.changes = self.session.answer(at(path), value)
        return self

    def add(self, path: str) -> Self:
        self.changes = self.session.add_repeat(at(path))
        return self

    def remove(self, path: str) -> Self:
        self.changes = self.session.remove_repeat(at(path))
        return self

    def undo(self) -> Self:
        self.changes = self.session.undo()
        return self

    def speak(self, language: str) -> Self:
        self.changes = self.session.set_language(language)
        return self

    def resumed(self) -> "Scenario":
        """The same record, saved as a draft and opened again."""
        other = object.__new__(Scenario)
        other.world, other.definition, other.changes = self.world, self.definition, Changes()
        other.session = FormSession.resume(
            self.definition, self.session.save_draft(), self.world.environment()
        )
        return other

    # -- looking ----------------------------------------------------------------------------------

    def question(self, path: str) -> QuestionView:
        view = self.session.view(at(path))
        assert isinstance(view, QuestionView)
        return view

    def group(self, path: str) -> GroupView:
        view = self.session.view(at(path))
        assert isinstance(view, GroupView)
        return view

    def repeat(self, path: str) -> RepeatView:
        view = self.session.view(at(path))
        assert isinstance(view, RepeatView)
        return view

    def value(self, path: str) -> str:
        return self.question(path).value

    def relevant(self, path: str) -> bool:
        return self.session.view(at(path)).relevant

    def label(self, path: str) -> str:
        return str(self.session.view(at(path)).label)

    def choices(self, path: str) -> list[str]:
        return [choice.value for choice in self.session.choices(at(path))]

    def count(self, path: str) -> int:
        return len(self.repeat(path).instances)

    def pages(self) -> list[str]:
        return [_page(page) for page in self.session.pages()]

    def submission(self) -> str:
        """The finished record without its declaration and meta block, for comparing."""
        xml = self.session.finalise().xml.decode()
        return xml.partition("?>\n")[2]

    def expect(self, **values: str) -> Self:
        """Values by path; `__` in a name stands for `/`."""
        found = {name: self.value(name.replace("__", "/")) for name in values}
        assert found == values
        return self


def _page(page: Page) -> str:
    return f"{page.kind}:{page.reference}" if page.kind != "question" else page.reference
