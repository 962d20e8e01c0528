"""``init``: a new network repository that passes ``check`` as it is."""

from importlib.resources import as_file, files
from pathlib import Path

import click

from ispconf.commands.session import Session, shared
from ispconf.edge.files import open_network
from ispconf.edge.history import create
from ispconf.edge.writing import write_whole
from ispconf.errors import RequestError

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
    """Make a new network repository in FOLDER (default: this one).

    Company file, one router, two plans, three subscribers, templates and workflows. Nothing that
    is there is overwritten.
    """
    home = folder.resolve()
    with as_file(files("ispconf.commands") / "scaffold") as scaffold:
        found = sorted(path for path in scaffold.rglob("*") if path.is_file())
        names = [path.relative_to(scaffold) for path in found]
        taken = [str(name) for name in names if (home / name).exists()]
        if taken:
            raise RequestError(f"{home} has {', '.join(taken)} already; nothing was written")
        for path, name in zip(found, names, strict=True):
            write_whole(home / name, path.read_bytes())
    create(home)
    open_network(home, env=session.env)
    facts = {"format": 1, "folder": str(home), "files": [str(n) for n in names], "exit_code": 0}
    session.emit(facts, lambda: _NEXT.format(folder=folder, count=len(names)).splitlines())
    return 0
