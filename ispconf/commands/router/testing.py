"""``router test``: from the address to the last policy, what stands between us and a router."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import click

from ispconf.commands.judging import Judged, judged
from ispconf.commands.reaching import address
from ispconf.commands.session import Session, shared
from ispconf.commands.survey import chosen
from ispconf.edge import lease
from ispconf.edge.health import ASKED, Health, health
from ispconf.edge.routers import Cause, Reader, RouterError, reading
from ispconf.errors import Exit
from ispconf.escape import terminal
from ispconf.network.router import Router
from ispconf.planning.changes import Action, compare
from ispconf.planning.counting import counted
from ispconf.routeros.rows import State
from ispconf.routeros.tables import FILTER, NAT

_STEPS: Mapping[Cause, str] = {
    Cause.UNREACHABLE: "address",
    Cause.REFUSED: "port",
    Cause.TLS: "tls",
    Cause.LOGIN: "login",
}
_TODO: Mapping[Cause, str] = {
    Cause.UNREACHABLE: "look whether the VPN is up and ping the host; correct host in the file",
    Cause.REFUSED: "on the router: /ip service print; correct port and tls in the file",
    Cause.TLS: "compare the certificate on the router with tls in the file",
    Cause.LOGIN: "on the router: /user print; correct user and password in the file",
    Cause.PERMISSION: "give the API user's group the policies that are named",
}
_APART = timedelta(minutes=1)
_LITTLE = 1 << 20  # bytes of disk; a router that cannot save its configuration loses it


class Check(NamedTuple):
    """One thing that was looked at; ``ok`` is None where it is in order that it is otherwise."""

    check: str
    ok: bool | None
    text: str
    fix: str = ""


@click.command("test")
@shared()
@click.argument("name", metavar="ROUTER")
def test(session: Session, name: str) -> int:
    r"""Look at all that stands between us and ROUTER: address, port, TLS, login, policies.

    Then its version, clock, disk and block rules. Leaves with 4 when something is in the way; what
    is only worth knowing does not count. Nothing is written.

    \b
      ispconf router test norte-1
    """
    facts = judged(session)
    router = chosen(facts, [name], [])[0]
    cause, checks = _tested(facts, router)
    bad = [check for check in checks if check.ok is False]
    code = Exit.INCOMPLETE if bad else Exit.OK
    document = {
        "format": 1,
        "router": router.id,
        "host": router.host,
        "port": router.port,
        "exit_code": int(code),
        "cause": cause.value if cause else None,
        "problem": bad[0].text if bad else None,
        "checks": [check._asdict() for check in checks],
    }
    session.emit(document, lambda: _lines(router, checks))
    return int(code)


def _tested(facts: Judged, router: Router) -> tuple[Cause | None, list[Check]]:
    try:
        with reading(address(facts, router)) as line:
            checks = [*_reached(router), *_inside(facts, router, line)]
    except RouterError as error:
        return error.cause, _stopped(router, error)
    lacking = any(check.check == "policies" and check.ok is False for check in checks)
    return (Cause.PERMISSION if lacking else None), checks


def _reached(router: Router) -> list[Check]:
    trust = f"trusted by {router.tls.verify}" if router.tls else "not used: passwords are readable"
    return [
        Check("address", ok=True, text=router.host),
        Check("port", ok=True, text=str(router.port)),
        Check("tls", True if router.tls else None, trust),
        Check("login", ok=True, text=f"as {router.user}"),
    ]


def _stopped(router: Router, error: RouterError) -> list[Check]:
    """The steps that were taken, and the one at which it ended."""
    at = _STEPS.get(error.cause, "policies")
    taken = []
    for check in _reached(router):
        if check.check == at:
            break
        taken.append(check)
    return [*taken, Check(at, ok=False, text=error.problem, fix=_TODO.get(error.cause, ""))]


def _inside(facts: Judged, router: Router, line: Reader) -> Iterator[Check]:
    now = facts.session.moment()
    yield _policies(line)
    yield _version(router, line)
    managed = router.firewall == "managed"
    rules = (FILTER.path, NAT.path) if managed else ()
    read, (resource, clock, scripts) = line.read_with(rules, *ASKED, lease.LOOK)
    found = health((resource, clock), now)
    yield _clock(found)
    yield _disk(found)
    yield (
        _rules(facts, router, State(read))
        if managed
        else Check("block rules", ok=None, text="firewall: none, they are left to people")
    )
    if said := lease.seen(scripts, now):
        yield Check("lease", ok=None, text=said)


def _policies(line: Reader) -> Check:
    facts = line.facts
    if not facts.policies:
        said = "unknown: the user may not read /user"
        return Check("policies", ok=None, text=said, fix=line.grant("read"))
    needed = facts.lacking("read", "write")
    if needed:
        said = f"{' and '.join(needed)} missing: apply would be refused"
        return Check("policies", ok=False, text=said, fix=line.grant(*needed))
    if facts.lacking("sensitive"):
        said = "sensitive is missing: passwords cannot be compared"
        return Check("policies", ok=None, text=said, fix=line.grant("sensitive"))
    return Check("policies", ok=True, text="read, write and sensitive")


def _version(router: Router, line: Reader) -> Check:
    version = line.facts.version
    if version.split(".", 1)[0] == str(router.routeros):
        board = f" on {line.facts.board}" if line.facts.board else ""
        return Check("version", ok=True, text=f"RouterOS {version}{board}")
    said = f"RouterOS {version}, but {router.file} says {router.routeros}"
    fix = f"routeros: {version.split('.', 1)[0]} in {router.file}, if it is the right router"
    return Check("version", ok=False, text=said, fix=fix)


def _clock(found: Health) -> Check:
    if found.behind is None:
        return Check("clock", ok=None, text="unknown")
    seconds = round(abs(found.behind).total_seconds())
    if abs(found.behind) <= _APART:
        return Check("clock", ok=True, text=f"{seconds} s apart from ours")
    way = "behind" if found.behind > timedelta(0) else "ahead of"
    said = f"{timedelta(seconds=seconds)} {way} ours: dates in its log mislead"
    return Check(
        "clock", ok=None, text=said, fix="on the router: /system ntp client set enabled=yes"
    )


def _disk(found: Health) -> Check:
    if found.free_disk is None:
        return Check("disk", ok=None, text="unknown")
    said = f"{found.free_disk / (1 << 20):.1f} MiB free"
    if found.free_disk >= _LITTLE:
        return Check("disk", ok=True, text=said)
    return Check(
        "disk", ok=None, text=f"only {said}", fix="on the router: /file print, remove some"
    )


def _rules(facts: Judged, router: Router, live: State) -> Check:
    """Whether the rules that cut people off are there, as wanted, and stand first."""
    asked = facts.wanted(router.id)
    wanted = State({path: asked[path] for path in (FILTER.path, NAT.path)})
    changes = compare(wanted, live).changes
    if not changes:
        count = sum(1 for _ in wanted)
        return Check(
            "block rules", ok=True, text=f"{counted(count, 'rule')}, all there and in order"
        )
    missing = sum(change.action in (Action.ADD, Action.ADOPT) for change in changes)
    moved = sum(change.action is Action.MOVE for change in changes)
    other = len(changes) - missing - moved
    said = ", ".join(
        f"{count} {what}"
        for count, what in ((missing, "missing"), (moved, "out of order"), (other, "different"))
        if count
    )
    return Check("block rules", ok=None, text=said, fix=f"ispconf apply --router {router.id}")


def _lines(router: Router, checks: Sequence[Check]) -> Iterator[str]:
    yield f"{router.id}   {router.host}:{router.port}"
    for check in checks:
        sign, colour = _SIGNS[check.ok]
        yield f"  {click.style(sign, fg=colour)} {check.check:<12}{terminal(check.text)}"
        if check.fix:
            yield f"    {'':<12}{terminal(check.fix)}"


_SIGNS: Mapping[bool | None, tuple[str, Any]] = {
    True: ("ok", "green"),
    None: ("--", "yellow"),
    False: ("NO", "red"),
}
