"""The ledger for beancount (3.2): transactions, and a balance of every account at the end.

A balance holds at the start of its day and tolerates a hundredth unless told otherwise, so it is
asserted on the day after, with no tolerance. Each transaction carries its number in the narration,
so that two equal payments of one day are no duplicates, and as a link with what it refers to.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from ispconf.commands.export.accounts import Accounts, accounts, described
from ispconf.commands.judging import Judged
from ispconf.escape import terminal
from ispconf.ledger.entries import ZERO
from ispconf.ledger.postings import Transaction


def lines(facts: Judged, until: date) -> Iterator[str]:
    """The lines of a beancount file."""
    found = accounts(facts, until)
    code = found.currency.code
    yield f"; {found.about}"
    yield f"option {text('title')} {text(found.title)}"
    yield f"option {text('operating_currency')} {text(code)}"
    for one, new in found.transactions():
        for account in new:
            yield f"{one.entry.date} open {account} {code}"
        yield from _transaction(found, one)
    money = found.currency.text
    exactly = money(ZERO)
    for account, amount in found.closing():
        yield f"{found.day_after} balance {account}  {money(amount)} ~ {exactly} {code}"


def _transaction(found: Accounts, one: Transaction) -> Iterator[str]:
    entry, code, money = one.entry, found.currency.code, found.currency.text
    links = " ".join(f"^{no}" for no in (entry.no, *entry.for_, *filter(None, (entry.of,))))
    yield ""
    told = text(f"{entry.no} {described(entry)}")
    yield f"{entry.date} * {text(found.name(entry))} {told} {links}"
    yield f'  entry: "{entry.source}"'
    for account, amount in one.postings:
        yield f"  {account}  {money(amount)} {code}"


@lru_cache(maxsize=1 << 16)  # a name comes again and again
def text(foreign: str) -> str:
    r"""Foreign text as a string: no quote, backslash or line end gets out of it."""
    harmless = terminal(foreign).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{harmless}"'
