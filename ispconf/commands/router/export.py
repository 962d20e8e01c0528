"""What a router's menus hold as the text of an export, and what is not in it.

Takes rows as they were printed, and what a menu is from the declarations of RouterOS' menus that
the simulator lives by. Knows nothing of connections.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ispconf.routeros.scripts import arguments, menu
from ispconf.routeros.tables import MASKED
from ispconf.simulator.schema import Field, Menu, menus, parse_version

_LISTS = ("list", "list-fixed", "single")
_KNOWN_BY = ("name", "default-name", "numbers")
NEVER = (
    "passwords of router users (RouterOS never prints them)",
    "certificates and their keys, files, licences, SSH keys",
    "menus that are not declared here: routing protocols, wireless, bridges' details and others",
)
"""What no export over the API has."""


def declared(version: str) -> list[Menu]:
    """The menus of that version that hold configuration, in the order to make them in."""
    try:
        known = menus(parse_version(version))
    except ValueError:  # a version that nobody has seen yet
        known = menus(parse_version("7.99"))
    return [each for each in known.values() if each.kind in _LISTS and _writes(each)]


def _writes(each: Menu) -> bool:
    return bool(each.verbs & {"add", "set"}) and each.path not in ("/file", "/user/active")


@dataclass(slots=True)
class Export:
    """The text of an export and what is missing in it; secrets only where ``secrets`` says so."""

    version: str
    secrets: bool
    text: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    hidden: int = 0
    masked: int = 0

    def add(self, each: Menu, rows: Iterable[Mapping[str, str]]) -> None:
        """The lines of one menu."""
        lines = [line for row in rows if (line := self._line(each, row))]
        if lines:
            self.text += [menu(each.path, self.version), *lines]

    def refused(self, each: Menu, why: str) -> None:
        """A menu that could not be read."""
        self.missing.append(f"{each.path}: {why}")

    def left_out(self) -> Iterator[str]:
        """All that is not in the text."""
        yield from self.missing
        if self.masked:
            yield f"{self.masked} secrets that the router did not show (policy sensitive)"
        if self.hidden:
            yield f"{self.hidden} secrets, which --show-secrets writes"
        yield from NEVER

    def _line(self, each: Menu, row: Mapping[str, str]) -> str:
        if row.get("dynamic") == "true":
            return ""
        stated = arguments(dict(self._stated(each, row)))
        if each.single:
            return f"set {stated}" if stated else ""
        built_in = row.get("default") == "true" or each.kind == "list-fixed"
        name = next((known for known in _KNOWN_BY if row.get(known)), "")
        if built_in:
            return (
                f"set [ find {arguments({name: row[name]})} ] {stated}" if name and stated else ""
            )
        return f"add {stated}"

    def _stated(self, each: Menu, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """What was set in a row: neither what the router says of it nor what it has by default."""
        for name, text in row.items():
            known = each.fields.get(name)
            if known is None or not known.writable or known.hidden or text == (known.new or ""):
                continue
            if not known.secret or self._shown(known, text):
                yield name, text

    def _shown(self, _: Field, text: str) -> bool:
        self.masked += text == MASKED
        self.hidden += text != MASKED and not self.secrets
        return self.secrets and text != MASKED
