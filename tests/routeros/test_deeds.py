"""Who changed a row, by the router's own history."""

import pytest

from ispconf.routeros.deeds import Deed, deeds

CASES = [
    # as MikroTik's manual shows it (Configuration Undo/Redo)
    ({"by": "admin", "time": "oct/10/2019 18:51:05", "undo": "/ip firewall filter remove *4"},
     Deed("admin", "2019-10-10 18:51:05", "/ip/firewall/filter", "added", "*4")),
    ({"by": "luis", "time": "2026-11-04 12:00:01", "undo": "/ppp secret set *A password=geheim"},
     Deed("luis", "2026-11-04 12:00:01", "/ppp/secret", "changed", "*A")),
    ({"by": "luis", "undo": "/queue/simple/set *2 max-limit=1M/1M \\\n    disabled=no"},
     Deed("luis", "", "/queue/simple", "changed", "*2")),
    ({"by": "luis", "time": "18:51:05", "undo":
      '/ppp secret add comment="ispconf:eva/casa \\"Eva\\"" name=eva password="a name=b"'},
     Deed("luis", "18:51:05", "/ppp/secret", "removed", "", "eva", 'ispconf:eva/casa "Eva"')),
    ({"by": "luis", "time": "x/10/2019", "undo": "/ip firewall filter move *4 *5"},
     Deed("luis", "x/10/2019", "/ip/firewall/filter", "moved", "*4")),
]  # fmt: skip


@pytest.mark.parametrize(("row", "deed"), CASES)
def test_what_takes_a_change_back_names_its_row(row: dict[str, str], deed: Deed) -> None:
    assert deeds([row]) == [deed]
    assert "geheim" not in str(deeds([row]))


@pytest.mark.parametrize(
    "row", [{}, {"by": "", "undo": ""}, {"by": "x", "undo": "nonsense"}, {"undo": "/a remove *1"}]
)
def test_what_cannot_be_read_is_nobodys(row: dict[str, str]) -> None:
    assert deeds([row]) == []


def test_the_latest_comes_first() -> None:
    rows = [{"by": "a", "time": f"2026-11-0{n} 10:00:00", "undo": "/x set *1"} for n in (1, 3, 2)]
    assert [deed.time[9] for deed in deeds(rows)] == ["3", "2", "1"]
