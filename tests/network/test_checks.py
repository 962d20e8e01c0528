"""What is wrong across files: references, rivals for a name or address, names in the ledger."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ispconf.errors import Source
from ispconf.ledger.book import Book
from ispconf.ledger.entries import Entry
from ispconf.network.checks import among_files, problems
from ispconf.network.claims import claims
from ispconf.network.company import Company
from ispconf.network.model import Network, nowhere
from ispconf.network.plan import ServicePlan
from ispconf.network.records import problems as recorded_problems
from ispconf.network.records import records
from ispconf.network.router import Router
from ispconf.network.subscriber import Subscriber
from ispconf.network.suspension import Suspension
from ispconf.network.wording import read

COMPANY = {
    "company": {"name": "X"},
    "timezone": "America/Lima",
    "currency": "PEN",
    "taxes": {"igv": {"name": "IGV", "rate": "18%"}},
    "zones": {"norte": {"name": "Norte"}},
    "journals": {"caja1": {"writer": "maria", "methods": ["cash"]}, "bank": {"writer": "bot"}},
    "methods": ["cash", "transfer"],
}
PLAN = {
    "name": "Hogar",
    "price": "50.00",
    "rate": {"down": "20M", "up": "5M"},
    "tax": "igv",
    "access": ["pppoe", "queue", "none", "dhcp"],
}
ROUTER = {
    "zone": "norte",
    "host": "10.8.0.1",
    "user": "u",
    "password": "${P}",
    "networks": [
        {
            "range": "10.20.0.0/24",
            "gateway": "10.20.0.1",
            "reserved": ["10.20.0.2-10.20.0.9", "10.20.0.128/25"],
        }
    ],
}
AT = "ana.yaml services.casa.access"
DAY = date(2026, 11, 3)
CASH = "ledger/2026/11/2026-11-03-caja1.yaml"


def service(**more: Any) -> dict[str, Any]:
    return {
        "plan": "hogar",
        "router": "norte-1",
        "since": "2026-01-01",
        "access": {"type": "queue", "address": "10.20.0.15"},
    } | more


def access(**more: Any) -> dict[str, Any]:
    return service(access={"type": "pppoe", "user": "ana", "password": "${ANA}"} | more)


def network(
    subscribers: dict[str, dict[str, Any]],
    *entries: Entry,
    company: dict[str, Any] | None = None,
    plan: dict[str, Any] | None = None,
    routers: dict[str, dict[str, Any]] | None = None,
) -> Network:
    return Network(
        company=read(Company, COMPANY | (company or {}), "company", "ispconf.yaml"),
        plans={"hogar": read(ServicePlan, PLAN | (plan or {}), "hogar", "plans/hogar.yaml")},
        routers={
            name: read(Router, ROUTER | own, name, f"inventory/{name}.yaml")
            for name, own in {"norte-1": dict[str, Any](), **(routers or {})}.items()
        },
        subscribers={
            name: read(Subscriber, {"name": name, "services": services}, name, f"{name}.yaml")
            for name, services in subscribers.items()
        },
        book=Book.of(entries),
        locate=lambda file, *path: Source(f"{file} {'.'.join(map(str, path))}"),
    )


def entry(**more: Any) -> Entry:
    given: dict[str, Any] = {
        "no": "caja1-000001",
        "date": DAY,
        "type": "payment",
        "subscriber": "ana",
        "amount": Decimal(50),
        "method": "cash",
        "ref": "1",
        "file": CASH,
        "line": 1,
    }
    return Entry(**(given | more))


def test_what_fits_has_no_problems() -> None:
    fine = network(
        {
            "ana": {"casa": access(address="10.20.0.15", mac="02:00:00:00:00:01")},
            "ben": {"casa": access(user="ben"), "tv": service(access={"type": "none"})},
        },
        entry(),
        entry(subscriber="gone", amount=Decimal(0)),
    )
    assert problems(fine) == []


LENT: list[tuple[str, dict[str, Any], str]] = [
    ("${P}", {}, "password: P is the password of router norte-1; write derived, or"),
    ("${ISPCONF_AGE_KEY}", {}, "password: ISPCONF_AGE_KEY is not a service's; write derived, or"),
    ("${GITHUB_TOKEN}", {}, "password: GITHUB_TOKEN is not a service's; write derived, or"),
    ("derived", {"password": "${ISPCONF_AGE_KEY}"}, "password: ISPCONF_AGE_KEY is not a router's"),
]


@pytest.mark.parametrize(("password", "router", "said"), LENT)
def test_no_file_hands_on_a_secret_of_somebody_else(
    password: str, router: dict[str, Any], said: str
) -> None:
    """A technician may write a service's password, and would read it on the router."""
    ana = service(access={"type": "pppoe", "user": "ana", "password": password})
    (found,) = problems(network({"ana": {"casa": ana}}, routers={"norte-1": router}))
    assert said in found.message
    assert found.severity == "error"


