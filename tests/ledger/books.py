"""Random books that are valid by every rule of ``checks``: several subscribers, all types."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st

from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry, Line
from ispconf.ledger.facts import Period
from ispconf.ledger.money import Currency
from tests.ledger.samples import MXN

WHO = ("ana-lopez", "ben", "0-carla", "dora--x")
METHODS = {"caja1": "cash", "banco": "transfer", "mpesa": "mpesa"}
FIRST = date(2026, 1, 1)
CURRENCIES = [Currency.of(code) for code in ("MXN", "CLP", "KWD")]


class Writer:
    """Writes random entries that the rules allow, one after the other, each day after day."""

    def __init__(self, random: Random, currency: Currency = MXN) -> None:
        self.random, self.currency = random, currency
        self.day = FIRST
        self.entries: list[Entry] = []
        self._taken: dict[str, Decimal] = {}
        self._last: dict[str, int] = {}
        self._months: dict[str, int] = {}

    def write(self, count: int) -> Book:
        """A book of that many entries or a few more."""
        while len(self.entries) < count:
            self.day += timedelta(days=self.random.choice((0, 0, 0, 0, 1, 3)))
            kind = self.random.choice((*_KINDS, "invoice", "payment", "payment"))
            getattr(self, f"_{kind}")(self.random.choice(WHO))
        return Book.of(sorted(self.entries, key=lambda entry: (entry.file, entry.line)))

    def _amount(self, most: Decimal | None = None) -> Decimal:
        units = 90_000 if most is None else int(most.scaleb(self.currency.digits))
        units = self.random.choice((units, self.random.randint(1, units)))
        return Decimal(units).scaleb(-self.currency.digits)

    def _add(self, journal: str, kind: Any, who: str, amount: Decimal, /, **more: Any) -> Entry:
        number = self._last[journal] = self._last.get(journal, 0) + 1
        late = timedelta(days=self.random.choice((0, 0, 0, 1, 2)))
        day = more.pop("dated", None) or max(self.day - late, more.pop("since", FIRST))
        file = f"ledger/{self.day:%Y/%m/%Y-%m-%d}-{journal}.yaml"
        more |= {"file": file, "line": number}
        added = Entry(f"{journal}-{number:06d}", day, kind, who, amount, **more)
        self.entries.append(added)
        return added

    def _invoice(self, who: str) -> None:
        lines = [Line("Hogar 20 (8/30)", self._amount())]
        if self.random.random() < 0.3:
            lines.append(Line("Descuento", -self._amount(lines[0].amount)))
        total = sum((line.amount for line in lines), Decimal(0))
        share = Decimal(self.random.choice((0, 16, 8)))
        tax = total - self.currency.round(total / (1 + share / 100))
        month = self._months[who] = self._months.get(who, 0) + 1
        start = FIRST + timedelta(days=30 * month)
        other = self.random.random() < 0.2
        self._add(
            "invoices", "invoice", who, total,
            service=None if other else "casa",
            period=None if other else Period(start, start + timedelta(days=30)),
            due=self.day + timedelta(days=self.random.randint(-5, 20)), cut=None,
            taxes=(("iva", tax),) if share else (), lines=tuple(lines),
            kind="other" if other else "service",
        )  # fmt: skip

    def _ours(self, who: str, *kinds: str) -> list[Entry]:
        return [one for one in self.entries if one.subscriber == who and one.type in kinds]

    def _payment(self, who: str) -> None:
        journal = self.random.choice(sorted(METHODS))
        invoices = [one.no for one in self._ours(who, "invoice")]
        named = tuple(self.random.sample(invoices, min(len(invoices), self.random.choice((0, 2)))))
        self._moved(journal, "payment", who, for_=named)

    def _refund(self, who: str) -> None:
        self._moved("caja1", "refund", who)

    def _moved(self, journal: str, kind: str, who: str, **more: Any) -> None:
        ref = f"R{len(self.entries)}"
        self._add(journal, kind, who, self._amount(), method=METHODS[journal], ref=ref, **more)

    def _fee(self, who: str) -> None:
        kind = self.random.choice(("late", "reconnection", "other"))
        self._add("ajustes", "fee", who, self._amount(), kind=kind)

    def _opening(self, who: str) -> None:
        amount = self._amount() * self.random.choice((1, -1, 0))
        self._add("ajustes", "opening", who, amount, reason="saldo")

    def _promise(self, who: str) -> None:
        until = self.day + timedelta(days=self.random.randint(3, 12))
        self._add("ajustes", "promise", who, Decimal(0), until=until)

    def _transfer(self, who: str) -> None:
        other = self.random.choice([one for one in WHO if one != who])
        amount = self._amount()
        gone = self._add("ajustes", "transfer", who, amount, to=other)
        self._add("ajustes", "transfer", other, amount, from_=who, dated=gone.date)

    def _reversal(self, who: str) -> None:
        self._back("reversal", self._ours(who, "payment"))

    def _credit(self, who: str) -> None:
        self._back("credit", self._ours(who, "invoice", "fee"))

    def _write_off(self, who: str) -> None:
        self._back("write_off", self._ours(who, "invoice", "fee"))

    def _back(self, kind: str, originals: list[Entry]) -> None:
        left = [(one, one.amount - self._taken.get(one.no, Decimal(0))) for one in originals]
        open_ = [(one, rest) for one, rest in left if rest]
        if not open_:
            return
        original, rest = self.random.choice(open_)
        amount = self._amount(rest)
        self._taken[original.no] = self._taken.get(original.no, Decimal(0)) + amount
        names: Mapping[str, Any] = (
            {"of": original.no} if kind == "reversal" else {"for_": (original.no,)}
        )
        self._add(
            "ajustes", kind, original.subscriber, amount, reason="x", since=original.date, **names
        )


_KINDS = (
    "invoice", "payment", "fee", "credit", "reversal", "refund", "opening", "promise", "transfer",
    "write_off",
)  # fmt: skip


@st.composite
def books(draw: Any, most: int = 40) -> tuple[Book, Currency]:
    """A valid book and its currency."""
    currency = draw(st.sampled_from(CURRENCIES))
    count = draw(st.integers(0, most))
    return Writer(draw(st.randoms(use_true_random=False)), currency).write(count), currency
