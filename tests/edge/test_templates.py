"""What the repository has of its own goes before what comes with ispconf, and is checked."""

from pathlib import Path

import pytest

from ispconf.edge import templates
from ispconf.errors import RequestError
from tests.ledger.documents.papers import picture

PNG = picture()


def put(root: Path, name: str, data: bytes) -> None:
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)


def test_every_language_has_every_word_and_none_is_empty() -> None:
    words = templates.packaged_words()
    assert set(words) == {"es", "en", "pt", "sw"}
    for catalogue in words.values():
        assert list(catalogue) == list(words["en"])
        assert all(catalogue.values())
        assert "{page}" in catalogue["page"]
        assert "{pages}" in catalogue["page"]


def test_without_a_folder_there_is_nothing_of_its_own(tmp_path: Path) -> None:
    assert templates.own(tmp_path) == {}
    assert templates.words(tmp_path) == templates.packaged_words()
    assert set(templates.packaged()) == {"document.txt.j2", "document.html.j2"}


def test_own_templates_by_name(tmp_path: Path) -> None:
    put(tmp_path, "templates/receipt.txt.j2", "¡hola!".encode())
    put(tmp_path, "templates/notes.md", b"\xff")
    assert templates.own(tmp_path) == {"receipt.txt.j2": "¡hola!"}
    put(tmp_path, "templates/invoice.html.j2", b"\xff")
    with pytest.raises(RequestError, match=r"templates/invoice\.html\.j2: cannot be read"):
        templates.own(tmp_path)


def test_own_words_are_laid_over_the_packaged_ones(tmp_path: Path) -> None:
    put(tmp_path, "templates/words-es.yaml", b'invoice: FACTURA\nnot_fiscal: ""\nmethod_oxxo: OXXO')
    words = templates.words(tmp_path)
    assert words["es"]["invoice"] == "FACTURA"
    assert words["es"]["not_fiscal"] == ""
    assert words["es"]["receipt"] == "RECIBO DE PAGO"
    assert words["es"]["method_oxxo"] == "OXXO"
    assert templates.packaged_words()["es"]["invoice"] == "AVISO DE COBRO"


def test_a_language_can_be_added(tmp_path: Path) -> None:
    lines = "".join(f'{word}: "X {word}"\n' for word in templates.packaged_words()["en"])
    put(tmp_path, "templates/words-fr.yaml", lines.encode())
    assert templates.words(tmp_path)["fr"]["date"] == "X date"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "words-es.yaml",
            b"recieved: x",
            r'words-es\.yaml:1:1: "recieved" is not a word of documents \(did you mean "received"',
        ),
        ("words-fr.yaml", b"date: le", r"words-fr\.yaml: lacks receipt, invoice, statement, cash"),
        ("words-es.yaml", b"a: [b", r"words-es\.yaml: cannot be read as YAML"),
        ("words-es.yaml", b"a: [b]", r"words-es\.yaml: should be lines of word: text"),
        ("words-es.yaml", b"date:", r"words-es\.yaml: should be lines of word: text"),
        ("words-es.yaml", b"", r"words-es\.yaml: should be lines of word: text"),
    ],
)
def test_wrong_words_are_refused(tmp_path: Path, name: str, text: bytes, said: str) -> None:
    put(tmp_path, f"templates/{name}", text)
    with pytest.raises(RequestError, match=f"^templates/{said}"):
        templates.words(tmp_path)


def test_a_logo_is_a_picture_in_the_repository(tmp_path: Path) -> None:
    put(tmp_path, "templates/logo.png", PNG)
    assert templates.logo(tmp_path, "templates/logo.png") == PNG
    put(tmp_path, "templates/logo.svg", b"<svg/>")
    with pytest.raises(RequestError, match=r"logo\.svg is neither PNG nor JPEG"):
        templates.logo(tmp_path, "templates/logo.svg")
    (tmp_path / "isp").mkdir()
    for damaged in (PNG[:-30], PNG[:8]):
        put(tmp_path, "templates/half.png", damaged)
        with pytest.raises(RequestError, match=r"half\.png is damaged"):
            templates.logo(tmp_path, "templates/half.png")
    for name in ("../templates/logo.png", "gone.png", "/etc/hostname", "."):
        with pytest.raises(RequestError, match="there is no"):
            templates.logo(tmp_path / "isp", name)
