"""Edits of one file: only the lines that must change do, and what is read back is the change."""

import difflib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ispconf.edge.edits import edit, edited, new_file
from ispconf.edge.yamltext import parse
from ispconf.errors import FilesError, RequestError
from ispconf.secret import Secret

ANA = """\
# Ana, since 2019
name:   Ana López   # the elder
contact: {phone: "+52 222", email: a@b.example}
tax_id:  0123
services:
    casa:          # home
        plan: hogar-20   # was 10
        router: 'norte-1'

        access:
            type: pppoe
            user: ana
            password: !encrypted "abc"
        paused:
        - {from: 2026-01-01,   until: 2026-02-01}
        # both by phone
        free: >-
            for
            ever
notes: no
"""

EDITS: list[tuple[dict[tuple[str | int, ...], Any], list[str]]] = [
    (
        {("services", "casa", "plan"): "hogar-50"},
        ["-        plan: hogar-20   # was 10", "+        plan: hogar-50   # was 10"],
    ),
    (
        {("services", "casa", "router"): "it's"},
        ["-        router: 'norte-1'", "+        router: 'it''s'"],
    ),
    (
        {("contact", "phone"): 'x"y'},
        [
            '-contact: {phone: "+52 222", email: a@b.example}',
            '+contact: {phone: "x\\"y", email: a@b.example}',
        ],
    ),
    (
        {("services", "casa", "suspended"): {"from": "2026-11-02", "reason": "abuse: spam"}},
        ['+        suspended: {from: 2026-11-02, reason: "abuse: spam"}'],
    ),
    (
        {("services", "casa", "paused"): None},
        ["-        paused:", "-        - {from: 2026-01-01,   until: 2026-02-01}"],
    ),
    (
        {("services", "casa", "access", "password"): Secret("encrypted", "zzz")},
        ['-            password: !encrypted "abc"', '+            password: !encrypted "zzz"'],
    ),
    (
        {("services", "casa", "access", "secret"): Secret("encrypted", "zzz")},
        ['+            secret: !encrypted "zzz"'],
    ),
    (
        {("services", "casa", "access", "mac"): "02:00:00:00:00:01"},
        ['+            mac: "02:00:00:00:00:01"'],
    ),
    ({("billing", "manage"): "manual"}, ["+billing:", "+    manage: manual"]),
    (
        {("services", "casa", "paused", 0, "until"): "2026-03-01"},
        [
            "-        - {from: 2026-01-01,   until: 2026-02-01}",
            "+        - {from: 2026-01-01,   until: 2026-03-01}",
        ],
    ),
    (
        {("contact", "email"): None},
        ['-contact: {phone: "+52 222", email: a@b.example}', '+contact: {phone: "+52 222"}'],
    ),
    (
        {("services", "tv"): {"plan": "tv", "paused": [{"from": "2026-01-01"}]}},
        ["+    tv: {plan: tv, paused: [{from: 2026-01-01}]}"],
    ),
    (
        {("services", "casa", "free"): {"from": "2026-01-01"}},
        [
            "-        free: >-",
            "-            for",
            "-            ever",
            "+        free: {from: 2026-01-01}",
        ],
    ),
    (
        {("services", "casa", "free"): None},
        ["-        free: >-", "-            for", "-            ever"],
    ),
    ({("notes",): "yes"}, ["-notes: no", "+notes: yes"]),
    ({("notes",): "no"}, []),
    ({("nothing",): None}, []),
    (
        {("notes",): None, ("name",): "Ana: B"},
        [
            "-name:   Ana López   # the elder",
            '+name:   "Ana: B"   # the elder',
            "-notes: no",
        ],
    ),
]


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


