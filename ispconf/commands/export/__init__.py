"""``export``: the ledger for programs that people use; one file per format, and the registry.

A format turns judged files and a day into the lines of a file. A new one is one new file and one
line here.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Protocol

import click

from ispconf.commands.export import beancount, csv, hledger
from ispconf.commands.judging import Judged, judged
from ispconf.commands.session import Day, Session, shared
from ispconf.edge.jsontext import written
from ispconf.edge.writing import write_whole
from ispconf.errors import RequestError
from ispconf.escape import terminal

_AT_ONCE = 4096  # lines


class Format(Protocol):
    """What a module of this package offers."""

    def lines(self, facts: Judged, until: date) -> Iterator[str]:
        """The lines of the file, without line ends: all that counts on that day and before."""
        ...


FORMATS: Mapping[str, Format] = {
    "beancount": beancount,
    "hledger": hledger,
    "csv": csv,
}


@click.command("export")
@shared()
@click.argument("name", metavar="FORMAT", type=click.Choice(tuple(FORMATS)))
@click.option("--until", type=Day(), help="The last day exported (default: the day of --date).")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write this file (default: standard output).",
)
def command(session: Session, name: str, until: date | None, out: Path | None) -> int:
    r"""Write the ledger as FORMAT: beancount, hledger (double entry) or csv (one row a posting).

    Balances of all accounts are asserted in the file, so that the accountant's program proves that
    it read what the ledger says. The same commit and day give the same bytes.

    \b
      ispconf export beancount --out isp.beancount && bean-check isp.beancount
      ispconf export hledger --until 2026-10-31 | hledger -f - balancesheet
      ispconf export csv --out october.csv
    """
    facts = judged(session)
    last = until or facts.day
    lines = FORMATS[name].lines(facts, last)
    if out is not None and not out.absolute().parent.is_dir():
        raise RequestError(f"{out} cannot be written: there is no folder {out.parent}")
    if session.format == "json":
        _document(facts, name, last, out, lines)
    elif out is not None:
        count = _write(out, lines)
        click.echo(f"{terminal(str(out))}: the ledger up to {last} as {name}, {count} lines")
    else:
        for some in _chunks(lines):
            click.echo(some, nl=False)
    return 0


def _document(
    facts: Judged, name: str, until: date, out: Path | None, lines: Iterator[str]
) -> None:
    document = {
        "format": 1,
        "date": facts.day.isoformat(),
        "commit": facts.network.commit,
        "exit_code": 0,
        "export": name,
        "until": until.isoformat(),
    }
    if out is None:
        document["content"] = "".join(_chunks(lines))
    else:
        document |= {"out": str(out), "lines": _write(out, lines)}
    click.echo(written(document))


def _write(out: Path, lines: Iterable[str]) -> int:
    """How many lines were written."""
    text = "".join(_chunks(iter(lines)))
    write_whole(out, text.encode())
    return text.count("\n")


def _chunks(lines: Iterator[str]) -> Iterator[str]:
    while some := list(islice(lines, _AT_ONCE)):
        some.append("")
        yield "\n".join(some)
