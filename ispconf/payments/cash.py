"""A payment that a person takes at the desk and types in: cash, or any method with a reference.

Knows the words of `ispconf pay`. Knows nothing of who may take which method.
"""

from collections.abc import Mapping
from datetime import date

from pydantic import ValidationError

from ispconf.ledger.entries import Entry, from_mapping
from ispconf.ledger.money import Currency

METHOD = "cash"
_UNNUMBERED = "draft-000000"


def payment(record: Mapping[str, str], day: date, currency: Currency) -> Entry:
    """The payment of a record, without a number, its amount with all decimals of the currency.

    ``record`` has ``subscriber``, ``amount`` and ``ref``; optional are ``method`` (cash), ``date``
    (the day it is recorded) and ``for``, invoice numbers with commas between them.

    Raises:
        ValueError: every field that is missing or wrong, one line each.
    """
    written: dict[str, object] = {"method": METHOD, "date": str(day), **record}
    if "for" in record:
        written["for"] = [no.strip() for no in record["for"].split(",")]
    try:
        entry = from_mapping({**written, "no": _UNNUMBERED, "type": "payment"})
        return entry._replace(no="", amount=currency.parse(record["amount"]))
    except ValidationError as error:
        raise ValueError("\n".join(_lines(error))) from error
    except ValueError as error:
        raise ValueError(f"amount: {error}") from error


def _lines(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(str(part) for part in one['loc'])}: {one['msg'].removeprefix('Value error, ')}"
        for one in error.errors()
    ]
