"""The invoices that are missing up to a day, each exactly once (FORMAT 6, BR-20 to BR-45).

An invoice is dated on its issue day, however late the run is, so billing every day and billing once
at the end write the same books. Knows mode `cycle`; a service in another mode is not billed, and
``unbillable`` says so. One engine serves previews and real runs.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from ispconf.errors import Problem, Source
from ispconf.ledger import coverage, cuts, pricing
from ispconf.ledger.billable import Billable
from ispconf.ledger.book import Book
from ispconf.ledger.coverage import Piece
from ispconf.ledger.entries import Entry
from ispconf.ledger.facts import FOREVER, Period
from ispconf.ledger.money import Currency

_REF = re.compile(r"([^:]+):([0-9]+)")
_AHEAD = timedelta(days=93)  # a period starts less than this after its issue day


def missing(
    billables: Iterable[Billable], book: Book, until: date, currency: Currency
) -> list[Entry]:
    """Drafts, without numbers, of the invoices issued up to and including a day.

    Ordered by issue day, subscriber, service and period: the same for any order of billables.
    """
    drafts: list[Entry] = []
    ordered = sorted(billables, key=lambda one: (one.subscriber, one.service))
    for subscriber, group in groupby(ordered, key=lambda one: one.subscriber):
        entries = book.of_subscriber(subscriber)
        ours = [one for one in group if one.terms.mode == "cycle" and one.price]
        if any(one.terms.while_cut == "stop" for one in ours):
            drafts += _in_turn(ours, entries, until, currency)
        else:
            for one in ours:
                drafts += _of_service(one, entries, until, currency)
    return sorted(drafts, key=_order)


def numbered(drafts: Iterable[Entry], journal: str, book: Book) -> list[Entry]:
    """The drafts with the next numbers of a journal, in their order, without gaps."""
    last = book.last.get(journal, 0)
    return [
        draft._replace(no=f"{journal}-{number:06d}")
        for number, draft in enumerate(drafts, last + 1)
    ]


def unbillable(billables: Iterable[Billable]) -> list[Problem]:
    """What operators wrote that this version does not charge: said at its place, never guessed.

    A mode other than `cycle` is an error, its services are not invoiced. Extras and fees are
    warnings: invoices are right but do not contain them. One problem for each place.
    """
    concerned: dict[tuple[Source, str], list[str]] = {}
    for one in billables:
        for key, what in _unbillable(one):
            place = _place(one.refs[key]) if key in one.refs else one.source
            concerned.setdefault((place, what), []).append(one.id)
    return [
        Problem(place, _said(what, ids), severity="error" if what in _MODES else "warning")
        for (place, what), ids in concerned.items()
    ]


_MODES = {f"mode: {mode}" for mode in ("cutdate", "recharge", "duration")}


def _said(what: str, ids: Sequence[str]) -> str:
    who = ids[0] if len(ids) == 1 else f"{ids[0]} and {len(ids) - 1} more"
    if what in _MODES:
        return f"{what} is not billed by this version, only mode: cycle is; no invoices for {who}"
    return f"{what} is not charged by this version ({who})"


def _unbillable(one: Billable) -> Iterator[tuple[str, str]]:
    terms = one.terms
    if terms.mode != "cycle":
        yield "mode", f"mode: {terms.mode}"
    if one.extras:
        yield "extras", "extras: " + ", ".join(name for name, _ in one.extras)
    if terms.late_fee and terms.fees.late:
        yield "late_fee", "late_fee"
    if terms.reconnection_fee and terms.fees.reconnection:
        yield "reconnection_fee", "reconnection_fee"


def _place(ref: str) -> Source:
    """The place in a reference such as ``ispconf.yaml:24 cut_day``."""
    found = _REF.match(ref)
    return Source(found[1], int(found[2])) if found else Source(ref)


def _order(entry: Entry) -> tuple[date, str, str, str]:
    return entry.date, entry.subscriber, entry.service or "", str(entry.period)


def _of_service(
    one: Billable, entries: Sequence[Entry], until: date, currency: Currency
) -> list[Entry]:
    pieces = coverage.unbilled(
        one, coverage.billed(one, entries), coverage.taken_over(entries), until + _AHEAD
    )
    return [draft(one, piece, currency) for piece in pieces if piece.dates.issue <= until]


def draft(one: Billable, piece: Piece, currency: Currency) -> Entry:
    """The invoice of a piece, without a number."""
    content = pricing.price(one, piece, currency)
    return Entry(
        no="",
        date=piece.dates.issue,
        type="invoice",
        subscriber=one.subscriber,
        amount=content.total,
        service=one.service,
        period=piece.span,
        due=piece.dates.due,
        cut=piece.dates.cut,
        taxes=content.taxes,
        lines=content.lines,
        kind="service",
    )


def _in_turn(
    ours: Sequence[Billable], entries: Sequence[Entry], until: date, currency: Currency
) -> list[Entry]:
    """Drafts of a subscriber whose cuts stop billing: one by one, each can bring the next cut."""
    drafts: list[Entry] = []
    while True:
        so_far = [*entries, *drafts]
        offers = [
            draft(one, piece, currency)._replace(no=f"~{len(drafts):06d}")
            for one in ours
            for piece in _first_uncut(one, so_far, until)
        ]
        if not offers:
            return [one._replace(no="") for one in drafts]
        drafts.append(min(offers, key=_order))


def _first_uncut(one: Billable, entries: Sequence[Entry], until: date) -> list[Piece]:
    """The next piece to bill, without the days that the service was known to be cut.

    What is known on the issue day decides; days after a later restoration are billed then.
    """
    gaps = cuts.past(one, entries, until).cuts if one.terms.while_cut == "stop" else []
    before, ours_from = coverage.billed(one, entries), coverage.taken_over(entries)
    closed = coverage.closed_days(one)
    offers: list[tuple[date, Piece]] = []
    for piece in coverage.unbilled(one, before, ours_from, until + _AHEAD):
        issue = piece.dates.issue
        for day in sorted({issue, *(gap.end for gap in gaps if issue < gap.end <= until)}):
            known = [
                Period(gap.start, gap.end if gap.end <= day else FOREVER)
                for gap in gaps
                if gap.start <= day
            ]
            found = coverage.piece(one, piece.whole, before, [*closed, *known])
            if found and found.dates.issue <= until:
                offers.append((day, found))
                break
    return [min(offers, key=lambda offer: offer[0])[1]] if offers else []
