"""Writes the templates of resources/templates anew: three departments' documents with names in braces.

A county replaces them by its own; these are for the demonstration and the tests.
"""

import io
import zipfile
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import xlsxwriter

FOLDER: Final = Path(__file__).parents[1] / "resources" / "templates"
_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_WIDTH: Final = 9600
"""Of a page's text, in twentieths of a point."""


def _run(text: str, size: int, *, bold: bool = False) -> str:
    looks = f'<w:rFonts w:eastAsia="宋体"/>{"<w:b/>" if bold else ""}<w:sz w:val="{size * 2}"/>'
    return f'<w:r><w:rPr>{looks}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _paragraph(text: str, *, size: int = 11, bold: bool = False, align: str = "left") -> str:
    return f'<w:p><w:pPr><w:jc w:val="{align}"/></w:pPr>{_run(text, size, bold=bold)}</w:p>'


def _table(rows: list[list[tuple[str, int]]]) -> str:
    """Rows of cells: what is in them, and how many twelfths wide they are."""
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="6" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    made = "".join(
        "<w:tr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{_WIDTH * wide // 12}" w:type="dxa"/><w:gridSpan w:val="{wide}"/>'
            f"</w:tcPr>{_paragraph(words)}</w:tc>"
            for words, wide in row
        )
        + "</w:tr>"
        for row in rows
    )
    grid = f'<w:gridCol w:w="{_WIDTH // 12}"/>' * 12
    looks = f'<w:tblW w:w="{_WIDTH}" w:type="dxa"/><w:tblBorders>{lines}</w:tblBorders>'
    fixed = '<w:tblLayout w:type="fixed"/>'
    return f"<w:tbl><w:tblPr>{looks}{fixed}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{made}</w:tbl>"


def _docx(path: Path, body: str, foot: str) -> None:
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>'
        f'<Override PartName="/word/footer1.xml" ContentType="{_TYPES}.footer+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
        "</Relationships>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/footer" Target="footer1.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_WORD}" xmlns:r="{_OFFICE}"><w:body>{body}<w:sectPr>'
        '<w:footerReference w:type="default" r:id="rId1"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="600" w:footer="600"'
        ' w:gutter="0"/></w:sectPr></w:body></w:document>',
        "word/footer1.xml": f'<w:ftr xmlns:w="{_WORD}">{_paragraph(foot, size=9, align="center")}</w:ftr>',
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for name, text in parts.items():
            head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), head + text, zipfile.ZIP_DEFLATED)
    path.write_bytes(made.getvalue())


def civil_affairs() -> None:
    """民政: a visit with the members of the household, signature and photo."""
    rows = [
        [("户主姓名", 2), ("{{户主姓名}}", 2), ("身份证号", 2), ("{{身份证号}}", 3),
         ("人口", 1), ("{{家庭人口}}", 2)],
        [("家庭住址", 2), ("{{村}}{{组}} {{家庭住址}}", 5), ("联系电话", 2), ("{{联系电话}}", 3)],
        [("救助类别", 2), ("{{救助类别}}", 2), ("月保障金", 2), ("{{月保障金}}元", 2),
         ("风险等级", 2), ("{{风险等级}}", 2)],
        [("序号", 1), ("成员姓名", 2), ("与户主关系", 2), ("年龄", 1), ("健康状况", 2), ("身份证号", 4)],
        [
            ("{{#成员}}{{成员序号}}", 1), ("{{成员姓名}}", 2), ("{{成员与户主关系}}", 2), ("{{成员年龄}}", 1),
            ("{{成员健康状况}}", 2), ("{{成员身份证号}}", 4),
        ],
        [("走访情况", 2), ("{{走访情况}}", 10)],
        [("困难诉求", 2), ("{{困难与诉求}}", 10)],
        [("处置措施", 2), ("{{现场处置}}　{{下一步措施}}", 10)],
        [("走访人", 2), ("{{走访人}}", 4), ("被访人签字", 2), ("{{签名}}{{签名说明}}", 4)],
        [("照片", 2), ("{{照片}}", 10)],
    ]  # fmt: skip
    body = (
        _paragraph("{{县区}}困难群众走访登记表", size=18, bold=True, align="center")
        + _paragraph("户编号：{{户编号}}　走访日期：{{走访日期}}", align="right")
        + _table(rows)
        + _paragraph("")
    )
    _docx(FOLDER / "civil-affairs.docx", body, "填表人：{{填表人}}　填表日期：{{填表日期}}")


