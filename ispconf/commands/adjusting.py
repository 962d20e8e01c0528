"""What the verbs share that correct the ledger by a further entry: promise, credit, refund ...

An entry is never changed. Each of these verbs appends one, or says why not and writes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence

import click

from ispconf.commands.judging import Judged
from ispconf.commands.recording import Turned, answer, record
from ispconf.edge.caller import actor
from ispconf.errors import RequestError
from ispconf.escape import terminal
from ispconf.ledger import scalars
from ispconf.ledger.entries import ZERO, Entry
from ispconf.ledger.typed import draft

_BILLING = "invoices"  # where `bill` writes, if it is not told otherwise
at_desk = click.option(
    "--journal",
    help="The journal to write (default: the only one without methods; if there is none, the one "
    f"that you write, else {_BILLING}).",
)
"""The option of the verbs that write to ``desk``."""


def desk(facts: Judged) -> str:
    """The journal of what is neither billed nor paid.

    It is the only one that takes no payments; where a company has none of its own for that, the
    one that the caller writes, so that nobody else gives the same numbers, else that of ``bill``.

    Raises:
        RequestError: several journals could be meant.
    """
    journals = facts.network.company.journals
    caller = actor(facts.session.env)
    free = [name for name, each in journals.items() if not each.methods and name != _BILLING]
    own = [name for name in free or journals if journals[name].writer == caller]
    for found in (free, own):
        if len(found) == 1:
            return found[0]
    if not free and (_BILLING in journals or not journals):
        return _BILLING
    named = ", ".join(free or journals)
    raise RequestError(f"name the journal to write with --journal: {named}")


def append(facts: Judged, journal: str, *written: Mapping[str, object]) -> int:
    """Appends the entries that were typed and answers; the exit code of the verb.

    Raises:
        RequestError: a field is wrong.
        FilesError: why they may not be appended.
    """
    day, currency = facts.day.isoformat(), facts.network.company.currency
    try:
        typed = [draft({"date": day, **each}, currency) for each in written]
    except ValueError as error:
        raise RequestError(str(error)) from error
    entries = record(facts, journal, typed)
    answer(facts, entries, lambda turned: _lines(facts, entries, turned))
    return 0


def within_credit(facts: Judged, subscriber: str, amount: str, deed: str) -> None:
    """Refuses more than a subscriber has of credit.

    Raises:
        RequestError: no amount, or more than there is: it cannot be ``deed`` (refunded).
    """
    currency = facts.network.company.currency
    credit = -facts.balance_of(subscriber)
    try:
        asked = scalars.amount(amount)
    except ValueError as error:
        raise RequestError(f"amount: {error}") from error
    if asked > max(credit, ZERO):
        has = f"{currency.text(credit)} {currency.code}" if credit > 0 else "no"
        raise RequestError(f"{subscriber} has {has} credit: {amount} cannot be {deed}")


def _lines(facts: Judged, entries: Sequence[Entry], turned: Turned) -> Iterator[str]:
    currency = facts.network.company.currency
    after = facts.with_book(entries)
    for entry in entries:
        person = facts.network.subscribers[entry.subscriber]
        yield f"{entry.no}   {terminal(person.name)}   {_what(facts, entry)}"
        yield f"balance {currency.text(after.balance_of(person.id))} {currency.code}"
    for service in turned.restores:
        yield f"{service} will be restored by the next apply."
    for service in turned.cuts:
        yield f"{service} will be cut by the next apply."


def _what(facts: Judged, entry: Entry) -> str:
    """The entry in a few words."""
    if entry.until is not None:
        return f"promises to pay until {entry.until}"
    currency = facts.network.company.currency
    why = f": {terminal(entry.reason)}" if entry.reason else ""
    kind = entry.type.replace("_", "-")
    about = f", {terminal(_about(entry))}" if _about(entry) else ""
    return f"{kind} of {currency.text(entry.amount)} {currency.code}{about}{why}"


def _about(entry: Entry) -> str:
    """What or whom the entry concerns beside its subscriber."""
    if entry.to or entry.from_:
        return f"to {entry.to}" if entry.to else f"from {entry.from_}"
    paid = f"{entry.method} {entry.ref}" if entry.method else ""
    return entry.of or "".join(entry.for_) or paid
