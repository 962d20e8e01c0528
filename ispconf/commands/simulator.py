"""``simulator``: the routers of the inventory, or any others, simulated on this machine."""

import json
import shlex
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ispconf.commands.session import Session, shared
from ispconf.edge.writing import write_whole
from ispconf.errors import RequestError
from ispconf.network.router import Router
from ispconf.simulator import Faults, RouterSpec, Simulator, User
from ispconf.simulator import Router as Simulated

LOOPBACK = ("127.0.0.1", "localhost")
VERSIONS = {6: "6.49.17", 7: "7.16.2"}


@click.command("simulator")
@shared()
@click.option(
    "--router",
    "named",
    multiple=True,
    metavar="NAME[:PORT]",
    help="A router that is in no inventory (user admin, no password); repeatable.",
)
@click.option("--version", default=VERSIONS[7], show_default=True, help="RouterOS of --router.")
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Load the routers from this folder, and save them there at the end.",
)
@click.option("--no-dial", is_flag=True, help="PPPoE clients do not connect.")
@click.option(
    "--device-mode",
    "mode",
    type=click.Choice(["home", "basic", "advanced"]),
    default="advanced",
    show_default=True,
    help="What the boards let nobody configure (RouterOS 7.17 and later).",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME=VALUE",
    help="What goes wrong on all of them, see below; repeatable.",
)
def command(
    session: Session,
    named: Sequence[str],
    version: str,
    state: Path | None,
    no_dial: bool,
    mode: str,
    faults: Sequence[str],
) -> int:
    r"""Serve simulated routers that speak the RouterOS API, until Ctrl-C.

    Without --router: every router of inventory/ whose host is this machine, on its own port, with
    its user and password. PPPoE clients dial in as soon as their secret lets them.

    \b
      ispconf simulator &                            the routers of this repository
      ispconf simulator --router lab:8728            an empty one
      ispconf simulator --router old:8729 --version 6.49.17 --state /var/tmp/lab

    \b
    Faults, with an example of each; writes are counted from 1, seconds may have a fraction:
      latency=0.05                 seconds that a reply is on its way
      slow=0.2                     seconds that each command takes
      break-before-write=3         the connection ends instead of the third write
      break-after-write=3          the connection ends before the third write is answered
      reboot-at-write=3            the router reboots instead of the third write
      downtime=30                  seconds that a reboot lasts; connections are refused
      meddle-at-write=3            an administrator is faster at the row of the third write
      cut-reply-after=1000         a connection ends after so many bytes of replies
      trap-writes=3:out of memory  the third write is refused with these words; repeatable
      disk-full=yes                nothing that has to be kept can be written
      refuse-logins=yes            every password is wrong
      silent=yes                   connections are accepted, and nothing is ever said
      missing-menus=/ip/hotspot    the router has no such menu; repeatable

    \b
    While they run, a line on a piped standard input gives a router (or *) other faults:
      lab latency=0.2 slow=0.1
      lab                          none any more
    """
    broken = _faults(faults)
    specs = [_lab(each, version, state) for each in named] or _inventory(session, state)
    lans = {} if named else {router.id: router.lan for router in _local(session)}
    with Simulator() as simulator:
        try:
            for spec in specs:
                made = replace(spec, dial=not no_dial, mode=mode)
                router = _start(simulator, made, lans.get(spec.name))
                router.faults = replace(broken)
                _announce(router, session)
            if not session.asks:  # a shell's background work must not read from its terminal
                for line in session.input:
                    _meddle(simulator.routers, line, session)
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
        if state:
            for router in simulator.routers:
                write_whole(_file(state, router.name), json.dumps(router.save(), indent=1).encode())
    return 0


def _meddle(routers: Sequence[Simulated], line: str, session: Session) -> None:
    """Does what a line asks for while the routers run; what it cannot do is said."""
    name, *texts = line.split(maxsplit=1) or [""]
    chosen = [router for router in routers if name in (router.name, "*")]
    try:
        given = shlex.split(texts[0]) if texts else []
        faults = Faults.parse(given)
    except ValueError as error:
        click.echo(f"{name}: {error}", err=True)
        return
    if not chosen:
        known = ", ".join(router.name for router in routers)
        click.echo(f"{name!r} is no router; there are {known}", err=True)
    for router in chosen:
        router.faults = replace(faults)
        if session.format == "json":
            click.echo(json.dumps({"router": router.name, "faults": given}))
        else:
            click.echo(f"{router.name}   {' '.join(given) or 'no faults'}")


def _faults(texts: Sequence[str]) -> Faults:
    try:
        return Faults.parse(texts)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--fault") from None


def prepared(simulator: Simulator, router: Router, password: str) -> Simulated:
    """A simulated router for one of the inventory, with the interfaces it needs."""
    spec = RouterSpec(
        router.id,
        VERSIONS[router.routeros],
        {router.user: User(password), "admin": User()},
        dial=True,
        port=router.port,
    )
    return _start(simulator, spec, router.lan)


def _start(simulator: Simulator, spec: RouterSpec, lan: str | None) -> Simulated:
    try:
        started = simulator.start(spec)
    except OSError as error:
        raise RequestError(f"{spec.name} cannot listen on port {spec.port}: {error}") from error
    if lan and not started.rows("/interface", name=lan):
        started.add("/interface/bridge", name=lan)
    return started


def _announce(router: Simulated, session: Session) -> None:
    if session.format == "json":
        facts = {"router": router.name, "host": router.host, "port": router.port}
        click.echo(json.dumps(facts | {"routeros": router.version}))
    else:
        click.echo(f"{router.name}   RouterOS {router.version}   {router.host}:{router.port}")


def _local(session: Session) -> list[Router]:
    return [router for router in session.network().routers.values() if router.host in LOOPBACK]


def _inventory(session: Session, state: Path | None) -> list[RouterSpec]:
    routers = _local(session)
    if not routers:
        raise RequestError(
            "no router of inventory/ has this machine as its host (127.0.0.1); "
            "name one with --router NAME:PORT"
        )
    return [
        RouterSpec(
            router.id,
            VERSIONS[router.routeros],
            {
                router.user: User(session.vault().reveal(router.password, router.id, "password")),
                "admin": User(),
            },
            port=router.port,
            state=_saved(state, router.id),
        )
        for router in routers
    ]


def _lab(text: str, version: str, state: Path | None) -> RouterSpec:
    name, _, port = text.partition(":")
    if port and not port.isdigit():
        raise click.BadParameter(f"{text!r}: write it like lab:8728", param_hint="--router")
    return RouterSpec(name, version, port=int(port or 0), state=_saved(state, name))


def _saved(state: Path | None, name: str) -> Mapping[str, Any] | None:
    """A router's saved state; None when there is none yet.

    Raises:
        RequestError: the file is not a saved state.
    """
    if state is None or not _file(state, name).exists():
        return None
    try:
        found: Mapping[str, Any] = json.loads(_file(state, name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RequestError(f"{_file(state, name)} is not a saved router: {error}") from error
    return found


def _file(state: Path, name: str) -> Path:
    state.mkdir(parents=True, exist_ok=True)
    return state / f"{name}.json"