def rural_revitalisation() -> None:
    """乡村振兴: one page of a workbook, a row for each member."""
    book = xlsxwriter.Workbook(FOLDER / "rural-revitalisation.xlsx")
    sheet = book.add_worksheet("入户核查")
    title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"})
    head = book.add_format({"border": 1, "bg_color": "#EEEEEE", "align": "center", "valign": "vcenter"})
    sheet.set_column("A:F", 15)
    sheet.merge_range("A1:F1", "{{县区}}防返贫监测入户核查表", title)
    fields = [
        ("镇（街道）", "{{镇}}", "村（社区）", "{{村}}", "组", "{{组}}"),
        ("户主", "{{户主姓名}}", "身份证号", "{{身份证号}}", "人口", "{{家庭人口}}"),
        ("住房", "{{住房}}", "安全等级", "{{住房安全等级}}", "在家人口", "{{在家人口}}"),
        ("收入变化", "{{收入变化}}", "支出变化", "{{支出变化}}", "月保障金", "{{月保障金}}"),
    ]
    for number, row in enumerate(fields, 1):
        for column, words in enumerate(row):
            sheet.write_string(number, column, words, cell if column % 2 else head)
    for column, words in enumerate(("序号", "姓名", "关系", "年龄", "劳动能力", "身份证号")):
        sheet.write_string(5, column, words, head)
    names = (
        "{{#成员}}{{成员序号}}", "{{成员姓名}}", "{{成员与户主关系}}", "{{成员年龄}}", "{{成员劳动能力}}",
        "{{成员身份证号}}",
    )  # fmt: skip
    for column, words in enumerate(names):
        sheet.write_string(6, column, words, cell)
    sheet.write_string(7, 0, "走访情况", head)
    sheet.merge_range("B8:F8", "{{走访情况}}", cell)
    sheet.set_row(7, 60)
    sheet.write_string(8, 0, "核查人", head)
    sheet.merge_range("B9:C9", "{{走访人}}", cell)
    sheet.write_string(8, 3, "被访人签字", head)
    sheet.merge_range("E9:F9", "{{签名}}", cell)
    sheet.set_row(8, 48)
    sheet.write_string(9, 0, "核查日期：{{走访日期}}")
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.print_area("A1:F10")
    book.close()


def disabled_persons() -> None:
    """残联: a workbook with English names, as somebody else may write them."""
    book = xlsxwriter.Workbook(FOLDER / "disabled-persons.xlsx")
    sheet = book.add_worksheet("需求调查")
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"})
    sheet.set_column("A:E", 18)
    sheet.merge_range("A1:E1", "残疾人家庭服务需求调查表", book.add_format({"bold": True, "font_size": 16}))
    for column, words in enumerate(
        ("户主", "{{household.head}}", "电话", "{{household.phone}}", "{{visit.day}}")
    ):
        sheet.write_string(1, column, words, cell)
    for column, words in enumerate(("姓名", "性别", "年龄", "残疾类别等级", "身份证号")):
        sheet.write_string(2, column, words, cell)
    names = ("{{#members}}{{member.name}}", "{{member.sex}}", "{{member.age}}", "{{member.disability}}")
    for column, words in enumerate((*names, "{{member.id_number}}")):
        sheet.write_string(3, column, words, cell)
    sheet.write_string(4, 0, "需求", cell)
    sheet.merge_range("B5:E5", "{{visit.difficulties}}", cell)
    sheet.set_row(4, 60)
    sheet.write_string(5, 0, "调查人", cell)
    sheet.merge_range("B6:E6", "{{visit.visitors}}", cell)
    sheet.set_paper(9)
    book.close()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    civil_affairs()
    rural_revitalisation()
    disabled_persons()