REFERENCES: list[tuple[dict[str, Any], list[str]]] = [
    (
        {"subscribers": {"ana": {"casa": service(plan="hogr")}}},
        ['ana.yaml services.casa.plan: plan: "hogr" is not in plans/ (did you mean "hogar"?)'],
    ),
    (
        {
            "subscribers": {
                "ana": {
                    "casa": service(
                        plan_changes=[{"on": "2026-03-01", "from": "hogr", "to": "hogar"}]
                    )
                }
            }
        },
        [
            (
                'ana.yaml services.casa.plan_changes.0.from: from: "hogr" is not in plans/ '
                '(did you mean "hogar"?)'
            )
        ],
    ),
    (
        {"subscribers": {"ana": {"casa": service(router="norte-2")}}},
        [
            (
                'ana.yaml services.casa.router: router: "norte-2" is not in inventory/ '
                '(did you mean "norte-1"?)'
            )
        ],
    ),
    (
        {"subscribers": {}, "plan": {"tax": "iva"}},
        ['plans/hogar.yaml tax: tax: "iva" is not in taxes of ispconf.yaml (did you mean "igv"?)'],
    ),
    (
        {"subscribers": {}, "plan": {"price": "350.125"}},
        ["plans/hogar.yaml price: price: 350.125 has more than the 2 decimals of PEN"],
    ),
    (
        {
            "subscribers": {},
            "company": {
                "billing": {"late_fee": {"amount": "5.005"}, "minimum_cut": "1.000"},
                "zones": {"norte": {"name": "N", "billing": {"reconnection_fee": "0.001"}}},
            },
        },
        [
            (
                "ispconf.yaml billing.late_fee.amount: amount: 5.005 has more than the 2 decimals "
                "of PEN"
            ),
            (
                "ispconf.yaml zones.norte.billing.reconnection_fee: reconnection_fee: 0.001 has "
                "more than the 2 decimals of PEN"
            ),
        ],
    ),
    (
        {"subscribers": {}, "routers": {"norte-1": {"zone": "nort"}}},
        [
            (
                'inventory/norte-1.yaml zone: zone: "nort" is not in zones of ispconf.yaml '
                '(did you mean "norte"?)'
            )
        ],
    ),
    (
        {"subscribers": {}, "company": {"journals": {"c": {"writer": "m", "methods": ["csh"]}}}},
        [
            (
                'ispconf.yaml journals.c.methods.0: methods: "csh" is not in methods of '
                'ispconf.yaml (did you mean "cash"?)'
            )
        ],
    ),
    (
        {"subscribers": {"ana": {"casa": access()}}, "plan": {"access": ["queue"]}},
        [
            (
                f"{AT}.type: type: plan hogar is not sold with pppoe, only with "
                "queue (see plans/hogar.yaml access)"
            )
        ],
    ),
    (
        {
            "subscribers": {
                "ana": {"casa": access(type="dhcp", address="10.20.0.15", mac="02:00:00:00:00:01")}
            }
        },
        [
            (
                f"{AT}.type: warning: type: dhcp access is billed, but this version "
                "does not write it to routers"
            )
        ],
    ),
    (
        {"subscribers": {"ana": {"casa": access(password="geheim")}}},
        [
            (
                f"{AT}.password: warning: password: is plain text; write derived, "
                "or: ispconf secrets encrypt"
            )
        ],
    ),
    (
        {
            "subscribers": {
                "ana": {"casa": access(password="x")},
                "ben": {"casa": access(user="ben", password="y")},
            }
        },
        [
            (
                f"{AT}.password: warning: password: is plain text (2 services have "
                "one); write derived, or: ispconf secrets encrypt"
            )
        ],
    ),
]


