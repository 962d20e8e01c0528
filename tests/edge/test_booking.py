"""The ledger as a whole: judged here or in another process, the same comes out."""

import io
import json
from pathlib import Path

import pytest

from ispconf.edge.booking import Ledger
from ispconf.edge.cache import Cache
from ispconf.edge.conclusions import dumped, revived
from ispconf.edge.history import blob_id
from ispconf.edge.judging import main
from ispconf.edge.searching import SearchedBook
from ispconf.edge.sources import reader
from ispconf.errors import FilesError
from ispconf.ledger.money import Currency
from tests.edge.repositories import SMALL, write

MXN = Currency.of("MXN")
FILES = {path: text for path, text in SMALL.items() if path.startswith("ledger/")}
BAD = "ledger/2026/11/2026-11-04-caja1.yaml"
NOTHING = Cache(None, "")


def ledger(root: Path, files: dict[str, str], cache: Cache = NOTHING) -> Ledger:
    write(root, files)
    blobs = {path: blob_id(text.encode(), "0" * 40) for path, text in files.items()}
    return Ledger(blobs, reader(root), MXN, cache)


@pytest.mark.parametrize("more", [{}, {BAD: "- {no: caja1-000009}\n"}])
def test_another_process_comes_to_the_same(tmp_path: Path, more: dict[str, str]) -> None:
    here, there = ledger(tmp_path, FILES | more), ledger(tmp_path, FILES | more)
    there.begin(tmp_path, worth=0)
    assert there.judged() == here.judged()
    assert there.key == here.key
    if not more:
        assert isinstance(there.book(), SearchedBook)
        assert there.book().entries == here.book().entries
    else:
        (tmp_path / BAD).unlink()
        with pytest.raises(FilesError, match="cannot be read"):
            _ = there.book().entries


def test_another_process_takes_no_module_from_where_we_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder that a workflow stands in is what somebody proposes: data, never run."""
    write(tmp_path, {f"{name}.py": "open('ran', 'w')\n" for name in ("json", "git", "yaml")})
    write(tmp_path, {"ispconf/__init__.py": "open('ran', 'w')\n"})
    monkeypatch.chdir(tmp_path)
    there = ledger(tmp_path, FILES)
    there.begin(tmp_path, worth=0)
    assert there.judged() == ledger(tmp_path, FILES).judged()
    assert not (tmp_path / "ran").exists()


def test_what_is_kept_is_not_read_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path, "p1")
    first = ledger(tmp_path / "one", FILES, cache)
    found = first.judged()
    again = Ledger(first._blobs, reader(tmp_path / "nowhere"), MXN, cache)  # noqa: SLF001
    again.begin(tmp_path, worth=0)
    assert again.judged() == found
    assert again.book().last == first.book().last
    assert again.book().latest == first.book().latest


def test_small_ledgers_are_judged_here(tmp_path: Path) -> None:
    small = ledger(tmp_path, FILES)
    small.begin(tmp_path)
    small.judged()
    assert not isinstance(small.book(), SearchedBook)


def test_another_process_that_fails_is_replaced(tmp_path: Path) -> None:
    stopped = ledger(tmp_path, FILES)
    stopped.begin(tmp_path, worth=0)
    stopped.end()
    stopped.end()
    assert stopped.judged() == ledger(tmp_path, FILES).judged()


def test_files_that_changed_meanwhile_are_not_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", "p1")
    changing = ledger(tmp_path, FILES, cache)
    write(tmp_path, {BAD.replace("04", "03"): "# nothing\n"})
    assert changing.judged().records.methods == {}
    assert cache.conclusions("ledger") == {}
    (tmp_path / BAD.replace("04", "03")).unlink()
    assert ledger(tmp_path, {}).judged().problems == []


def test_the_program_reads_an_order_and_writes_conclusions(tmp_path: Path) -> None:
    given = ledger(tmp_path, FILES)
    out = io.BytesIO()
    order = [str(tmp_path), "MXN", given.key, [*given._blobs.items()]]  # noqa: SLF001
    main(io.BytesIO(json.dumps(order).encode()), out)
    kept = dumped(given.judged())
    assert json.loads(out.getvalue()) == [*kept, True]
    assert revived(kept) == given.judged()
