"""The plan in a pull request and in a browser."""

import pytest

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


def test_a_comment_has_its_mark_the_sums_and_a_block_for_each_router() -> None:
    late = RouterPlan("sur-1", Status.UNREACHABLE, (), "timed out", notes=("7 rows",))
    assert pages.in_markdown(planned(plan(1), late), SOME, "plan.json") == (
        "<!-- ispconf:plan -->\n"
        "### Plan: 1 to change on 1 router; 1 router not reached.\n"
        "\n"
        "Subscribers: 1 lose service, 2 get it back, 3 new.  \n"
        "Money: 1 service suspended (350.00 MXN past due), 0 restored.  \n"
        "Commit 0123abc, judged on 2026-11-06.\n"
        "\n"
        "<details><summary><b>norte-1</b>: planned, 1 changes</summary>\n"
        "\n"
        "| | menu | row | change | why |\n"
        "|---|---|---|---|---|\n"
        "| &#126; | /ppp/secret | ana | disabled  no -&#62; yes | suspended&#58; late |\n"
        "\n"
        "</details>\n"
        "\n"
        "<details><summary><b>sur-1</b>: unreachable, 0 changes</summary>\n"
        "\n"
        "> timed out\n"
        "\n"
        "- 7 rows\n"
        "\n"
        "</details>\n"
    )


@pytest.mark.parametrize(
    ("commit", "dirty", "said"),
    [
        ("0123abcdef", False, "Commit 0123abc, judged"),
        ("0123abcdef", True, "Commit 0123abc with local changes, judged"),
        ("", False, "Commit no commit, judged"),
    ],
)
def test_a_comment_says_what_was_judged(commit: str, dirty: bool, said: str) -> None:  # noqa: FBT001
    assert said in pages.in_markdown(planned(commit=commit, dirty=dirty), SOME, "plan.json")


@pytest.mark.parametrize("count", [0, 1, 100, 1000, 20_000])
def test_a_comment_stays_within_its_limit_at_any_size(count: int) -> None:
    sizes = (plan(count), plan(min(count, 3), "sur-1"))
    shown = pages.in_markdown(planned(*sizes), SOME, "plan.json")
    assert len(shown.encode()) <= pages.LIMIT
    assert shown.startswith(pages.MARKER)
    folded = f"**norte-1**: {count} changes, folded: see plan.json" in shown
    assert folded is (count >= 1000)
    assert "**sur-1**" not in shown


def test_the_largest_routers_are_folded_first() -> None:
    plans = [plan(size, f"r{size}") for size in (1, 40, 20, 30)]
    whole = pages.in_markdown(planned(*plans), SOME, "plan.json")
    shown = pages.in_markdown(planned(*plans), SOME, "plan.json", len(whole.encode()) - 4000)
    assert [name for name in ("r1", "r20", "r30", "r40") if f"**{name}**" in shown] == [
        "r30",
        "r40",
    ]


@pytest.mark.parametrize("limit", [600, 1000, 5000, 20_000, 30_000])
def test_many_routers_stay_within_the_limit_too(limit: int) -> None:
    plans = [plan(number % 3, f"r{number}") for number in range(900)]
    shown = pages.in_markdown(planned(*plans), SOME, "plan.json", limit)
    assert len(shown.encode()) <= limit
    assert "... and more routers: see plan.json" in shown


def test_a_page_stands_alone() -> None:
    refused = plan(1, problem="guard cuts: 9 of 10")._replace(notes=("a note",))
    shown = pages.in_html(planned(refused), SOME)
    assert shown.startswith("<!doctype html>")
    assert "<script" not in shown
    assert "src=" not in shown
    for said in ("guard cuts: 9 of 10", "a note", "disabled  no -&gt; yes", "Plan of 2026-11-06"):
        assert said in shown
