"""``router sessions``: who is online, by the names of people."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import click

from ispconf.commands.judging import Judged, judged
from ispconf.commands.progress import progress
from ispconf.commands.reaching import address
from ispconf.commands.session import Session, shared
from ispconf.commands.standing import known
from ispconf.commands.survey import chosen
from ispconf.commands.tables import table
from ispconf.edge.fleet import side_by_side
from ispconf.edge.routers import RouterError, reading
from ispconf.errors import Exit, IspconfError
from ispconf.escape import terminal
from ispconf.network.router import Router
from ispconf.planning.counting import counted
from ispconf.routeros import values
from ispconf.routeros.tables import ACTIVE

_HEAD = ("router", "user", "service", "name", "address", "mac", "uptime")
_ASKED = (f"{ACTIVE.path}/print", "=.proplist=name,service,address,caller-id,uptime")


@click.command("sessions")
@shared()
@click.option("--router", "routers", multiple=True, metavar="R", help="Only this router.")
@click.option("--zone", "zones", multiple=True, metavar="Z", help="Only the routers of this zone.")
@click.option("--subscriber", "subscribers", multiple=True, metavar="S", help="Only this one.")
def sessions(
    session: Session, routers: Sequence[str], zones: Sequence[str], subscribers: Sequence[str]
) -> int:
    r"""Show who is online, since when and with which address.

    Sessions of users that no file knows are shown without a name. Leaves with 4 when a router could
    not be reached or wholly read.

    \b
      ispconf router sessions
      ispconf router sessions --zone norte --subscriber ana-lopez
    """
    facts = judged(session)
    people = {person.id for person in known(facts, subscribers)} if subscribers else set()
    asked = [each for each in chosen(facts, routers, zones) if each.api == "enabled"]
    with progress("reading routers", len(asked)) as told:
        found = side_by_side(lambda router: _online(facts, router), asked, progress=told)
    rows, problems = [], []
    for router, seen in zip(asked, found, strict=True):
        if isinstance(seen, IspconfError):
            problem = seen.problem if isinstance(seen, RouterError) else str(seen)
            problems.append({"router": router.id, "problem": problem})
            continue
        rows += [row for row in seen if not people or row["subscriber"] in people]
    code = Exit.INCOMPLETE if problems else Exit.OK
    document = {"format": 1, "exit_code": int(code), "sessions": rows, "problems": problems}
    session.emit(document, lambda: _lines(rows, problems))
    return int(code)


def _online(facts: Judged, router: Router) -> list[dict[str, Any]]:
    """The live sessions of a router, by user name.

    Raises:
        RouterError: it could not be reached or wholly read.
    """
    with reading(address(facts, router)) as line:
        (found,) = line.ask(_ASKED)
    now, owners = facts.session.moment(), _owners(facts, router.id)
    rows = []
    for each in found:
        subscriber, _, service = owners.get(each.get("name", ""), "").partition("/")
        uptime = values.seconds(each.get("uptime", ""))
        person = facts.network.subscribers.get(subscriber)
        rows.append(
            {
                "router": router.id,
                "user": each.get("name", ""),
                "subscriber": subscriber or None,
                "service": f"{subscriber}/{service}" if subscriber else None,
                "name": person.name if person else None,
                "address": each.get("address"),
                "mac": values.mac(each.get("caller-id", "")) or None,
                "uptime": uptime,
                "since": (now - timedelta(seconds=uptime)).isoformat(timespec="seconds"),
            }
        )
    return sorted(rows, key=lambda row: row["user"])


def _owners(facts: Judged, router: str) -> Mapping[str, str]:
    """The service of each user name of a router."""
    return {
        service.access.user: f"{person.id}/{name}"
        for person in facts.network.subscribers.values()
        for name, service in person.services.items()
        if service.router == router and service.access.user
    }


def _lines(
    rows: Sequence[Mapping[str, Any]], problems: Sequence[Mapping[str, str]]
) -> Iterator[str]:
    cells = (
        [str(row[name] or "") for name in _HEAD[:-1]] + [values.duration(str(row["uptime"]))]
        for row in rows
    )
    yield from table(_HEAD, cells)
    yield counted(len(rows), "session")
    for each in problems:
        yield terminal(f"{each['router']}: {each['problem']}")
