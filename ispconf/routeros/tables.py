"""The menus ispconf works with: key, fields, what a field's text means and what depends on what.

One declaration serves the planner, the client and the import. Only the fields that some kind of
access states are declared: these are the columns that are read and compared. Facts are those of
RouterOS 6.49 and 7.x; a field that is absent on the router counts as its default.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, NamedTuple

from ispconf.routeros import values
from ispconf.routeros.rows import Key, Row, mark_of, owner_of

MASKED = "*****"  # a secret as a router shows it to a user without the policy sensitive


class Field(NamedTuple):
    """A column of a menu.

    ``absent`` is what a missing field means. ``clear`` says how it is emptied: by an empty value or
    by the ``!name`` word that RouterOS asks for where a value has a type. ``refers`` is the menu
    whose rows the value names; ``soft`` references are checked by nobody. A ``secret`` field may
    read ``*****``, which means unknown.
    """

    canonical: Callable[[str], str] = values.text
    absent: str = ""
    clear: Literal["empty", "unset"] = "empty"
    refers: str = ""
    secret: bool = False


class Table(NamedTuple):
    """A menu: ``key`` names the fields that identify a row.

    ``builtin`` names the rows that are there on every router: they are nobody's.
    ``order`` is the field whose rows stand in a meaningful order (``chain``), empty where order
    means nothing. ``rank`` sorts menus so that what is referred to comes first, and what cuts a
    service before what serves it.
    """

    path: str
    key: tuple[str, ...]
    fields: Mapping[str, Field]
    rank: int
    order: str = ""
    writable: bool = True
    builtin: frozenset[str] = frozenset()

    def key_of(self, fields: Mapping[str, str]) -> Key:
        """The canonical key of a row with these fields."""
        if self.key == ("comment",):  # menus without a natural key are known by their mark
            return (mark_of(fields.get("comment", "")),)
        return tuple([self.fields[name].canonical(fields.get(name, "")) for name in self.key])

    def canonical(self, name: str, text: str) -> str:
        """The one spelling of a field's value; an unknown field is plain text."""
        field = self.fields.get(name)
        return field.canonical(text) if field else text

    def references(self) -> tuple[tuple[str, str], ...]:
        """The fields that name a row of another menu, each with that menu."""
        return tuple((name, field.refers) for name, field in self.fields.items() if field.refers)

    def columns(self) -> tuple[str, ...]:
        """The properties to ask a router for."""
        dynamic = ("dynamic",) if self.path in DYNAMIC else ()
        return (".id", *self.fields, *dynamic)


_TEXT = Field()
_COMMENT = Field(mark_of)  # the words behind the mark are for people
_DISABLED = Field(values.boolean, "false")
_PAIR = Field(values.rate_pair, "0/0")
_MATCHER = Field(clear="unset")
_ADDRESS_MATCHER = Field(values.host_bare, clear="unset")

_RULE = {
    "chain": _TEXT,
    "action": _TEXT,
    "src-address-list": _MATCHER,
    "dst-address-list": _MATCHER,
    "src-address": _ADDRESS_MATCHER,
    "dst-address": _ADDRESS_MATCHER,
    "protocol": _MATCHER,
    "src-port": _MATCHER,
    "dst-port": _MATCHER,
    "comment": _COMMENT,
    "disabled": _DISABLED,
}

POOL = Table(
    "/ip/pool",
    ("name",),
    {"name": _TEXT, "ranges": Field(values.ranges), "comment": _COMMENT},
    rank=0,
)
PROFILE = Table(
    "/ppp/profile",
    ("name",),
    {
        "name": _TEXT,
        "local-address": Field(clear="unset"),
        "remote-address": Field(clear="unset", refers="/ip/pool"),
        "rate-limit": Field(values.rate_limit, clear="unset"),
        "dns-server": Field(clear="unset"),
        "address-list": _TEXT,
        "comment": _COMMENT,
    },
    rank=1,
    builtin=frozenset({"default", "default-encryption"}),
)
SECRET = Table(
    "/ppp/secret",
    ("name",),
    {
        "name": _TEXT,
        "service": Field(absent="any"),
        "password": Field(secret=True),
        "profile": Field(absent="default", refers="/ppp/profile"),
        "remote-address": Field(clear="unset"),
        "caller-id": Field(values.mac),
        "comment": _COMMENT,
        "disabled": _DISABLED,
    },
    rank=5,
)
ACTIVE = Table(
    "/ppp/active",
    ("name",),
    {
        "name": Field(refers="/ppp/secret"),
        "service": _TEXT,
        "address": _TEXT,
        "caller-id": Field(values.mac),
    },
    rank=9,
    writable=False,
)
QUEUE = Table(
    "/queue/simple",
    ("name",),
    {
        "name": _TEXT,
        "target": Field(values.host_mask),
        "parent": Field(absent="none", refers="/queue/simple"),
        "max-limit": _PAIR,
        "limit-at": _PAIR,
        "burst-limit": _PAIR,
        "burst-threshold": _PAIR,
        "burst-time": Field(values.duration_pair, "0s/0s"),
        "priority": Field(values.number_pair, "8/8"),
        "comment": _COMMENT,
        "disabled": _DISABLED,
    },
    rank=6,
)
ADDRESS_LIST = Table(
    "/ip/firewall/address-list",
    ("list", "address"),
    {
        "list": _TEXT,
        "address": Field(values.host_bare),
        "comment": _COMMENT,
        "disabled": _DISABLED,
    },
    rank=2,
)
ARP = Table(
    "/ip/arp",
    ("interface", "address"),
    {
        "interface": _TEXT,
        "address": _TEXT,
        "mac-address": Field(values.mac, "00:00:00:00:00:00"),
        "comment": _COMMENT,
        "disabled": _DISABLED,
    },
    rank=7,
)
FILTER = Table(
    "/ip/firewall/filter",
    ("comment",),
    {**_RULE, "reject-with": _TEXT},
    rank=3,
    order="chain",
)
NAT = Table(
    "/ip/firewall/nat",
    ("comment",),
    {**_RULE, "to-addresses": _ADDRESS_MATCHER, "to-ports": _MATCHER},
    rank=4,
    order="chain",
)

# Menus in which the router itself makes rows and says so.
DYNAMIC = frozenset({QUEUE.path, ADDRESS_LIST.path, ARP.path, FILTER.path, NAT.path})

TABLES: Mapping[str, Table] = {
    table.path: table
    for table in (POOL, PROFILE, SECRET, QUEUE, ADDRESS_LIST, ARP, FILTER, NAT, ACTIVE)
}


def live_row(table: Table, printed: Mapping[str, str]) -> Row:
    """A row as a router printed it, with its owner read from the comment."""
    return live_rows(table, [dict(printed)])[0]


def live_rows(table: Table, printed: Iterable[dict[str, str]]) -> tuple[Row, ...]:
    """The rows as a router printed them; the dictionaries are used up, they become the rows'."""
    rows: list[Row] = []
    known = table.fields.keys()
    for fields in printed:
        row_id, dynamic = fields.pop(".id", ""), fields.pop("dynamic", "")
        if not fields.keys() <= known:  # a router may say more than it was asked
            for name in fields.keys() - known:
                del fields[name]
        words = fields.get("comment")
        owner = owner_of(words) if words else ""
        rows.append(Row(table.path, fields, owner, row_id, dynamic in ("true", "yes")))
    return tuple(rows)
