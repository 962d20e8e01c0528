"""The ledger for spreadsheets: a row for each posting, the amounts of a number add up to zero."""

import csv
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from io import StringIO

from ispconf.commands.export.accounts import accounts, described
from ispconf.commands.judging import Judged
from ispconf.escape import cell

HEAD = (
    "date", "no", "type", "subscriber", "name", "account", "amount", "currency", "text", "source",
)  # fmt: skip


def lines(facts: Judged, until: date) -> Iterator[str]:
    """The lines of a CSV file with a head; no cell is a formula."""
    found = accounts(facts, until)
    code, money = found.currency.code, found.currency.text
    yield row(HEAD)
    for one, _ in found.transactions():
        entry = one.entry
        # Ids, numbers and amounts are no formulas: only foreign text needs a look, once an entry
        name = _name(found.name(entry))
        known = f"{entry.date},{entry.no},{entry.type},{entry.subscriber},{name}"
        told = row((described(entry), str(entry.source)))
        for account, amount in one.postings:
            yield f"{known},{account},{money(amount)},{code},{told}"


def row(cells: tuple[str, ...]) -> str:
    """A line of CSV, quoted where it must be, without a line end."""
    line = StringIO()
    csv.writer(line, lineterminator="").writerow([cell(each) for each in cells])
    return line.getvalue()


@lru_cache(maxsize=1 << 16)
def _name(name: str) -> str:
    return row((name,))
