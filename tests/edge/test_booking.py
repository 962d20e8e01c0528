"""The ledger as a whole: kept until one of its files changes, judged here when it is small."""

from pathlib import Path

from ispconf.edge.booking import Ledger
from ispconf.edge.cache import Cache
from ispconf.edge.conclusions import dumped, revived
from ispconf.edge.history import blob_id
from ispconf.edge.searching import SearchedBook
from ispconf.edge.share import Common
from ispconf.edge.sources import reader
from ispconf.ledger.money import Currency
from ispconf.network.company import Company
from ispconf.network.model import Network
from tests.edge.repositories import SMALL, write

COMPANY = Company.model_validate(
    {"id": "company", "company": {"name": "Prueba"}, "currency": "MXN", "timezone": "UTC"}
)
FILES = {path: text for path, text in SMALL.items() if path.startswith("ledger/")}
LATER = "ledger/2026/11/2026-11-03-caja1.yaml"
NOTHING = Cache(None, "")


def source(root: Path, files: dict[str, str], cache: Cache = NOTHING) -> Common:
    write(root, files)
    blobs = {path: blob_id(text.encode(), "0" * 40) for path, text in files.items()}
    return Common(Network(COMPANY, {}, {}, {}), {}, blobs, reader(root), cache)


def told(_done: int, _total: int) -> None:
    raise AssertionError("nothing takes long here")


def test_what_is_kept_is_not_read_again(tmp_path: Path) -> None:
    kept = source(tmp_path / "one", FILES, Cache(tmp_path, "p1"))
    first = Ledger(kept, tmp_path / "one")
    found = first.judged()
    again = Ledger(kept._replace(read=reader(tmp_path / "nowhere")), tmp_path)
    with again.reading([], told) as reading:
        assert reading is None
        assert dumped(again.judged(reading)) == dumped(found)
    assert again.book().last == first.book().last
    assert again.book().latest == first.book().latest


def test_what_was_right_in_another_currency_is_judged_again(tmp_path: Path) -> None:
    kept = source(tmp_path, FILES, Cache(tmp_path / "cache", "p1"))
    assert Ledger(kept, tmp_path).judged().problems == []
    pesos = COMPANY.model_copy(update={"currency": Currency.of("CLP")})
    anew = Ledger(kept._replace(network=Network(pesos, {}, {}, {})), tmp_path)
    assert "has more decimals than CLP" in anew.judged().problems[0].message


def test_small_ledgers_are_judged_here(tmp_path: Path) -> None:
    small = Ledger(source(tmp_path, FILES), tmp_path)
    with small.reading([], told) as reading:
        assert reading is None
        small.judged(reading)
    assert not isinstance(small.book(), SearchedBook)


def test_files_that_changed_meanwhile_are_not_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", "p1")
    changing = Ledger(source(tmp_path, FILES, cache), tmp_path)
    write(tmp_path, {LATER: "# nothing\n"})
    assert changing.judged().records.methods == {}
    assert cache.conclusions("ledger in MXN") == {}
    (tmp_path / LATER).unlink()
    assert Ledger(source(tmp_path, {}), tmp_path).judged().problems == []


def test_conclusions_are_revived_as_they_were(tmp_path: Path) -> None:
    found = Ledger(source(tmp_path, FILES), tmp_path).judged()
    again = revived(dumped(found))
    assert again._replace(summary=again.records) == found
    assert dumped(again) == dumped(found)
