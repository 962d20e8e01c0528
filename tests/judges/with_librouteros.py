"""What librouteros makes of a router, in both of its ways to speak.

Run as ``with_librouteros.py HOST PORT sync`` (or ``async``): writes the rows of ``wanted.json``
that are not there, reads each back, changes and removes one of its own, and prints how many it
wrote. It leaves with an error when the router does not say what it should.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from librouteros import async_connect, connect
from librouteros.exceptions import TrapError
from librouteros.query import Key

WANTED: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("wanted.json").read_text(encoding="utf-8")
)
USER, PASSWORD = "ispconf", "example"
SPARE = {"name": "árbol", "comment": "uno = dos"}


def spoken(host: str, port: int) -> int:
    """How many rows it wrote, one command after the other."""
    api = connect(host, USER, PASSWORD, port=port, encoding="utf-8")
    wrote = 0
    for each in WANTED:
        menu = api.path(each["path"])
        there = menu.select().where(Key(each["key"]) == _sought(each))
        if not list(there):
            menu.add(**each["row"])
            wrote += 1
        (row,) = there
        _compare(each["printed"], row)
    secrets = api.path("/ppp/secret")
    spare = secrets.add(name=SPARE["name"])
    secrets.update(**{".id": spare, "comment": SPARE["comment"]})
    _compare(SPARE, {row[".id"]: row for row in secrets}[spare])
    try:
        secrets.add(name=SPARE["name"])
    except TrapError as trap:
        _compare({"trap": "failure: secret with the same name already exists"}, {"trap": str(trap)})
    else:
        raise SystemExit("a second secret of one name was taken")
    secrets.remove(spare)
    _compare({"rows": "1"}, {"rows": len(list(secrets))})
    api.close()
    return wrote


async def awaited(host: str, port: int) -> int:
    """The same in a loop, over several connections at once: one for each menu."""
    written = await asyncio.gather(*(_in_turn(host, port, each) for each in _chained()))
    api = await async_connect(host, USER, PASSWORD, port=port, encoding="utf-8")
    secrets = api.path("/ppp/secret")
    spare = await secrets.add(name=SPARE["name"])
    await secrets.update(**{".id": spare, "comment": SPARE["comment"]})
    _compare(SPARE, {row[".id"]: row async for row in secrets}[spare])
    await secrets.remove(spare)
    _compare({"rows": "1"}, {"rows": len([row async for row in secrets])})
    await api.close()
    return sum(written)


def _chained() -> list[list[dict[str, Any]]]:
    """The rows that need each other in one list, each of the others in its own."""
    needed = [each for each in WANTED if each["path"].startswith(("/ip/pool", "/ppp/"))]
    return [needed, *([each] for each in WANTED if each not in needed)]


async def _in_turn(host: str, port: int, rows: list[dict[str, Any]]) -> int:
    api = await async_connect(host, USER, PASSWORD, port=port, encoding="utf-8")
    wrote = 0
    for each in rows:
        menu = api.path(each["path"])
        there = menu.select().where(Key(each["key"]) == _sought(each))
        if not [row async for row in there]:
            await menu.add(**each["row"])
            wrote += 1
        (row,) = [row async for row in there]
        _compare(each["printed"], row)
    await api.close()
    return wrote


def _sought(each: dict[str, Any]) -> str:
    """The key as the router prints it: it finds nothing by another spelling."""
    return str({**each["row"], **each["printed"]}[each["key"]])


def _compare(printed: dict[str, str], row: dict[str, Any]) -> None:
    """Leaves when a row says otherwise; librouteros makes truth values and numbers of texts."""
    plain = {True: "true", False: "false"}
    for name, text in printed.items():
        said = row.get(name)
        if (plain.get(said) if isinstance(said, bool) else str(said)) != text:
            raise SystemExit(f"{name} is {said!r}, not {text!r}")


if __name__ == "__main__":
    where = sys.argv[1], int(sys.argv[2])
    wrote = asyncio.run(awaited(*where)) if sys.argv[3] == "async" else spoken(*where)
    sys.stdout.write(f"{wrote}\n")