@pytest.mark.parametrize(("changes", "lines"), EDITS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_only_the_lines_that_must_change_do(
    changes: dict[tuple[str | int, ...], Any], lines: list[str], end: str, mark: str
) -> None:
    before = mark + ANA.replace("\n", end)
    after = edited(before.encode(), changes).decode()
    assert changed_lines(before.removeprefix(mark), after.removeprefix(mark)) == lines
    assert after.startswith(mark)
    assert after.count("\r") == (after.count("\n") if end == "\r\n" else 0)


@pytest.mark.parametrize("changes", [changes for changes, _ in EDITS])
def test_a_missing_last_line_end_stays_missing(
    changes: dict[tuple[str | int, ...], Any],
) -> None:
    after = edited(ANA.removesuffix("\n").encode(), changes)
    assert parse(after).root == parse(edited(ANA.encode(), changes)).root
    if ("notes",) not in changes and ("billing", "manage") not in changes:
        assert not after.endswith(b"\n")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_any_text_is_written_so_that_it_is_read_back(text: str) -> None:
    visible = "".join(c for c in text if c not in "\u2028\u2029\ufeff\ufffe\uffff") or "x"
    for path in (("name",), ("contact", "phone"), ("services", "casa", "new")):
        root = parse(edited(ANA.encode(), {path: visible})).root
        for part in path:
            root = root[part]
        assert root == visible


def test_an_edit_is_written_to_its_file(tmp_path: Path) -> None:
    (tmp_path / "ana.yaml").write_text(ANA, encoding="utf-8")
    edit(tmp_path, "ana.yaml", {("services", "casa", "plan"): "hogar-50"})
    assert "hogar-50   # was 10" in (tmp_path / "ana.yaml").read_text(encoding="utf-8")
    edit(tmp_path, "ana.yaml", {})
    with pytest.raises(RequestError, match=r"nobody\.yaml cannot be read"):
        edit(tmp_path, "nobody.yaml", {})


def test_a_wrong_file_is_not_edited(tmp_path: Path) -> None:
    (tmp_path / "ana.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(FilesError, match=r"ana\.yaml:2:1: is not YAML"):
        edit(tmp_path, "ana.yaml", {("a",): "b"})


def test_what_cannot_be_changed_alone_is_left_alone(tmp_path: Path) -> None:
    odd = "s:\n  x:   1\nt:   2\n"
    (tmp_path / "odd.yaml").write_text(odd, encoding="utf-8")
    with pytest.raises(RequestError, match=r"odd\.yaml: the lines around it .*; change it by hand"):
        edit(tmp_path, "odd.yaml", {("s", "y"): "3"})
    assert (tmp_path / "odd.yaml").read_text(encoding="utf-8") == odd


def test_changes_inside_lists() -> None:
    text = b"a: [x, y, {b: c}]\nd:\n  - e\n  - f\n"
    assert parse(edited(text, {("a", 0): None, ("d", 1): "g"})).root == {
        "a": ["y", {"b": "c"}],
        "d": ["e", "g"],
    }
    assert edited(text, {("d", 0): None}) == b"a: [x, y, {b: c}]\nd:\n  - f\n"
    assert parse(edited(text, {("a", 2, "b"): "z"})).root["a"][2] == {"b": "z"}


def test_an_empty_file_can_be_filled() -> None:
    assert edited(b"", {("name",): "Ana"}) == b"name: Ana\n"
    assert edited(b"# new\n", {("name",): "Ana"}).endswith(b"name: Ana\n")


NEW = {
    "name": "Ana: López",
    "contact": {"phone": "+52 222", "email": None},
    "notes": None,
    "services": {
        "casa": {
            "plan": "hogar-20",
            "since": "2026-06-23",
            "access": {"type": "pppoe", "password": Secret("encrypted", "abc")},
            "paused": [{"from": "2026-01-01"}],
        }
    },
}


def test_a_new_file_reads_like_the_ones_beside_it(tmp_path: Path) -> None:
    new_file(tmp_path, "subscribers/ana.yaml", NEW)
    assert (tmp_path / "subscribers/ana.yaml").read_text(encoding="utf-8") == (
        'name: "Ana: López"\n'
        'contact: {phone: "+52 222"}\n'
        "services:\n"
        "  casa:\n"
        "    plan: hogar-20\n"
        "    since: 2026-06-23\n"
        "    access:\n"
        "      type: pppoe\n"
        '      password: !encrypted "abc"\n'
        "    paused: [{from: 2026-01-01}]\n"
    )
    with pytest.raises(RequestError, match="is there already"):
        new_file(tmp_path, "subscribers/ana.yaml", NEW)
