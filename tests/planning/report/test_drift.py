"""Drift for people: each row as it was and as somebody left it."""

from typing import Any

import pytest

from ispconf.planning.byhand import by_hand
from ispconf.planning.changes import Action, Change
from ispconf.planning.changeset import Changeset, RouterPlan, Status
from ispconf.planning.report import drift
from ispconf.routeros.deeds import Deed
from ispconf.routeros.tables import FILTER, QUEUE
from tests.planning.report.towns import arrival
from tests.planning.worlds import DAY, change

MARK = "ispconf:ana/casa"


def told(*plans: RouterPlan) -> Changeset:
    return Changeset("", dirty=False, day=DAY, routers=plans)


def plan(*changes: Change, **facts: Any) -> RouterPlan:
    given: dict[str, Any] = {"status": Status.PLANNED, "routeros": "7.16.2", "rows": 9} | facts
    return RouterPlan("norte-1", changes=by_hand(changes), **given)


MOVED = change(Action.MOVE, FILTER.path, key={"comment": "ispconf:router:norte-1#block"})
CHANGED = change(
    before={"comment": "Eva", "disabled": "true"}, after={"comment": MARK, "disabled": "false"}
)
OTHER = change(before={"comment": "ispconf:ben/casa"}, after={"comment": MARK})


def test_every_deed_has_its_line() -> None:
    held = plan(MOVED, CHANGED, OTHER, notes=("a note",))
    text = [line.text for line in drift.lines(told(held))]
    assert text[1].startswith("  > /ip/firewall/filter")
    assert "our mark -> Eva, disabled  no -> yes" in text[2]
    assert "comment ispconf:ben/casa" in text[3]
    assert text[4] == "  note: a note"
    assert text[-2] == "Drift: 3 rows changed by hand on 1 router."


def test_routers_that_were_not_read_or_are_as_they_were() -> None:
    lost = plan(status=Status.UNREACHABLE, problem="no answer | @all")
    quiet = plan(status=Status.UNCHANGED)
    text = [line.text for line in drift.lines(told(lost, quiet))]
    assert text[0] == "norte-1   unreachable: no answer | @all"
    assert "  nothing was changed by hand" in text
    assert text[-1] == "Drift: nothing was changed by hand; 1 router not reached."
    assert "@all" not in drift.in_markdown(told(lost, quiet))
    assert drift.verdict(told(lost)) == "Drift: unknown; 1 router not reached."


@pytest.mark.parametrize("rows", [1, 200, 3000])
def test_a_comment_has_its_bounds(rows: int) -> None:
    text = drift.in_markdown(told(plan(*map(arrival, range(rows)))))
    assert len(text.encode()) <= 60_000
    assert f"{rows} row{'s' if rows > 1 else ''} changed by hand" in text
    more = text.rpartition(" more rows: `ispconf drift")[0].rpartition("\n")[2]
    assert (int(more or 0) > 2000) is (rows == 3000)
    assert int(more or 0) + text.count("| /ppp/secret |") == rows


def test_who_did_it_is_the_latest_that_fits() -> None:
    deeds = [
        Deed("luis", "3", "/ppp/secret", "changed", "*7"),
        Deed("ana", "2", "/ppp/secret", "changed", "*1"),
        Deed("eva", "1", "/ppp/secret", "removed", name="ana"),
        Deed("eva", "", QUEUE.path, "removed", comment=f"{MARK} Ana"),
    ]
    changed = change(id="*1", before={"disabled": "true"}, after={"disabled": "false"})
    removed = change(Action.ADD)
    queue = change(Action.ADD, QUEUE.path, key={"name": "ana/casa"})
    unknown = change(Action.REMOVE)
    dropped = change(Action.DISCONNECT, "/ppp/active")
    found = by_hand([changed, removed, queue, unknown, dropped], deeds)
    assert [each.reason for each in found] == [
        "ana changed it on the router, 2",
        "eva removed it on the router, 1",
        "eva removed it on the router",
        "somebody added it with our mark",
    ]
    assert [each.by for each in found][:2] == [("ana", "2"), ("eva", "1")]
