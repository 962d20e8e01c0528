"""A payment that a person takes at the desk and types in: cash, or any method with a reference.

Knows the words of `ispconf pay`. Knows nothing of who may take which method.
"""

from collections.abc import Mapping
from datetime import date

from ispconf.ledger.entries import Entry
from ispconf.ledger.money import Currency
from ispconf.ledger.typed import draft

METHOD = "cash"


def payment(record: Mapping[str, str], day: date, currency: Currency) -> Entry:
    """The payment of a record, without a number, its amount with all decimals of the currency.

    ``record`` has ``subscriber``, ``amount`` and ``ref``; optional are ``method`` (cash), ``date``
    (the day it is recorded) and ``for``, invoice numbers with commas between them.

    Raises:
        ValueError: every field that is missing or wrong, one line each.
    """
    written: dict[str, object] = {"method": METHOD, "date": str(day), **record, "type": "payment"}
    if "for" in record:
        written["for"] = [no.strip() for no in record["for"].split(",")]
    return draft(written, currency)
