"""What every format of accounts has to say: transactions, people's names, balances to assert.

Knows nothing of a format's spelling; the names in it are foreign text, which each format escapes
in its own way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from ispconf.commands.judging import Judged
from ispconf.ledger import standing
from ispconf.ledger.entries import ZERO, Entry
from ispconf.ledger.money import Currency
from ispconf.ledger.postings import Posting, Transaction, credit, receivable, transactions
from ispconf.network.subscriber import Subscriber


@dataclass
class Accounts:
    """The ledger up to a day, on its way into a file; ``transactions`` is read once.

    What is opened, and what there is to assert at the end, is known when all were read.
    """

    title: str
    about: str
    currency: Currency
    people: Mapping[str, Subscriber]
    owed: Mapping[str, Decimal]
    source: Iterator[Transaction]
    last: date = date.min
    _sums: dict[str, Decimal] = field(default_factory=dict)

    def transactions(self) -> Iterator[tuple[Transaction, list[str]]]:
        """Each transaction that moves something, with the accounts that it is the first to use."""
        sums = self._sums
        for one in self.source:
            new = []
            for account, amount in one.postings:
                if account not in sums:
                    new.append(account)
                    sums[account] = ZERO
                sums[account] += amount
            if one.postings:
                self.last = one.entry.date
                yield one, new

    def closing(self) -> list[Posting]:
        """The balance of each account at the end, by name.

        What subscribers owe is taken from the engine that decides who is served, not from these
        transactions: a program that accepts the file has proved both equal (I-02).
        """
        known = {receivable(who): max(owed, ZERO) for who, owed in self.owed.items()}
        known |= {credit(who): min(owed, ZERO) for who, owed in self.owed.items()}
        held = sorted(self._sums.items())
        return [Posting(name, known.get(name, amount)) for name, amount in held]

    @property
    def day_after(self) -> date:
        """The day after the last transaction."""
        return self.last + timedelta(days=1)

    def name(self, entry: Entry) -> str:
        """What the subscriber is called; one whose file is gone has the id only."""
        person = self.people.get(entry.subscriber)
        return person.name if person else entry.subscriber


def accounts(facts: Judged, until: date) -> Accounts:
    """The accounts of a network up to and including a day."""
    network = facts.network
    currency = network.company.currency
    changed = " and changes" if network.dirty else ""
    return Accounts(
        title=network.company.name,
        about=f"The ledger up to {until}, commit {network.commit or 'none'}{changed}",
        currency=currency,
        people=network.subscribers,
        owed=standing.balances(network.book, until),
        source=transactions(network.book, currency, until),
    )


def described(entry: Entry) -> str:
    """An entry in a few words, without its number."""
    items = ", ".join(dict.fromkeys(line.item for line in entry.lines))
    about = entry.of or ", ".join(entry.for_) or entry.to or entry.from_ or ""
    paid = f"{entry.method} {entry.ref}" if entry.method else ""
    what = "other income" if entry.kind == "other" else entry.type.replace("_", "-")
    if entry.type == "fee":
        what = f"fee {entry.kind}"
    told = (what, entry.service, entry.period, items, paid, about, entry.reason)
    return " ".join(str(each) for each in told if each)