@pytest.mark.parametrize(("given", "expected"), REFERENCES)
def test_names_that_stand_nowhere(given: dict[str, Any], expected: list[str]) -> None:
    assert [str(problem) for problem in problems(network(**given))] == expected


HOSTS = [
    ("203.0.114.7", "false", "without TLS"),
    ("203.0.114.7", {"verify": "none"}, "its certificate is not checked"),
    ("203.0.114.7", {"verify": "ca"}, None),
    ("router.example.com", "false", "without TLS"),
    ("router.lan", "false", None),
    ("norte", "false", None),
    ("10.8.0.11", "false", None),
    ("100.64.0.1", "false", None),
]


@pytest.mark.parametrize(("host", "tls", "said"), HOSTS)
def test_public_routers_need_tls(host: str, tls: Any, said: str | None) -> None:
    found = problems(network({}, routers={"norte-1": {"host": host, "tls": tls}}))
    assert [problem.severity for problem in found] == (["warning"] if said else [])
    assert all(said and said in problem.message for problem in found)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("10.20.0.0", "is the network address of 10.20.0.0/24"),
        ("10.20.0.1", "is the gateway of 10.20.0.0/24"),
        ("10.20.0.5", "is reserved in 10.20.0.0/24"),
        ("10.20.0.130", "is reserved in"),
        ("10.20.0.255", "is reserved in"),
        ("10.20.1.1", "is not in the networks of norte-1 (10.20.0.0/24)"),
    ],
)
def test_addresses_that_nobody_can_have(address: str, said: str) -> None:
    found = problems(network({"ana": {"casa": access(address=address)}}))
    assert [problem.source.file for problem in found] == [f"{AT}.address"]
    assert said in found[0].message


def test_a_point_to_point_network_gives_both_addresses() -> None:
    routers = {"norte-1": {"networks": [{"range": "10.20.0.14/31"}]}}
    assert problems(network({"ana": {"casa": access(address="10.20.0.15")}}, routers=routers)) == []


def both(
    one: dict[str, Any], two: dict[str, Any], routers: dict[str, Any] | None = None
) -> list[str]:
    given = network({"ana": {"casa": one}, "ben": {"casa": two}}, routers=routers)
    return [str(problem) for problem in problems(given)]


MAC = "02:00:00:00:00:01"
TWO: dict[str, Any] = {"sur-1": {}}
APART: dict[str, Any] = {"norte-1": {"networks": []}, "sur-1": {"networks": []}}


def test_two_services_cannot_have_one_user_name() -> None:
    assert both(access(), access()) == [
        (
            'ben.yaml services.casa.access.user: user: "ana" is taken by ana/casa on norte-1 '
            "(see ana.yaml services.casa.access.user)"
        )
    ]
    assert both(access(), access() | {"router": "sur-1"}, TWO) == []


def test_two_services_cannot_have_one_mac() -> None:
    assert len(both(access(mac=MAC), access(user="ben", mac=MAC))) == 1
    assert both(access(mac=MAC), access(mac=MAC) | {"router": "sur-1"}, TWO) == []


def test_two_services_cannot_have_one_address() -> None:
    assert both(service(), service()) == [
        (
            'ben.yaml services.casa.access.address: address: "10.20.0.15" is taken by ana/casa '
            "(see ana.yaml services.casa.access.address)"
        )
    ]
    assert len(both(service(), service(router="sur-1"), TWO)) == 1
    assert both(service(), service(router="sur-1"), APART) == []
    assert len(both(service(), service(), APART)) == 1


@pytest.mark.parametrize(
    ("cancelled", "since", "clashes"),
    [
        ({"on": "2026-06-01"}, "2026-06-01", 0),
        ({"on": "2026-06-01"}, "2026-05-31", 1),
        ({"on": "2026-06-01", "address": "keep"}, "2026-06-01", 1),
    ],
)
def test_who_has_left_leaves_the_address(
    cancelled: dict[str, str], since: str, clashes: int
) -> None:
    assert len(both(service(cancelled=cancelled), service(since=since))) == clashes
    assert len(both(service(since=since), service(cancelled=cancelled))) == clashes


