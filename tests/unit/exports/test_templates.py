"""Templates of other departments' documents: what is refused, what is filled, and that words stay words."""

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from xml.dom import minidom

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.app.paths import resources
from fieldapp.app.preferences import Language
from fieldapp.app.texts import texts
from fieldapp.domain.errors import RuleError
from fieldapp.exports.templates.placeholders import PLACEHOLDERS, Facts, Kind, filled, marks_in
from fieldapp.exports.templates.template import fill_template, read_template

ROOT: Final = Path(__file__).parents[3]
TEMPLATES: Final = resources() / "templates"
WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PNG: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000020000000108020000007b40e8dd"
    "0000000f49444154789c63f8cf8081810100ff060001a1e0d9f20000000049454e44ae426082"
)
"""Two pixels wide, one high."""
MEMBERS: Final = tuple(
    {"member.number": str(n), "member.name": f"成员{n}", "member.id_number": f"34178919500101001{n}"}
    for n in range(1, 4)
)
FACTS: Final = Facts(
    {one.key: f"<{one.chinese}&>" for one in PLACEHOLDERS if one.kind is Kind.TEXT},
    {"household.members": 3, "household.amount": 1234.5}, {"visit.signature": PNG}, MEMBERS,
)  # fmt: skip


def docx(body: str, **parts: str) -> bytes:
    """A document with this body; further parts by name (dots and slashes as _)."""
    with zipfile.ZipFile(TEMPLATES / "civil-affairs.docx") as source:
        kept = {name: source.read(name) for name in source.namelist()}
    kept["word/document.xml"] = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'.encode()
    kept["word/footer1.xml"] = f'<w:ftr xmlns:w="{WORD}"/>'.encode()
    return packed(kept | {name: text.encode() for name, text in parts.items()})


