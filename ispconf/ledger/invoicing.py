"""The invoices and fees that are missing up to a day, each exactly once (FORMAT 6, BR-20 to BR-45).

An invoice is dated on its issue day, however late the run is, so billing every day and billing once
at the end write the same books. One engine serves previews and real runs. Which days a piece has is
for ``coverage`` and ``following``, what stands on it for ``pricing`` and ``extras``, what comes
with it for ``fees``, what a change of plan costs for ``changeover``; what is not billed at all,
``limits`` says.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise
from operator import attrgetter

from ispconf.ledger import changeover, coverage, cuts, extras, fees, following, pricing
from ispconf.ledger.billable import Billable
from ispconf.ledger.book import Book
from ispconf.ledger.changeover import Switch
from ispconf.ledger.coverage import Piece
from ispconf.ledger.cycle import Anchors, known
from ispconf.ledger.entries import Entry
from ispconf.ledger.facts import FOREVER, Period
from ispconf.ledger.limits import is_billed
from ispconf.ledger.money import Currency
from ispconf.ledger.summary import Summary, summed

_AHEAD = timedelta(days=93)  # a period starts less than this after its issue day
_DRAFT = "~{:06d}"  # sorts after every real number


def missing(
    billables: Iterable[Billable], book: Book, until: date, currency: Currency
) -> list[Entry]:
    """Drafts, without numbers, of what is issued up to and including a day.

    Ordered by issue day, subscriber, service and period: the same for any order of billables. A fee
    follows the invoice it comes with; when it is for a draft, that one's place in the list stands
    for its number, until ``numbered``.
    """
    return in_order(of_each(billables, book, until, currency))


def of_each(
    billables: Iterable[Billable], book: Book, until: date, currency: Currency
) -> Iterator[Entry]:
    """What is missing as ``of_subscriber`` numbers it, one subscriber after the other."""
    ordered = sorted(billables, key=lambda one: (one.subscriber, one.service))
    known = book.of_subscribers({one.subscriber for one in ordered})
    for subscriber, group in groupby(ordered, key=lambda one: one.subscriber):
        yield from of_subscriber(list(group), known.get(subscriber, []), until, currency)


def in_order(drafts: Iterable[Entry]) -> list[Entry]:
    """The drafts of many subscribers without numbers, as ``missing`` orders them.

    What names one of them names its place in the list.
    """
    ordered = sorted(drafts, key=_by_day)
    places = {
        (draft.subscriber, draft.no): _DRAFT.format(place) for place, draft in enumerate(ordered, 1)
    }
    return [
        draft._replace(
            no="", for_=tuple(places.get((draft.subscriber, no), no) for no in draft.for_)
        )
        for draft in ordered
    ]


_by_day = attrgetter("date", "subscriber")


def numbered(drafts: Sequence[Entry], journal: str, book: Book) -> list[Entry]:
    """The drafts with the next numbers of a journal, in their order, without gaps."""
    last = book.last.get(journal, 0)
    numbers = {
        _DRAFT.format(place): f"{journal}-{last + place:06d}" for place in range(1, len(drafts) + 1)
    }
    return [
        draft._replace(no=no, for_=tuple(numbers.get(each, each) for each in draft.for_))
        for draft, no in zip(drafts, numbers.values(), strict=True)
    ]


def of_subscriber(
    ours: Sequence[Billable], entries: Sequence[Entry], until: date, currency: Currency
) -> list[Entry]:
    """What is missing of the services of one subscriber, in the order it is issued.

    ``entries`` are all of the subscriber's. Drafts are numbered ``~000001`` and so on.
    """
    drafts: list[Entry] = []
    billed = [one for one in ours if one.costs and is_billed(one)]
    plain = all(_is_plain(one) for one in billed)
    turns = (
        _all_pieces(billed, entries, until) if plain else _in_turn(billed, entries, drafts, until)
    )
    for one, piece in turns:
        looks = one.extras or one.earlier or fees.charges(one)
        so_far = [*entries, *drafts] if looks else entries
        made = draft(one, piece, so_far, currency)
        new = (
            [made, *fees.with_invoice(one, made, so_far, currency)] if fees.charges(one) else [made]
        )
        drafts += (
            each._replace(no=_DRAFT.format(place))
            for place, each in enumerate(new, len(drafts) + 1)
        )
    return drafts


def draft(
    one: Billable, piece: Piece | Switch, before: Sequence[Entry], currency: Currency
) -> Entry:
    """The invoice of a piece, without a number, after these entries of its subscriber."""
    if isinstance(piece, Switch):
        return changeover.draft(one, piece, before, currency)
    ours = piece.span.start >= one.extras_from
    beside = extras.lines(one, before, piece.dates.issue, currency) if ours else []
    content = pricing.price(one, piece, currency, beside)
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


def upcoming(one: Billable, seen: Summary, until: date) -> Piece | None:
    """The piece of a service that is issued next, if it begins up to a day; None: there is none.

    ``seen`` is all of its subscriber's.
    """
    if not one.costs or not is_billed(one):
        return None
    if one.terms.mode in following.MODES:
        return following.upcoming(one, seen.entries)
    pieces = _unbilled(one, seen, until)
    first = next(pieces, None)
    if first is None or first.span.start == first.whole.start:
        return first
    # What is left of a period is issued on its first day, the next period perhaps before that.
    after = next(pieces, None)
    return after if after and after.dates.issue < first.dates.issue else first


Turn = tuple[Billable, Piece | Switch]


def _order(turn: Turn) -> tuple[date, str, Period]:
    one, piece = turn
    return piece.dates.issue, one.service, piece.span


def _is_plain(one: Billable) -> bool:
    """Whether its pieces follow from the calendar alone, not from what was paid or billed."""
    if one.earlier and pricing.splits(one):
        return False
    return one.terms.while_cut == "full" and one.terms.mode not in following.MODES


def _unbilled(one: Billable, seen: Summary, through: date) -> Iterator[Piece]:
    return coverage.unbilled(one, seen.billed(one.service), seen.ours_from, through)


def _pieces(one: Billable, seen: Summary, until: date) -> Iterator[Piece]:
    found = _unbilled(one, seen, until + _AHEAD)
    return (piece for piece in found if piece.dates.issue <= until)


def _all_pieces(ours: Sequence[Billable], entries: Sequence[Entry], until: date) -> list[Turn]:
    seen = summed(entries)
    turns: list[Turn] = [(one, piece) for one in ours for piece in _pieces(one, seen, until)]
    return sorted(turns, key=_order)


def _in_turn(
    ours: Sequence[Billable], entries: Sequence[Entry], drafts: Sequence[Entry], until: date
) -> Iterator[Turn]:
    """The pieces one by one: each draft (they are added meanwhile) can bring the next cut."""
    while True:
        so_far = [*entries, *drafts]
        offers = [(one, piece) for one in ours for piece in _offer(one, so_far, until)]
        if not offers:
            return
        yield min(offers, key=_order)


def _offer(one: Billable, entries: Sequence[Entry], until: date) -> Iterator[Piece | Switch]:
    """The next piece to bill of a service, and the next document of a change of plan."""
    yield from _next_piece(one, entries, until)
    switch = changeover.upcoming(one, entries)
    if switch and switch.dates.issue <= until:
        yield switch


def _next_piece(one: Billable, entries: Sequence[Entry], until: date) -> Iterable[Piece]:
    if one.terms.mode in following.MODES:
        piece = following.upcoming(one, entries)
        return [piece] if piece and piece.dates.issue <= until else []
    if one.terms.while_cut == "stop":
        return _first_uncut(one, entries, until)
    pieces = _pieces(one, summed(entries), until)
    return sorted(pieces, key=lambda piece: (piece.dates.issue, piece.span))[:1]


def _first_uncut(one: Billable, entries: Sequence[Entry], until: date) -> list[Piece]:
    """The next piece to bill, without the days that the service was known to be cut.

    What is known on the issue day decides; days after a later restoration are billed then.
    """
    gaps = cuts.past(one, entries, until).cuts
    seen = summed(entries)
    before = seen.billed(one.service)
    turns = sorted({day for gap in gaps for day in gap if day <= until})
    offers = [
        found
        for piece in _unbilled(one, seen, until + _AHEAD)
        if (found := _known(one, piece, before, gaps, turns))
    ]
    return sorted(
        (each for each in offers if each.dates.issue <= until),
        key=lambda each: (each.dates.issue, each.span),
    )[:1]


def _known(
    one: Billable,
    piece: Piece,
    before: Sequence[Period],
    gaps: Sequence[Period],
    turns: Sequence[date],
) -> Piece | None:
    """The piece as it is on the first day on which it can be issued, by the cuts known that day.

    ``turns`` are the days that begin or end a cut. A piece whose issue day fell into one is issued
    when that ends, and none of its dates is earlier.
    """
    closed = coverage.closed_days(one)
    for day, end in pairwise([date.min, *turns, FOREVER]):
        cut = [
            Period(gap.start, gap.end if gap.end <= day else FOREVER)
            for gap in gaps
            if gap.start <= day
        ]
        found = coverage.piece(one, piece.whole, before, [*closed, *cut])
        if found and found.dates.issue < end:
            return found._replace(dates=known(found.dates, day, Anchors.of(one.terms)))
    return None
