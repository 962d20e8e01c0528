"""``ispconf.yaml``: the company, its money and calendar, zones, journals, guards, roles (FORMAT 2).

Knows what may be written there and the defaults; which zone applies to whom is for ``billing``.
"""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from ispconf.ledger.facts import Tax
from ispconf.ledger.money import Currency
from ispconf.ledger.scalars import Count, Share
from ispconf.ledger.terms import Terms
from ispconf.network.consent import Approval, Consent
from ispconf.network.policy import Rule
from ispconf.network.rollout import Rollout
from ispconf.network.suspension import Suspension
from ispconf.network.written import Branch, Id, Named, Text, TimeZone, Written
from ispconf.payments import csvbank

METHODS = ("cash", "transfer", "deposit", "card")


class Details(Written):
    """Who the company is, as it stands on receipts."""

    name: Text
    tax_id: Text | None = None
    address: Text | None = None
    phone: Text | None = None
    email: Text | None = None
    logo: Text | None = None


class Zone(Written):
    """A part of the network with terms of its own."""

    name: Text
    billing: Terms = Terms()


class Journal(Written):
    """Who may write a journal, a person or a role, and the methods it takes (empty: all)."""

    writer: Text
    methods: tuple[Id, ...] = ()


def _mapping(value: dict[str, str]) -> dict[str, str]:
    csvbank.checked(value)
    return value


class Payments(Written):
    """How payments come in: ``csvbank`` says for each bank which column of its file holds what."""

    csvbank: dict[Id, Annotated[dict[str, Text], AfterValidator(_mapping)]] = Field(
        default_factory=dict
    )


class Guard(Written):
    """Beyond ``at_least`` and beyond ``share`` percent of what exists, nothing is applied."""

    at_least: Count
    share: Share


class Guards(Written):
    """The guards of FORMAT 8, in subscribers (service_loss, cuts) or rows (removed, changed)."""

    service_loss: Guard = Guard(at_least=5, share=Decimal(1))
    cuts: Guard = Guard(at_least=5, share=Decimal(15))
    removed: Guard = Guard(at_least=5, share=Decimal(10))
    changed: Guard = Guard(at_least=20, share=Decimal(50))


class Applies(Written):
    """Where the journal of applies is kept for everybody; without a branch in the clone alone."""

    branch: Branch = ""


def _locale(value: object) -> str:
    parts = value.replace("_", "-").split("-") if isinstance(value, str) else [""]
    if all(part.isascii() and part.isalnum() for part in parts) and len(parts[0]) in (2, 3):
        return "-".join(parts)
    raise ValueError(f'"{value}" is not a language: write it like es or es-MX')


Locale = Annotated[str, BeforeValidator(_locale)]


class Company(Named):
    """The whole of ``ispconf.yaml``; every date of the network is local to ``timezone``."""

    id: str = "company"
    file: str = "ispconf.yaml"
    company: Details
    locale: Locale = "en"
    timezone: TimeZone
    currency: Currency
    taxes: dict[Id, Tax] = Field(default_factory=dict)
    billing: Terms = Terms()
    suspension: Suspension = Suspension()
    zones: dict[Id, Zone] = Field(default_factory=dict)
    journals: dict[Id, Journal] = Field(default_factory=dict)
    methods: tuple[Id, ...] = METHODS
    payments: Payments = Payments()
    guards: Guards = Guards()
    rollout: Rollout = Rollout()
    roles: dict[Id, tuple[Text, ...]] = Field(default_factory=dict)
    policy: tuple[Rule, ...] | None = None
    journal: Applies = Applies()
    approval: Approval = Consent()

    @property
    def name(self) -> str:
        """The company's name."""
        return self.company.name
