"""What each role may do, and how a refusal names the line, the rule and whom to ask."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ispconf.errors import Source
from ispconf.ledger.entries import Entry
from ispconf.network.company import Company
from ispconf.network.rights import Done, Recorded, Rules, Touched, refusals

ROLES = {
    "owner": ["olga"],
    "engineer": ["luis"],
    "technician": ["teo"],
    "cashier": ["maria", "jorge"],
    "accountant": ["rosa"],
    "bot": ["our-bot"],
}
JOURNALS = {
    "caja1": {"writer": "maria"},
    "caja2": {"writer": "jorge"},
    "ajustes": {"writer": "accountant"},
    "invoices": {"writer": "bot"},
}
ANA, PLAN = "subscribers/norte/ana.yaml", "plans/hogar-20.yaml"


def company(**more: Any) -> Company:
    written = {
        "company": {"name": "X"}, "timezone": "UTC", "currency": "MXN", "roles": ROLES,
        "journals": JOURNALS, **more,
    }  # fmt: skip
    return Company.model_validate(written)


def field(path: str, name: str, deed: Any = "change") -> Touched:
    return Touched(path, deed, tuple(name.split(".")))


def recorded(journal: str, kind: Any, amount: str = "350.00") -> Recorded:
    day = date(2026, 11, 3)
    made = Entry(f"{journal}-000007", day, kind, "ana", Decimal(amount))
    return Recorded(Source(f"ledger/2026/11/2026-11-03-{journal}.yaml", 7), journal, made)


ALLOWED: list[tuple[str, Done]] = [
    ("olga", field("ispconf.yaml", "roles.owner")),
    ("olga", Touched(".github/workflows/x.yml", "change")),
    ("OLGA", Touched(ANA, "remove")),
    ("luis", Touched("inventory/norte-1.yaml", "add")),
    ("luis", field(ANA, "services.casa.plan")),
    ("luis", field(PLAN, "rate.down")),
    ("teo", field(ANA, "services.casa.access.mac")),
    ("teo", field(ANA, "equipment")),
    ("teo", field(ANA, "services.casa.plan", "add")),
    ("teo", Touched(ANA, "change", ())),
    ("teo", Touched(ANA, "change", (), "subscribers/sur/ana.yaml")),
    ("maria", recorded("caja1", "payment")),
    ("rosa", recorded("ajustes", "write_off")),
    ("rosa", field(ANA, "billing.discounts")),
    ("our-bot", recorded("invoices", "invoice")),
]
REFUSED: list[tuple[str, Done, str, str]] = [
    ("luis", field(PLAN, "price"), "price: may not be changed by luis (engineer)", "Ask: owner"),
    ("luis", Touched(ANA, "remove"), "may not be removed by luis", "Ask: owner"),
    ("luis", field("ispconf.yaml", "guards.cuts"), "guards.cuts: may not", "Ask: owner"),
    ("teo", field(ANA, "services.casa.free.from"), "services.casa.free.from: may", "accountant"),
    ("teo", field(ANA, "billing.mode", "add"), "billing.mode: may not be added", "Ask: owner"),
    ("teo", field(ANA, "services.casa.plan"), "services.casa.plan: may not", "engineer"),
    ("teo", Touched(ANA, "change"), "may not be changed by teo", "Ask: owner"),
    ("teo", Touched("subscribers/x.yaml", "change", (), "plans/x.yaml"), "(from plans", ""),
    ("teo", Touched("CODEOWNERS", "change"), "may not be changed", "Ask: owner"),
    ("maria", field(PLAN, "price"), "price: may not be changed by maria (cashier)", "Ask: owner"),
    ("maria", recorded("caja2", "payment"), "journal caja2 is written by jorge, not by maria", ""),
    ("olga", recorded("caja2", "payment"), "journal caja2 is written by jorge, not by olga", ""),
    ("maria", recorded("caja1", "credit"), "caja1-000007, a credit of 350.00, may not", "account"),
    ("our-bot", recorded("invoices", "write_off"), "a write_off of 350.00, may not", "accountant"),
    ("maria", recorded("caja9", "payment"), "journal caja9 is not in ispconf.yaml at main", ""),
    ("eve", field(ANA, "notes"), "roles: eve has no role at main and may change nothing", ""),
    (
        "mara",
        field(ANA, "notes"),
        "roles: mara has no role at main and may change nothing (did",
        "",
    ),
    ("bot", recorded("invoices", "invoice"), "roles: bot has no role at main", ""),
]


@pytest.mark.parametrize(("actor", "deed"), ALLOWED)
def test_what_a_role_may_do(actor: str, deed: Done) -> None:
    assert list(refusals(Rules(company()), actor, [deed])) == []


@pytest.mark.parametrize(("actor", "deed", "said", "asked"), REFUSED)
def test_what_a_role_may_not_do(actor: str, deed: Done, said: str, asked: str) -> None:
    (problem,) = refusals(Rules(company(), name="main"), actor, [deed])
    assert said in problem.message
    assert asked in problem.message
    if not said.startswith("roles"):
        assert problem.source.file == (deed.file if isinstance(deed, Touched) else deed.source.file)


def test_who_does_nothing_needs_no_role() -> None:
    assert list(refusals(Rules(company()), "eve", [])) == []


def test_a_written_policy_takes_the_place_of_the_built_in_one() -> None:
    rules = [
        {"who": ["cashier"], "entries": ["payment"], "up_to": "500.00", "journals": ["caja1"]},
        {"who": ["jorge"], "paths": ["subscribers/**"], "fields": ["notes"], "do": ["change"]},
    ]
    given = Rules(company(policy=rules), locate=lambda file, *path: Source(f"{file} {path}"))
    deeds = [
        recorded("caja1", "payment", "500.00"), recorded("caja1", "payment", "500.01"),
        recorded("caja1", "promise", "0"),
    ]  # fmt: skip
    much, other = refusals(given, "maria", deeds)
    assert "caja1-000007, a payment of 500.01, may not be recorded by maria" in much.message
    assert "may record payment in caja1 up to 500.00" in much.message
    assert much.also == Source("ispconf.yaml ('policy', 0)")
    assert "Ask: owner" in other.message
    assert not list(refusals(given, "jorge", [field(ANA, "notes")]))
    assert list(refusals(given, "maria", [field(ANA, "notes")]))
    assert not list(refusals(given, "olga", [field(ANA, "notes")]))
    (stranger,) = refusals(given, "luis", [field(PLAN, "rate")])
    assert "(no rule names them). Ask: owner" in stranger.message


def test_an_account_called_like_a_role_does_not_have_it() -> None:
    roles = {**ROLES, "cashier": ["accountant"]}
    deed = recorded("ajustes", "write_off")
    (problem,) = refusals(Rules(company(roles=roles)), "accountant", [deed])
    assert "is written by accountant, not by accountant (cashier)" in problem.message


@pytest.mark.parametrize(("actor", "count"), [("olga", 0), ("maria", 1)])
def test_a_new_journal_counts_for_who_may_add_it(actor: str, count: int) -> None:
    proposed = company(journals={**JOURNALS, "caja3": {"writer": actor}})
    given = Rules(company(), proposed)
    assert len(list(refusals(given, actor, [recorded("caja3", "payment")]))) == count


def test_without_roles_only_the_writers_of_journals_count() -> None:
    bare = Rules(company(roles={}), company(roles={}, journals={"caja3": {"writer": "x"}}))
    assert list(refusals(bare, "eve", [field(PLAN, "price"), recorded("caja9", "payment")])) == []
    assert len(list(refusals(bare, "eve", [recorded("caja1", "payment")]))) == 1
    assert len(list(refusals(bare, "eve", [recorded("caja3", "payment")]))) == 1
    comment = Recorded(Source("ledger/2026/11/2026-11-03-caja1.yaml", 1), "caja1")
    assert list(refusals(Rules(company()), "maria", [comment])) == []
    (problem,) = refusals(Rules(company()), "teo", [comment._replace(journal="ajustes")])
    assert "written by accountant" in problem.message
