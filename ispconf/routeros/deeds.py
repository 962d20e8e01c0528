"""What a router's own history says of who changed which row, and when.

``/system/history`` keeps the last hundred changes with what takes each back
(``undo=/ip firewall filter remove *4`` in MikroTik's manual), which names menu and row. Those
commands hold passwords too: nothing of them is kept but the row. Knows text; reads no router.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple

REQUEST: Final = ("/system/history/print", "=.proplist=by,time,undo")
"""What to ask a router for."""

Verb = Literal["added", "changed", "removed", "moved"]

_UNDO: Final[Mapping[str, Verb]] = {
    "remove": "added",
    "set": "changed",
    "unset": "changed",
    "enable": "changed",
    "disable": "changed",
    "add": "removed",
    "move": "moved",
}
_COMMAND = re.compile(rf"/?([a-z0-9 /-]+?)[ /]({'|'.join(_UNDO)})(?: (.*))?", re.DOTALL)
_ID = re.compile(r"\*[0-9A-Fa-f]+")
_GIVEN = re.compile(r'([a-z0-9.-]+)=("(?:\\.|[^"\\])*"|\S*)')
_LINE_END = re.compile(r"\\\s*\n\s*|\s+")
_MONTHS: Final = tuple(
    "janfebmaraprmayjunjulaugsepoctnovdec"[at : at + 3] for at in range(0, 36, 3)
)
_OLD_TIME = re.compile(r"([a-z]{3})/(\d\d)/(\d{4}) (\d\d:\d\d:\d\d)")


class Deed(NamedTuple):
    """One change of a row: whose, when (as the router's clock said), and which row it was.

    ``id`` is the row's, "" of one that was removed; that is known by its name or comment.
    """

    user: str
    time: str
    path: str
    verb: Verb
    id: str = ""
    name: str = ""
    comment: str = ""


def deeds(rows: Iterable[Mapping[str, str]]) -> list[Deed]:
    """The changes that a router remembers, latest first; what cannot be read is left out."""
    found = [deed for row in rows if (deed := _deed(row))]
    return sorted(found, key=lambda deed: deed.time, reverse=True)


def _deed(row: Mapping[str, str]) -> Deed | None:
    command = _COMMAND.fullmatch(_LINE_END.sub(" ", row.get("undo", "")).strip())
    if not command or not row.get("by"):
        return None
    path = "/" + "/".join(re.split("[ /]+", command[1].strip("/ ")))
    verb, rest = _UNDO[command[2]], command[3] or ""
    if verb != "removed":
        row_id = _ID.search(rest)
        return Deed(row["by"], _moment(row), path, verb, id=row_id[0] if row_id else "")
    said = {key: _unquoted(text) for key, text in _GIVEN.findall(rest)}
    return Deed(
        row["by"], _moment(row), path, verb, "", said.get("name", ""), said.get("comment", "")
    )


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text


def _moment(row: Mapping[str, str]) -> str:
    """The time in ISO order, whichever way the version writes it."""
    text = row.get("time", "")
    found = _OLD_TIME.fullmatch(text.lower())
    if not found or found[1] not in _MONTHS:
        return text
    return f"{found[3]}-{_MONTHS.index(found[1]) + 1:02}-{found[2]} {found[4]}"
