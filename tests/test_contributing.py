"""The kind of access that CONTRIBUTING adds as its example: the text must go on working."""

import re
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ispconf.routeros import tables
from ispconf.routeros.rows import state
from ispconf.services import Kind
from ispconf.services.account import Account, Offer
from tests.services.people import addresses, ids, macs, speeds, words

TEXT = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
TABLE, MODULE = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture(scope="module")
def dhcp() -> Kind:
    with pytest.MonkeyPatch.context() as patch:
        namespace = dict(vars(tables))
        exec(TABLE, namespace)  # noqa: S102 - our own text
        patch.setattr(tables, "LEASE", namespace["LEASE"], raising=False)
        made = ModuleType("dhcp")
        exec(MODULE, vars(made))  # noqa: S102 - our own text
    kind: Kind = made
    return kind


@st.composite
def clients(draw: st.DrawFn) -> Account:
    owner = "/".join((draw(ids), draw(ids)))
    offer = Offer("", "", draw(speeds))
    who = Account(owner, "dhcp", offer, draw(words), address=draw(addresses), mac=draw(macs))
    return who._replace(served=draw(st.booleans()))


@given(client=clients())
def test_what_the_example_writes_it_reads_back(dhcp: Kind, client: Account) -> None:
    (read,) = dhcp.accounts(state(dhcp.rows(client)))
    assert read == client._replace(label="")


@given(client=clients())
def test_every_field_the_example_states_is_declared(dhcp: Kind, client: Account) -> None:
    (lease,) = (row for row in dhcp.rows(client) if row.table == dhcp.TABLES[0].path)
    assert set(lease.fields) == set(dhcp.TABLES[0].fields)
    assert lease.owner == client.owner
