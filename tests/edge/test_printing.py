"""A thousand invoices are a thousand files, by however many processes."""

from pathlib import Path

import pytest

from ispconf.edge.printing import MANY, print_all, write
from ispconf.errors import RequestError
from ispconf.ledger.documents import Content, Form
from tests.ledger.documents.papers import ANA, invoice, press, receipt


def invoices(count: int) -> list[Content]:
    made = invoice()
    return [
        made._replace(no=f"invoices-{at:06}", customer=ANA._replace(name=f"Ana {at}"))
        for at in range(1, count + 1)
    ]


def test_a_thousand_invoices_by_two_processes_are_those_of_one(tmp_path: Path) -> None:
    papers, steps = invoices(1000), list[tuple[int, int]]()
    files = print_all(
        press(),
        papers,
        "pdf",
        tmp_path / "new" / "invoices",
        told=lambda *step: steps.append(step),
        processes=2,
    )
    assert [file.name for file in files] == [f"{paper.no}.pdf" for paper in papers]
    assert sorted(file.name for file in (tmp_path / "new/invoices").iterdir()) == [
        file.name for file in files
    ]
    assert steps == sorted(steps)
    assert steps[-1] == (1000, 1000)
    one = press()
    assert all(
        file.read_bytes() == one.printed(paper, "pdf")
        for file, paper in [*zip(files, papers, strict=True)][::97]
    )


@pytest.mark.parametrize(("form", "suffix"), [("text", "txt"), ("html", "html"), ("pdf", "pdf")])
def test_a_file_is_called_by_its_number_and_replaced(
    tmp_path: Path, form: Form, suffix: str
) -> None:
    (tmp_path / f"caja1-000045.{suffix}").write_text("old")
    for _ in range(2):
        (file,) = print_all(press(), [receipt()], form, tmp_path)
        assert file == tmp_path / f"caja1-000045.{suffix}"
        assert file.read_bytes() == press().printed(receipt(), form)
    assert len(list(tmp_path.iterdir())) == 1


def test_many_are_printed_by_more_than_one_and_none_at_all_are_none(tmp_path: Path) -> None:
    assert len(print_all(press(), invoices(MANY), "text", tmp_path)) == MANY
    assert print_all(press(), [], "pdf", tmp_path) == []


def test_processes_take_no_module_from_where_we_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody prints in the clone of a branch that another one pushed."""
    (tmp_path / "pickle.py").write_text("open('ran', 'w')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert len(print_all(press(), invoices(2), "text", tmp_path / "new", processes=2)) == 2
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("processes", [1, 2])
def test_a_template_that_does_not_work_ends_it(tmp_path: Path, processes: int) -> None:
    wrong = press(own={"invoice.txt.j2": "{{ nothing }}"})
    with pytest.raises(RequestError, match=r"templates/invoice\.txt\.j2:1: 'nothing'"):
        print_all(wrong, invoices(120), "text", tmp_path, processes=processes)


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RequestError, match="cannot be made"):
        print_all(press(), [receipt()], "text", tmp_path / "file" / "folder")
    (tmp_path / "x.txt").mkdir()
    with pytest.raises(RequestError, match="cannot be written"):
        write(tmp_path / "x.txt", b"")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "x.txt"]
