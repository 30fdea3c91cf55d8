"""Files given with a form: kinds, sizes, encodings, and whether the form asks for them."""

import pytest

from server.xlsform.attachments import completeness, named_files, prepare_attachments
from server.xlsform.problems import Severity

XFORM = """<h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model>
<instance id="villages" src="jr://file-csv/villages.csv"/>
<instance id="last" src="jr://instance/last-saved"/>
<itext><translation lang="default"><text id="/data/a:label"><value form="image">jr://images/house.png</value>
<value form="audio">jr://audio/house.mp3</value></text></translation></itext></model></h:head></h:html>"""


def codes(files: dict[str, bytes]) -> list[tuple[str, str]]:
    return [(problem.severity.value, problem.code) for problem in prepare_attachments(files)[1]]


def test_named_files_are_those_the_form_asks_for() -> None:
    assert named_files(XFORM) == ("villages.csv", "house.png", "house.mp3")


def test_completeness_tells_missing_unused_and_misspelt_files() -> None:
    found = [
        (p.code, p.facts["file"])
        for p in completeness(named_files(XFORM), ["Villages.csv", "house.png", "b.png"])
    ]
    assert found == [
        ("attachment_name_differs", "villages.csv"),
        ("attachment_missing", "house.mp3"),
        ("attachment_unused", "b.png"),
    ]


def test_a_list_from_excel_in_chinese_is_recoded() -> None:
    made, problems = prepare_attachments({"a.csv": "name,label\r\n1,某某村\r\n".encode("gb18030")})
    assert made[0].content == "name,label\r\n1,某某村\r\n".encode()
    assert [(p.code, p.severity) for p in problems] == [("list_recoded", Severity.CHANGED)]


def test_a_list_in_utf8_loses_its_mark_silently() -> None:
    made, problems = prepare_attachments({"a.csv": b"\xef\xbb\xbfname,label\n1,x\n"})
    assert (made[0].content, made[0].mime, problems) == (b"name,label\n1,x\n", "text/csv", [])


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", b"", [("ERROR", "list_empty")]),
        ("a.csv", b"\xff\xff\xff\xff", [("ERROR", "list_encoding_unknown")]),
        ("a.csv", b'name\n"open', [("ERROR", "list_damaged")]),
        ("a.csv", b"name\n1,2\n1,2\n", [("WARNING", "list_row_too_long")]),
        ("a.csv", "name,村 名\n".encode(), [("WARNING", "list_column_wrong")]),
        ("a.exe", b"", [("ERROR", "attachment_kind_unknown")]),
        ("../a.csv", b"name\n", [("ERROR", "attachment_name_wrong")]),
        ("a.png", b"0" * (8 * 1024 * 1024 + 1), [("ERROR", "attachment_too_big")]),
        ("a.png", b"\x89PNG", []),
    ],
)
def test_each_fault_of_a_file_is_told(name: str, content: bytes, expected: list[tuple[str, str]]) -> None:
    assert codes({name: content}) == expected


def test_too_many_files_are_refused() -> None:
    assert codes({f"{n}.png": b"" for n in range(201)}) == [("ERROR", "attachments_too_many")]
