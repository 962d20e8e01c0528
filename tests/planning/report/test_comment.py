"""The plan in a pull request: verdict first, then what hurts, within its limit at any size."""

from fractions import Fraction
from itertools import chain

import pytest

from ispconf.planning.changes import Action
from ispconf.planning.changeset import RouterPlan, Status
from ispconf.planning.guards import Bound, Refusal
from ispconf.planning.report.comment import MARKER, comment
from ispconf.planning.report.room import LIMIT
from ispconf.planning.report.stamp import stamps
from tests.planning.report.towns import SIZES, arrival, cut, planned, removal, told, town, who
from tests.planning.worlds import change


def test_a_small_plan_is_told_whole() -> None:
    late = RouterPlan("sur-1", Status.UNREACHABLE, (), "timed out", notes=("7 rows",))
    plan = planned((cut(1)[0], arrival(2)), routers=1)
    plan = plan._replace(routers=(*plan.routers, late))
    said = "suspended&#58; invoice invoices-000001 &#40;350.00 MXN&#41; was due 2026-11-01"
    assert comment(told(plan)) == (
        "<!-- ispconf:plan -->\n"
        "### Plan: 1 to add, 1 to change on 1 router; 1 router not reached.\n"
        "\n"
        "**Subscribers: 1 loses service, 1 new.**  \n"
        "Money: 1 service suspended (350.00 MXN past due), 0 restored.  \n"
        "Commit 0123abc, judged on 2026-11-06.\n"
        "\n"
        "> **unreachable**: timed out (sur-1)\n"
        "\n"
        "#### 1 of 2 changes take something away\n"
        "\n"
        "| | router | menu | row | change | why |\n"
        "|---|---|---|---|---|---|\n"
        f"| norte-1 | &#126; | /ppp/secret | {who(1)} | disabled  no -&#62; yes |"
        f" {said}, cut 2026-11-05 |\n"
        "\n"
        "#### The rest, by cause\n"
        "\n"
        "- 1 x new subscriber (norte-1)\n"
        "\n"
        "<details><summary><b>norte-1</b>: planned, 2 changes</summary>\n"
        "\n"
        "| | menu | row | change | why |\n"
        "|---|---|---|---|---|\n"
        f"| &#126; | /ppp/secret | {who(1)} | disabled  no -&#62; yes | {said}, cut 2026-11-05 |\n"
        f"| &#43; | /ppp/secret | {who(2)} | plan hogar-20, 10.20.0.15 |"
        f" new subscriber {who(2)}/casa |\n"
        "\n"
        "</details>\n"
        "\n"
        "<details><summary><b>sur-1</b>: unreachable, 0 changes</summary>\n"
        "\n"
        "- 7 rows\n"
        "\n"
        "</details>\n"
        "\n"
        f"Digest {'ab' * 32}; everything is in artifact plan.\n"
        f'<!-- ispconf:state [["0123abcdef", "2026-11-06", "{"ab" * 32}", "Plan: 1 to add, 1 to'
        " change on 1 router; 1 router not reached. Subscribers: 1 loses service, 1 new."
        '"]] -->'
    )


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "Commit 0123abc, judged"),
        ({"dirty": True}, "Commit 0123abc with local changes, judged"),
        ({"commit": ""}, "Commit no commit, judged"),
    ],
)
def test_a_comment_says_what_was_judged(facts: dict[str, object], said: str) -> None:
    plan = town(1)._replace(**facts)  # type: ignore[arg-type]
    assert said in comment(told(plan))


def test_a_guard_that_refuses_is_the_verdict_and_is_told_once() -> None:
    plan = town(8, routers=40)
    refused = [
        each._replace(status=Status.REFUSED, problem="guard cuts: 900 of 1000; --allow cuts=900")
        for each in plan.routers
    ]
    shown = comment(told(plan._replace(routers=tuple(refused))))
    assert shown.splitlines()[1].startswith("### Refused by a guard. Plan: 2 to add, 2 to change")
    assert shown.count("guard cuts") == 1
    assert "cuts=900 (norte-1, norte-2, norte-3" in shown
    assert "norte-10 and 30 more)" in shown


def test_the_label_that_lifts_a_guard_is_named() -> None:
    refusal = Refusal("cuts", 9, 10, Bound(5, Fraction(1, 100)))
    (router,) = town(8, routers=1).routers
    refused = router._replace(status=Status.REFUSED, problem=str(refusal), guards=(refusal,))
    shown = comment(told(town(8)._replace(routers=(refused,), notes=("from a snapshot | @all",))))
    assert "A label lifts exactly this: ispconf&#58;allow-cuts=9." in shown
    assert "Note: from a snapshot &#124; &#64;" in shown


def test_no_number_of_notes_goes_beyond_the_limit() -> None:
    plan = town(8)._replace(notes=tuple(f"note {at}" for at in range(9_000)))
    assert len(comment(told(plan)).encode()) <= LIMIT


