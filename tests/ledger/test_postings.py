"""The ledger in double entry: what each entry does to which account, and what always holds."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given

from ispconf.ledger import checks
from ispconf.ledger.allocation import Account
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry
from ispconf.ledger.money import Currency
from ispconf.ledger.postings import balances, credit, money, receivable, transactions
from ispconf.ledger.standing import balances as owed
from tests.ledger.books import books
from tests.ledger.samples import CLP, MXN, entry, month, on, payment

JANUARY = month(2026, 1, counter=1, taxes=(("iva", Decimal("48.28")),))
OTHER = JANUARY._replace(no="invoices-000002", kind="other", service=None, taxes=())
PAY = payment(1, "2026-01-04", "400.00")
FEE = entry("ajustes-000001", "2026-01-08", "fee", "50.00", kind="late", for_=(JANUARY.no,))
OWED, AHEAD = "Assets:Receivable:Ana", "Liabilities:CustomerCredit:Ana"
CASH = "Assets:Cash:Caja1"

CASES: list[tuple[str, list[Entry], dict[str, str]]] = [
    (
        "an invoice is owed, as income and tax",
        [JANUARY],
        {OWED: "350.00", "Income:Service": "-301.72", "Liabilities:Tax:Iva": "-48.28"},
    ),
    ("other income is apart", [OTHER], {OWED: "350.00", "Income:Other": "-350.00"}),
    (
        "what is paid beyond the debt is credit",
        [JANUARY, PAY],
        {CASH: "400.00", OWED: "-350.00", AHEAD: "-50.00"},
    ),
    (
        "credit is used by the next invoice at once",
        [PAY._replace(date=on("2025-12-20")), JANUARY],
        {AHEAD: "350.00", "Income:Service": "-301.72", "Liabilities:Tax:Iva": "-48.28"},
    ),
    ("a fee is income of its kind", [FEE], {OWED: "50.00", "Income:Fees:Late": "-50.00"}),
    (
        "a credit note takes income and tax back",
        [JANUARY, entry("c-000001", "2026-01-09", "credit", "175", for_=(JANUARY.no,))],
        {OWED: "-175.00", "Income:Service": "150.86", "Liabilities:Tax:Iva": "24.14"},
    ),
    (
        "all credit notes of an invoice take back all of its tax",
        [
            JANUARY,
            entry("c-000001", "2026-01-09", "credit", "116.67", for_=(JANUARY.no,)),
            entry("c-000002", "2026-01-09", "credit", "116.67", for_=(JANUARY.no,)),
            entry("c-000003", "2026-01-09", "credit", "116.66", for_=(JANUARY.no,)),
        ],
        {OWED: "-116.66", "Income:Service": "100.57", "Liabilities:Tax:Iva": "16.09"},
    ),
    (
        "a credit note for a fee takes that back",
        [FEE, entry("c-000001", "2026-01-09", "credit", "20.00", for_=(FEE.no,))],
        {OWED: "-20.00", "Income:Fees:Late": "20.00"},
    ),
    (
        "a credit note for nothing known takes income back",
        [JANUARY, entry("c-000001", "2026-01-09", "credit", "20.00")],
        {OWED: "-20.00", "Income:Service": "20.00"},
    ),
    (
        "a debt given up is lost",
        [JANUARY, entry("c-000001", "2026-01-09", "write_off", "0.50", for_=(JANUARY.no,))],
        {OWED: "-0.50", "Expenses:BadDebt": "0.50"},
    ),
    (
        "a reversal takes the money from where it came, whoever writes it",
        [JANUARY, PAY, entry("c-000001", "2026-01-09", "reversal", "400.00", of=PAY.no)],
        {CASH: "-400.00", OWED: "350.00", AHEAD: "50.00"},
    ),
    (
        "a refund gives credit back",
        [
            PAY,
            entry("banco-000001", "2026-01-09", "refund", "30.00", method="transfer", ref="x"),
        ],
        {"Assets:Bank:Transfer:Banco": "-30.00", AHEAD: "30.00"},
    ),
    (
        "a debt taken over",
        [entry("c-000001", "2026-01-01", "opening", "80.00", reason="x")],
        {OWED: "80.00", "Equity:Opening": "-80.00"},
    ),
    (
        "credit taken over",
        [entry("c-000001", "2026-01-01", "opening", "-80.00", reason="x")],
        {AHEAD: "-80.00", "Equity:Opening": "80.00"},
    ),
    ("nothing taken over", [entry("c-000001", "2026-01-01", "opening", reason="x")], {}),
    (
        "credit that moves to another subscriber",
        [PAY, entry("c-000001", "2026-01-09", "transfer", "100.00", to="ben")],
        {AHEAD: "100.00", "Equity:Transfers": "-100.00"},
    ),
    (
        "credit that comes from another subscriber",
        [entry("c-000001", "2026-01-09", "transfer", "100.00", from_="ben")],
        {AHEAD: "-100.00", "Equity:Transfers": "100.00"},
    ),
    (
        "a promise moves nothing",
        [entry("c-000001", "2026-01-09", "promise", until=on("2026-01-12"))],
        {},
    ),
]


@pytest.mark.parametrize(
    ("entries", "last"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_the_last_entry_in_double_entry(entries: list[Entry], last: dict[str, str]) -> None:
    *_, transaction = transactions(Book.of(entries), MXN)
    assert {each.account: f"{each.amount:.2f}" for each in transaction.postings} == last


@pytest.mark.parametrize(
    ("method", "account"),
    [
        ("cash", "Assets:Cash:Caja1"),
        ("mpesa", "Assets:MobileMoney:Mpesa:Caja1"),
        ("card", "Assets:Bank:Card:Caja1"),
    ],
)
def test_money_lies_where_its_method_brings_it(method: str, account: str) -> None:
    assert money(method, "caja1") == account


def test_entries_of_later_days_are_left_out() -> None:
    found = transactions(Book.of([JANUARY, PAY]), MXN, on("2026-01-03"))
    assert [one.entry.no for one in found] == [JANUARY.no]


def test_whole_amounts_stay_whole() -> None:
    bill = month(2026, 1, counter=1, amount="12990", taxes=(("iva", Decimal(2074)),))
    back = entry("c-000001", "2026-01-09", "credit", "4330", for_=(bill.no,))
    *_, last = transactions(Book.of([bill, back]), CLP)
    assert [f"{each.amount}" for each in last.postings] == ["-4330", "3639", "691"]


# Laws ----------------------------------------------------------------------------------------


@given(books())
def test_random_books_are_valid(given_: tuple[Book, Currency]) -> None:
    assert checks.problems(*given_) == []


@given(books())
def test_every_transaction_balances_in_the_currencys_digits(given_: tuple[Book, Currency]) -> None:
    book, currency = given_
    found = list(transactions(book, currency))
    assert sorted(one.entry.no for one in found) == sorted(book.by_no)
    for one in found:
        assert sum(each.amount for each in one.postings) == 0  # I-01
        assert all(currency.fits(each.amount) for each in one.postings)  # I-15
        assert bool(one.postings) == bool(one.entry.effect)
        assert len({each.account for each in one.postings}) == len(one.postings)


@given(books())
def test_accounts_of_a_subscriber_are_what_they_owe(given_: tuple[Book, Currency]) -> None:
    book, currency = given_
    end = max((one.date for one in book.entries), default=date.min)
    for day in (end, date(2026, 1, 20)):
        held = balances(transactions(book, currency, day))
        engine = owed(book, day)
        for who in book.by_subscriber:
            mine, ahead = held.get(receivable(who), Decimal(0)), held.get(credit(who), Decimal(0))
            assert mine + ahead == engine.get(who, 0)  # I-02
            account = Account.of(book.of_subscriber(who), day)
            assert mine == sum(account.open.values()) >= 0  # I-03
            assert -ahead == sum(account.credit.values()) >= 0
            assert not (mine and ahead)


@given(books())
def test_after_every_entry_somebody_owes_or_has_credit(given_: tuple[Book, Currency]) -> None:
    book, currency = given_
    held: defaultdict[str, Decimal] = defaultdict(Decimal)
    for one in transactions(book, currency):
        for each in one.postings:
            held[each.account] += each.amount
        who = one.entry.subscriber
        assert held[receivable(who)] == one.receivable >= 0  # I-03
        assert -held[credit(who)] == one.credit >= 0
        assert not (one.receivable and one.credit)


@given(books())
def test_money_settles_no_more_than_it_is_and_a_charge_takes_no_more(
    given_: tuple[Book, Currency],
) -> None:
    book, _ = given_
    for entries in book.by_subscriber.values():
        account = Account.of(entries)
        spent: defaultdict[str, Decimal] = defaultdict(Decimal)
        settled: defaultdict[str, Decimal] = defaultdict(Decimal)
        for part in account.parts:
            spent[part.money] += part.amount
            settled[part.charge] += part.amount
        for one in entries:
            back = sum((each.amount for each in entries if each.of == one.no), Decimal(0))
            if one.effect < 0:  # I-04
                rest = account.credit.get(one.no, Decimal(0))
                assert spent[one.no] + rest == -one.effect - back
            elif one.type != "reversal":  # I-05
                assert settled[one.no] + account.open.get(one.no, Decimal(0)) == one.effect


@given(books())
def test_income_and_tax_of_a_month_are_its_documents(given_: tuple[Book, Currency]) -> None:
    book, currency = given_
    for first in (date(2026, 1, 1), date(2026, 2, 1)):
        last = date(2026, first.month + 1, 1) - timedelta(days=1)
        of_month = [one for one in book.entries if first <= one.date <= last]
        held: defaultdict[str, Decimal] = defaultdict(Decimal)
        for one in transactions(book, currency):
            for each in one.postings:
                if one.entry in of_month:
                    held[each.account.partition(":")[0]] += each.amount
        gross = sum((one.effect for one in of_month if one.type in _CHARGED), Decimal(0))
        moved = [one for one in of_month if one.type in _PAID]
        assert -held["Income"] + -_tax(book, currency, of_month) == gross  # I-17
        assert _cash(book, currency, of_month) == -sum((one.effect for one in moved), Decimal(0))


_CHARGED = {"invoice", "fee", "credit"}
_PAID = {"payment", "refund", "reversal"}


def _tax(book: Book, currency: Currency, entries: list[Entry]) -> Decimal:
    return _sum(book, currency, entries, "Liabilities:Tax:")


def _cash(book: Book, currency: Currency, entries: list[Entry]) -> Decimal:
    kinds = ("Assets:Cash:", "Assets:Bank:", "Assets:MobileMoney:")
    return sum((_sum(book, currency, entries, kind) for kind in kinds), Decimal(0))


def _sum(book: Book, currency: Currency, entries: list[Entry], start: str) -> Decimal:
    return sum(
        (
            each.amount
            for one in transactions(book, currency)
            for each in one.postings
            if one.entry in entries and each.account.startswith(start)
        ),
        Decimal(0),
    )
