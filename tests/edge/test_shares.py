"""What several processes make of a network in shares is what one makes of the whole."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import wraps
from pathlib import Path
from signal import SIGKILL

import pytest
from hypothesis import given

from ispconf.edge import booking, shares
from ispconf.edge.accounts import judged
from ispconf.edge.cache import Cache
from ispconf.edge.closings import Closings
from ispconf.edge.conclusions import OwnFile
from ispconf.edge.files import Opened, opened_from
from ispconf.edge.history import blob_id
from ispconf.edge.judging import judge
from ispconf.edge.parts import Concluded, concluded
from ispconf.edge.searching import SearchedBook
from ispconf.edge.share import Common, Share
from ispconf.edge.sources import Files, of_folder
from ispconf.edge.spreading import accounts, missing, refusals, unbillable
from ispconf.edge.standings import Accounts
from ispconf.errors import FilesError
from ispconf.ledger import invoicing, limits
from ispconf.ledger.book import EMPTY
from ispconf.ledger.checks import EVERYTHING
from ispconf.ledger.closing import month_of
from ispconf.ledger.entries import Entry, Line
from ispconf.ledger.facts import Period
from tests.edge.repositories import SMALL, write
from tests.edge.test_freshness import EVENTS, NOTHING, Ledger

DAY = date(2026, 11, 25)
CASH = "ledger/2026/11/2026-11-03-caja1.yaml"
MOVED = (
    "- {no: caja1-000002, date: 2026-11-03, type: transfer, subscriber: ana-lopez, amount: 1.00, "
    "to: ben-ruiz}\n"
    "- {no: caja1-000003, date: 2026-11-03, type: transfer, subscriber: ben-ruiz, amount: 1.00, "
    "from: ana-lopez}\n"
)
PROMISED = (
    '- {no: caja1-000002, date: 2026-11-03, type: payment, subscriber: "ben-ruiz", amount: 1.00, '
    "method: cash, ref: x}\n"
    "- {no: caja1-000003, date: 2026-11-03, type: promise, until: 2026-11-09, subscriber: ben-ruiz}"
    "\r\n# the end\n"
)
NOT_YET = PROMISED.replace("date: 2026-11-03, type: payment", "date: 2026-11-30, type: payment")
AGAIN = PROMISED.replace("ref: x", 'ref: "0045"')
ELSEWHERE = MOVED.replace("type: transfer", "type: reversal", 1).replace(
    "to: ben-ruiz", "of: caja1-000009, reason: x"
)
NAMESAKE = (
    '- {no: caja1-000002, date: 2026-11-03, type: opening, reason: "subscriber: ana-lopez, x", '
    "subscriber: ben-ruiz, amount: 3.00}\n"
)
BY_HAND = SMALL[CASH].replace('"0045"', "'0045'")
RIGHT = {
    "nothing more": SMALL[CASH],
    "a transfer": SMALL[CASH] + MOVED,
    "other orders, quotes and line ends": SMALL[CASH] + PROMISED,
    "a warning": SMALL[CASH] + NOT_YET,
    "a reason that looks like a name": SMALL[CASH] + NAMESAKE,
    "a file spelled by hand": BY_HAND,
    "nothing at all": "# nobody paid\n",
}
WRONG = {
    "a reference of two": SMALL[CASH] + AGAIN,
    "half a transfer": SMALL[CASH] + MOVED.splitlines(keepends=True)[0],
    "a number that is not there": SMALL[CASH] + ELSEWHERE,
    "a gap": SMALL[CASH] + PROMISED.replace("000002", "000004"),
    "another journal": SMALL[CASH] + PROMISED.replace("caja1-000002", "invoices-000002"),
    "no YAML": SMALL[CASH] + "- {no: \n",
    "no such day": SMALL[CASH] + PROMISED.replace("2026-11-09", "2026-11-31"),
}


def source_of(files: Files) -> Common:
    network = opened_from(files, NOTHING).network
    people = {
        name: OwnFile(each.file, files.blobs[each.file], f"subscriber {files.blobs[each.file]}")
        for name, each in network.subscribers.items()
    }
    frame = replace(network, subscribers={}, book=EMPTY, _placed={})
    blobs = {path: blob for path, blob in files.blobs.items() if path.startswith("ledger/")}
    return Common(frame, people, blobs, files.read, NOTHING)


def in_shares(source: Common, count: int = 3) -> Concluded | None:
    """What shares conclude, one after the other in this process."""
    found = [Share(source, turn, count) for turn in range(count)]
    odd = frozenset[str]().union(*(share.entries() for share in found))
    parts = [share.part(odd) for share in found]
    closings = Closings(source.blobs)
    list(closings.taken_out(source.read(filter(month_of, source.blobs))))
    currency = source.network.company.currency
    return concluded(parts, "key", source.blobs, closings, currency)


def as_a_whole(source: Common) -> Concluded:
    currency = source.network.company.currency
    found = judge("key", source.blobs, source.read, currency)
    return Concluded(found.conclusions, found.intact)


@given(EVENTS)
def test_shares_conclude_what_the_whole_does_or_leave_it_to_that(
    events: list[tuple[str, str, int, bool]],
) -> None:
    ledger = Ledger()
    source = source_of(ledger.source())
    for what, who, number, _ in events:
        ledger.do(what, who, number)
    blobs = {path: each for path, each in ledger.source().blobs.items() if path in ledger.files}
    blobs = {path: each for path, each in blobs.items() if path.startswith("ledger/")}
    source = source._replace(blobs=blobs, read=ledger.source().read)
    whole = as_a_whole(source)
    wrong = any(problem.severity == "error" for problem in whole.conclusions.problems)
    assert in_shares(source) == (None if wrong else whole)


@pytest.mark.parametrize("cash", RIGHT.values(), ids=RIGHT)
def test_a_ledger_that_is_right_is_concluded_in_shares(tmp_path: Path, cash: str) -> None:
    source = source_of(of_folder(write(tmp_path, SMALL)))
    write(tmp_path, {CASH: cash})
    source = source._replace(blobs=dict.fromkeys(source.blobs, ""))
    whole = as_a_whole(source)
    assert in_shares(source) == whole
    assert not whole.intact


def test_a_ledger_that_was_appended_to_since_it_was_judged_is_left_to_the_whole(
    tmp_path: Path,
) -> None:
    source = source_of(of_folder(write(tmp_path, SMALL)))
    assert Share(source, 0, 1).accounts(DAY, ["ben-ruiz"], ())
    write(tmp_path, {CASH: SMALL[CASH] + MOVED})
    with pytest.raises(FilesError, match="changed since"):
        Share(source, 0, 1).accounts(DAY, ["ben-ruiz"], ())


@pytest.mark.parametrize("cash", WRONG.values(), ids=WRONG)
def test_one_with_something_wrong_is_left_to_the_whole(tmp_path: Path, cash: str) -> None:
    source = source_of(of_folder(write(tmp_path, SMALL)))
    write(tmp_path, {CASH: cash})
    assert in_shares(source) is None
    assert any(one.severity == "error" for one in as_a_whole(source).conclusions.problems)


@pytest.fixture
def divided(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every ledger is large enough, and two processes may be split off whatever tests run here."""
    monkeypatch.setattr(booking, "WORTH", 1)
    monkeypatch.setattr(shares, "hands", lambda: 2)