def test_guards_leave_room_for_what_they_refuse() -> None:
    plan = town(400, routers=400)
    refused = [
        each._replace(status=Status.REFUSED, problem=f"guard removed: {at} of 900 rows")
        for at, each in enumerate(plan.routers)
    ]
    shown = comment(told(plan._replace(routers=tuple(refused))))
    assert len(shown.encode()) <= LIMIT
    assert "more problems: see artifact plan" in shown
    assert shown.index("more problems") < shown.index(who(0))


HURTS = (Action.REMOVE, Action.DISCONNECT)


@pytest.mark.parametrize("routers", [1, 20, 700])
@pytest.mark.parametrize("size", SIZES[:-3])
def test_what_hurts_is_told_of_everybody_before_the_rest(size: int, routers: int) -> None:
    plan = town(size, routers)
    shown = comment(told(plan))
    assert len(shown.encode()) <= LIMIT
    assert shown.startswith(MARKER)
    assert shown.count("<details>") == shown.count("</details>")
    hit = {each.key["name"] for each in plan.changes() if each.action in HURTS}
    above = shown.partition("#### The rest")[0]
    missing = [name for name in hit if name not in above]
    if size <= 2000:
        assert not missing
    else:
        assert "more: see artifact plan" in above
        assert len(hit) - len(missing) > 1500
    if any(each.action is Action.ADD for each in plan.changes()):
        count = sum(each.action is Action.ADD for each in plan.changes())
        assert f"- {count} x new subscriber" in shown


def test_a_hundred_thousand_changes_are_told_in_what_a_comment_may_have() -> None:
    shown = comment(told(town(100_000, 20)))
    assert len(shown.encode()) <= LIMIT
    assert "**Subscribers: 50000 lose service, 25000 new; 25000 sessions dropped.**" in shown
    assert "<b>25000 x suspended&#58; cut day 5 &#40;zone norte&#41;</b>, 25000 sessions" in shown
    assert "<b>25000 x in no file</b>" in shown
    assert "more: see artifact plan" in shown
    assert "- 25000 x new subscriber (norte-1, norte-2, norte-3 and 17 more)" in shown
    assert shown.count("folded: see artifact plan") == 20


def test_a_cut_of_two_thousand_names_each_of_them_once() -> None:
    shown = comment(told(planned(tuple(chain.from_iterable(map(cut, range(2000)))))))
    assert len(shown.encode()) <= LIMIT
    assert all(shown.count(who(number)) == 1 for number in range(2000))
    assert "2000 sessions dropped" in shown
    assert "<b>norte-2</b> maria-hernandez-00003," in shown


@pytest.mark.parametrize("limit", [3_000, 20_000, 1_000_000])
def test_any_limit_is_kept(limit: int) -> None:
    for size in (1, 50, 900):
        for routers in (1, 900):
            assert len(comment(told(town(size, routers)), limit).encode()) <= limit


def test_many_causes_are_counted_where_they_are_too_many() -> None:
    changes = tuple(
        change(
            Action.REMOVE,
            key={"name": who(at)},
            owner=f"{who(at)}/x",
            cause=f"cause {at} {'y' * 60}",
        )
        for at in range(2000)
    )
    shown = comment(told(planned(changes)))
    assert len(shown.encode()) <= LIMIT
    assert "causes: see artifact plan" in shown
    rest = tuple(arrival(at)._replace(cause=f"cause {at}") for at in range(100))
    shown = comment(told(planned(rest)), 5000)
    assert "more causes" in shown


def test_the_largest_routers_are_folded_first() -> None:
    plan = planned(())
    sizes = {"r1": 1, "r40": 40, "r20": 20, "r30": 30}
    plans = [
        RouterPlan(name, Status.PLANNED, tuple(map(arrival, range(size))))
        for name, size in sizes.items()
    ]
    plan = plan._replace(routers=tuple(plans))
    whole = comment(told(plan))
    shown = comment(told(plan), len(whole.encode()) - 6000)
    assert [name for name in sizes if f"**{name}**" in shown] == ["r40", "r30"]


def test_what_stood_there_before_is_kept_folded_and_hidden_for_the_next() -> None:
    first, second = told(town(4)), told(town(8))
    shown = comment(second._replace(before=stamps(comment(first))))
    assert "<details><summary>Before: 1 earlier plan</summary>" in shown
    assert f"- 2026-11-06, commit 0123abc, digest {'ab' * 6}: Plan&#58; 1 to add" in shown
    assert stamps(shown) == [second.stamp, first.stamp]


def test_a_removal_that_frees_somebody_stands_last_among_what_is_taken_away() -> None:
    freed = change(
        Action.REMOVE, "/ip/firewall/address-list", key={"list": "morosos", "address": "10.0.0.9"},
        effect="restore", cause="restored: paid", owner="zoe/casa",
    )  # fmt: skip
    shown = comment(told(planned((removal(3),))._replace(routers=(
        RouterPlan("norte-1", Status.PLANNED, (freed, removal(3), cut(6)[0])),
    ))))  # fmt: skip
    assert shown.index(who(6)) < shown.index("in no file") or shown.index(who(3))
    table = shown.partition("#### 3 of 3")[2].partition("<details>")[0]
    assert table.index(who(6)) < table.index("10.0.0.9")
    assert table.index(who(3)) < table.index("10.0.0.9")
