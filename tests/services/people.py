"""Random accounts, and what the services' tests say of them."""

from collections.abc import Iterable

from hypothesis import strategies as st

from ispconf.routeros.rows import Row, State, state
from ispconf.services import KINDS
from ispconf.services.account import Account, Burst, Offer, Site, Speed, Suspension

rates = st.integers(1, 10**11)
speeds = st.builds(Speed, rates, rates)
bursts = st.builds(Burst, speeds, speeds, st.integers(1, 10**6))
ids = st.integers(0, 10**6).map(lambda number: f"id-{number}")
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
addresses = st.integers(0x0A140002, 0x0A1403FE).map(
    lambda number: ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
)
macs = st.integers(0, 2**48 - 1).map(
    lambda number: ":".join(f"{number >> shift & 255:02X}" for shift in range(40, -8, -8))
)


def _named(text: str) -> bool:
    """Whether it can be the name of something: it does not end in what nobody sees."""
    return bool(text) and text == text.rstrip()


offers = st.builds(
    Offer,
    ids,
    words.filter(_named),
    speeds,
    st.none() | bursts,
    st.none() | speeds,
    st.integers(1, 8),
    st.just("") | ids,  # "none" is no queue: RouterOS says so where there is no parent
)
sites = st.builds(
    Site,
    router=ids,
    local_address=st.just("") | addresses,
    dns=st.lists(addresses, max_size=2).map(tuple),
    pool=st.sampled_from(["", "homes"]),
    lan=st.just("bridge"),
)
methods = st.sampled_from(["address-list", "disable", "profile"])


def accounts(kind: str) -> st.SearchStrategy[Account]:
    """Accounts of a kind, whoever is served or cut; a queue always has its address."""
    made = st.builds(
        Account,
        owner=st.tuples(ids, ids).map("/".join),
        kind=st.just(kind),
        offer=offers,
        label=words,
        user=ids if kind == "pppoe" else st.just("") | ids,
        password=st.none() | words,
        address=addresses if kind == "queue" else st.just("") | addresses,
        mac=st.just("") | macs,
        served=st.booleans(),
        suspension=st.builds(Suspension, methods, ids),
        site=sites,
    )
    return made.map(lambda one: one._replace(label=f"{one.label}, {one.offer.name}"))


def described(*held: Account) -> State:
    """The state that gives these accounts what they should have, shared rows once."""
    rows: dict[tuple[str, str], Row] = {}
    for account in held:
        for row in KINDS[account.kind].rows(account):
            name = row.fields.get("name") or "/".join(row.fields.values())
            rows.setdefault((row.table, name), row)
    return state(rows.values())


def live(wanted: State, more: Iterable[Row] = ()) -> State:
    """The state of a router that is as wanted, with ids, and some rows more."""
    rows = [*wanted, *more]
    return state(row._replace(id=f"*{number:X}") for number, row in enumerate(rows, 1))