def told(opened: Opened) -> Mapping[str, object]:
    """All that follows from a network for everybody, whoever works it out."""
    network, names = opened.network, sorted(opened.network.subscribers)
    drafts = missing(network, date(2026, 12, 31))
    return {
        "accounts": {name: accounts(network, DAY, names)[name] for name in names},
        "missing": invoicing.in_order(drafts.drafts),
        "limits": limits.told(drafts.limits),
        "unbillable": unbillable(network),
        "refusals": sorted(map(str, refusals(network, TWICE, EVERYTHING))),
        "warnings": network.warnings,
        "entries": network.book.entries,
        "subscribers": dict(network.subscribers.items()),
        "conclusions": opened.origin.ledger._replace(summary=opened.origin.ledger.records),
    }


def crowd(root: Path, *more: str) -> Path:
    """More subscribers than are searched for one by one, each with an invoice and a payment."""
    files, invoices, cash = dict(SMALL), [], []
    for number in range(2, 22):
        name = f"c-{number}"
        ben = SMALL["subscribers/norte/ben-ruiz.yaml"]
        files[f"subscribers/sur/{name}.yaml"] = ben.replace("0.16", f"0.{number + 100}")
        invoices.append(
            SMALL[BILLED].replace("ana-lopez", name).replace("-000001", f"-{number:06}")
        )
        paid = SMALL[CASH].replace("ana-lopez", name).replace("0045", f"R{number}")
        cash.append(paid.replace("caja1-000001", f"caja1-{number:06}"))
    files[BILLED] += "".join(invoices)
    files[CASH] = "".join([files[CASH], *cash, *more])
    return write(root, files)


