"""The example network at the repository's root: clean, complete, and with a life to look at."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ispconf.cli import run
from ispconf.commands.session import Session
from ispconf.edge import templates
from ispconf.edge.datakey import FILE_VARIABLE
from ispconf.edge.files import open_network
from ispconf.edge.secrets import Vault
from ispconf.errors import Exit
from ispconf.ledger import checks, documents
from ispconf.ledger.checks import Known
from ispconf.ledger.invoicing import missing
from ispconf.ledger.standing import Standing, State, balances, standings
from ispconf.network.billing import billables
from ispconf.network.model import Network

ROOT = Path(__file__).parents[1]
LAST_DAY = date(2026, 11, 18)
CUT_DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def network() -> Network:
    return open_network(ROOT, env={"ISPCONF_CACHE": "off"})


def standing_on(network: Network, day: date) -> dict[str, Standing]:
    return standings(billables(network), network.book, day, network.company.currency)


@pytest.fixture(scope="module")
def vault() -> Vault:
    return Vault.open(ROOT, {FILE_VARIABLE: str(ROOT / "example.age-key")})


def test_is_a_small_isp(network: Network) -> None:
    assert len(network.routers) == 3
    assert {(router.routeros, router.zone) for router in network.routers.values()} == {
        (7, "norte"),
        (6, "sur"),
        (7, "centro"),
    }
    assert len(network.plans) == 5
    assert len(network.subscribers) == 24
    kinds = {
        (service.router, service.access.type)
        for subscriber in network.subscribers.values()
        for service in subscriber.services.values()
    }
    assert kinds == {
        ("norte-1", "pppoe"),
        ("sur-1", "queue"),
        ("centro-1", "pppoe"),
        ("centro-1", "queue"),
    }


def test_check_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    session = Session({"ISPCONF_CACHE": "off"}, datetime(2026, 11, 18, 18, tzinfo=UTC))
    assert run(session, ["check", "-C", str(ROOT)]) == Exit.OK
    assert capsys.readouterr().out == "No problems.\n"


@pytest.mark.parametrize(
    ("owner", "kind", "password"),
    [
        ("diego-munoz/casa", "encrypted", "Coyotl1988"),
        ("tortilleria-la-espiga/negocio", "encrypted", "maiz-azul-40"),
        ("patricia-leon/casa", "encrypted", "gato.negro7"),
        ("ana-lopez/casa", "derived", "xcqxrgqz7vd3"),
    ],
)
def test_its_published_key_opens_its_passwords(
    network: Network, vault: Vault, owner: str, kind: str, password: str
) -> None:
    subscriber, service = owner.split("/")
    secret = network.subscribers[subscriber].services[service].access.password
    assert secret is not None
    assert secret.kind == kind
    assert vault.reveal(secret, owner, "password") == password


def test_nothing_is_wrong_in_its_ledger(network: Network) -> None:
    company = network.company
    known = Known(
        set(network.subscribers),
        set(company.methods),
        {name: journal.methods for name, journal in company.journals.items()},
    )
    assert checks.problems(network.book, company.currency, known) == []


def test_every_invoice_up_to_its_last_day_is_there(network: Network) -> None:
    assert missing(billables(network), network.book, LAST_DAY, network.company.currency) == []


def test_three_months_of_every_type_of_entry_by_five_hands(network: Network) -> None:
    days = [entry.recorded for entry in network.book.entries]
    assert (min(days), max(days)) == (date(2026, 8, 28), LAST_DAY)
    types = Counter(entry.type for entry in network.book.entries)
    assert set(types) == {
        "invoice",
        "payment",
        "fee",
        "credit",
        "reversal",
        "refund",
        "opening",
        "promise",
        "transfer",
        "write_off",
    }
    assert set(network.book.last) == {"invoices", "caja1", "caja2", "banco", "ajustes"}


@pytest.mark.parametrize(
    ("service", "today", "on_cut_day", "why"),
    [
        ("ana-lopez/casa", State.GRACE, State.SUSPENDED, "350.00 MXN"),
        ("benito-salazar/casa", State.GRACE, State.SUSPENDED, "250.00 MXN"),
        ("primaria-ninos-heroes/escuela", State.GRACE, State.SUSPENDED, "was due 2026-11-15"),
        ("carmen-flores/casa", State.ACTIVE, State.ACTIVE, "nothing is open"),
        ("fermin-tecuapetla/casa", State.FREE, State.FREE, "torre en su azotea"),
        ("graciela-nunez/casa", State.PAUSED, State.PAUSED, "until 2027-01-09"),
        ("irma-sanchez/casa", State.SUSPENDED, State.SUSPENDED, "cut 2026-11-05"),
        ("raul-benitez/casa", State.SUSPENDED, State.SUSPENDED, "250.00 of 550.00 MXN"),
        ("leticia-aguila/casa", State.GRACE, State.GRACE, "was due 2026-11-01"),
        ("martin-ibanez/casa", State.SUSPENDED, State.SUSPENDED, "suspended by hand"),
        ("noemi-castaneda/casa", State.CANCELLED, State.CANCELLED, "se mudó a Cholula"),
        ("rancho-el-pirul/establo", State.ACTIVE, State.ACTIVE, "nothing is open"),
        ("papeleria-el-lapiz/negocio", State.ACTIVE, State.ACTIVE, "nothing is open"),
    ],
)
def test_people_are_where_they_should_be(
    network: Network, service: str, today: State, on_cut_day: State, why: str
) -> None:
    now, then = standing_on(network, LAST_DAY)[service], standing_on(network, CUT_DAY)[service]
    assert (now.state, then.state) == (today, on_cut_day)
    assert why in now.reasons[0].text


def test_everybody_else_is_up_to_date(network: Network) -> None:
    states = Counter(each.state for each in standing_on(network, LAST_DAY).values())
    assert states == {
        State.ACTIVE: 15,
        State.GRACE: 4,
        State.SUSPENDED: 3,
        State.FREE: 1,
        State.PAUSED: 1,
        State.CANCELLED: 1,
    }


def test_the_calendar_cuts_two_and_then_the_one_who_broke_a_promise(network: Network) -> None:
    def cut(day: date) -> set[str]:
        return {
            name for name, each in standing_on(network, day).items() if each.served is False
        } - {name for name, each in standing_on(network, LAST_DAY).items() if each.served is False}

    assert cut(date(2026, 11, 19)) == set()
    assert cut(CUT_DAY) == {"ana-lopez/casa", "benito-salazar/casa"}
    assert cut(date(2026, 11, 21)) - cut(CUT_DAY) == {"leticia-aguila/casa"}


def test_the_school_is_never_cut_by_the_program(network: Network) -> None:
    assert standing_on(network, CUT_DAY)["primaria-ninos-heroes/escuela"].served is None


def test_somebody_has_credit_and_whoever_left_owes_nothing(network: Network) -> None:
    owed = balances(network.book, LAST_DAY)
    assert owed["karla-mendez"] == Decimal("-500.00")
    assert owed["noemi-castaneda"] == 0
    assert sum(owed.values()) == Decimal("1460.00")


def test_its_receipt_thanks_the_customer(network: Network) -> None:
    payment = network.book.by_no["caja1-000022"]
    who = documents.Customer("tomas-arriaga", "Tomás Arriaga Bello", plans=("Hogar 20 Mbps",))
    what = documents.receipt(payment, network.book.of_subscriber("tomas-arriaga"), who)
    press = documents.Press(
        business=documents.Business(network.company.name),
        currency=network.company.currency,
        locale=network.company.locale,
        words=templates.words(ROOT),
        packaged=templates.packaged(),
        own=templates.own(ROOT),
    )
    text = press.text(what)
    assert "$327.42" in text
    assert "¡Gracias por su pago!" in text
    assert text.rstrip().endswith("Reporte de fallas: 222 555 0101")
