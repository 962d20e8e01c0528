"""Accounts judged by several processes are those that one comes to."""

from datetime import date
from pathlib import Path

import pytest

from ispconf.edge.accounts import judged
from ispconf.edge.cache import Cache
from ispconf.edge.files import opened_from
from ispconf.edge.searching import SearchedBook
from ispconf.edge.shares import shared
from ispconf.edge.sources import of_folder
from ispconf.edge.standings import kept_or_judged
from tests.edge.repositories import SMALL, write

DAY = date(2026, 11, 25)
CASH = "ledger/2026/11/2026-11-03-caja1.yaml"
OTHERS = (
    '- {no: caja1-000002, date: 2026-11-03, type: payment, subscriber: "ben-ruiz", amount: 1.00, '
    "method: cash, ref: x}\n"
    "- {no: caja1-000003, date: 2026-11-03, type: promise, until: 2026-11-09, subscriber: ben-ruiz}"
    "\r\n# the end\n"
)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12, where tests thread
@pytest.mark.parametrize(
    "cash", [SMALL[CASH], SMALL[CASH] + OTHERS, SMALL[CASH].replace('"0045"', "'0045'")]
)
def test_processes_come_to_the_same_as_one(tmp_path: Path, cash: str) -> None:
    write(tmp_path, {**SMALL, CASH: cash})
    cache = Cache(tmp_path / "cache", "p1")
    first = opened_from(of_folder(tmp_path), cache).network
    alone = judged(first, DAY, ["ana-lopez", "ben-ruiz"])
    assert shared(first, DAY, ["ana-lopez", "ben-ruiz"]) == alone
    again = opened_from(of_folder(tmp_path), cache)
    assert isinstance(again.network.book, SearchedBook)
    found = kept_or_judged(again.network, DAY, again.origin, worth=0)
    assert {name: each._replace(origin="") for name, each in found.items()} == alone
    assert shared(again.network, DAY, ["ben-ruiz"]) == {"ben-ruiz": alone["ben-ruiz"]}
