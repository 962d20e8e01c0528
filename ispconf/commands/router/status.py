"""``router status``: every router at a glance."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from ispconf.commands.judging import Judged, judged
from ispconf.commands.progress import progress
from ispconf.commands.reaching import address
from ispconf.commands.session import Session, shared
from ispconf.commands.survey import chosen
from ispconf.commands.tables import table
from ispconf.edge import lease
from ispconf.edge.fleet import side_by_side
from ispconf.edge.health import ASKED, health
from ispconf.edge.history import Repository
from ispconf.edge.routers import RouterError, reading
from ispconf.edge.runs import Applied, last_applied
from ispconf.errors import Exit, IspconfError
from ispconf.network.router import Router
from ispconf.planning.counting import counted
from ispconf.planning.desired import tables
from ispconf.routeros import values
from ispconf.routeros.rows import State
from ispconf.routeros.tables import ACTIVE

_HEAD = ("router", "status", "version", "uptime", "cpu", "memory", "disk", "sessions", "managed",
         "last apply")  # fmt: skip
_MIB = 1 << 20


@click.command("status")
@shared()
@click.option("--router", "routers", multiple=True, metavar="R", help="Only this router.")
@click.option("--zone", "zones", multiple=True, metavar="Z", help="Only the routers of this zone.")
def status(session: Session, routers: Sequence[str], zones: Sequence[str]) -> int:
    r"""Show whether all routers are reached, how they are, and when they were last applied to.

    Leaves with 4 when one could not be reached or wholly read. Memory and disk are what is free.

    \b
      ispconf router status
      ispconf router status --router norte-1 --format json
    """
    facts = judged(session)
    picked = chosen(facts, routers, zones)
    branch = facts.network.company.journal.branch
    applied = last_applied(Repository.required(session.root), branch)
    asked = [router for router in picked if router.api == "enabled"]
    with progress("reading routers", len(asked)) as told:
        found = side_by_side(lambda router: _seen(facts, router), asked, progress=told)
    seen = dict(zip((router.id for router in asked), found, strict=True))
    rows = [_row(router, seen.get(router.id), applied.get(router.id)) for router in picked]
    late = any(row["status"] not in ("reached", "disabled") for row in rows)
    code = Exit.INCOMPLETE if late else Exit.OK
    document = {"format": 1, "exit_code": int(code), "routers": rows}
    session.emit(document, lambda: _lines(rows))
    return int(code)


def _seen(facts: Judged, router: Router) -> dict[str, Any]:
    """What a router says of itself.

    Raises:
        RouterError: it could not be reached or wholly read.
    """
    now = facts.session.moment()
    with reading(address(facts, router)) as line:
        read, (resource, clock, scripts) = line.read_with(tables(router), *ASKED, lease.LOOK)
        found, live = health((resource, clock), now), State(read)
        return {
            "status": "reached",
            "routeros": line.facts.version,
            "identity": line.facts.identity,
            "board": line.facts.board,
            "uptime": found.uptime,
            "cpu": found.cpu,
            "memory": {"free": found.free_memory, "total": found.memory},
            "disk": {"free": found.free_disk, "total": found.disk},
            "sessions": len(live[ACTIVE.path]),
            "managed": State(read).owned(),
            "lease": lease.seen(scripts, now) or None,
        }


def _row(
    router: Router, seen: Mapping[str, Any] | IspconfError | None, last: Applied | None
) -> dict[str, Any]:
    row: dict[str, Any] = {"router": router.id}
    if seen is None:
        row |= {"status": "disabled", "problem": "api: disabled"}
    elif isinstance(seen, IspconfError):
        cause = seen.cause.value if isinstance(seen, RouterError) else "error"
        row |= {"status": cause, "problem": getattr(seen, "problem", str(seen))}
    else:
        row |= {**seen, "problem": None}
    last_apply = {"commit": last.commit, "date": last.day.isoformat()} if last else None
    return row | {"last_apply": last_apply}


def _lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield from table(_HEAD, (_cells(row) for row in rows), "cpu,memory,disk,sessions,managed")
    yield ""
    for row in rows:
        if row["problem"]:
            yield f"{row['router']}: {row['problem']}"
        if row.get("lease"):
            yield f"{row['router']}: {row['lease']}"
    reached = sum(row["status"] == "reached" for row in rows)
    online = sum(row.get("sessions", 0) for row in rows)
    yield f"{reached} of {counted(len(rows), 'router')} reached, {counted(online, 'session')}."


def _cells(row: Mapping[str, Any]) -> Sequence[str]:
    last = row["last_apply"]
    done = f"{last['date']} {last['commit'][:7]}" if last else "never from here"
    if row["status"] != "reached":
        return (row["router"], row["status"], *[""] * (len(_HEAD) - 3), done)
    uptime, cpu = row["uptime"], row["cpu"]
    return (
        row["router"],
        row["status"],
        row["routeros"],
        "" if uptime is None else values.duration(str(uptime)),
        "" if cpu is None else f"{cpu} %",
        *(_size(row[name]["free"]) for name in ("memory", "disk")),
        str(row["sessions"]),
        str(row["managed"]),
        done,
    )


def _size(count: int | None) -> str:
    return "" if count is None else f"{count / _MIB:.0f} MiB"
