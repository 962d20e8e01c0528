"""Law 1 and law 6 as values: what is applied is there, whatever happened in between."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ispconf.planning import blocking
from ispconf.planning.changes import Action, Change, compare
from ispconf.planning.stages import Step, stages
from ispconf.routeros.rows import Row, State, comment, state
from ispconf.routeros.tables import (
    ACTIVE,
    ADDRESS_LIST,
    FILTER,
    NAT,
    POOL,
    PROFILE,
    QUEUE,
    SECRET,
    TABLES,
)
from ispconf.services import KINDS
from ispconf.services.account import CUT, Account, Offer, Site, Speed, Suspension
from tests.planning.worlds import M, Model
from tests.services.people import described

CHANCE = st.randoms(use_true_random=True)  # quick: one seed a world, however large
OFFERS = [
    Offer("hogar-20", "Hogar 20", Speed(20 * M, 5 * M)),
    Offer("hogar-50", "Hogar 50", Speed(50 * M, 10 * M), priority=4),
    Offer("negocio", "Negocio", Speed(100 * M, 50 * M), guaranteed=Speed(M, M), parent="total"),
]


@dataclass(frozen=True)
class World:
    """A router's accounts and rules on one day, as wanted."""

    accounts: tuple[Account, ...]
    rules: tuple[Row, ...]
    pool: tuple[Row, ...]

    @property
    def state(self) -> State:
        """The wanted state."""
        return state((*self.pool, *described(*self.accounts), *self.rules))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to five accounts that keep their owners from one world to the next."""
    chance = draw(CHANCE)
    cut = Suspension(chance.choice(["address-list", "disable", "profile"]), chance.choice("mn"))
    site = Site("norte-1", "10.20.0.1", pool=chance.choice(["", "homes"]), lan="bridge")
    accounts = tuple(_account(chance, number, cut, site) for number in range(5))
    held = tuple(each for each in accounts if chance.random() < 0.8)
    notice = chance.choice([None, ("10.8.0.1", "8080")])
    rules = blocking.rows("norte-1", cut.list, chance.choice([[], ["10.8.0.1"]]), notice)
    words = comment("router:norte-1", "addresses")
    pool = Row(POOL.path, {"name": "homes", "ranges": "10.99.0.1-10.99.0.250", "comment": words},
               "router:norte-1")  # fmt: skip
    return World(held, tuple(rules) if chance.random() < 0.8 else (), (pool,) if site.pool else ())


def _account(chance: Random, number: int, cut: Suspension, site: Site) -> Account:
    kind = chance.choice(["pppoe", "pppoe", "queue"])
    pooled = kind == "pppoe" and site.pool and chance.random() < 0.5
    return Account(
        f"p{number}/casa",
        kind,
        chance.choice(OFFERS),
        chance.choice(["Ana", "Ana María"]),
        user=f"{chance.choice('uv')}{number}" if kind == "pppoe" else "",
        password=chance.choice(["a", "b", None]),
        address="" if pooled else f"10.20.{chance.choice('01')}.{10 + number}",
        mac=chance.choice(["", "4C:5E:0C:11:22:33"]),
        served=chance.choice([True, False, None]),
        suspension=cut,
        site=site,
    )


FOREIGN = [
    Row(SECRET.path, {"name": "u0", "profile": "default", "password": "x", "disabled": "true"}),
    Row(SECRET.path, {"name": "extern", "comment": "yes"}),
    Row(PROFILE.path, {"name": "hogar-50", "rate-limit": "1M"}),
    Row(QUEUE.path, {"name": "p1/casa", "target": "10.20.0.99/32"}),
    Row(QUEUE.path, {"name": "total", "max-limit": "1000000000/0"}),
    Row(ADDRESS_LIST.path, {"list": "m", "address": "10.20.0.12"}),
    Row(ADDRESS_LIST.path, {"list": "vip", "address": "10.20.0.11"}),
    Row(FILTER.path, {"chain": "forward", "action": "fasttrack-connection"}),
    Row(FILTER.path, {"chain": "forward", "action": "accept", "comment": "established"}),
    Row(FILTER.path, {"chain": "input", "action": "drop"}),
    Row(FILTER.path, {"chain": "forward", "action": "passthrough"}, dynamic=True),
    Row(NAT.path, {"chain": "srcnat", "action": "masquerade"}),
    Row(NAT.path, {"chain": "dstnat", "action": "dst-nat", "comment": "camera"}),
]


@st.composite
def routers(draw: st.DrawFn) -> Model:
    """A router as some world left it, with hands that changed it and rows of others."""
    before = draw(worlds())
    chance = draw(CHANCE)
    rows = [_touched(chance, row) for row in before.state]
    rows = [row for row in rows if row.table in (PROFILE.path, POOL.path) or chance.random() < 0.9]
    strangers = [row for row in FOREIGN if chance.random() < 0.5]
    names = {(row.table, row.fields.get("name")) for row in rows if "name" in row.fields}
    listed = {row.fields.get("address") for row in rows if row.table == ADDRESS_LIST.path}
    rows += [
        row
        for row in strangers
        if (row.table, row.fields.get("name")) not in names
        and (row.table != ADDRESS_LIST.path or row.fields["address"] not in listed)
    ]
    chance.shuffle(rows)
    rows += _sessions(chance, before.accounts)
    return Model.holding(sorted(rows, key=lambda row: row.table in (SECRET.path, QUEUE.path)))


def _touched(chance: Random, row: Row) -> Row:
    """The row as it is, or after somebody's hands."""
    by_hand = {
        SECRET.path: {"disabled": "true", "password": "changed", "caller-id": ""},
        PROFILE.path: {"rate-limit": "1M/1M", "local-address": "10.0.0.1"},
        QUEUE.path: {"max-limit": "1000000/0", "disabled": "true"},
        ADDRESS_LIST.path: {"disabled": "true"},
        FILTER.path: {"disabled": "true", "chain": "input", "protocol": "icmp"},
        NAT.path: {"to-ports": "1"},
    }.get(row.table, {})
    if not by_hand or chance.random() < 0.7:
        return row
    name = chance.choice(sorted(by_hand))
    return row._replace(fields={**row.fields, name: by_hand[name]})


