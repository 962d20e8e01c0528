"""The programs of others that judge the exports, run as programs: beancount, and hledger if here.

beancount is on the list of what developers install, so it always judges; hledger comes from the
system's packages. Both are asked the same two things: is this file right, and does an account hold
this amount after this day?
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from ispconf.ledger.money import Currency

_STRICT = ("check", "--strict", "payees")  # and ordereddates, where no claims were added


class Program(NamedTuple):
    """A program: the format it reads, what else it is asked of a file without
    claims, how a claim about a balance is written."""

    format: str
    command: Sequence[str]
    whole: Sequence[str]
    claim: Callable[[date, str, Decimal, Currency], str]

    def complaint(self, journal: str, folder: Path, claims: str = "") -> str:
        """What it says against a journal and what is claimed of it; nothing if it accepts both."""
        file = folder / f"journal.{self.format}"
        file.write_text(journal + claims, encoding="utf-8")
        env = {**os.environ, "LC_ALL": "C.UTF-8"}  # noqa: TID251 - the program's own environment
        argv = [each.format(file=file) for each in (*self.command, *(() if claims else self.whole))]
        ran = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)
        return "" if ran.returncode == 0 else ran.stdout + ran.stderr or "no reason"


def _beancount(day: date, account: str, amount: Decimal, currency: Currency) -> str:
    code, none = currency.code, currency.text(Decimal(0))
    after = day + timedelta(days=1)
    return f"{after} balance {account} {currency.text(amount)} ~ {none} {code}\n"


def _hledger(day: date, account: str, amount: Decimal, currency: Currency) -> str:
    code, none = currency.code, currency.text(Decimal(0))
    asserted = f"{none} {code} = {currency.text(amount)} {code}"
    return f"\n{day} * ispconf | claim\n    {account}  {asserted}\n"


_BEAN_CHECK = str(Path(sys.executable).with_name("bean-check"))
_HLEDGER = shutil.which("hledger")

PROGRAMS = [Program("beancount", [_BEAN_CHECK, "--no-cache", "{file}"], [], _beancount)]
if _HLEDGER:
    PROGRAMS.append(
        Program("hledger", [_HLEDGER, "-f", "{file}", *_STRICT], ["ordereddates"], _hledger)
    )