BILLED = "ledger/2026/10/2026-10-28-invoices.yaml"
TWICE = [
    Entry(
        "", DAY, "invoice", f"c-{number}", Decimal(1), "casa",
        Period(date(2026, 11, 1), date(2026, 12, 1)), DAY, lines=(Line("x", Decimal(1)),),
        kind="service",
    )
    for number in range(2, 22)
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12, where tests thread
@pytest.mark.usefixtures("divided")
def test_processes_come_to_the_same_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(tmp_path)
    cache = Cache(tmp_path / "cache", "p1")
    first = opened_from(of_folder(tmp_path)._replace(root=tmp_path), cache)
    assert isinstance(first.network.book, SearchedBook)
    assert first.network.book.shares
    cold, kept = told(first), dict(Accounts(first.network, DAY, first.origin))
    again = opened_from(of_folder(tmp_path), cache)
    assert isinstance(again.network.book, SearchedBook)
    assert told(again) == cold
    assert dict(Accounts(again.network, DAY, again.origin)) == kept
    monkeypatch.setattr(booking, "WORTH", 1 << 30)
    alone = opened_from(of_folder(tmp_path), NOTHING)
    assert not isinstance(alone.network.book, SearchedBook)
    assert told(alone) == cold
    assert len(TWICE) == len(list(refusals(alone.network, TWICE, EVERYTHING)))


@pytest.mark.usefixtures("divided")
def test_entries_that_come_are_seen_by_all(tmp_path: Path) -> None:
    crowd(tmp_path)
    opened = opened_from(of_folder(tmp_path)._replace(root=tmp_path), NOTHING)
    network, names = opened.network, list(opened.network.subscribers)
    was = accounts(network, DAY, names)
    more = replace(network, book=network.book.plus(TWICE))
    assert accounts(more, DAY, names) == judged(more, DAY, names) != was
    assert accounts(network, DAY, names) == was


@pytest.mark.usefixtures("divided")
def test_only_the_ledger_is_read_when_nothing_else_changed(tmp_path: Path) -> None:
    crowd(tmp_path)
    cache = Cache(tmp_path / "cache", "p1")
    opened_from(of_folder(tmp_path)._replace(root=tmp_path), cache)
    cash = (tmp_path / CASH).read_text()
    write(tmp_path, {CASH: cash.replace("350.00", "340.00")})
    changed = opened_from(of_folder(tmp_path)._replace(root=tmp_path), cache)
    assert told(changed) == told(opened_from(of_folder(tmp_path), NOTHING))
    assert isinstance(changed.network.book, SearchedBook)


@pytest.mark.usefixtures("divided")
def test_a_file_that_is_gone_meanwhile_is_told(tmp_path: Path) -> None:
    files = of_folder(crowd(tmp_path))
    known = {path: blob_id((tmp_path / path).read_bytes(), "0" * 40) for path in files.blobs}
    cache = Cache(tmp_path / "cache", "p1")
    opened_from(files._replace(root=tmp_path, blobs=dict(known)), cache)
    network = opened_from(files._replace(blobs=dict(known)), cache).network
    (tmp_path / CASH).unlink()
    with pytest.raises(FilesError, match="cannot be read"):
        accounts(network, DAY, list(network.subscribers))


@pytest.mark.usefixtures("divided")
def test_a_wrong_ledger_is_told_as_if_nobody_shared_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(tmp_path, WRONG["half a transfer"].splitlines(keepends=True)[1].replace("02,", "22,", 1))
    write(tmp_path, {"subscribers/sur/c-4.yaml": "name: \n"})
    files = of_folder(tmp_path)._replace(root=tmp_path)
    with pytest.raises(FilesError) as shared:
        opened_from(files, NOTHING)
    monkeypatch.setattr(booking, "WORTH", 1 << 30)
    with pytest.raises(FilesError) as alone:
        opened_from(of_folder(tmp_path), NOTHING)
    assert str(shared.value) == str(alone.value)
    assert "c-4.yaml" in str(alone.value)
    assert "has no counterpart" in str(alone.value)


@pytest.mark.usefixtures("divided")
@pytest.mark.parametrize("question", ["people", "entries", "part", "accounts", "missing"])
def test_when_a_process_is_lost_the_work_is_done_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    crowd(tmp_path)

    def killed(_share: Share, *_given: object) -> None:
        os.kill(os.getpid(), SIGKILL)

    with monkeypatch.context() as changed:
        changed.setattr(Share, question, wraps(getattr(Share, question))(killed))
        opened = opened_from(of_folder(tmp_path)._replace(root=tmp_path), NOTHING)
        found = told(opened)
    monkeypatch.setattr(booking, "WORTH", 1 << 30)
    assert told(opened_from(of_folder(tmp_path), NOTHING)) == found
