"""Exports: what accountants' programs make of them, and how the verb answers."""

import csv
import json
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from ispconf.commands.export import FORMATS
from ispconf.commands.export.beancount import text
from ispconf.commands.export.csv import row
from ispconf.commands.export.hledger import plain
from ispconf.commands.judging import Judged
from ispconf.commands.session import Session
from ispconf.edge.files import open_network
from ispconf.ledger.allocation import Account
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry, Line
from ispconf.ledger.money import Currency
from ispconf.ledger.postings import balances, credit, receivable, transactions
from ispconf.network.company import Company
from ispconf.network.model import Network
from ispconf.network.subscriber import Subscriber
from tests.commands.export.judges import PROGRAMS, Program
from tests.commands.office import office
from tests.commands.world import CUT, Isp
from tests.edge.repositories import git
from tests.ledger.books import WHO, books

EXAMPLE = Path(__file__).parents[3]
DAY = date(2026, 11, 18)
each_program = pytest.mark.parametrize(
    "program", [pytest.param(each, id=each.format) for each in PROGRAMS]
)


def judged(network: Network, day: date = DAY) -> Judged:
    return Judged(Session({}, datetime(2026, 11, 18, 18, tzinfo=UTC), StringIO()), network, day)


@pytest.fixture(scope="module", name="puebla")
def example_provider() -> Judged:
    return judged(open_network(EXAMPLE, env={}))


def exported(program: Program, facts: Judged, until: date = DAY) -> str:
    return "".join(f"{line}\n" for line in FORMATS[program.format].lines(facts, until))


def claims(program: Program, facts: Judged, day: date) -> str:
    """What each subscriber owes after a day by the engine's own allocation, in a program's words.

    Only accounts that the journal has by then.
    """
    book, currency = facts.network.book, facts.network.company.currency
    there = balances(transactions(book, currency, day))
    told = []
    for who in book.by_subscriber:
        account = Account.of(book.of_subscriber(who), day)
        owed = sum(account.open.values(), Decimal(0))
        ahead = sum(account.credit.values(), Decimal(0))
        pairs = ((receivable(who), owed), (credit(who), -ahead))
        told += [(name, amount) for name, amount in pairs if name in there]
    return "".join(program.claim(day, name, amount, currency) for name, amount in told)


@each_program
def test_an_accountants_program_accepts_the_example_provider_and_owes_what_we_owe(
    program: Program, puebla: Judged, tmp_path: Path
) -> None:
    journal = exported(program, puebla)
    assert program.complaint(journal, tmp_path) == ""
    days = (date(2026, 9, 30), date(2026, 10, 31), DAY)
    said = "".join(claims(program, puebla, day) for day in days)
    assert said.count("Receivable") > 60
    assert program.complaint(journal, tmp_path, said) == ""


@each_program
@pytest.mark.parametrize("cents", ["0.01", "-0.01"])
def test_one_cent_off_is_refused(
    program: Program, cents: str, puebla: Judged, tmp_path: Path
) -> None:
    journal = exported(program, puebla)
    name = receivable("ana-lopez")
    wrong = program.claim(DAY, name, Decimal("350.00") + Decimal(cents), Currency.of("MXN"))
    right = program.claim(DAY, name, Decimal("350.00"), Currency.of("MXN"))
    assert program.complaint(journal, tmp_path, right) == ""
    assert program.complaint(journal, tmp_path, wrong)


@each_program
@pytest.mark.parametrize("account", ["Receivable:Benito-salazar", "Income:Service", "Tax:Iva"])
def test_a_file_that_lost_a_posting_is_refused(
    program: Program, account: str, puebla: Judged, tmp_path: Path
) -> None:
    """The balances at the end hold every account, so nothing can be taken out unseen."""
    before, no, after = exported(program, puebla).rpartition("invoices-000066")
    lines = after.split("\n")
    kept = [line for line in lines[:6] if account not in line] + lines[6:]
    assert len(kept) == len(lines) - 1
    assert program.complaint(before + no + "\n".join(kept), tmp_path)


