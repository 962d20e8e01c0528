"""Plans of any size, made of values: cuts with their dropped sessions, removals, sign-ups."""

from itertools import chain, cycle, islice

from ispconf.planning.changes import Action, Change
from ispconf.planning.changeset import Changeset, Impact, Money, RouterPlan, Status, impact
from ispconf.planning.report.comment import Told
from ispconf.routeros.tables import ACTIVE, QUEUE, SECRET
from tests.planning.worlds import DAY, change

DIGEST = "ab" * 32


def who(number: int) -> str:
    """The subscriber with this number."""
    return f"maria-hernandez-{number:05}"


def _of(number: int) -> dict[str, object]:
    return {"key": {"name": who(number)}, "owner": f"{who(number)}/casa"}


def cut(number: int) -> tuple[Change, Change]:
    """Somebody is cut by the calendar, and the session is dropped."""
    invoice = f"invoice invoices-{number:06} (350.00 MXN) was due 2026-11-01, cut 2026-11-05"
    told = {"effect": "suspend", "calendar": True, "reason": f"suspended: {invoice}"}
    fields = {"before": {"disabled": "false"}, "after": {"disabled": "true"}}
    cause = "suspended: cut day 5 (zone norte)"
    said = "so that the cut takes effect"
    return (
        change(Action.SET, SECRET.path, **_of(number), **fields, **told, cause=cause),
        change(Action.DISCONNECT, ACTIVE.path, **_of(number), reason=said, cause=said),
    )


def removal(number: int) -> Change:
    """Somebody is in no file any more."""
    told = {"effect": "cancel", "cause": "in no file"}
    reason = f"{who(number)}/casa is in no file"
    before = {"max-limit": "5000000/20000000", "target": "10.20.0.31/32"}
    return change(Action.REMOVE, QUEUE.path, **_of(number), before=before, reason=reason, **told)


def arrival(number: int) -> Change:
    """Somebody is new."""
    reason = f"new subscriber {who(number)}/casa"
    told = {"effect": "create", "reason": reason, "cause": "new subscriber"}
    after = {"profile": "hogar-20", "remote-address": "10.20.0.15"}
    return change(Action.ADD, SECRET.path, **_of(number), after=after, **told)


def everything(number: int) -> tuple[Change, ...]:
    """What happens to three subscribers: one is cut, one goes, one comes."""
    return (*cut(number), removal(number + 1), arrival(number + 2))


def planned(changes: tuple[Change, ...], routers: int = 3) -> Changeset:
    """These changes, dealt out to routers."""
    dealt: list[list[Change]] = [[] for _ in range(routers)]
    for each in changes:  # what happens to one subscriber happens on one router
        dealt[int(each.key["name"].rpartition("-")[2]) // 3 % routers].append(each)
    plans = (
        RouterPlan(f"norte-{at + 1}", Status.PLANNED, tuple(held), routeros="7.16.2")
        for at, held in enumerate(dealt)
    )
    return Changeset("0123abcdef", False, DAY, tuple(plans), Money(1, "350.00 MXN", 0))  # noqa: FBT003


def town(size: int, routers: int = 3) -> Changeset:
    """A plan of that many changes of every kind."""
    numbers = range(0, 3 * size, 3)
    return planned(tuple(islice(chain.from_iterable(map(everything, numbers)), size)), routers)


def told(changeset: Changeset, **facts: object) -> Told:
    """What a comment is given to tell."""
    found: Impact = impact(changeset, {})
    return Told(changeset, found, DIGEST, "artifact plan", **facts)  # type: ignore[arg-type]


SIZES = (0, 1, 20, 21, 200, 400, 900, 2_000, 6_000, 20_000, 100_000)
ROUTERS = dict(zip(SIZES, cycle((1, 3, 20, 700)), strict=False))