def test_every_rival_is_told_once() -> None:
    early = service(since="2020-01-01", cancelled={"on": "2021-01-01"})
    rivals = {
        "a": {"x": service()},
        "b": {"x": early},
        "c": {"x": service()},
        "d": {"x": service()},
    }
    assert sorted(p.message.split(" by ")[1] for p in problems(network(rivals))) == ["a/x", "a/x"]


RECORDS: list[tuple[list[Entry], list[str]]] = [
    (
        [entry(subscriber="anna")],
        [
            (
                f'{CASH}:1: subscriber: "anna" is not in subscribers/ and their entries add up to '
                '-50 (did you mean "ana"?); keep the file with cancelled: until nothing is open'
            )
        ],
    ),
    (
        [entry(subscriber="gone"), entry(subscriber="gone", type="reversal", method=None, line=2)],
        [],
    ),
    (
        [entry(type="invoice", method=None, service="cas")],
        [f'{CASH}:1: warning: service: "cas" is not a service of ana (did you mean "casa"?)'],
    ),
    (
        [entry(file=CASH.replace("caja1", "caja2"))],
        [
            (
                f'{CASH.replace("caja1", "caja2")}: "caja2" is not in journals of ispconf.yaml '
                '(did you mean "caja1"?)'
            )
        ],
    ),
    (
        [entry(method="transfer")],
        [f'{CASH}:1: method: "transfer" is not in methods of journal caja1'],
    ),
    (
        [entry(method="csh", file=CASH.replace("caja1", "bank"))],
        [
            (
                f'{CASH.replace("caja1", "bank")}:1: method: "csh" is not in methods of '
                'ispconf.yaml (did you mean "cash"?)'
            )
        ],
    ),
    ([entry(), entry(line=2), entry(line=3, type="invoice", method=None, service="casa")], []),
]


@pytest.mark.parametrize(("entries", "expected"), RECORDS)
def test_names_in_the_ledger(entries: list[Entry], expected: list[str]) -> None:
    given = network({"ana": {"casa": service()}}, *entries)
    assert [str(problem) for problem in problems(given)] == expected


def test_a_file_that_could_not_be_read_is_not_missed() -> None:
    given = network({"ana": {"casa": service(plan="gold", router="sur-9")}}, entry(subscriber="x"))
    unread = {"plans": ["gold"], "inventory": ["sur-9"], "subscribers": ["x"]}
    assert among_files(given, [*claims(given.subscribers["ana"])], unread) == []
    recorded = records(given.book)
    assert [*recorded_problems(recorded, given.company, {"ana": {"casa"}}, ["x"])] == []


def test_without_journals_any_may_write() -> None:
    assert problems(network({"ana": {}}, entry(), company={"journals": {}})) == []


ANA: dict[str, object] = {"roles": {"owner": ["ana"]}}
POLICIES: list[tuple[dict[str, object], list[str]]] = [
    (ANA, []),
    ({"policy": [{"who": ["bot"], "entries": ["fee"]}]}, ["policy: needs roles"]),
    ({"roles": {"bot": ["x"]}}, ["roles: nobody is owner"]),
    (
        {"roles": {"owner": ["ana"], "seller": ["eva"]}},
        ["roles: no rule says what a seller may do"],
    ),
    ({**ANA, "policy": [{"who": ["eva"], "paths": ["plans/*"]}]}, ['who: "eva" is no role']),
    (
        {**ANA, "policy": [{"who": ["cashier"], "entries": ["fee"], "journals": ["caja9"]}]},
        ['journals: "caja9" is not in journals'],
    ),
]


@pytest.mark.parametrize(("written", "expected"), POLICIES)
def test_roles_and_rules_fit_together(written: dict[str, object], expected: list[str]) -> None:
    found = problems(network({}, company=written))
    assert [problem.message for problem in found] == [
        next((problem.message for problem in found if problem.message.startswith(said)), said)
        for said in expected
    ]


def test_how_a_service_is_cut_on_a_router() -> None:
    given = network(
        {},
        company={"suspension": {"list": "cortados"}},
        plan={"suspension": {"method": "disable"}},
        routers={"norte-1": {"suspension": {"allow": ["10.0.0.1"]}}},
    )
    assert given.suspension("norte-1", "hogar") == Suspension(
        method="disable", list="cortados", allow=("10.0.0.1",)
    )
    assert nowhere("x.yaml", "a") == Source("x.yaml")
