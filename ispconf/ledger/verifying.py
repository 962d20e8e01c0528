"""Whether the closed months are as they were when they were closed (I-14).

Everything that a closing says is worked out again from the ledger and must be the same: the files,
the chain of closings, each sum and balance. Says where something was changed, and stays silent
about sums that only follow from it.
"""

from collections.abc import Iterator, Mapping, Sequence

from ispconf.errors import Problem, Source
from ispconf.ledger.closing import (
    NOTHING,
    Closing,
    Sealed,
    Tally,
    line_digest,
    of_month,
    recorded_in,
    refusal,
)
from ispconf.ledger.entries import ZERO
from ispconf.ledger.money import Currency

_SHOWN = 5
"""Balances that are told one by one."""


def problems(
    now: Sequence[Tally],
    last: Mapping[str, int],
    sealed: Sequence[Sealed],
    digests: Mapping[str, str],
    currency: Currency,
) -> list[Problem]:
    """Everything that is not as it was when its month was closed.

    Args:
        now: what the ledger says of each closed month; none when some entries could not be read,
            so that sums would mislead.
        last: the highest number of each journal.
        sealed: every closing, in the order of the months.
        digests: of every ledger file up to the last closed month, by path.
        currency: the company's.
    """
    found = [*_chain(sealed, digests, currency)]
    for each in sealed:
        found += _files(each.closing, digests)
    if not now:
        return found
    for each, tally in zip(sealed, now, strict=True):
        found += _entries(each.closing, tally, last)
    for each, tally in zip(sealed, now, strict=True):
        if found:  # the sums follow from what is told already
            break
        found += _sums(each.closing, tally)
    return found


def _chain(
    sealed: Sequence[Sealed], digests: Mapping[str, str], currency: Currency
) -> Iterator[Problem]:
    months = {recorded_in(file) for file in digests}
    before: Sealed | None = None
    for each in sealed:
        closing, here = each.closing, Source(each.closing.file)
        first = before.closing.month if before else ""
        if left := sorted(one for one in months if first < one < closing.month):
            yield Problem(here, f"{closing.month} is closed, and {left[0]} before it is not")
        elif closing.previous != (before.digest if before else None):
            named = before.closing.file if before else "a closing that is not there"
            said = f"previous: {named} is not what it was when {closing.month} was closed"
            yield Problem(here, said, Source(before.closing.file) if before else None)
        if closing.closed <= closing.end:
            yield Problem(here, f"closed: {closing.closed} is before {closing.month} was over")
        if closing.currency != currency:
            said = f"currency: {closing.currency.code} is not the company's, {currency.code}"
            yield Problem(here, said)
        before = each


def _files(closing: Closing, digests: Mapping[str, str]) -> Iterator[Problem]:
    """Files of the month that were changed, added or removed."""
    is_now, here = of_month(closing.month, digests), Source(closing.file)
    folder = closing.file.rpartition("/")[0]
    since = f"since {closing.month} was closed on {closing.closed}"
    for name in sorted({*is_now, *closing.files}):
        if name not in is_now:
            yield Problem(here, f"files: {folder}/{name} is gone {since}: take it back")
        elif name not in closing.files:
            yield Problem(Source(f"{folder}/{name}"), f"was added {since}: take it back", here)
        elif is_now[name] != closing.files[name]:
            yield Problem(Source(f"{folder}/{name}"), f"was changed {since}: take it back", here)


def _entries(closing: Closing, tally: Tally, last: Mapping[str, int]) -> Iterator[Problem]:
    """Entries that are dated in the month and were not there when it was closed, or are gone."""
    here, missing = Source(closing.file), dict(closing.late)
    for entry in tally.late:
        if missing.pop(entry.no, "") == line_digest(entry):
            continue
        if entry.number > closing.journals.get(entry.journal, 0):
            why = refusal(entry.date, closing.end)
            yield Problem(entry.source, f"{entry.no} is dated {entry.date}, and {why}", here)
        else:
            said = f"{entry.no} was changed since {closing.month} was closed: take it back"
            yield Problem(entry.source, said, here)
    for no in missing:
        yield Problem(here, f"late: {no} is not in the ledger as it was: take it back")
    for journal, number in closing.journals.items():
        if number > (ends := last.get(journal, 0)):
            said = f"{journal} was at {number} when {closing.month} was closed, now at {ends}"
            yield Problem(here, f"journals: {said}")


def _sums(closing: Closing, tally: Tally) -> Iterator[Problem]:
    here, text = Source(closing.file), closing.currency.text
    for kind in sorted({*closing.totals, *tally.totals}):
        was, now = (each.get(kind, NOTHING) for each in (closing.totals, tally.totals))
        if (was.count, was.effect) != (now.count, now.effect):
            told = f"{was.count} with {text(was.effect)}, the ledger has {now.count} with "
            yield Problem(here, f"totals: {kind}: {told}{text(now.effect)}")
    said, says = closing.balances, tally.balances
    everybody = sorted({*said, *says})
    wrong = [who for who in everybody if said.get(who, ZERO) != says.get(who, ZERO)]
    for who in wrong[:_SHOWN]:
        owes = f"the ledger says {text(says.get(who, ZERO))} on {closing.end}"
        yield Problem(here, f"balances: {who}: {text(said.get(who, ZERO))}, {owes}")
    if len(wrong) > _SHOWN:
        yield Problem(here, f"balances: {len(wrong) - _SHOWN} more are not what the ledger says")
