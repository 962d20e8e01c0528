"""Whether a promise to pay may be taken: its limits, and what became of the last one (BR-66).

A promise is taken for what is open now. What it keeps, and until when, is for ``cuts`` to say.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from ispconf.ledger.allocation import Account
from ispconf.ledger.entries import ZERO, Entry
from ispconf.ledger.terms import Terms

_QUARTER = 3  # months


def refusals(terms: Sequence[Terms], entries: Sequence[Entry], day: date, until: date) -> list[str]:
    """Why a subscriber's promise of a day is not taken, all reasons; empty when it is.

    ``terms`` are those of the subscriber's services, of which the strictest hold; ``entries`` are
    all of the subscriber's.
    """
    known = [entry for entry in entries if entry.date <= day]
    promises = [entry for entry in known if entry.until is not None]
    found = [*_too_long(terms, day, until), *_too_many(terms, promises, day)]
    minimum = min((one.minimum_cut for one in terms), default=ZERO)
    found += (_broken(each, known, minimum) for each in _last(promises, day))
    if not _asked(Account.of(known), day):
        found.append("no invoice is open: there is nothing to promise")
    return [text for text in found if text]


def _too_long(terms: Sequence[Terms], day: date, until: date) -> list[str]:
    most = min((one.promise.max_days for one in terms), default=0)
    if until < day:
        return [f"until {until} is before {day}"]
    if (until - day).days > most:
        last = day + timedelta(days=most)
        return [f"until {until} is too far: max_days is {most}, {last} at the latest"]
    return []


def _too_many(terms: Sequence[Terms], promises: Sequence[Entry], day: date) -> list[str]:
    running = [one for one in promises if one.until and one.until >= day]
    if running:
        return [f"promise {running[-1].no} runs until {running[-1].until}"]
    most = min((one.promise.max_per_quarter for one in terms), default=0)
    quarter = date(day.year, day.month - (day.month - 1) % _QUARTER, 1)
    count = sum(one.date >= quarter for one in promises)
    if count >= most:
        plural = "" if count == 1 else "s"
        return [f"{count} promise{plural} since {quarter}: max_per_quarter is {most}"]
    return []


def _last(promises: Sequence[Entry], day: date) -> list[Entry]:
    """The last promise that has ended, if there is one."""
    ended = [one for one in promises if one.until and one.until < day]
    return sorted(ended, key=lambda one: (one.until, one.no))[-1:]


def _broken(promise: Entry, entries: Sequence[Entry], minimum: Decimal) -> str:
    """What is to be said of a promise that was broken; nothing if it was kept."""
    account = Account.of(entries, promise.until or promise.date)
    left = _asked(account, promise.date)
    if not left or left < minimum:
        return ""
    return f"promise {promise.no} was broken: not paid until {promise.until}"


def _asked(account: Account, day: date) -> Decimal:
    """What invoices of services, issued up to a day, still ask for."""
    return sum((account.open[one.no] for one in account.owed() if one.date <= day), ZERO)
