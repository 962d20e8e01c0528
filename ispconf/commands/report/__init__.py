"""``report``: sums over the ledger; one file per report, and the registry.

A report is a command that answers with a ``Report``. A new one is one new file and one line here;
what it calculates belongs to ``ledger.reports``.
"""

import click

from ispconf.commands.report import cash, churn, debtors, promises, receivables, revenue
from ispconf.commands.session import Group


@click.group("report", cls=Group)
def command() -> None:
    """Sums over the ledger, as a table, JSON or CSV; they agree with the exported accounts.

    \b
      ispconf report revenue --by month --by plan
      ispconf report receivables
      ispconf report cash --journal caja1 --date 2026-11-14
    """  # noqa: D301 - click wants a real mark


for report in (revenue, receivables, debtors, churn, promises, cash):
    command.add_command(report.command)