def packed(parts: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return made.getvalue()


def changed(name: str, **parts: bytes | None) -> bytes:
    """A shipped template with other parts; None takes one away."""
    with zipfile.ZipFile(TEMPLATES / name) as source:
        kept = {one: source.read(one) for one in source.namelist()}
    kept |= {one: content for one, content in parts.items() if content is not None}
    return packed(kept)


def paragraph(*runs: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:rPr><w:b/></w:rPr><w:t>{one}</w:t></w:r>" for one in runs) + "</w:p>"


def words_of(content: bytes, part: str = "word/document.xml") -> list[str]:
    """The text of each paragraph."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        tree: Any = minidom.parseString(source.read(part))
    return [
        "".join(
            "\n" if node.tagName == "w:br" else "".join(child.data for child in node.childNodes)
            for node in one.getElementsByTagName("*")
            if node.tagName in ("w:t", "w:br")
        )
        for one in tree.getElementsByTagName("w:p")
    ]


def book(cells: Mapping[str, Any], merged: tuple[str, ...] = ()) -> bytes:
    """A workbook with these cells."""
    made = io.BytesIO()
    workbook = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = workbook.add_worksheet("表")
    for reference in merged:
        sheet.merge_range(reference, "")
    for place, value in cells.items():
        if isinstance(value, str) and value.startswith("="):
            sheet.write_formula(place, value)
        else:
            sheet.write(place, value)
    workbook.close()
    return made.getvalue()


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def problems(content: bytes) -> list[tuple[str, dict[str, object]]]:
    return [(one.code, dict(one.facts)) for one in read_template(content).problems]


# --- the shipped templates -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["civil-affairs.docx", "rural-revitalisation.xlsx", "disabled-persons.xlsx"])
def test_shipped_template_is_sound_and_holds_no_braces_once_filled(name: str) -> None:
    content = (TEMPLATES / name).read_bytes()
    outline = read_template(content)
    assert outline.problems == ()
    assert "member.name" in outline.keys
    made = fill_template(content, FACTS)
    with zipfile.ZipFile(io.BytesIO(made)) as source:
        for part in source.namelist():
            assert b"{{" not in source.read(part), part
    assert made == fill_template(content, FACTS)


def test_a_document_repeats_its_row_for_each_member_and_keeps_the_others() -> None:
    told = words_of(fill_template((TEMPLATES / "civil-affairs.docx").read_bytes(), FACTS))
    assert [one for one in told if one.startswith("成员") and one[2:].isdigit()] == [
        "成员1",
        "成员2",
        "成员3",
    ]
    assert "<户主姓名&>" in told
    assert "1234.50元" in told
    assert told.count("走访情况") == 1


def test_a_workbook_repeats_its_row_and_moves_what_is_below() -> None:
    made = fill_template((TEMPLATES / "rural-revitalisation.xlsx").read_bytes(), FACTS)
    sheet = opened(made).active
    assert [sheet[f"B{row}"].value for row in (7, 8, 9)] == ["成员1", "成员2", "成员3"]
    assert [sheet[f"F{row}"].value for row in (7, 8, 9)] == [one["member.id_number"] for one in MEMBERS]
    assert {sheet[f"F{row}"].data_type for row in (7, 8, 9)} == {"s"}
    assert sheet["A10"].value == "走访情况"
    assert {str(one) for one in sheet.merged_cells.ranges} == {"A1:F1", "B10:F10", "B11:C11", "E11:F11"}
    assert sheet.print_area.endswith("$A$1:$F$12")
    assert (sheet["F3"].value, sheet["F5"].value) == (3, 1234.5)
    assert sheet.row_dimensions[10].height == 60
    with zipfile.ZipFile(
        io.BytesIO(fill_template((TEMPLATES / "rural-revitalisation.xlsx").read_bytes(), FACTS))
    ) as one:
        anchor = one.read("xl/drawings/filled1.xml").decode()
        assert one.read("xl/media/filled1.png") == PNG
    assert re.findall(r"<xdr:(col|row)>(\d+)", anchor) == [("col", "4"), ("row", "10")]


def test_without_members_one_empty_row_is_left_for_the_pen() -> None:
    alone = Facts(FACTS.texts)
    sheet = opened(fill_template((TEMPLATES / "disabled-persons.xlsx").read_bytes(), alone)).active
    assert sheet["A4"].value in (None, "")
    assert sheet["A5"].value == "需求"


# --- placeholders in texts -------------------------------------------------------------------------


@given(st.data())
def test_a_placeholder_is_found_however_it_is_split_over_runs(data: st.DataObject) -> None:
    plain = st.text(
        st.characters(exclude_characters="{}｛｝", min_codepoint=32, max_codepoint=0x9FFF), max_size=5
    )
    before, behind = data.draw(plain), data.draw(plain)
    text = f"{before}{{{{户主姓名}}}}、{{{{ household.head }}}}{behind}"
    cuts = sorted(data.draw(st.sets(st.integers(1, len(text) - 1), max_size=6)))
    runs = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    escaped = [one.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for one in runs]
    said = data.draw(st.sampled_from(["王甲", "<b>&", "{{身份证号}}", "第一行\n第二行"]))
    made = fill_template(docx(paragraph(*escaped)), Facts({"household.head": said}))
    assert words_of(made) == [f"{before}{said}、{said}{behind}"]


def test_what_a_person_wrote_is_never_looked_through_again() -> None:
    facts = Facts({"visit.narrative": "{{身份证号}}", "household.id_number": "341789195001010016"})
    assert words_of(fill_template(docx(paragraph("{{走访情况}}")), facts)) == ["{{身份证号}}"]
    sheet = opened(fill_template(book({"A1": "{{走访情况}}"}), facts)).active
    assert sheet["A1"].value == "{{身份证号}}"
    assert filled("{{走访情况}}", facts) == "{{身份证号}}"


@pytest.mark.parametrize("said", ["=1+1", "+86", "-1", "@x", '=HYPERLINK("http://x")', "＝1", "007", "1E5"])
def test_words_never_become_a_formula_or_a_number(said: str) -> None:
    sheet = opened(fill_template(book({"A1": "{{备注}}"}), Facts({"visit.remark": said}))).active
    assert (sheet["A1"].value, sheet["A1"].data_type) == (said, "s")
    assert sheet["A1"].quotePrefix == (not said[0].isdigit())


def test_pictures_stand_where_their_names_stood_and_leave_nothing_where_there_are_none() -> None:
    body = paragraph("签字：{{签", "名}}后")
    made = fill_template(docx(body), FACTS)
    assert words_of(made) == ["签字：后"]
    with zipfile.ZipFile(io.BytesIO(made)) as source:
        document = source.read("word/document.xml").decode()
        assert source.read("word/media/filled1.png") == PNG
        assert 'Extension="png"' in source.read("[Content_Types].xml").decode()
        relation = re.findall(r'r:embed="(\w+)"', document)
        assert f'Id="{relation[0]}"' in source.read("word/_rels/document.xml.rels").decode()
    assert document.index("签字：") < document.index("<w:drawing") < document.index(">后<")
    assert words_of(fill_template(docx(body), Facts({}))) == ["签字：后"]


def test_names_are_found_with_full_width_braces_and_spaces() -> None:
    assert [mark.placeholder and mark.placeholder.key for mark in marks_in("｛｛ 户主 姓名 ｝｝{{镇}}")] == [
        "household.head", "town",
    ]  # fmt: skip


# --- what is refused -------------------------------------------------------------------------------


def test_everything_wrong_is_told_with_its_place() -> None:
    found = problems(
        book({"B2": "{{户主性名}}", "C3": "{{成员姓名}}", "D4": "{{镇}", "A5": "见{{签名}}", "A6": "{{镇}}"})
    )
    assert found == [
        ("template_unknown_name", {"place": "表!B2", "name": "户主性名"}),
        ("template_member_outside", {"place": "表!C3", "name": "成员姓名"}),
        ("template_braces", {"place": "表!D4"}),
        ("template_picture_apart", {"place": "表!A5", "name": "签名"}),
    ]
    assert problems(docx(paragraph("好") + paragraph("{{无此", "名}}"))) == [
        ("template_unknown_name", {"place": "document.xml ¶2", "name": "无此名"})
    ]
    assert problems(docx(paragraph("没有名称"))) == [("template_empty", {})]


BOMB: Final = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
LINK: Final = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r" Type="x" Target="http://example.invalid/t.dotm" TargetMode="External"/>'
    b"</Relationships>"
)
MACRO_TYPES: Final = (
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override'
    b' PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
    b"</Types>"
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7", "template_kind"),
        (b"PK\x03\x04 not a zip", "file_damaged"),
        (packed({"a.txt": b"x"}), "template_kind"),
        (b"PK\x03\x04" + b"0" * (2 * 1024 * 1024), "template_too_big"),
        (changed("civil-affairs.docx", **{"word/x.xml": b" " * (4 * 1024 * 1024)}), "template_too_big"),
        (changed("civil-affairs.docx", **{"word/document.xml": BOMB}), "file_damaged"),
        (changed("civil-affairs.docx", **{"word/vbaProject.bin": b"x"}), "template_macros"),
        (changed("civil-affairs.docx", **{"[Content_Types].xml": MACRO_TYPES}), "template_macros"),
        (changed("civil-affairs.docx", **{"word/embeddings/o.bin": b"x"}), "template_active"),
        (changed("disabled-persons.xlsx", **{"xl/externalLinks/l.xml": b"<x/>"}), "template_active"),
        (changed("civil-affairs.docx", **{"word/_rels/x.xml.rels": LINK}), "template_external_link"),
        (docx("<w:p><w:r><w:instrText>DDEAUTO c:\\\\x</w:instrText></w:r></w:p>"), "template_field"),
        (docx(paragraph("{{#成员}}{{成员姓名}}")), "template_rows_outside"),
        (book({"A1": "=WEBSERVICE(\"http://x\")"}), "template_formula"),
        (book({"A1": "{{#成员}}{{成员姓名}}", "A3": "=SUM(B1:B2)"}), "template_rows_formula"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_file_that_could_do_more_than_show_text_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(RuleError) as told:
        read_template(content)
    assert told.value.code == code
    for language in Language:
        sentence = texts(language).error(told.value)
        assert "{" not in sentence
        assert code not in sentence  # as it would stand in the sentence for codes without one


def test_the_page_about_templates_names_every_placeholder_and_no_other() -> None:
    page = (ROOT / "docs" / "print-templates.md").read_text("utf-8")
    rows = re.findall(r"^\| `\{\{([^}]+)\}\}` \| `\{\{([^}]+)\}\}` \|", page, re.MULTILINE)
    assert rows == [(one.chinese, one.key) for one in PLACEHOLDERS]