def _sessions(chance: Random, accounts: Iterable[Account]) -> Iterable[Row]:
    for account in accounts:
        if account.kind != "pppoe" or chance.random() < 0.3:
            continue
        address = account.address or f"10.99.0.{account.user[1:]}"
        facts = {"name": account.user, "service": "pppoe", "address": address}
        yield Row(ACTIVE.path, facts)
        pair = chance.choice(["5000000/20000000", "1000000/1000000"])
        limit = {"name": f"<pppoe-{account.user}>", "max-limit": pair}
        yield Row(QUEUE.path, limit, dynamic=True)
        if chance.random() < 0.4:
            entry = {"list": chance.choice("mn"), "address": address}
            yield Row(ADDRESS_LIST.path, entry, dynamic=True)


def difference(wanted: State, live: State) -> tuple[Change, ...]:
    """All that is left to do, sessions included."""
    late = [each for kind in KINDS.values() for each in kind.stale(wanted, live)]
    return compare(wanted, live, late).changes


def steps(changes: Iterable[Change], order: Random) -> list[Step]:
    """The steps stage by stage; inside a stage the order means nothing, so it is any."""
    found = []
    for stage in stages(changes):
        order.shuffle(stage)
        found += stage
    return found


def carry_out(model: Model, wanted: State, order: Random, most: int | None = None) -> None:
    """The first steps of what is left to do; after each of them nothing may be broken."""
    watch = Watch(wanted, model.state())
    already = set(model.dead())
    for step in steps(difference(wanted, model.state()), order)[:most]:
        model.hear(step.words)
        assert set(model.dead()) <= already, step
        watch.look(model.state(), step)


