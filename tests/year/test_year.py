"""A simulated year: two ways of calculating, three ways of billing, two accounting programs.

All modes, in advance and in arrears, with everything that people do; a small town here, one of
2,000 people with ``make year``.
"""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from ispconf.commands.export import FORMATS
from ispconf.commands.judging import Judged
from ispconf.commands.session import Session
from ispconf.ledger.checks import problems
from tests.commands.export.judges import PROGRAMS, Program
from tests.commands.export.test_export import claims
from tests.year.comparing import billed, disagreements, nameless, recorded
from tests.year.reckoning import DAY
from tests.year.town import FIRST, LAST, MXN, Town, Year


@pytest.fixture(scope="module", name="year")
def lived() -> Year:
    return Year(Town(24)).live()


def test_another_way_of_calculating_agrees_about_everybody(year: Year) -> None:
    assert list(disagreements(year, share=0.05)) == []


def test_the_book_of_a_year_is_right_by_every_rule(year: Year) -> None:
    assert [each for each in problems(year.book, MXN) if each.severity == "error"] == []


def test_everything_happened(year: Year) -> None:
    seen = {(entry.type, entry.kind) for entry in year.book.entries}
    assert seen >= {
        ("invoice", "service"), ("invoice", "plan_change"), ("invoice", "other"),
        ("payment", None), ("reversal", None), ("refund", None), ("credit", None),
        ("write_off", None), ("promise", None), ("transfer", None), ("opening", None),
        ("fee", "late"), ("fee", "reconnection"),
    }  # fmt: skip


def test_every_day_every_month_and_in_one_go_are_the_same_books(year: Year) -> None:
    free = nameless(year).__contains__
    days = [FIRST + number * DAY for number in range((LAST - FIRST).days + 1)]
    expected = recorded(year, free)
    assert billed(year, [LAST], free) == expected
    assert billed(year, [*days[::31], LAST], free) == expected
    few = sorted(year.town.people)[:6]
    assert billed(year, days, few.__contains__) == recorded(year, few.__contains__)


@pytest.mark.parametrize("program", [pytest.param(each, id=each.format) for each in PROGRAMS])
def test_an_accountants_program_accepts_the_year_and_owes_what_we_owe(
    program: Program, year: Year, tmp_path: Path
) -> None:
    session = Session({}, datetime(2028, 8, 31, 18, tzinfo=UTC), StringIO())
    facts = Judged(session, year.network(), LAST)
    journal = "".join(f"{line}\n" for line in FORMATS[program.format].lines(facts, LAST))
    assert program.complaint(journal, tmp_path) == ""
    said = "".join(claims(program, facts, day) for day in (FIRST + 100 * DAY, LAST))
    assert said.count("Receivable") > 30
    assert program.complaint(journal, tmp_path, said) == ""