# Any book, any text --------------------------------------------------------------------------

NASTY = (
    'a "quoted" \\ name', "two  spaces; a comment | a note", "line\nend\r\n2026-01-01 open X",
    "=1+1",
    "(code) * !", "{tag:x} #hash ^link", "\x1b[31mred", "  ", "payee\ttab", "ñ 漢字 🐮",
    "@alguien", 'x"\n2026-01-02 * "y', "[2026-01-01]", "date:2026-01-01", "\u2028\u00a0\u200f",
)  # fmt: skip
foreign = st.sampled_from(NASTY) | st.text(min_size=1, max_size=20)


def provider(book: Book, currency: Currency, names: list[str]) -> Judged:
    company = Company.model_validate(
        {"company": {"name": names[-1]}, "timezone": "UTC", "currency": currency.code}
    )
    people = {
        who: Subscriber(id=who, file="", name=name)
        for who, name in zip(WHO, names, strict=False)
        if name.strip()
    }
    return judged(Network(company, {}, {}, people, book))


def spoken(entry: Entry, words: list[str], random: Random) -> Entry:
    """The entry with foreign text wherever an operator or a subscriber can write some."""
    said = random.choice(words)
    lines = tuple(Line(said, line.amount) for line in entry.lines)
    ref = entry.ref and f"{entry.ref}{said}"
    return entry._replace(lines=lines, ref=ref, reason=entry.reason and said)


@each_program
@settings(
    deadline=None, max_examples=6, derandomize=True, phases=[Phase.generate]
)  # a process each
@given(
    books(60),
    st.lists(foreign, min_size=6, max_size=6),
    st.randoms(use_true_random=False),
    st.just(DAY) | st.dates(date(2026, 1, 1), date(2026, 2, 1)),
)
def test_an_accountants_program_accepts_any_book_and_any_text(
    program: Program, given_: tuple[Book, Currency], words: list[str], random: Random, day: date
) -> None:
    book, currency = given_
    book = Book.of(spoken(entry, words, random) for entry in book.entries)
    facts = provider(book, currency, words)
    with TemporaryDirectory() as folder:
        journal, said = exported(program, facts, day), claims(program, facts, day)
        assert program.complaint(journal, Path(folder), said) == ""  # I-02, I-20


@given(foreign)
@example("\ud800")
def test_foreign_text_stays_in_its_string(said: str) -> None:
    quoted = text(said)
    assert quoted[0] == quoted[-1] == '"'
    inner = quoted[1:-1].replace("\\\\", "").replace('\\"', "")
    assert '"' not in inner
    assert "\\" not in inner
    assert inner.isprintable() or not set(inner) & set("\r\n\t\x1b\u2028")


@given(foreign)
@example("\ud800")
def test_foreign_text_stays_in_its_description(said: str) -> None:
    told = plain(said)
    assert not set(told) & set(';|"\r\n\t\x1b')
    assert "  " not in told
    assert told == told.strip()


@given(st.lists(foreign, min_size=1, max_size=5))
def test_a_row_is_one_line_and_no_cell_is_a_formula(cells: list[str]) -> None:
    line = row(tuple(cells))
    assert not set(line) & set("\r\n")
    (read,) = csv.reader([line])
    assert len(read) == len(cells)
    assert not any(each[:1] in {"=", "@"} for each in read)


# CSV -----------------------------------------------------------------------------------------


def test_rows_of_a_number_add_up_to_zero_and_accounts_to_the_same_as_elsewhere(
    puebla: Judged,
) -> None:
    rows = list(csv.DictReader(FORMATS["csv"].lines(puebla, DAY)))
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    held: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in rows:
        sums[each["no"]] += Decimal(each["amount"])
        held[each["account"]] += Decimal(each["amount"])
    assert set(sums.values()) == {Decimal(0)}
    book, currency = puebla.network.book, puebla.network.company.currency
    assert dict(sorted(held.items())) == balances(transactions(book, currency, DAY))
    assert rows[0]["source"] == "ledger/2026/08/2026-08-28-ajustes.yaml:21"


