"""The words all renderings of a change share: its sign, its name, what happens to it."""

import re
from collections.abc import Mapping

from ispconf.escape import terminal
from ispconf.planning.changes import Action, Change
from ispconf.planning.changeset import Changeset, Impact, Status, summary
from ispconf.planning.counting import counted
from ispconf.routeros import values
from ispconf.routeros.rows import MARK
from ispconf.routeros.tables import ADDRESS_LIST, FILTER, NAT, POOL, PROFILE, QUEUE, SECRET, TABLES
from ispconf.secret import HIDDEN

SIGNS: Mapping[Action, str] = {
    Action.ADD: "+",
    Action.ADOPT: "=",
    Action.SET: "~",
    Action.REMOVE: "-",
    Action.MOVE: ">",
    Action.DISCONNECT: "!",
}
_NUMBERS = re.compile(r"\d{1,18}/\d{1,18}", re.ASCII)
_RATES = ("max-limit", "limit-at", "burst-limit", "burst-threshold")
_SALIENT: Mapping[str, tuple[str, ...]] = {
    SECRET.path: ("profile", "remote-address", "disabled"),
    PROFILE.path: ("rate-limit", "address-list"),
    QUEUE.path: ("max-limit", "target"),
    POOL.path: ("ranges",),
    ADDRESS_LIST.path: ("list",),
    FILTER.path: ("action", "src-address-list", "dst-address-list"),
    NAT.path: ("action", "to-addresses", "to-ports"),
}


def name(change: Change) -> str:
    """The row as people call it."""
    if "comment" in change.key:
        mark = change.key["comment"].removeprefix(MARK)
        return terminal(f"{MARK}{mark.partition('#')[2] or mark}")
    if change.table == ADDRESS_LIST.path:
        return terminal(change.key["address"])
    return terminal(change.key.get("name") or " ".join(change.key.values()))


def what(change: Change) -> str:
    """What happens to the row: the fields that say most, or each field with before and after."""
    match change.action:
        case Action.ADD:
            return ", ".join(_salient(change.table, change.after))
        case Action.REMOVE:
            return ", ".join(_salient(change.table, change.before))
        case Action.MOVE:
            return "moved to the top"
        case Action.DISCONNECT:
            return "disconnect"
        case Action.SET | Action.ADOPT:
            return ", ".join(_turned(change, field) for field in change.after)


def _salient(table: str, fields: Mapping[str, str]) -> list[str]:
    shown = [(field, fields[field]) for field in _SALIENT.get(table, ()) if fields.get(field)]
    return [
        terminal(_spoken(table, field, text))
        for field, text in shown
        if (field, text) != ("disabled", "false")
    ]


def _spoken(table: str, field: str, text: str) -> str:
    if (table, field) == (SECRET.path, "profile"):
        return f"plan {text}"
    if field == "list":
        return f"on list {text}"
    if field == "disabled":
        return "disabled"
    return short(field, text)


def short(field: str, text: str) -> str:
    """A value as people write it: rates with their suffix, truth as yes and no."""
    if field in _RATES and _NUMBERS.fullmatch(text):
        return "/".join(values.short_rate(int(part)) for part in text.split("/"))
    if field == "disabled":
        return "yes" if values.boolean(text) == "true" else "no"
    return text


def _turned(change: Change, field: str) -> str:
    if TABLES[change.table].fields[field].secret:
        return f"{field} {HIDDEN} changed"
    before, after = change.before.get(field, ""), change.after[field]
    if field == "comment":
        return "marked as ours" if not before.startswith(MARK) else "marked for its new owner"
    shown = (terminal(short(field, text)) or '""' for text in (before, after))
    return f"{field}  {' -> '.join(shown)}"


def verdict(changeset: Changeset) -> str:
    """Whether it may be applied, and the totals: what a reviewer reads first."""
    refused = any(plan.status is Status.REFUSED for plan in changeset.routers)
    return f"{'Refused by a guard. ' if refused else ''}{totals(changeset)}"


def totals(changeset: Changeset) -> str:
    """The last line: ``Plan: 1 to add, 1 to change on 1 router; 1 router not reached.``."""
    counts = summary(changeset)
    busy = sum(bool(plan.active) for plan in changeset.routers)
    verbs = [
        f"{counts[action]} to {word}"
        for action, word in (
            ("add", "add"),
            ("adopt", "adopt"),
            ("set", "change"),
            ("remove", "remove"),
            ("move", "move"),
            ("disconnect", "disconnect"),
        )
        if counts[action]
    ]
    nothing = "unknown" if unread(changeset) else "nothing to change"
    text = f"{', '.join(verbs)} on {counted(busy, 'router')}" if verbs else nothing
    late = [
        f"{counted(counts[key], 'router')} {word}"
        for key, word in (("unreachable", "not reached"), ("deferred", "deferred"))
        if counts[key]
    ]
    return f"Plan: {'; '.join([text, *late])}."


def unread(changeset: Changeset) -> bool:
    """Whether there are routers, and not one of them was wholly read: then nothing is known."""
    lost = (Status.UNREACHABLE, Status.INCOMPLETE)
    found = [plan.status in lost for plan in changeset.routers]
    return bool(found) and all(found)


def people(found: Impact) -> str:
    """The impact in subscribers, on one line."""
    parts = (
        (found.lose, "loses service", "lose service"),
        (found.regain, "gets it back", "get it back"),
        (found.speed, "changes speed", "change speed"),
        (found.address, "changes address", "change address"),
        (found.new, "new", "new"),
    )
    told = [f"{count} {one if count == 1 else many}" for count, one, many in parts if count]
    dropped = f"; {counted(found.sessions_dropped, 'session')} dropped"
    return f"Subscribers: {', '.join(told) or 'none affected'}" + (
        f"{dropped}." if found.sessions_dropped else "."
    )


def money(changeset: Changeset) -> str:
    """What the plan means in money, on one line."""
    held = changeset.money
    owed = f" ({held.owed} past due)" if held.suspended else ""
    return f"Money: {counted(held.suspended, 'service')} suspended{owed}, {held.restored} restored."
