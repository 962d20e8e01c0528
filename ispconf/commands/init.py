"""``init``: a new network repository that passes ``check`` as it is."""

from importlib.resources import as_file, files
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from ispconf.commands.session import Session, shared
from ispconf.edge.files import open_network
from ispconf.edge.history import create
from ispconf.edge.writing import write_whole
from ispconf.errors import RequestError

_BEGUN = b"2026-11-01"  # the day on which the services of the scaffold begin
_ZONE = ZoneInfo("America/Mexico_City")  # of its ispconf.yaml: who begins today is served today
_NEXT = """\
A network is in {folder}: {count} files that teach what goes where.

  cd {folder}
  ispconf check                 every problem of every file
  ispconf secrets keygen        the key for passwords
  ispconf status                who is served, and why
  git add . && git commit       and it is yours

Then name your router in inventory/ and run ispconf plan."""


@click.command("init")
@shared()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
def command(session: Session, folder: Path) -> int:
    r"""Make a new network repository in FOLDER (default: this one).

    Company file, one router, two plans, three subscribers, templates and workflows. Nothing that
    is there is overwritten.

    \b
      ispconf init my-network
      ispconf init my-network --date 2026-12-01      # its samples begin on that day
    """
    home, today = folder.resolve(), session.day or session.now.astimezone(_ZONE).date()
    with as_file(files("ispconf.commands") / "scaffold") as scaffold:
        found = {
            path.relative_to(scaffold): path.read_bytes().replace(_BEGUN, str(today).encode())
            for path in sorted(scaffold.rglob("*"))
            if path.is_file()
        }
    taken = [str(name) for name, text in found.items() if _differs(home / name, text)]
    if taken:
        raise RequestError(f"{home} has its own {', '.join(taken)}; nothing was written")
    for name, text in found.items():
        write_whole(home / name, text)
    create(home)
    open_network(home, env=session.env)
    names = [str(name) for name in found]
    facts = {"format": 1, "folder": str(home), "files": names, "exit_code": 0}
    session.emit(facts, lambda: _NEXT.format(folder=folder, count=len(names)).splitlines())
    return 0


def _differs(path: Path, text: bytes) -> bool:
    """Whether something else stands there; what an init that was broken off wrote does not."""
    return path.exists() and (not path.is_file() or path.read_bytes() != text)
