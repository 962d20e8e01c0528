"""``router backup``: what a router holds, as text, and what is missing in it."""

from collections.abc import Iterator
from pathlib import Path

import click

from ispconf.commands.judging import judged
from ispconf.commands.reaching import address
from ispconf.commands.router.export import Export, declared
from ispconf.commands.session import Session, shared
from ispconf.commands.survey import chosen
from ispconf.edge.routers import Cause, Reader, reading
from ispconf.edge.writing import write_whole
from ispconf.errors import Exit
from ispconf.escape import terminal


@click.command("backup")
@shared()
@click.argument("name", metavar="ROUTER")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it there, readable by you alone.",
)
@click.option("--show-secrets", "secrets", is_flag=True, help="Passwords and keys in clear.")
def backup(session: Session, name: str, out: Path | None, secrets: bool) -> int:
    r"""Write what ROUTER holds as the text of an export, and say what is missing.

    It is as complete as the API allows and has what is needed to build the router again by hand,
    not to load it blindly. Nothing is written to the router. Leaves with 4 when a menu that the
    router has could not be read.

    \b
      ispconf router backup norte-1 --out norte-1.rsc --show-secrets
    """
    facts = judged(session)
    router = chosen(facts, [name], [])[0]
    with reading(address(facts, router)) as line:
        export = Export(line.facts.version, secrets)
        whole = _read(line, export)
        of = f"{line.facts.identity or router.id}, RouterOS {line.facts.version}"
    code = Exit.OK if whole else Exit.INCOMPLETE
    missing = list(export.left_out())
    text = "\n".join(
        [
            f"# {session.moment():%Y-%m-%d %H:%M:%S} UTC by ispconf from {terminal(of)}",
            *(f"# missing: {terminal(each)}" for each in missing),
            *export.text,
            "",
        ]
    )
    if out:
        write_whole(out, text.encode(), mode=0o600)
    document = {
        "format": 1,
        "router": router.id,
        "routeros": export.version,
        "exit_code": int(code),
        "file": str(out) if out else None,
        "export": None if out else text,
        "missing": missing,
    }
    session.emit(document, lambda: _told(text, out, missing))
    return int(code)


def _read(line: Reader, export: Export) -> bool:
    """Reads every menu that is declared; False when one that is there could not be read."""
    known = declared(export.version)
    asked = [(f"{each.path}/print",) for each in known]
    whole = True
    for each, (rows, trap) in zip(known, line.attempt(*asked), strict=True):
        if trap is None:
            export.add(each, rows)
            continue
        export.refused(each, trap.problem)
        whole = whole and trap.cause is Cause.MISSING
    return whole


def _told(text: str, out: Path | None, missing: list[str]) -> Iterator[str]:
    if out is None:
        yield text.rstrip("\n")
        return
    yield f"{out} is written; missing in it:"
    for each in missing:
        yield f"  {terminal(each)}"
