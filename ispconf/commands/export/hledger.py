"""The ledger for hledger (1.25 or later): transactions, and balances asserted as they go.

What a subscriber owes is asserted after each of their transactions, every account at the end; an
assertion is exact. Accounts, payees and the commodity are declared, so that ``hledger check
--strict`` and ``check payees`` pass.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from ispconf.commands.export.accounts import Accounts, accounts, described
from ispconf.commands.judging import Judged
from ispconf.escape import terminal
from ispconf.ledger.entries import ZERO
from ispconf.ledger.postings import Transaction, credit, receivable

_OURS = "ispconf"
_MEANING = str.maketrans({";": ",", "|": "/", '"': "'"})  # what ends a description or a payee
_SPACES = re.compile(r"\s+")


def lines(facts: Judged, until: date) -> Iterator[str]:
    """The lines of an hledger journal."""
    found = accounts(facts, until)
    code, money = found.currency.code, found.currency.text
    decimals = "0" * found.currency.digits
    yield f"; {plain(found.title)}"
    yield f"; {found.about}"
    yield "decimal-mark ."
    yield f"commodity 1000.{decimals} {code}"
    payees: set[str] = set()
    for one, new in found.transactions():
        for account in new:
            yield f"account {account}"
        yield from _transaction(found, one, payees)
    closing = found.closing()
    if closing:
        yield f"payee {_OURS}"
        yield ""
        yield f"{found.last} * {_OURS} | balances at the end"
        for account, amount in closing:
            yield f"    {account}  {money(ZERO)} {code} = {money(amount)} {code}"


def _transaction(found: Accounts, one: Transaction, payees: set[str]) -> Iterator[str]:
    entry, code, money = one.entry, found.currency.code, found.currency.text
    payee = plain(found.name(entry)) or entry.subscriber
    if payee not in payees:
        payees.add(payee)
        yield f"payee {payee}"
    after = {receivable(entry.subscriber): one.receivable, credit(entry.subscriber): -one.credit}
    yield ""
    yield f"{entry.date} * ({entry.no}) {payee} | {plain(described(entry))}"
    yield f"    ; line {entry.line} of {entry.file}"
    for account, amount in one.postings:
        held = after.get(account)
        asserted = "" if held is None else f" = {money(held)} {code}"
        yield f"    {account}  {money(amount)} {code}{asserted}"


@lru_cache(maxsize=1 << 16)  # a name comes again and again
def plain(foreign: str) -> str:
    """Foreign text in a description: no comment, note, quote or second space."""
    return _SPACES.sub(" ", terminal(foreign).translate(_MEANING)).strip()
