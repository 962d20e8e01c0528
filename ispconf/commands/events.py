"""The life of a subscriber as events: what commits, the ledger, the days and the routers brought.

Puts together what ``edge`` found of the past and what ``ledger`` concludes from it. Knows the order
of a day; how events are printed is for ``history``.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, Final, NamedTuple

from ispconf.commands.applies import DONE, outcomes
from ispconf.commands.deeds import details
from ispconf.commands.past import Past
from ispconf.edge.commits import Commit
from ispconf.edge.frame import framed
from ispconf.edge.past import Life, Revision, id_of
from ispconf.edge.recorded import Recorded
from ispconf.edge.runs import Made, Run
from ispconf.edge.sources import reader
from ispconf.ledger.entries import Entry, to_mapping
from ispconf.ledger.money import Currency
from ispconf.ledger.said import what
from ispconf.ledger.states import State
from ispconf.ledger.turns import Turn, turns
from ispconf.network.billing import billables
from ispconf.network.telling import outline, several, told

_WORDS: Final = {
    State.SUSPENDED: "cut",
    State.PAUSED: "paused",
    State.FREE: "free",
    State.CANCELLED: "cancelled",
}


class Event(NamedTuple):
    """One thing that happened on a day; ``commit`` is None where none says so (yet).

    ``rank`` orders the events of a day: files, charges, cuts, money, what money restored, routers.
    ``facts`` are for JSON.
    """

    day: date
    rank: int
    kind: str
    text: str
    facts: dict[str, Any]
    commit: Commit | None = None
    signs: bool = True
    """Whether a commit is to be expected."""
    who: tuple[str, str] = ("", "")
    """Who and which commit, where no commit made it: an apply."""


def events(past: Past, life: Life, entries: Sequence[Recorded]) -> list[Event]:
    """All events up to the day, oldest first."""
    found = [_of_file(past, each) for each in life.revisions]
    found += (_of_entry(each.entry, each.commit, past.currency) for each in entries)
    found += _of_days(past, life, [each.entry for each in entries])
    for name in life.names:
        for run in reversed([*past.runs(subscriber=name)]):
            found += _of_run(past, run)
    return sorted(
        (event for event in found if event.day <= past.today), key=attrgetter("day", "rank")
    )


def _of_file(past: Past, each: Revision) -> Event:
    plural = several(each.before, each.after)
    texts = [told("subscriber", "", change, several=plural) for change in each.changes]
    match each.deed:
        case "created":
            words = [f"created: {outline(each.after)}"]
        case "deleted":
            words = [f"deleted {each.was}"]
        case "moved":
            words = [f"moved from {_folder(each.was)} to {_folder(each.path)}", *texts]
        case "renamed":
            words = [f"renamed from {id_of(each.was)} to {id_of(each.path)}", *texts]
        case _:
            words = texts or ["changed, with no effect" if each.after else "cannot be read"]
    plain = each.deed in ("created", "deleted")
    facts = {"file": each.path, "changes": [] if plain else details(each.changes)}
    return Event(past.day(each.commit), 0, each.deed, "; ".join(words), facts, each.commit)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _of_entry(entry: Entry, commit: Commit | None, currency: Currency) -> Event:
    amount = "" if entry.type == "promise" else f"   {currency.text(entry.amount)} {currency.code}"
    facts = {"ref": str(entry.source), "entry": to_mapping(entry)}
    rank = 3 if entry.effect < 0 or entry.type in ("promise", "reversal", "refund") else 1
    return Event(entry.date, rank, entry.type, f"{entry.no}: {what(entry)}{amount}", facts, commit)


def _of_days(past: Past, life: Life, entries: list[Entry]) -> Iterator[Event]:
    """What followed from the ledger and dated facts, with the terms and facts there are now."""
    data = _present(past, life)
    network = framed(past.network, id_of(life.path), life.path, data, entries)
    known = billables(network)
    for one in known:
        for turn in turns(one, entries, past.today, past.currency):
            yield _of_turn(turn, several=len(known) > 1)


def _present(past: Past, life: Life) -> bytes:
    """The file as it is; of one that was deleted, its last version."""
    last = life.revisions[-1]
    for _, content in reader(past.repository.root)([] if life.gone else [life.path]):
        return content if isinstance(content, bytes) else b""
    blobs = [
        blob
        for file in (last.commit.touched if last.commit else ())
        if file.was == last.was
        for blob in file.before
    ]
    return past.versions.content(blobs[0]) if blobs else b""


def _of_turn(turn: Turn, *, several: bool) -> Event:
    kind = _WORDS.get(turn.state) or _back(turn.before)
    why = turn.reason.text if turn.reason else ""
    repeated = why.startswith((kind, "suspended by hand"))
    text = kind if kind == "begins" else why if repeated else f"{kind}: {why}"
    prefix = f"{turn.service}: " if several else ""
    facts: dict[str, Any] = {"service": turn.service}
    if turn.reason:
        facts |= {"rule": turn.reason.rule, "ref": turn.reason.ref}
    rank = 2 if turn.state is State.SUSPENDED else 4
    return Event(turn.day, rank, kind, f"{prefix}{text}", facts, signs=False)


def _back(before: State | None) -> str:
    """How the return to service is called."""
    match before:
        case State.SUSPENDED:
            return "restored"
        case State.PAUSED:
            return "resumed"
        case None | State.PENDING:
            return "begins"
        case _:
            return "in service"


def _of_run(past: Past, run: Run) -> Iterator[Event]:
    """What an apply did at a router for a subscriber, rows that serve one purpose together."""
    deeds: dict[tuple[str, str, str], list[Made]] = {}
    for made in run.made:
        deeds.setdefault((made.router, made.owner, made.effect), []).append(made)
    for (router, owner, effect), rows in deeds.items():
        reason = next((made.reason for made in rows if made.action != "disconnect"), "")
        why = reason.removeprefix("suspended: ").removeprefix("restored: ")  # the deed says it
        deed = f"{DONE.get(effect, effect)}{': ' if why else ''}{why}"
        text = f"{router}: {deed} ({outcomes(rows)})"
        facts = {
            "router": router,
            "service": owner,
            "effect": effect,
            "time": past.moment(rows[0].time).isoformat(),
            "actor": run.actor,
            "run": run.file,
            "applied": run.commit,
            "rows": [
                {
                    "action": made.action,
                    "table": made.table,
                    "key": dict(made.key),
                    "before": dict(made.before),
                    "after": dict(made.after),
                    "outcome": made.outcome,
                    "message": made.message,
                }
                for made in rows
            ],
        }
        day = past.moment(rows[0].time).date()
        yield Event(day, 5, "applied", text, facts, who=(run.actor, run.commit), signs=False)


def since(found: Sequence[Event], first: date | None) -> list[Event]:
    """The events from a day on."""
    return [event for event in found if first is None or event.day >= first]
