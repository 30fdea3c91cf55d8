"""Labels, hints and messages in the session's language, with their outputs. Pure library layer."""

import re
from collections.abc import Iterable
from typing import Final

from fieldapp.forms.definition.model import FormDefinition, Template, TextSpec
from fieldapp.forms.session.host import SessionHost
from fieldapp.forms.tree import Node
from fieldapp.forms.view import Text, TextPart

_MEDIA: Final = ("image", "big-image", "audio", "video")
_FILE: Final = re.compile(r"(?:jr://[\w-]+/)?(.*)\Z", re.DOTALL)
GUIDANCE: Final = "guidance"


class Texts:
    """Turns text specifications into what people read."""

    def __init__(self, definition: FormDefinition, host: SessionHost) -> None:
        self._definition = definition
        self._host = host

    def text(
        self, spec: TextSpec | None, node: Node, *, form: str = "", origin: Node | None = None
    ) -> Text | None:
        """The text for a node; `form` asks for another one than the plain form, such as guidance."""
        if spec is None:
            return None
        if spec.template is not None:
            return self._resolved(spec.template, node, origin) if not form else None
        if spec.value is not None:
            value = self._host.string(spec.value, node, origin)
            return Text((TextPart(value, is_value=True),)) if not form else None
        assert spec.text_id is not None
        return self.by_id(self._host.string(spec.text_id, node, origin), origin or node, form=form)

    def plain(self, id: str, node: Node) -> str | None:
        """The text of an id without its media; None when no language has it."""
        found = self.by_id(id, node)
        return None if found is None else str(found)

    def by_id(self, id: str, node: Node, *, form: str = "") -> Text | None:
        """The text of an id, in the session's language or else in the default one."""
        forms = self._forms(id)
        if forms is None or form not in forms:
            media = self._media(forms, node) if forms is not None and not form else {}
            return Text((), media) if media else None
        plain = self._resolved(forms[form], node, None)
        return Text(plain.parts, self._media(forms, node)) if not form else plain

    def _forms(self, id: str) -> "dict[str, Template] | None":
        for language in (self._host.language, self._definition.default_language):
            translation = self._definition.translations.get(language)
            if translation is not None and id in translation.texts:
                return dict(translation.texts[id])
        return None

    def _media(self, forms: "dict[str, Template]", node: Node) -> dict[str, str]:
        found: dict[str, str] = {}
        for form in _MEDIA:
            if form in forms:
                file = _FILE.match(str(self._resolved(forms[form], node, None)).strip())
                found[form] = file[1] if file is not None else ""
        return found

    def _resolved(self, template: Template, node: Node, origin: Node | None) -> Text:
        return Text(
            tuple(
                TextPart(part)
                if isinstance(part, str)
                else TextPart(self._host.string(part, node, origin), is_value=True)
                for part in template.parts
            )
        )


def fitting_language(definition: FormDefinition, wishes: Iterable[str]) -> str:
    """The first wish that names a language of the form, by its name or its code: `zh` fits "中文 (zh)" and
    "中文 (zh-CN)"."""
    for wish in filter(None, wishes):
        for language in definition.languages:
            codes = re.findall(r"\(([^()]+)\)", language)
            if wish == language or any(code == wish or code.startswith(f"{wish}-") for code in codes):
                return language
    return definition.default_language
