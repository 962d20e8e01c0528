"""The plan in a browser."""

from ispconf.planning.changes import Action
from ispconf.planning.changeset import Changeset, Impact, Money, RouterPlan, Status
from ispconf.planning.report import pages
from tests.planning.worlds import DAY, change

SOME = Impact(1, 2, 0, 0, 3, 0)
ANA = change(
    Action.SET, before={"disabled": "no"}, after={"disabled": "yes"}, reason="suspended: late"
)


def plan(count: int, router: str = "norte-1", **facts: str) -> RouterPlan:
    return RouterPlan(router, Status.PLANNED, (ANA,) * count, **facts)  # type: ignore[arg-type]


def planned(*plans: RouterPlan, commit: str = "0123abcdef", dirty: bool = False) -> Changeset:
    return Changeset(commit, dirty, DAY, plans, Money(1, "350.00 MXN", 0))


def test_a_page_stands_alone() -> None:
    refused = plan(1, problem="guard cuts: 9 of 10")._replace(notes=("a note",))
    shown = pages.in_html(planned(refused), SOME)
    assert shown.startswith("<!doctype html>")
    assert "<script" not in shown
    assert "src=" not in shown
    for said in ("guard cuts: 9 of 10", "a note", "disabled  no -&gt; yes", "Plan of 2026-11-06"):
        assert said in shown
