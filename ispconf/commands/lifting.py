"""The guards that somebody lifts, as options and labels say it."""

import re
from collections.abc import Sequence

import click

from ispconf.commands.session import Session
from ispconf.planning.allowance import Allowance, allowance, labelled

LABELS = "ISPCONF_LABELS"
"""The environment's name of a pull request's labels, with commas or spaces between them."""


def allowances(said: Sequence[str]) -> list[Allowance]:
    """The guards that are lifted by hand: what ``--allow`` says."""
    try:
        return [allowance(each) for each in said]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--allow") from error


def labels_of(session: Session, said: Sequence[str]) -> list[Allowance]:
    """The guards that labels lift: what ``--label`` and the environment say."""
    try:
        return labelled((*said, *re.split(r"[\s,]+", session.env.get(LABELS, ""))))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--label") from error
