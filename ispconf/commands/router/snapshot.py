"""``router snapshot``: the state of routers for plans that reach none."""

import json
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

import click

from ispconf.commands.judging import Judged, judged
from ispconf.commands.progress import progress
from ispconf.commands.reaching import address
from ispconf.commands.session import Session, shared
from ispconf.commands.survey import chosen
from ispconf.edge import abilities
from ispconf.edge.fleet import side_by_side
from ispconf.edge.history import KEYS_FILE, Repository
from ispconf.edge.routers import RouterError, reading
from ispconf.edge.writing import write_whole
from ispconf.errors import Exit, IspconfError
from ispconf.network.router import Router
from ispconf.planning.counting import counted
from ispconf.planning.desired import tables
from ispconf.planning.snapshot import CHECK, Shot, Snapshot, document
from ispconf.routeros.rows import State


@click.command("snapshot")
@shared()
@click.argument("routers", nargs=-1, metavar="[ROUTER]...")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    required=True,
    help="Write it there.",
)
def snapshot(session: Session, routers: Sequence[str], out: Path) -> int:
    r"""Keep what routers hold, without a secret, for plans that reach none of them.

    Reads what a plan would read. A password is kept as a fingerprint that only the key of this
    repository can make; without such a key it is left out. Leaves with 4 when a router could not be
    reached; the others are written all the same.

    \b
      ispconf router snapshot --out routers.json
      ispconf plan --offline routers.json            # elsewhere: no router, no key, no password
      ispconf ci record --snapshot routers.json      # for the pull requests of others
    """
    facts = judged(session)
    git = Repository.required(session.root)
    asked = [router for router in chosen(facts, routers, []) if router.api == "enabled"]
    with progress("reading routers", len(asked)) as told:
        found = side_by_side(lambda router: _shot(facts, router), asked, progress=told)
    shots = {router.id: _of(each) for router, each in zip(asked, found, strict=True)}
    vault = session.vault()
    key = vault.fingerprint(CHECK) if (session.root / KEYS_FILE).exists() else ""
    taken = Snapshot(
        session.moment().astimezone(UTC), facts.network.commit, git.beginning(), key, shots
    )
    whole = document(taken, vault.fingerprint)
    write_whole(out, json.dumps(whole, ensure_ascii=False, indent=1).encode(), mode=0o600)
    late = {name: shot.problem for name, shot in shots.items() if shot.problem}
    code = Exit.INCOMPLETE if late else Exit.OK
    answer = {"format": 1, "file": str(out), "routers": [*shots], "problems": late,
              "exit_code": int(code)}  # fmt: skip
    rows = sum(len(held) for shot in shots.values() for held in shot.live.tables.values())
    said = [f"{name}: {problem}" for name, problem in late.items()]
    said.append(f"{counted(rows, 'row')} of {counted(len(shots) - len(late), 'router')} in {out}")
    session.emit(answer, lambda: said)
    return int(code)


def _shot(facts: Judged, router: Router) -> Shot:
    """What a router holds; raises RouterError when it could not be reached or wholly read."""
    asked = tables(router)
    with reading(address(facts, router)) as line:
        read, (modes,) = line.read_with(asked, abilities.ASKED)
        able = abilities.ability(router.user, line.facts, modes, set(asked) - set(read))
        return Shot(line.facts.version, line.facts.identity, able, State(read))


def _of(found: Shot | IspconfError) -> Shot:
    if isinstance(found, Shot):
        return found
    return Shot(problem=found.problem if isinstance(found, RouterError) else str(found))
