"""The models of the files: defaults, and what is wrong within one file, in plain words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from ispconf.network.company import Company
from ispconf.network.plan import ServicePlan
from ispconf.network.router import Router
from ispconf.network.subscriber import Subscriber
from ispconf.network.suspension import Suspension
from ispconf.network.wording import FaultsError, read
from ispconf.network.written import Named
from ispconf.secret import Secret

PLAN = {"name": "Hogar", "price": "350.00", "rate": {"down": "20M", "up": "5M"}}
ROUTER = {"host": "10.8.0.11", "user": "ispconf", "password": "${NORTE}"}
COMPANY = {"company": {"name": "X"}, "timezone": "America/Lima", "currency": "PEN"}
ACCESS = {"type": "queue", "address": "10.20.0.15"}
SERVICE = {"plan": "hogar", "router": "norte", "since": "2026-01-01", "access": ACCESS}


def subscriber(**service: Any) -> dict[str, Any]:
    return {"name": "Ana", "services": {"casa": SERVICE | service}}


def test_a_router_without_more_speaks_tls_and_is_checked() -> None:
    router = read(Router, ROUTER, "norte", "inventory/norte.yaml")
    assert router.tls is not None
    assert (router.id, router.port, router.tls.verify) == ("norte", 8729, "ca")
    assert router.password == Secret("environment", "NORTE")
    assert (router.routeros, router.api, router.firewall) == (7, "enabled", "managed")


@pytest.mark.parametrize(
    ("tls", "port", "expected"),
    [
        ("false", None, (None, 8728)),
        ("no", "8888", (None, 8888)),
        ({"sha256": "ab" * 32}, None, ("fingerprint", 8729)),
        ({"verify": "none"}, "9", ("none", 9)),
    ],
)
def test_the_port_follows_tls(tls: Any, port: str | None, expected: tuple[Any, int]) -> None:
    router = read(Router, ROUTER | {"tls": tls} | ({"port": port} if port else {}), "r", "r")
    assert (router.tls and router.tls.verify, router.port) == expected


def test_guards_have_defaults() -> None:
    company = read(Company, COMPANY, "company", "ispconf.yaml")
    assert company.guards.service_loss.at_least == 5
    assert company.guards.changed.share == Decimal(50)
    assert (company.name, company.locale, company.currency.digits) == ("X", "en", 2)
    assert read(Company, COMPANY | {"locale": "es_MX"}, "company", "").locale == "es-MX"


def test_plans_are_sold_with_any_access_or_some() -> None:
    assert read(ServicePlan, PLAN, "p", "").sold_with("dhcp")
    some = read(ServicePlan, PLAN | {"access": ["pppoe"]}, "p", "")
    assert some.sold_with("pppoe")
    assert not some.sold_with("queue")
    assert (
        read(ServicePlan, {"name": "TV", "price": "9", "access": ["none"]}, "tv", "").rate is None
    )


def test_suspension_is_laid_over() -> None:
    company = Suspension(list="cortados", allow=("10.0.0.1",))
    assert Suspension(method="disable").over(company) == Suspension(
        method="disable", list="cortados", allow=("10.0.0.1",)
    )


WRONG: list[tuple[type[Named], Any, list[tuple[str, str]]]] = [
    (ServicePlan, "text", [("", "should be a mapping: lines of key: value")]),
    (ServicePlan, PLAN | {"prize": "1"}, [("prize", 'not a key here (did you mean "price"?)')]),
    (ServicePlan, PLAN | {"id": "x"}, [("id", "is not a key here")]),
    (ServicePlan, PLAN | {"file": None}, [("file", "is not a key here")]),
    (ServicePlan, PLAN | {"xyz": None, "tax": None}, [("xyz", "is not a key here")]),
    (ServicePlan, PLAN | {"name": ""}, [("name", "is empty")]),
    (ServicePlan, PLAN | {"name": ["a"]}, [("name", "should be text, not a list")]),
    (ServicePlan, PLAN | {"name": {"a": "b"}}, [("name", "should be text, not a mapping")]),
    (ServicePlan, PLAN | {"name": Secret("encrypted", "x")}, [("name", "cannot be !encrypted")]),
    (ServicePlan, PLAN | {"price": ["3"]}, [("price", "should be text, not a list")]),
    (ServicePlan, PLAN | {"priority": "9"}, [("priority", "should be at most 8")]),
    (ServicePlan, PLAN | {"priority": "0"}, [("priority", "should be at least 1")]),
    (ServicePlan, PLAN | {"rate": "20M"}, [("rate", 'a mapping (key: value), not "20M"')]),
    (ServicePlan, PLAN | {"access": "pppoe"}, [("access", "should be a list")]),
    (
        ServicePlan,
        PLAN | {"access": ["queue", "pppo"]},
        [
            (
                "access.1",
                (
                    '"pppo" is not one of pppoe, queue, pcq, hotspot, dhcp, none '
                    '(did you mean "pppoe"?)'
                ),
            )
        ],
    ),
    (ServicePlan, {"name": "x", "price": "1"}, [("", "rate is missing")]),
    (
        ServicePlan,
        PLAN | {"guaranteed": {"down": "30M", "up": "1M"}},
        [("", "guaranteed down is above the rate")],
    ),
    (
        ServicePlan,
        PLAN
        | {
            "burst": {
                "down": "10M",
                "up": "9M",
                "threshold_down": "1M",
                "threshold_up": "1M",
                "time": "9s",
            }
        },
        [("", "burst down is below the rate")],
    ),
    (
        ServicePlan,
        PLAN
        | {
            "burst": {
                "down": "30M",
                "up": "9M",
                "threshold_down": "1M",
                "threshold_up": "10M",
                "time": "9s",
            }
        },
        [("burst", "threshold_up is above the burst's up")],
    ),
    (ServicePlan, PLAN | {"state": "x"}, [("state", "is not a key here")]),
    (Router, ROUTER | {"password": "geheim"}, [("password", "is plain text; write ${NAME}")]),
    (Router, ROUTER | {"password": "derived"}, [("password", "cannot be derived")]),
    (Router, ROUTER | {"password": ["x"]}, [("password", "should be text, ${NAME}")]),
    (Router, ROUTER | {"routeros": "8"}, [("routeros", '"8" is not one of 6, 7')]),
    (
        Router,
        ROUTER | {"tls": {"verify": "fingerprint"}},
        [("tls", "sha256 is missing: verify: fingerprint needs it")],
    ),
    (
        Router,
        ROUTER | {"networks": [{"range": "10.0.0.0/24", "gateway": "10.0.1.1"}]},
        [("networks.0", "gateway 10.0.1.1 is not an address of 10.0.0.0/24")],
    ),
    (
        Router,
        ROUTER | {"networks": [{"range": "10.0.0.0/24", "reserve": []}]},
        [("networks.0.reserve", '(did you mean "reserved"?)')],
    ),
    (Company, COMPANY | {"currency": "XXX"}, [("currency", "is not an ISO 4217 currency code")]),
    (Company, COMPANY | {"locale": "español"}, [("locale", "write it like es or es-MX")]),
    (
        Company,
        COMPANY | {"zones": {"norte": {"name": "N", "billing": {"cut_dai": "3"}}}},
        [("zones.norte.billing.cut_dai", '(did you mean "cut_day"?)')],
    ),
    (Company, COMPANY | {"zones": {"Norte": {"name": "N"}}}, [("zones.Norte", "small letters")]),
    (
        Subscriber,
        subscriber(state="active"),
        [("services.casa.state", "write suspended:, paused:, cancelled: or free: with its dates")],
    ),
    (
        Subscriber,
        subscriber(access={"type": "pppoe", "user": "a"}),
        [("services.casa.access", "password is missing: pppoe access needs it")],
    ),
    (
        Subscriber,
        subscriber(access={"type": "dhcp", "address": "10.0.0.1"}),
        [("services.casa.access", "mac is missing: dhcp access needs it")],
    ),
    (
        Subscriber,
        {"name": "A", "services": {"casa": {k: v for k, v in SERVICE.items() if k != "router"}}},
        [("services.casa", "router is missing: queue access needs it")],
    ),
    (
        Subscriber,
        subscriber(cancelled={"on": "2025-12-31"}),
        [("services.casa", "cancelled on 2025-12-31, before since 2026-01-01")],
    ),
    *(
        (Subscriber, subscriber(**facts), [(f"services.casa{place}", said)])
        for facts, place, said in (
            (
                {"plan_changes": [{"on": "2026-03-01", "from": "oro", "to": "plata"}]},
                "",
                "plan_changes: the one on 2026-03-01 is to plata, but is the plan hogar",
            ),
            (
                {
                    "plan_changes": [
                        {"on": "2026-03-01", "from": "oro", "to": "plata"},
                        {"on": "2026-04-01", "from": "oro", "to": "hogar"},
                    ]
                },
                "",
                "the one on 2026-03-01 is to plata, but the next one is from oro",
            ),
            (
                {
                    "plan_changes": [
                        {"on": "2026-04-01", "from": "oro", "to": "plata"},
                        {"on": "2026-04-01", "from": "plata", "to": "hogar"},
                    ]
                },
                "",
                "2026-04-01 comes after 2026-04-01: put in order",
            ),
            (
                {"plan_changes": [{"on": "2026-01-01", "from": "oro", "to": "hogar"}]},
                "",
                "plan_changes: 2026-01-01 is not after since 2026-01-01",
            ),
            (
                {
                    "plan_changes": [{"on": "2026-05-01", "from": "oro", "to": "hogar"}],
                    "cancelled": {"on": "2026-05-01"},
                },
                "",
                "plan_changes: 2026-05-01 is not before it is cancelled",
            ),
            (
                {"plan_changes": [{"on": "2026-05-01", "from": "hogar", "to": "hogar"}]},
                ".plan_changes.0",
                "from and to are the same plan, hogar",
            ),
        )
    ),
    (
        Subscriber,
        subscriber(paused=[{"from": "2026-03-01"}, {"from": "2026-04-01", "until": "2026-05-01"}]),
        [("services.casa", "the pauses from 2026-03-01 and from 2026-04-01 overlap")],
    ),
    (
        Subscriber,
        {
            "name": "A",
            "address": {"gps": ["91", "0"]},
            "contracts": [{"number": "1", "start": "2026-02-01", "end": "2026-01-01"}],
        },
        [("address.gps.0", "is not a latitude"), ("contracts.0", "is before start")],
    ),
    (
        Subscriber,
        {
            "name": "A",
            "billing": {"recharge_offsets": ["1", "2", "3", "4"]},
            "address": {"gps": ["1"]},
        },
        [("address.gps.1", "is missing"), ("billing.recharge_offsets", "more than 3 items")],
    ),
    (
        Subscriber,
        {"name": "A", "extras": {"wifi": {"price": "9", "pay": "instalments", "count": "1"}}},
        [("extras.wifi.count", "should be at least 2")],
    ),
    (
        Subscriber,
        subscriber(access={"type": "hotspot", "user": "u" * 300}),
        [("services.casa.access.user", "is longer than 255 characters")],
    ),
]


@pytest.mark.parametrize(("model", "tree", "expected"), WRONG)
def test_what_is_wrong_in_a_file_is_said_in_plain_words(
    model: type[Named], tree: Any, expected: list[tuple[str, str]]
) -> None:
    empty = isinstance(tree, Mapping) and None in tree.values()
    with pytest.raises(FaultsError) as caught:
        read(model, tree, "x", "x.yaml", empty=empty)
    found = [(".".join(map(str, fault.path)), fault.message) for fault in caught.value.faults]
    assert [path for path, _ in found] == [path for path, _ in expected], found
    assert all(said in message for (_, message), (_, said) in zip(found, expected, strict=True))


def test_a_key_without_a_value_is_absent() -> None:
    plan = read(ServicePlan, PLAN | {"priority": None, "access": None}, "p", "", empty=True)
    assert (plan.priority, plan.access) == (8, ())
    assert (
        read(
            Subscriber,
            {"name": "A", "equipment": [{"kind": "antenna", "mac": None}]},
            "a",
            "",
            empty=True,
        )
        .equipment[0]
        .mac
        is None
    )
    with pytest.raises(FaultsError, match="name"):
        read(Subscriber, None, "a", "")


def test_access_knows_what_is_provisioned() -> None:
    kinds = {"queue": True, "pcq": False}
    for kind, provisioned in kinds.items():
        tree = subscriber(access=ACCESS | {"type": kind})
        service = read(Subscriber, tree, "a", "").services["casa"]
        assert service.access.provisioned is provisioned


@pytest.mark.parametrize(
    "url",
    ["https://10.8.0.1/", "http://avisos.example/", "10.8.0.1", "http://10.8.0.1:0/", "http://"],
)
def test_a_notice_page_is_where_a_router_can_send_somebody(url: str) -> None:
    with pytest.raises(ValidationError, match="is not a notice page"):
        Suspension.model_validate({"notice": url})


@pytest.mark.parametrize("model", [Subscriber, Router])
def test_a_refusal_as_a_traceback_prints_it_shows_no_password(model: type[Named]) -> None:
    access = {"type": "pppoe", "user": ["hunter2"], "password": ["hunter2"]}
    service = {"plan": "x", "router": "y", "since": "2026-01-01", "access": access}
    written = {"id": "ana", "services": {"casa": service}, "password": "hunter2"}
    with pytest.raises(ValidationError) as caught:
        model.model_validate(written)
    assert "hunter2" not in str(caught.value)
