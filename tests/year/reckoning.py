"""A second way of calculating: one person's year day by day, in whole cents, with plain calendars.

Written from the format's billing terms and ledger rules alone, and in another way on purpose: days
are sets, not intervals; nothing is looked ahead; each day is lived once, and what is known in the
evening decides. Nothing of the program is used here but the shape of its answers.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

DAY = timedelta(days=1)
NEVER = date(2999, 1, 1)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def half_up(numerator: int, denominator: int) -> int:
    """A fraction as a whole number, halves away from zero."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    return sign * ((2 * abs(numerator) + abs(denominator)) // (2 * abs(denominator)))


def on(year: int, month: int, day: int) -> date:
    """A day of a month, its last day where it has no such day."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, monthrange(year, month)[1]))


def next_on(first: date, day: int) -> date:
    """The first such day of a month on or after a date."""
    while on(first.year, first.month, day) != first:
        first += DAY
    return first


def last_on(last: date, day: int) -> date:
    """The last such day of a month on or before a date."""
    while on(last.year, last.month, day) != last:
        last -= DAY
    return last


Date = date


@dataclass
class Plan:
    """A plan: its price in cents, its tax (code, percent, included), its time in days."""

    name: str
    price: int
    tax: tuple[str, int, bool] | None
    days: int


@dataclass
class Paper:
    """Anything that is in the ledger of one person; amounts in cents, ``effect`` on the debt."""

    no: tuple[str, int]
    date: Date
    type: str
    effect: int
    kind: str = ""
    service: str = ""
    start: Date = NEVER
    end: Date = NEVER
    due: Date | None = None
    cut: Date | None = None
    lines: tuple[int, ...] = ()
    taxes: tuple[tuple[str, int], ...] = ()
    beside: int = 0  # of the lines, what extras are
    added: int = 0  # of the lines, what taxes are
    last: tuple[int, int, int | None] = (0, 0, None)  # amount, days and base of its last plan
    names: tuple[tuple[str, int], ...] = ()
    of: tuple[str, int] | None = None
    until: Date | None = None

    @property
    def cuts(self) -> bool:
        """Whether it counts for a cut."""
        return self.type == "invoice" and self.kind != "other"


@dataclass
class Piece:
    """What is to be invoiced of a period: its days, of which ``count`` are charged of ``whole``."""

    start: date
    whole: int
    days: list[date]
    count: int
    first: bool
    issue: date
    due: date
    cut: date
    anchor: int | None = None

    @property
    def end(self) -> date:
        """The day after its last one."""
        return self.days[-1] + DAY


@dataclass
class Purse:
    """What is open and what is left over, after some papers."""

    open: dict[tuple[str, int], int] = field(default_factory=dict)
    left: dict[tuple[str, int], int] = field(default_factory=dict)
    used: list[list[Any]] = field(default_factory=list)  # [money, charge, amount]

    def copy(self) -> "Purse":
        """Another one with the same in it."""
        return Purse(dict(self.open), dict(self.left), [list(each) for each in self.used])


@dataclass
class Cutting:
    """Whether a service is cut, since when, and what it would take to restore it."""

    since: date | None = None
    base: int = 0
    seen: int = 0
    pardoned: int = 0
    waiting: bool = False

    def copy(self) -> "Cutting":
        """Another one with the same in it."""
        return Cutting(self.since, self.base, self.seen, self.pardoned, self.waiting)


@dataclass
class Evening:
    """What is true of a service at the end of a day; ``cut`` is None where it says nothing."""

    state: str
    cut: date | None
    open: int


class Service:
    """One service and what it was charged so far."""

    def __init__(self, name: str, facts: Mapping[str, Any], terms: Mapping[str, Any]) -> None:
        self.name, self.facts, self.terms = name, facts, terms
        self.billed: set[date] = set()  # days that were billed, or that cost nothing for good
        self.covered: list[tuple[date, date]] = []
        self.cutting = Cutting()
        self.past: list[tuple[date, date]] = []
        self.papers: list[Paper] = []
        self.anchor = facts["since"].day
        self.left: dict[tuple[date, int], Piece | None] = {}
        self._shut: dict[date, bool] = {}

    def plan(self, day: date) -> Plan:
        """The plan of a day."""
        found: Plan = self.facts["plan"]
        for change in reversed(self.facts["changes"]):
            if day < change["on"]:
                found = change["from"]
        return found

    def shut(self, day: date) -> bool:
        """Whether nothing is charged for a day: not begun, gone, free, paused."""
        if day not in self._shut:
            self._shut[day] = day < self.facts["since"] or self.absent(day)
        return self._shut[day]

    def absent(self, day: date) -> bool:
        """Whether it is gone, free or paused on a day."""
        facts = self.facts
        if facts["cancelled"] and day >= facts["cancelled"]:
            return True
        return any(first <= day <= last for first, last in [*facts["paused"], *facts["free"]])

    def splits(self) -> bool:
        """Whether a change of plan counts days."""
        return bool(self.terms["plan_change"] == "prorated" and self.terms["proration"] != "none")


class Person:
    """One person's ledger, day by day."""

    def __init__(
        self,
        services: list[Service],
        extras: Mapping[str, dict[str, Any]],
        hand: list[Paper],
        first: date,
        opening: date | None,
    ) -> None:
        self.services, self.extras, self.opening = services, extras, opening
        self.hand: dict[date, list[Paper]] = {}
        for paper in hand:
            self.hand.setdefault(paper.date, []).append(paper)
        self.papers: dict[tuple[str, int], Paper] = {}
        self.purse = Purse()
        self.day = first - DAY
        self.evenings: dict[date, dict[tuple[str, int], int]] = {}
        self.payers: dict[date, dict[tuple[str, int], tuple[str, int]]] = {}
        self.made: list[Paper] = []
        self.promises: list[Paper] = [each for each in hand if each.type == "promise"]

    # a day

    def live(self, day: date) -> None:
        """One day: invoices are issued while there are any, then the evening is final."""
        today = sorted(self.hand.get(day, []), key=lambda each: each.no)
        while True:
            purse = self._evening(today)
            fresh = self._issued(day, purse)
            if not fresh:
                break
            for paper in fresh:
                self.papers[paper.no] = paper
                self.made.append(paper)
                today.append(paper)
        for service in self.services:
            self._judge(service, service.cutting, day, purse, keep=True)
        if today or day - DAY not in self.evenings:
            self.evenings[day] = dict(purse.open)
            self.payers[day] = {use[1]: use[0] for use in purse.used}
        else:  # nothing happened
            self.evenings[day] = self.evenings[day - DAY]
            self.payers[day] = self.payers[day - DAY]
        self.purse, self.day = purse, day

    def _evening(self, papers: list[Paper]) -> Purse:
        """The purse after the papers of a day: charges, then money, then what is taken back."""
        if not papers:
            return self.purse
        purse = self.purse.copy()
        self.papers.update({paper.no: paper for paper in papers})
        charges = [each for each in papers if _rank(each) == 0]
        for paper in sorted(charges, key=lambda each: self._age(each.no)):
            self._take(purse, paper)
        for rank in (1, 2):
            for paper in sorted(papers, key=lambda each: each.no):
                if _rank(paper) == rank:
                    self._take(purse, paper)
        return purse

    def _take(self, purse: Purse, paper: Paper) -> None:
        if paper.type == "reversal":
            self._take_back(purse, paper)
        elif paper.effect > 0:
            purse.open[paper.no] = paper.effect
            self._spread(purse)
        elif paper.effect < 0:
            left = -paper.effect
            for group in (paper.names, None):
                left = self._pay(purse, paper.no, left, group)
            if left:
                purse.left[paper.no] = purse.left.get(paper.no, 0) + left

    def _pay(
        self, purse: Purse, money: tuple[str, int], left: int, names: tuple[Any, ...] | None
    ) -> int:
        for no in sorted(purse.open, key=self._age):
            if left and (names is None or no in names):
                part = min(left, purse.open[no])
                left -= part
                purse.used.append([money, no, part])
                purse.open[no] -= part
                if not purse.open[no]:
                    del purse.open[no]
        return left

    def _spread(self, purse: Purse) -> None:
        for money in list(purse.left):
            purse.left[money] = self._pay(purse, money, purse.left[money], None)
            if not purse.left[money]:
                del purse.left[money]

    def _take_back(self, purse: Purse, paper: Paper) -> None:
        amount, of = paper.effect, paper.of or ("", 0)
        kept = purse.left.pop(of, 0)
        back = min(kept, amount)
        if kept > back:
            purse.left[of] = kept - back
        amount -= back
        for use in reversed(purse.used):
            if use[0] == of and amount:
                back = min(use[2], amount)
                use[2] -= back
                amount -= back
                purse.open[use[1]] = purse.open.get(use[1], 0) + back
        purse.used = [use for use in purse.used if use[2]]
        self._spread(purse)

    def _age(self, no: tuple[str, int]) -> tuple[Any, ...]:
        paper = self.papers[no]
        return paper.type == "fee", paper.due or paper.date, paper.date, no

    # cuts

    def _promise(self, day: date) -> Paper | None:
        running = [each for each in self.promises if each.until and each.date <= day <= each.until]
        return max(running, key=lambda each: (each.until, each.no), default=None)

    def _owed(self, service: Service, purse: Purse) -> list[Paper]:
        papers = [self.papers[no] for no in sorted(purse.open, key=self._age)]
        return [each for each in papers if each.cuts and each.service == service.name]

    def _judge(
        self, service: Service, cutting: Cutting, day: date, purse: Purse, *, keep: bool = False
    ) -> Cutting:
        """The cut of a service in the evening."""
        if not keep:
            cutting = cutting.copy()
        terms, promised = service.terms, self._promise(day) is not None
        late = sum(
            purse.open[each.no]
            for each in self._owed(service, purse)
            if each.cut and each.cut <= day
        )
        few = late < terms["minimum_cut"]
        if cutting.since:
            cutting.base += max(late - cutting.seen, 0)
            enough = late * 100 <= cutting.base * (100 - terms["restore_on"])
            if promised or enough or few:
                if keep:
                    service.past.append((cutting.since, day))
                cutting.since, cutting.pardoned = None, 0 if promised else late
        else:
            cutting.pardoned = min(cutting.pardoned, late)
            due = not (promised or late <= cutting.pardoned or few)
            cutting.waiting = due and not _allowed(terms, day)
            if due and not cutting.waiting:
                cutting.since, cutting.base = day, late
        cutting.seen = late
        return cutting

    # invoices

    def _issued(self, day: date, purse: Purse) -> list[Paper]:
        """The first invoice that is issued today and was not yet, with its fees."""
        offers: list[tuple[Any, ...]] = []
        for service in self.services:
            follows = service.terms["mode"] in ("recharge", "duration")
            pieces = (
                self._following(service, purse) if follows else self._fixed(service, day, purse)
            )
            offers += [
                (service.name, each.days[0], service, each) for each in pieces if each.issue == day
            ]
            change = self._change(service, day)
            if change:
                offers.append((service.name, day, service, change))
        if not offers:
            return []
        _, _, service, piece = min(offers, key=lambda each: each[:2])
        paper = piece if isinstance(piece, Paper) else self._invoice(service, piece)
        fees = self._fees(service, paper)
        service.papers.append(paper)
        return [paper, *fees]

    def _fixed(self, service: Service, day: date, purse: Purse) -> Iterator[Piece]:
        """What is left of the periods on fixed days."""
        terms, facts = service.terms, service.facts
        cutdate = terms["mode"] == "cutdate"
        anchor = terms["cut_day"] if cutdate else terms["period_day"]
        begins = facts["since"]
        if cutdate:
            begins = on(begins.year, begins.month + 1, anchor)
        gone = self._cut_days(service, day, purse)
        start = last_on(max(begins, day - 95 * DAY), anchor)
        same = terms["while_cut"] == "full"  # what is left is the same until more is billed
        while start < day + 65 * DAY:
            end = on(start.year, start.month + 1, anchor)
            if same and (start, len(service.billed)) in service.left:
                known = service.left[start, len(service.billed)]
                if known:
                    yield known
                start = end
                continue
            service.left[start, len(service.billed)] = None
            days = [
                each
                for each in _days(max(start, begins), end)
                if each not in service.billed and not service.shut(each) and not gone(each)
            ]
            while days and not service.plan(days[0]).price:
                days.pop(0)  # nothing to invoice begins on a day that costs nothing
            if days:
                piece = self._dated(service, start, end, days, day)
                how = terms["first_period"]
                waived = piece.first and (how == "free" or (how == "next" and days[0] > start))
                if not waived and (not self.opening or piece.issue >= self.opening):
                    service.left[start, len(service.billed)] = piece
                    yield piece
            start = end

    def _cut_days(self, service: Service, day: date, purse: Purse) -> Any:
        """Which days are known today to be without service, where these are not charged."""
        if service.terms["while_cut"] != "stop":
            return lambda _: False
        spans = list(service.past)
        now = self._judge(service, service.cutting, day, purse)
        if now.since:
            spans.append((now.since, NEVER))
        elif service.cutting.since:
            spans.append((service.cutting.since, day))
        return lambda each: any(first <= each < last for first, last in spans)

    def _dated(
        self, service: Service, start: date, end: date, days: list[date], day: date
    ) -> Piece:
        terms, begin = service.terms, days[0]
        cutdate = terms["mode"] == "cutdate"
        due_day = terms["cut_day"] if cutdate else terms["due_day"]
        first = begin == service.facts["since"] and not cutdate
        if terms["charge"] == "arrears":
            due = next_on(end, due_day)
            issue, cut = (
                max(last_on(due, terms["issue_day"]), begin),
                next_on(due, terms["cut_day"]),
            )
        else:
            due = on(start.year, start.month, due_day)
            if begin > start or (first and due < begin):
                issue = due = begin
                cut = next_on(begin + DAY, terms["cut_day"])
            else:
                issue, cut = last_on(due, terms["issue_day"]), next_on(due, terms["cut_day"])
        if cutdate:
            issue = max(issue, service.facts["since"])
        if terms["while_cut"] == "stop" and issue < day and self._was_cut(service, issue):
            issue = day  # only the end of a cut made it known
            if due < day:
                due, cut = day, next_on(day + DAY, terms["cut_day"])
        return Piece(start, (end - start).days, days, len(days), first, issue, due, cut)

    def _was_cut(self, service: Service, day: date) -> bool:
        spans = [*service.past]
        if service.cutting.since:
            spans.append((service.cutting.since, NEVER))
        return any(first <= day for first, _ in spans)

    def _following(self, service: Service, purse: Purse) -> Iterator[Piece]:
        """The next period where days follow the payments; none while an invoice is open."""
        own = [each for each in service.papers if each.kind == "service"]
        if own and own[-1].no in purse.open:
            return
        start, anchor, ready = self._turn(service, own[-1:], purse)
        billed = own[-1].end if own else date.min
        piece = self._follows(service, start, anchor, ready, billed)
        while piece and not own and self.opening and piece.issue < self.opening:
            start = self._end(service, start, anchor)  # another system has billed it
            piece = self._follows(service, start, anchor, ready, billed)
        if piece:
            piece.first = not own
            yield piece

    def _follows(
        self, service: Service, start: date, anchor: int, ready: date, billed: date
    ) -> Piece | None:
        """The period that begins on a day, or after the days that are not charged."""
        terms, latest = service.terms, max(self.day, start) + 400 * DAY  # is not issued yet

        def idle(day: date) -> bool:
            return service.shut(day) or not service.plan(day).price

        while True:
            end, begin = self._end(service, start, anchor), max(start, billed)
            if not idle(begin) and begin < end:
                break
            while idle(begin) and begin < latest:
                begin += DAY
            start = begin
            if begin >= latest:
                return None
        days = [each for each in _days(begin, end) if not service.shut(each)]
        count = sum(not service.shut(each) for each in _days(start, end))
        issue = due = cut = start
        if terms["mode"] == "recharge":
            early, _, late = terms["recharge_offsets"]
            issue, cut = max(start + early * DAY, ready), start + late * DAY
        return Piece(
            start, (end - start).days, days, count, first=False, issue=issue, due=due, cut=cut,
            anchor=anchor,
        )  # fmt: skip

    def _turn(self, service: Service, last: list[Paper], purse: Purse) -> tuple[date, int, date]:
        """When the next period begins, on which day of the month, and since when that is known."""
        since, anchor = service.facts["since"], service.anchor
        if not last:
            free = service.terms["first_period"] == "free"
            return self._end(service, since, anchor) if free else since, anchor, since
        before = last[0]
        settled, paid = self._settled(before, purse), self._paid(before, purse)
        if paid is None:
            return max(before.end, settled), anchor, settled
        if service.terms["mode"] == "recharge":
            return on(paid.year, paid.month + 1, paid.day), paid.day, settled
        return self._end(service, max(paid, before.start), anchor), paid.day, settled

    def _end(self, service: Service, start: date, anchor: int) -> date:
        if service.terms["mode"] == "duration":
            return start + service.plan(start).days * DAY
        if on(start.year, start.month, anchor) != start:
            anchor = start.day
        return on(start.year, start.month + 1, anchor)

    def _settled(self, paper: Paper, purse: Purse) -> date:
        """Since which evening a paper owes nothing because of the same money, or today."""
        found, day = self.day + DAY, self.day
        payer = {use[1]: use[0] for use in purse.used}.get(paper.no)
        while day >= paper.date and paper.no not in self.evenings[day]:
            if self.payers[day].get(paper.no) != payer:
                break
            found = day
            day -= DAY
        return found

    def _paid(self, paper: Paper, purse: Purse) -> date | None:
        uses = [use for use in purse.used if use[1] == paper.no]
        money = self.papers[uses[-1][0]] if uses else None
        if money is None or money.type != "payment" or money.date < paper.date:
            return None
        return money.date

    def _invoice(self, service: Service, piece: Piece) -> Paper:
        before = 0
        if piece.anchor is None:
            before = sum(
                any(one <= each < other for one, other in service.covered)
                for each in _days(piece.start, piece.start + piece.whole * DAY)
            )
        else:
            service.anchor = piece.anchor
        begin, end, issue = piece.days[0], piece.end, piece.issue
        service.billed.update(_days(begin, end))
        service.covered.append((begin, end))
        groups, last = self._plans(service, piece, before)
        rest = self._off(service, sum(amount for _, amount in groups), issue)
        beside = self._extras(service, begin, issue)
        paper = Paper(
            ("invoices", len(self.made) + 1), issue, "invoice", 0, "service", service.name,
            begin, end, piece.due, piece.cut, beside=sum(beside), last=last,
        )  # fmt: skip
        return self._taxed(paper, groups, [*rest, *beside])

    @staticmethod
    def _plans(
        service: Service, piece: Piece, before: int
    ) -> tuple[list[tuple[Plan, int]], tuple[int, int, int | None]]:
        """What each plan of a piece costs, and the last of them."""
        terms, days = service.terms, piece.days
        known = [
            change["on"]
            for change in service.facts["changes"]
            if days[0] < change["on"] <= piece.issue and service.splits()
        ]
        in_full = piece.first and terms["first_period"] == "full"
        thirty = terms["proration"] == "thirty" and terms["mode"] != "duration"
        groups: list[tuple[Plan, int]] = []
        last: tuple[int, int, int | None] = 0, 0, None
        parts = known and known[0] < piece.end
        edges = [days[0], *known, NEVER] if parts else [days[0], NEVER]
        for one, other in pairwise(edges):
            some = sum(one <= each < other for each in days) if parts else piece.count
            plan, base = service.plan(one), 30 if thirty else piece.whole
            whole = some == piece.whole or in_full or terms["proration"] == "none"
            if whole and (not parts or some == len(days)):
                last = plan.price, (days[-1] - days[0]).days + 1, None
            else:
                base = len(days) if in_full else base
                last = _part(plan.price, before, some, base), some, base
            if some:
                groups.append((plan, last[0]))
            before += some
        return groups, last

    @staticmethod
    def _off(service: Service, amount: int, issue: date) -> list[int]:
        """The discounts on an amount, as negative lines."""
        found, left = [], amount
        for discount in service.terms["discounts"]:
            if not (discount["from"] <= issue <= discount["until"]) or not left:
                continue
            off = discount.get("amount") or half_up(amount * discount["percent"], 100)
            off = min(off, left)
            left -= off
            if off:
                found.append(-off)
        return found

    def _extras(self, service: Service, begin: date, issue: date) -> list[int]:
        before = self.services[: self.services.index(service)]
        if any(begin < (other.facts["cancelled"] or NEVER) for other in before):
            return []
        found = []
        for extra in self.extras.values():
            if not extra["from"] <= issue <= extra["until"]:
                continue
            times = extra.setdefault("times", 0)
            if extra["pay"] == "recurring":
                found.append(extra["price"])
            elif times < (extra.get("count") or 1):
                left = extra["price"] - extra.setdefault("done", 0)
                part = -(-left // ((extra.get("count") or 1) - times))
                extra["done"] += part
                found.append(part)
            else:
                continue
            extra["times"] += 1
        return found

    @staticmethod
    def _taxed(paper: Paper, groups: list[tuple[Plan, int]], beside: list[int]) -> Paper:
        """The paper with lines, taxes and total; what is beside the plans goes with the last."""
        bases: dict[tuple[str, int, bool] | None, int] = {}
        lines = [*(amount for _, amount in groups), *beside]
        for plan, amount in groups:
            bases[plan.tax] = bases.get(plan.tax, 0) + amount
        bases[groups[-1][0].tax] += sum(beside)
        taxes = []
        for tax, base in bases.items():
            if tax is None:
                continue
            code, rate, included = tax
            if included:
                taxes.append((code, base - half_up(base * 100, 100 + rate)))
            else:
                taxes.append((code, half_up(base * rate, 100)))
                lines.append(taxes[-1][1])
                paper.added += taxes[-1][1]
        paper.lines, paper.taxes, paper.effect = tuple(lines), tuple(taxes), sum(lines)
        return paper

    # a change of plan

    def _change(self, service: Service, day: date) -> Paper | None:
        """The document of a change of plan that begins today, in days that are billed."""
        terms, facts = service.terms, service.facts
        here = [change for change in facts["changes"] if change["on"] == day]
        about = [each for each in service.papers if each.start < day < each.end and each.date < day]
        if not here or not about or not service.splits():
            return None
        if any(each.kind == "plan_change" and each.start == day for each in service.papers):
            return None
        old = max(about, key=lambda each: each.start)
        amount, number, base = old.last
        left = min(sum(not service.absent(each) for each in _days(day, old.end)), number)
        if not left:
            return None
        plan, before = service.plan(day), service.plan(day - DAY)
        time = terms["mode"] == "duration"
        thirty = terms["proration"] == "thirty" and not time
        share = 30 if thirty and base is None and number >= 28 else number
        top, bottom = (number, plan.days) if time else (number, base) if base else (1, 1)
        root = max(
            (each for each in service.papers if each.kind == "service" and each.start <= day),
            key=lambda each: each.start,
        )
        back = half_up(amount * min(left, share), share)
        new = half_up(plan.price * top * min(left, share), bottom * share)
        scale = (number, base) if old.kind == "plan_change" and base else (1, 1)
        full = half_up(plan.price * top, bottom)
        less = [
            half_up(sum(_scaled_off(service, each, root.date, scale)) * min(left, share), share)
            for each in (full, amount)
        ]
        groups = [(before, -back), (plan, new)]
        beside = [less[0] - less[1]] if less[0] != less[1] else []
        if time:
            due, cut = day, max(day, old.end)
        elif terms["mode"] == "recharge":
            due, cut = day, day + terms["recharge_offsets"][2] * DAY
        elif terms["charge"] == "arrears":
            due = next_on(day, terms["due_day"])
            cut = next_on(due, terms["cut_day"])
        else:
            due, cut = day, next_on(day + DAY, terms["cut_day"])
        shown = base or share
        paper = Paper(
            ("invoices", len(self.made) + 1), day, "invoice", 0, "plan_change", service.name,
            day, old.end, due, cut, last=(new, left, shown),
        )  # fmt: skip
        paper = self._taxed(paper, groups, beside)
        if paper.effect <= 0:
            paper.cut = None
        return paper

    # fees

    def _fees(self, service: Service, paper: Paper) -> list[Paper]:
        terms = service.terms
        own = service.papers
        since = max((each.date for each in own if each.date <= paper.date), default=date.min)
        found = []
        late = terms["late_fee"]
        for each in own if late and terms["fees_late"] else ():
            day = each.due if late["after"] == "due" else each.cut
            if day is None or not since <= day < paper.date:
                continue
            if any(fee.kind == "late" and fee.names == (each.no,) for fee in self.made):
                continue
            asked = self.evenings.get(day, {}).get(each.no, 0)
            whole = sum(each.lines) - each.added
            # the part of it that is the service, exactly: asked * top / bottom
            top, bottom = (1, 1)
            if each.beside:
                top, bottom = (whole - each.beside, whole) if whole > 0 else (0, 1)
            if asked * top < terms["minimum_cut"] * bottom or not asked * top:
                continue
            amount = late.get("amount") or half_up(asked * top * late["percent"], bottom * 100)
            if amount:
                found.append(("late", amount, each.no))
        again = terms["reconnection_fee"]
        if again and terms["fees_again"] and terms["manage"] == "auto":
            for first, last in service.past:
                if since <= last < paper.date and self._real(service, first, last):
                    found.append(("reconnection", again, ("", 0)))
        return [
            Paper(
                ("invoices", len(self.made) + 2 + place), paper.date, "fee", amount, kind,
                service.name, names=(about,),
            )
            for place, (kind, amount, about) in enumerate(found)
        ]  # fmt: skip

    @staticmethod
    def _real(service: Service, first: date, last: date) -> bool:
        held = service.facts["suspended"]
        return any(
            not service.absent(day)
            and day >= service.facts["since"]
            and not (held and held[0] <= day <= held[1])
            for day in _days(first, last)
        )

    # what is true in the evening

    @property
    def balance(self) -> int:
        """What is owed; negative is credit."""
        return sum(self.purse.open.values()) - sum(self.purse.left.values())

    def evening(self, service: Service) -> Evening:
        """The state of a service, after its day was lived."""
        day, facts, terms = self.day, service.facts, service.terms
        owed = self._owed(service, self.purse)
        asked = sum(self.purse.open[each.no] for each in owed)
        state, cut = "active", None
        promise = self._promise(day)
        kept = promise.until + DAY if promise and promise.until else date.min
        past = [each for each in owed if each.cut and each.cut <= day]
        if past and service.cutting.since:
            state, cut = "suspended", service.cutting.since
        elif past:
            state = "due" if day <= (past[0].due or past[0].date) else "grace"
            if promise or service.cutting.waiting:
                cut = _next_allowed(terms, max(kept, day))
        elif owed:
            state = "due" if day <= (owed[0].due or owed[0].date) else "grace"
            cuts = [each.cut for each in owed if each.cut]
            cut = _next_allowed(terms, max(kept, min(cuts))) if cuts else None
        held = facts["suspended"]
        if facts["cancelled"] and day >= facts["cancelled"]:
            state, cut = "cancelled", None
        elif day < facts["since"]:
            state, cut = "pending", None
        elif any(first <= day <= last for first, last in facts["paused"]):
            state, cut = "paused", None
        elif held and held[0] <= day <= held[1]:
            state, cut = "suspended", None
        elif any(first <= day <= last for first, last in facts["free"]):
            state, cut = "free", None
        return Evening(state, cut, asked)


def _rank(paper: Paper) -> int:
    return 2 if paper.type == "reversal" else 1 if paper.effect < 0 else 0


def _days(first: date, end: date) -> Iterator[date]:
    while first < end:
        yield first
        first += DAY


def _part(price: int, before: int, days: int, base: int) -> int:
    until, done = min(before + days, base), min(before, base)
    return half_up(price * until, base) - half_up(price * done, base)


def _scaled_off(service: Service, amount: int, issue: date, scale: tuple[int, int]) -> list[int]:
    terms = dict(service.terms)
    terms["discounts"] = [
        {**each, "amount": half_up(each["amount"] * scale[0], scale[1])}
        if each.get("amount")
        else each
        for each in terms["discounts"]
    ]
    return Person._off(Service(service.name, service.facts, terms), amount, issue)  # noqa: SLF001


def _allowed(terms: Mapping[str, Any], day: date) -> bool:
    return day not in terms["no_cut_days"] and WEEKDAYS[day.weekday()] not in terms["no_cut_days"]


def _next_allowed(terms: Mapping[str, Any], day: date) -> date:
    while not _allowed(terms, day):
        day += DAY
    return day
