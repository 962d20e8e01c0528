"""The plan for people, to the letter."""

import pytest

from ispconf.planning.changes import Action, Change
from ispconf.planning.changeset import Changeset, Impact, Money, RouterPlan, Status
from ispconf.planning.report import text
from ispconf.routeros.tables import ACTIVE, ADDRESS_LIST, FILTER, PROFILE, QUEUE, SECRET
from tests.planning.worlds import DAY, change

NOBODY = Impact(0, 0, 0, 0, 0, 0)
DUE = "suspended: invoice invoices-000123 was due 2026-11-01"
CHANGES: tuple[Change, ...] = (
    change(Action.ADD, key={"name": "ben-ruiz"}, reason="new subscriber ben-ruiz/casa", after={
        "name": "ben-ruiz", "profile": "hogar-50", "remote-address": "10.20.0.23",
        "password": "clave", "disabled": "false"}),
    change(Action.ADD, key={"name": "dora"}, reason="new subscriber dora/casa",
           after={"name": "dora", "profile": "hogar-50", "disabled": "true"}),
    change(Action.SET, key={"name": "ana-lopez"}, reason=DUE,
           before={"disabled": "false"}, after={"disabled": "true"}),
    change(Action.SET, PROFILE.path, key={"name": "hogar-20"}, reason="plan hogar-20",
           before={"rate-limit": ""}, after={"rate-limit": "5M/20M"}),
    change(Action.ADOPT, QUEUE.path, key={"name": "eva"}, reason="the row is there already",
           before={"comment": "eva", "max-limit": "1000000/0"},
           after={"comment": "ispconf:eva/casa", "max-limit": "5000000/20000000"}),
    change(Action.ADD, ADDRESS_LIST.path, key={"list": "morosos", "address": "10.20.0.15"},
           after={"list": "morosos", "address": "10.20.0.15"}, reason=DUE),
    change(Action.MOVE, FILTER.path, key={"comment": "ispconf:router:norte-1#block"},
           reason="it must stand first in its chain"),
    change(Action.REMOVE, QUEUE.path, key={"name": "carla-m"}, reason="cancelled on 2026-11-01",
           before={"name": "carla-m", "max-limit": "5000000/20000000", "target": "10.20.0.31/32"}),
    change(Action.DISCONNECT, ACTIVE.path, key={"name": "ana-lopez"},
           reason="so that the cut takes effect"),
)  # fmt: skip
PLANS = (
    RouterPlan("norte-1", Status.PLANNED, CHANGES, routeros="7.16.2", rows=412,
               notes=("3 rows of others are left alone",)),
    RouterPlan("centro-1", Status.UNCHANGED, routeros="6.49.10", rows=90),
    RouterPlan("este-1", Status.REFUSED, CHANGES[2:3], "guard cuts: 9 of 10",
               routeros="7.1", rows=9),
    RouterPlan("sur-1", Status.UNREACHABLE, CHANGES[:2], "connection timed out after 10 s"),
    RouterPlan("oeste-1", Status.DEFERRED, CHANGES, "api: disabled, nothing is sent to it"),
    RouterPlan("valle-1", Status.INCOMPLETE, (), "the answer was cut short"),
)  # fmt: skip
PLAN = Changeset("0123abc", False, DAY, PLANS, Money(1, "350.00 MXN", 0))  # noqa: FBT003

SHOWN = """\
norte-1   RouterOS 7.16.2   412 rows

  + /ppp/secret                ben-ruiz       plan hogar-50, 10.20.0.23                  new subscriber ben-ruiz/casa
  + /ppp/secret                dora           plan hogar-50, disabled                    new subscriber dora/casa
  ~ /ppp/secret                ana-lopez      disabled  no -> yes                        suspended: invoice invoices-000123 was due 2026-11-01
  ~ /ppp/profile               hogar-20       rate-limit  "" -> 5M/20M                   plan hogar-20
  = /queue/simple              eva            marked as ours, max-limit  1M/0 -> 5M/20M  the row is there already
  + /ip/firewall/address-list  10.20.0.15     on list morosos                            suspended: invoice invoices-000123 was due 2026-11-01
  > /ip/firewall/filter        ispconf:block  moved to the top                           it must stand first in its chain
  - /queue/simple              carla-m        5M/20M, 10.20.0.31/32                      cancelled on 2026-11-01
  ! /ppp/active                ana-lopez      disconnect                                 so that the cut takes effect
  note: 3 rows of others are left alone

centro-1   RouterOS 6.49.10   90 rows
  nothing to change

este-1   RouterOS 7.1   9 rows

  ~ /ppp/secret  ana-lopez  disabled  no -> yes  suspended: invoice invoices-000123 was due 2026-11-01
  REFUSED  guard cuts: 9 of 10

sur-1   unreachable: connection timed out after 10 s   2 changes wait

oeste-1   deferred: api: disabled, nothing is sent to it   9 changes wait

valle-1   incomplete: the answer was cut short

Plan: 3 to add, 1 to adopt, 3 to change, 1 to remove, 1 to move, 1 to disconnect on 2 routers; 2 routers not reached; 1 router deferred.
Subscribers: 1 loses service, 2 change speed; 1 session dropped.
Money: 1 service suspended (350.00 MXN past due), 0 restored.
"""  # noqa: E501


def test_a_plan_reads_as_its_changes_stand() -> None:
    found = "\n".join(line.text for line in text.lines(PLAN, Impact(1, 0, 2, 0, 0, 1)))
    assert found == SHOWN.rstrip("\n")


def test_a_plan_that_does_nothing_says_so() -> None:
    calm = Changeset("", False, DAY, (RouterPlan("n", Status.UNCHANGED, routeros="7.1"),))  # noqa: FBT003
    assert [line.text for line in text.lines(calm, NOBODY)] == [
        "n   RouterOS 7.1   0 rows",
        "  nothing to change",
        "",
        "Plan: nothing to change.",
        "Subscribers: none affected.",
        "Money: 0 services suspended, 0 restored.",
    ]


def test_of_a_router_that_was_not_read_nothing_is_known() -> None:
    away = Changeset("", False, DAY, (RouterPlan("n", Status.UNREACHABLE, problem="away"),))  # noqa: FBT003
    shown = [line.text for line in text.lines(away, NOBODY)]
    assert "Plan: unknown; 1 router not reached." in shown


@pytest.mark.parametrize(
    ("action", "style"),
    [(Action.ADD, "green"), (Action.SET, "yellow"), (Action.REMOVE, "red"), (Action.MOVE, "cyan")],
)
def test_a_line_has_the_colour_of_its_action(action: Action, style: str) -> None:
    plan = RouterPlan("n", Status.PLANNED, (change(action, SECRET.path),), routeros="7.1")
    shown = list(text.lines(Changeset("", False, DAY, (plan,)), NOBODY))  # noqa: FBT003
    assert shown[2].style == style


def test_a_text_wider_than_its_column_is_shown_whole() -> None:
    long = change(after={"caller-id": "x" * 200}, before={"caller-id": ""})
    plan = RouterPlan("n", Status.PLANNED, (long, change()), routeros="7.1")
    shown = [line.text for line in text.lines(Changeset("", False, DAY, (plan,)), NOBODY)]  # noqa: FBT003
    assert "x" * 200 in shown[2]
    assert len(shown[3]) < 100
