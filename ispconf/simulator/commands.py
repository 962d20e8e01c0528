"""The verbs of a menu, as a session speaks them: attributes in, an answer out.

Knows which rows an id list, a name or a position means, what print takes, and the few commands that
are not about rows. Knows nothing of bytes; ``connection`` sends the answers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ispconf.simulator import durations, printing, refusals, remembering, rights
from ispconf.simulator.actions import ACTIONS, Action
from ispconf.simulator.device import Device
from ispconf.simulator.printing import Column
from ispconf.simulator.schema import parse_version
from ispconf.simulator.store import row_number
from ispconf.simulator.tables import Row, Table

_PRINT_ARGUMENTS: Final = frozenset(
    {
        ".proplist", "append", "as-value", "brief", "count-only", "detail", "file", "follow",
        "follow-only", "from", "interval", "once", "proplist", "show-ids", "stats", "terse",
        "value-list", "where", "without-paging",
    }
)  # fmt: skip
_PRINT_SINCE: Final = {
    "group-by": "7.17", "show-sensitive": "7.21", "comments": "7.22", "on-event": "7.22",
    "timestamp": "7.22", "order-by": "7.24",
}  # fmt: skip
_SELECTORS: Final = (".id", "numbers", "number", "file")


@dataclass(slots=True)
class Command:
    """One sentence of a client, taken apart."""

    path: str
    verb: str
    attributes: dict[str, str] = field(default_factory=dict)
    queries: list[str] = field(default_factory=list)
    tag: str | None = None


@dataclass(slots=True)
class Answer:
    """What to send: rows with their columns, ``=ret=``, and whether to go on."""

    ret: str | None = None
    rows: Sequence[Row] | None = None
    shown: Sequence[Column] = ()
    follow: Table | None = None
    interval: float | None = None
    texts: Mapping[str, str] | None = None


def parse(words: Sequence[str]) -> Command:
    """A sentence as a command; words that are neither attribute nor query are left aside."""
    path, _, verb = words[0].rpartition("/")
    command = Command(path, verb)
    for word in words[1:]:
        if word.startswith("="):
            name, _, text = word[1:].partition("=")
            command.attributes[name] = text
        elif word.startswith("?"):
            command.queries.append(word[1:])
        elif word.startswith(".tag="):
            command.tag = word[5:] or None
    return command


class Shell:
    """What one session can do on a device, and what it printed last.

    ``by`` is who does it, as /system/history tells it: the user, and nobody for the router's own.
    """

    def __init__(self, device: Device, user: Row | None = None, *, by: str = "") -> None:
        self.device = device
        self.user = user
        self.by = (user.get("name") or "") if user else by
        self._printed: dict[str, Sequence[Row]] = {}

    def run(self, command: Command, missing: frozenset[str] = frozenset()) -> Answer:
        """Do it.

        Raises:
            RefusalError: with the words of the router.
            RebootError: the router goes down now.
        """
        action = ACTIONS.get((command.path, command.verb))
        if command.path in missing:
            raise refusals.no_command(command.path.rpartition("/")[2], self.device.version)
        if action is not None and command.path not in self.device.menus:
            return self._act(action, [], command)
        menu = self.device.menu(command.path)
        if action is not None and command.verb in menu.verbs:
            table = self.device.table(command.path)
            given = dict(command.attributes)
            return self._act(action, self.rows(table, given) if action.rows else [], command)
        verb = _VERBS.get(command.verb)
        if verb is None or command.verb not in menu.verbs:
            raise refusals.no_command(command.verb, self.device.version)
        rights.demand(self.device, self.user, menu, command.verb)
        return verb(self, self.device.table(command.path), command)

    def _act(self, action: Action, rows: Sequence[Row], command: Command) -> Answer:
        rights.require(self.device, self.user, action.policy)
        return Answer(texts=action.act(self.device, rows, command.attributes))

    @property
    def sensitive(self) -> bool:
        """Whether this session sees secrets."""
        return self.user is None or rights.may(self.device, self.user, "sensitive")

    # which rows

    def rows(self, table: Table, attributes: dict[str, str]) -> list[Row]:
        """The rows that ``.id`` or ``numbers`` mean; takes these attributes away."""
        given = [attributes.pop(name) for name in _SELECTORS if name in attributes]
        if table.menu.single:
            return [table.by_id[0]]
        if not given or not given[0]:
            raise refusals.RefusalError("missing =.id=", refusals.ARGUMENT)
        if given[0] in table.by_name:
            return [table.by_name[given[0]]]
        return [self._row(table, part) for part in given[0].split(",")]

    def _row(self, table: Table, text: str) -> Row:
        if text.startswith("*"):
            return table.find(row_number(text))
        if text in table.by_name:
            return table.by_name[text]
        printed = self._printed.get(table.menu.path, ())
        if text.isdigit() and int(text) < len(printed) and printed[int(text)].id in table.by_id:
            return printed[int(text)]
        raise refusals.no_item()

    # verbs

    def print_(self, table: Table, command: Command) -> Answer:
        """print, getall."""
        arguments = command.attributes
        for name in arguments:
            since = _PRINT_SINCE.get(name)
            known = name in _PRINT_ARGUMENTS or (
                since and self.device.version >= parse_version(since)
            )
            if not known:
                raise refusals.unknown_parameter(name, self.device.version)
        wanted = arguments.get(".proplist") or arguments.get("proplist")
        names = wanted.split(",") if wanted else None
        shown = printing.columns(self.device, table.menu, names, sensitive=self.sensitive)
        rows = printing.select(self.device, table, command.queries, sensitive=self.sensitive)
        self._printed[table.menu.path] = rows
        if "count-only" in arguments:
            return Answer(ret=str(len(rows)))
        follows = "follow" in arguments or "follow-only" in arguments
        millis = durations.milliseconds(arguments.get("interval", ""))
        return Answer(
            rows=[] if "follow-only" in arguments else rows,
            shown=shown,
            follow=table if follows else None,
            interval=millis / 1000 if millis else None,
        )

    def listen(self, table: Table, command: Command) -> Answer:
        """Changes of the menu, until cancelled."""
        if table.menu.single:
            raise refusals.unknown_parameter("follow-only", self.device.version)
        command.attributes.pop("follow-only", None)
        answer = self.print_(table, command)
        return Answer(rows=[], shown=answer.shown, follow=table)

    def get(self, table: Table, command: Command) -> Answer:
        """One value, or all of a row, as ``=ret=``."""
        name = command.attributes.pop("value-name", None)
        row = self.rows(table, command.attributes)[0]
        shown = printing.columns(self.device, table.menu, sensitive=self.sensitive)
        facts = printing.as_dict(self.device, row, shown)
        if name is None:
            return Answer(ret=";".join(f"{key}={text}" for key, text in facts.items()))
        if name not in table.menu.fields and name != ".id":
            raise refusals.no_match("value-name")
        return Answer(ret=facts.get(name, ""))

    def find(self, table: Table, command: Command) -> Answer:
        """Ids of the rows that the queries pick."""
        rows = printing.select(self.device, table, command.queries, sensitive=self.sensitive)
        return Answer(ret=";".join(row.key for row in rows))

    def add(self, table: Table, command: Command) -> Answer:
        """A new row, with place-before and copy-from."""
        given = dict(command.attributes)
        before = given.pop("place-before", None)
        source = given.pop("copy-from", None)
        if source is not None:
            row = self._row(table, source)
            copied = {k: v for k, v in row.values.items() if table.menu.fields[k].writable}
            given = {**copied, **given}
        made = self.device.add(table.menu.path, given, before)
        remembering.added(self.device, self.by, made)
        return Answer(ret=made.key)

    def set_(self, table: Table, command: Command) -> Answer:
        """Fields of one or more rows."""
        given = dict(command.attributes)
        for row in self.rows(table, given):
            self._change(row, given)
        return Answer()

    def _change(self, row: Row, given: Mapping[str, str]) -> None:
        before = row.values
        self.device.change(row, given)
        remembering.changed(self.device, self.by, row, before)

    def unset(self, table: Table, command: Command) -> Answer:
        """Take a field out of rows, where the menu allows it."""
        given = dict(command.attributes)
        names = given.pop("value-name", "").split(",")
        rows = self.rows(table, given)
        allowed = [name for name, each in table.menu.fields.items() if each.unset and each.writable]
        if names == ["all"] and table.menu.path.startswith(("/ip/firewall", "/ipv6/firewall")):
            names = allowed
        if not set(names) <= set(allowed):
            raise refusals.no_match("value-name")
        for row in rows:
            self._change(row, {f"!{name}": "" for name in names})
        return Answer()

    def remove(self, table: Table, command: Command) -> Answer:
        """Take rows away."""
        for row in self.rows(table, dict(command.attributes)):
            self.device.remove(row)
            remembering.removed(self.device, self.by, row)
        return Answer()

    def move(self, table: Table, command: Command) -> Answer:
        """Put rows before the destination; at the end without one or with one that is not there."""
        given = dict(command.attributes)
        destination = given.pop("destination", "")
        rows = self.rows(table, given)
        before: Row | None = None
        if destination:
            try:
                before = self._row(table, destination)
            except refusals.RefusalError:
                before = None
        self.device.move(rows, before)
        for row in rows:
            remembering.moved(self.device, self.by, row)
        return Answer()

    def enable(self, table: Table, command: Command) -> Answer:
        """The same as set disabled=no."""
        return self.set_(table, _with(command, "disabled", "no"))

    def disable(self, table: Table, command: Command) -> Answer:
        """The same as set disabled=yes."""
        return self.set_(table, _with(command, "disabled", "yes"))

    def reset_counters(self, table: Table, command: Command) -> Answer:
        """Counters stand still at zero here: only the rows are looked up."""
        if command.verb == "reset-counters":
            self.rows(table, dict(command.attributes))
        return Answer()


def _with(command: Command, name: str, text: str) -> Command:
    return Command(command.path, command.verb, {**command.attributes, name: text})


_VERBS: Final[dict[str, Callable[[Shell, Table, Command], Answer]]] = {
    "print": Shell.print_,
    "getall": Shell.print_,
    "listen": Shell.listen,
    "get": Shell.get,
    "find": Shell.find,
    "add": Shell.add,
    "set": Shell.set_,
    "comment": Shell.set_,
    "unset": Shell.unset,
    "remove": Shell.remove,
    "move": Shell.move,
    "enable": Shell.enable,
    "disable": Shell.disable,
    "reset-counters": Shell.reset_counters,
    "reset-counters-all": Shell.reset_counters,
}
