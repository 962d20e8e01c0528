"""Templates and words are tried before anybody needs them, and what fails is told with its line."""

from pathlib import Path
from typing import Any

import pytest

from ispconf.edge.proofs import problems
from ispconf.network.company import Company
from ispconf.network.model import nowhere
from tests.edge.repositories import write

DECODING = "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"
EXTENDS = '{% extends "ispconf/document.txt.j2" %}\n{% block foot %}\n'


def company(**details: Any) -> Company:
    return Company.model_validate(
        {
            "company": {"name": "Prueba", **details},
            "timezone": "America/Mexico_City",
            "currency": "MXN",
            "locale": "es-MX",
        }
    )


def told(root: Path, **details: Any) -> list[str]:
    return [str(each) for each in problems(root, company(**details), nowhere)]


RIGHT = {  # aviso.txt.j2 is printed by somebody else: only its spelling is known here
    "receipt.txt.j2": EXTENDS + "{{ super() }}{{ middle(receipt.cashier) }}\n{% endblock %}\n",
    "cash.html.j2": "<p>{{ cash.code }} {{ money(cash.held) }}</p>\n",
    "document.html.j2": "{% for each in sheet.tables %}{{ each.head[0] }}{% endfor %}\n",
    "words-es.yaml": "invoice: FACTURA\nmethod_oxxo: OXXO\n",
    "aviso.txt.j2": "Estimado {{ somebody }}: {% raw %}{{{% endraw %}\n",
    "logo.svg": "<svg/>",
}
WRONG: list[tuple[str, str, list[str]]] = [
    (
        "receipt.txt.j2",
        EXTENDS + "{{ clima }}\n{% endblock %}\n",
        ["templates/receipt.txt.j2:3: 'clima' is undefined"],
    ),
    (
        "statement.html.j2",
        "\n{{ statement.balanc }}\n",
        ["templates/statement.html.j2:2: 'ispconf.ledger.documents.content.Statement object' has"],
    ),
    (
        "invoice.txt.j2",
        "a\n{% for x in %}\n",
        ["templates/invoice.txt.j2:2: Expected an expression, got 'end of statement block'"],
    ),
    (
        "aviso.html.j2",
        "{% block a %}\n",
        ["templates/aviso.html.j2:1: Unexpected end of template. Jinja was looking for"],
    ),
    (
        "cash.txt.j2",
        "{{ 1 // 0 }}",
        ["templates/cash.txt.j2:1: integer division or modulo by zero"],
    ),
    (
        "receipt.html.j2",
        '{% extends "base.html.j2" %}',
        ["templates/receipt.html.j2:1: there is no template base.html.j2"],
    ),
    (
        "words-es.yaml",
        "a: b\nfactura: F\n",
        ["words-es.yaml:1:1: ", 'words-es.yaml:2:1: "factura"'],
    ),
    ("words-fr.yaml", "- a\n", ["templates/words-fr.yaml: should be lines of word: text"]),
]


def test_what_is_right_has_no_problems(tmp_path: Path) -> None:
    assert told(tmp_path) == []
    write(tmp_path, {f"templates/{name}": text for name, text in RIGHT.items()})
    assert told(tmp_path) == []


@pytest.mark.parametrize(("name", "text", "said"), WRONG, ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, name: str, text: str, said: list[str]
) -> None:
    write(tmp_path, {f"templates/{each}": what for each, what in RIGHT.items()})
    write(tmp_path, {f"templates/{name}": text})
    found = told(tmp_path)
    assert len(found) == len(said), found
    for one, part in zip(found, said, strict=True):
        assert part in one


def test_bytes_that_are_no_text_and_a_logo_that_is_none(tmp_path: Path) -> None:
    write(tmp_path, {"templates/receipt.txt.j2": b"\xff", "templates/logo.png": b"x"})
    assert told(tmp_path, logo="templates/logo.png") == [
        "ispconf.yaml: logo: templates/logo.png is neither PNG nor JPEG",
        f"templates/receipt.txt.j2: cannot be read: {DECODING}",
    ]
