"""Reads the translations of a form. Pure library layer."""

from fieldapp.forms.definition.model import Template, Translation
from fieldapp.forms.definition.reading import Reading
from fieldapp.forms.tree import Node


def read_translations(model: Node, reading: Reading) -> tuple[dict[str, Translation], str]:
    """All translations by language, and the name of the default one ("" when there are none)."""
    translations: dict[str, Translation] = {}
    default = ""
    itext = model.first("itext")
    for element in itext.elements("translation") if itext is not None else ():
        language = element.attribute("lang") or ""
        if language in translations:
            reading.problem("language_repeated", "", "itext", language=language)
            continue
        translations[language] = Translation(language, _texts(element, language, reading))
        if element.attribute("default") is not None and not default:
            default = language
    return translations, default or next(iter(translations), "")


def _texts(element: Node, language: str, reading: Reading) -> dict[str, dict[str, Template]]:
    texts: dict[str, dict[str, Template]] = {}
    for text in element.elements("text"):
        id = text.attribute("id") or ""
        if id in texts:
            reading.warning("text_repeated", "", "itext", text=id, language=language)
        texts[id] = {
            value.attribute("form") or "": reading.template(value, "", f"itext {id}")
            for value in text.elements("value")
        }
    return texts


def check_text_ids(translations: dict[str, Translation], default: str, reading: Reading) -> None:
    """Every text that is named must be there in some language; better in all of them."""
    if not reading.text_ids:
        return
    for id, (reference, attribute) in reading.text_ids.items():
        lacking = [name for name, one in translations.items() if id not in one.texts]
        if len(lacking) == len(translations):
            reading.problem("text_missing", reference, attribute, text=id)
        elif default in lacking:
            reading.warning("text_missing_in_default", reference, attribute, text=id, language=default)