def test_names_are_in_no_account(puebla: Judged) -> None:
    book, currency = puebla.network.book, puebla.network.company.currency
    names = [part for person in puebla.network.subscribers.values() for part in person.name.split()]
    accounts = " ".join(balances(transactions(book, currency)))
    assert [name for name in names if len(name) > 4 and name in accounts.split(":")] == []


# The verb ------------------------------------------------------------------------------------


@pytest.fixture
def isp(tmp_path: Path) -> Isp:
    isp = office(tmp_path / "isp")
    isp.today = CUT
    return isp


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_commit_and_day_give_the_same_bytes(isp: Isp, name: str) -> None:
    first, second = isp.run("export", name), isp.run("export", name)
    assert (first.code, first.err) == (0, "")
    assert first.out == second.out
    assert "invoices-000001" in first.out
    assert first.out.endswith("\n")


def test_only_days_that_are_asked_for_are_exported(isp: Isp) -> None:
    out = isp.run("export", "csv", "--until", "2026-11-01").out
    assert "invoices-000001" in out
    assert "caja1-000001" not in out
    assert isp.run("export", "csv", "--until", "2026-10-01").out.count("\n") == 1


@pytest.mark.parametrize("name", ["beancount", "hledger"])
def test_a_ledger_without_entries_is_a_valid_file(isp: Isp, name: str, tmp_path: Path) -> None:
    out = isp.run("export", name, "--until", "2026-10-01").out
    (program,) = [one for one in PROGRAMS if one.format == name] or PROGRAMS[:1]
    assert program.complaint(out if program.format == name else "", tmp_path) == ""


def test_a_file_is_written_whole(isp: Isp, tmp_path: Path) -> None:
    file = tmp_path / "isp.beancount"
    ran = isp.run("export", "beancount", "--out", str(file))
    assert ran.out == f"{file}: the ledger up to {CUT} as beancount, 59 lines\n"
    assert file.read_text(encoding="utf-8") == isp.run("export", "beancount").out


def test_a_document_holds_the_content_or_where_it_went(isp: Isp, tmp_path: Path) -> None:
    document = isp.json("export", "csv").json
    assert document["content"] == isp.run("export", "csv").out
    assert {key: document[key] for key in ("format", "date", "export", "until")} == {
        "format": 1, "date": CUT, "export": "csv", "until": CUT,
    }  # fmt: skip
    assert document["commit"] == git(isp.folder, "rev-parse", "HEAD")
    file = tmp_path / "isp.csv"
    document = isp.json("export", "csv", "--out", str(file)).json
    assert (document["out"], document["lines"]) == (str(file), 17)
    assert "content" not in document


def test_a_commit_that_is_not_what_was_read_is_said(isp: Isp) -> None:
    commit = isp.commit()
    assert f"commit {commit}\n" in isp.run("export", "hledger").out
    isp.change("ispconf.yaml", "Global Speed", "Global Speed II")
    assert f"commit {commit} and changes\n" in isp.run("export", "hledger").out


def test_whoever_is_in_no_file_any_more_is_exported_by_id(isp: Isp) -> None:
    isp.delete("subscribers/eva.yaml")
    out = isp.run("export", "beancount").out
    assert '* "eva" "invoices-000005 ' in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("quicken",), 2, "'quicken' is not one of"),
        (("csv", "--until", "2026-02-30"), 2, "is not a day like"),
        (("csv", "--out", "nowhere/isp.csv"), 1, "there is no folder nowhere"),
        (("csv", "--out", "."), 2, "is a directory"),
    ],
)
def test_wrong_requests_are_refused(isp: Isp, words: tuple[str, ...], code: int, said: str) -> None:
    ran = isp.run("export", *words)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert json.loads(isp.json("export", *words).out)["exit_code"] == code
