"""What routeros-api makes of a router.

Run as ``with_routeros_api.py HOST PORT``: writes the rows of ``wanted.json`` that are not there,
reads each back, and prints how many it wrote. It is a program of the judges' own environment; the
project does not depend on what it imports.
"""

import json
import sys
from pathlib import Path
from typing import Any

import routeros_api  # type: ignore[import-not-found]

WANTED = json.loads(Path(__file__).with_name("wanted.json").read_text(encoding="utf-8"))


def main(host: str, port: int) -> int:
    """How many rows it wrote."""
    pool = routeros_api.RouterOsApiPool(
        host, username="ispconf", password="example", port=port, plaintext_login=True
    )
    api = pool.get_api()
    wrote = sum(_placed(api.get_resource(each["path"]), each) for each in WANTED)
    secrets = api.get_resource("/ppp/secret")
    try:
        secrets.add(name="dora")
    except routeros_api.exceptions.RouterOsApiCommunicationError as trap:
        if b"already exists" not in trap.original_message:
            raise
    else:
        raise SystemExit("a second secret of one name was taken")
    pool.disconnect()
    return wrote


def _placed(menu: Any, each: dict[str, Any]) -> bool:
    """Whether the row had to be written; it reads as it should then."""
    sought = {each["key"]: {**each["row"], **each["printed"]}[each["key"]]}
    missing = not menu.get(**sought)
    if missing:
        menu.add(**{name.replace("-", "_"): text for name, text in each["row"].items()})
    (row,) = menu.get(**sought)
    wrong = {name: row.get(name) for name, text in each["printed"].items() if row.get(name) != text}
    if wrong:
        raise SystemExit(f"{each['path']}: {wrong}, not {each['printed']}")
    return missing


if __name__ == "__main__":
    sys.stdout.write(f"{main(sys.argv[1], int(sys.argv[2]))}\n")