class Watch:
    """Who was served or cut before and will be after, is so after every single step."""

    def __init__(self, wanted: State, live: State) -> None:
        self.at_home = owners(wanted) & owners(live)
        self.cut = cut(wanted) & cut(live)

    def look(self, live: State, step: Step) -> None:
        """Holds the state after a step against the two."""
        assert self.at_home <= owners(live), step
        assert self.cut <= cut(live), step


def owners(held: State) -> set[str]:
    """Who has the row that a service lives by."""
    return {row.owner for path in (SECRET.path, QUEUE.path) for row in held[path]} - {""}


def cut(held: State) -> set[str]:
    """Who is not served, in whatever way."""
    listed = {
        row.fields["address"]
        for row in held[ADDRESS_LIST.path]
        if row.owner and row.fields.get("disabled") != "true" and not row.dynamic
    }
    served = {
        row.owner
        for row in held[SECRET.path]
        if row.fields.get("disabled") != "true"
        and not row.fields.get("profile", "").startswith(CUT)
        and row.fields.get("remote-address") not in listed
    } | {
        row.owner
        for row in held[QUEUE.path]
        if row.fields.get("target", "").removesuffix("/32") not in listed
    }
    return owners(held) - served


QUICK = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=False
)


@QUICK
@given(worlds(), routers(), CHANCE)
def test_what_is_applied_is_there(world: World, model: Model, order: Random) -> None:
    wanted = world.state
    carry_out(model, wanted, order)
    assert difference(wanted, model.state()) == ()


@QUICK
@given(worlds(), routers(), CHANCE, st.integers(0, 60))
def test_an_apply_that_was_broken_off_is_finished_by_the_next(
    world: World, model: Model, order: Random, most: int
) -> None:
    wanted = world.state
    carry_out(model, wanted, order, most)
    carry_out(model, wanted, order)
    assert difference(wanted, model.state()) == ()


@QUICK
@given(worlds(), routers(), CHANCE)
def test_rows_of_others_stay_as_they_are(world: World, model: Model, order: Random) -> None:
    wanted, before = world.state, model.state()
    changes = difference(wanted, before)
    foreign = {row.id for row in before if not row.owner}
    touched = {change.id for change in changes if change.id and change.table != ACTIVE.path}
    adopted = {change.id for change in changes if change.action is Action.ADOPT}
    assert touched & foreign == adopted
    kept = [row for row in before if row.id in foreign - adopted and not _of_session(row)]
    carry_out(model, wanted, order)
    after = [row for row in model.state() if row.id in {each.id for each in kept}]
    assert after == kept


def _of_session(row: Row) -> bool:
    return row.table == ACTIVE.path or (
        row.dynamic and row.table in (QUEUE.path, ADDRESS_LIST.path)
    )


@QUICK
@given(worlds(), routers(), CHANCE)
def test_our_rules_end_up_first_in_their_chain(world: World, model: Model, order: Random) -> None:
    wanted = world.state
    carry_out(model, wanted, order)
    for table in (FILTER, NAT):
        for chain in {row.fields["chain"] for row in wanted[table.path]}:
            asked = [
                table.key_of(r.fields) for r in wanted[table.path] if r.fields["chain"] == chain
            ]
            held = [
                table.key_of(row.fields)
                for row in model.state()[table.path]
                if row.fields.get("chain") == chain and not row.dynamic
            ]
            assert held[: len(asked)] == asked


@QUICK
@given(worlds(), routers(), CHANCE)
def test_the_order_of_rows_means_nothing_where_there_is_none(
    world: World, model: Model, order: Random
) -> None:
    wanted, live = world.state, model.state()

    def shuffled(held: State) -> State:
        rows = [row for row in held if not TABLES[row.table].order]
        order.shuffle(rows)
        return state([*rows, *(row for row in held if TABLES[row.table].order)])

    def found(wanted: State, live: State) -> list[str]:
        return sorted(map(repr, difference(wanted, live)))

    assert found(shuffled(wanted), shuffled(live)) == found(wanted, live)


@QUICK
@given(worlds())
def test_equal_states_differ_in_nothing(world: World) -> None:
    model = Model.holding(world.state)
    assert difference(world.state, model.state()) == ()
