"""``apply``: does what the plan says, reads back, and proves that nothing is left."""

from collections.abc import Mapping, Sequence

import click

from ispconf.commands.approving import PlanFile, agreed
from ispconf.commands.awaiting import Waiting
from ispconf.commands.confirming import Confirm
from ispconf.commands.converging import Course, finished
from ispconf.commands.journaling import caught_up, journaled, known, settled, unconfirmed
from ispconf.commands.judging import Judged, judged
from ispconf.commands.lifting import allowances, labels_of
from ispconf.commands.result import Result
from ispconf.commands.rolling import Rolling, rolling
from ispconf.commands.session import Session, shared
from ispconf.commands.showing import impact_of, show, styled
from ispconf.commands.survey import Survey, chosen, named
from ispconf.edge import lease
from ispconf.edge.history import Repository
from ispconf.edge.writing import only_one
from ispconf.errors import Exit
from ispconf.escape import terminal
from ispconf.planning.changeset import Changeset, Status
from ispconf.planning.report import wording
from ispconf.planning.undo import guarded


@click.command("apply")
@shared()
@click.option("--router", "routers", multiple=True, metavar="R", help="Only this router.")
@click.option("--zone", "zones", multiple=True, metavar="Z", help="Only the routers of this zone.")
@click.option("--subscriber", "subscribers", multiple=True, metavar="S", help="Only this one.")
@click.option(
    "--approved",
    type=PlanFile(exists=True, dir_okay=False),
    metavar="FILE|recorded",
    help="Make only the changes of this plan (plan --out FILE), or of the recorded plans.",
)
@click.option(
    "--allow",
    "allowed",
    multiple=True,
    metavar="GUARD=N[@PLAN]",
    help="Let a guard pass that finds exactly N: service_loss, cuts, removed, changed, empty.",
)
@click.option(
    "--label",
    "labels",
    multiple=True,
    metavar="LABEL",
    help="A label of the pull request; ispconf:allow-cuts=40 is like --allow cuts=40.",
)
@click.option("--adopt", is_flag=True, help="Take over rows that are there already and not ours.")
@click.option(
    "--take-over-lease",
    "take_over",
    is_flag=True,
    help="Write although another apply holds a router's lease; only when you know it is dead.",
)
@click.option(
    "--confirm",
    "mode",
    type=click.Choice(("rules", "all", "off")),
    default="rules",
    show_default=True,
    help="Changes that the router takes back by itself unless it is found well after them; "
    "a password that was changed stays changed.",
)
@click.option(
    "--confirm-within",
    "seconds",
    type=click.IntRange(10, 3600),
    default=120,
    show_default=True,
    metavar="SECONDS",
    help="When it takes them back.",
)
@click.option(
    "--canary",
    multiple=True,
    metavar="R",
    help="These routers first; the others when they are found well (none: all alike).",
)
@click.option(
    "--waves", "wave", metavar="SIZE", help="So many routers at a time after them: 10, or 25%."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(
    session: Session,
    routers: Sequence[str],
    zones: Sequence[str],
    subscribers: Sequence[str],
    approved: str | None,
    allowed: Sequence[str],
    labels: Sequence[str],
    adopt: bool,
    take_over: bool,
    mode: str,
    seconds: int,
    canary: Sequence[str],
    wave: str | None,
    yes: bool,
) -> int:
    r"""Make the routers what the files, the ledger and the day say.

    What is missing is added first, what is left over removed last, sessions that would go on as
    before are dropped. Then everything is read again; the exit code is 0 only when nothing is left
    to do. It may be broken off at any time: the next apply finishes.

    Up to three routers are written to at once. Of more, one goes first and the others follow in
    quarters, each when those before are found well: all rows there, a new connection let in, the
    sessions up. The first that is not stops it; the routers behind get only the cuts and restores
    that the calendar brought. Say otherwise here, or under rollout in ispconf.yaml.

    What cannot reach its router waits: that is an alert once, then told with the time it waits, and
    the next apply makes it.

    With --approved only changes are made that were approved and whose rows are as they were then;
    a router on which another one is asked for gets only what the calendar brought since, the others
    go on. ``recorded`` is every plan of "ci record" whose commit is merged and was not applied yet.
    --allow lifts a guard for exactly the number found; with @ and the first digits of the plan's
    digest, for that plan alone.

    \b
      ispconf apply                                 shows the plan and asks
      ispconf apply --approved recorded --yes       what was reviewed, after the merge
      ispconf apply --allow cuts=40                 forty people are to be cut, and you mean it
      ispconf apply --canary lab-1 --waves 10       lab-1 first, then ten at a time
      ispconf apply --canary none --waves 100%      all routers at once
    """
    limits, lifts = allowances(allowed), labels_of(session, labels)
    facts = judged(session)
    git = Repository.required(session.root)
    applied = caught_up(facts, git)
    reviewed = agreed(facts, git, approved, lifts, applied)
    limits += reviewed.lifts if reviewed else lifts
    order = rolling(facts.network, canary, wave)
    people, wanted = named(facts, subscribers, applied), chosen(facts, routers, zones)
    with (
        only_one(git.directory / "ispconf", "apply"),
        Survey(
            facts, wanted, people, applied, limits, writes=True, guarded=guarded(mode)
        ) as survey,
    ):
        changeset = survey.changeset()
        if reviewed:
            changeset = reviewed.limit(changeset)
        shown = not yes and _asked(changeset, facts)
        who = lease.owner(session.env, session.root)
        killed = unconfirmed(facts, git)
        with journaled(facts, git, changeset) as journal:
            course = Course(
                survey,
                changeset,
                journal,
                lambda router: lease.Lease(router, who, session.moment, take_over),
                Confirm(guarded(mode), seconds),
                adopt=adopt,
                rest=session.rest,
                rollout=order,
                killed=killed,
            )
            results = course.run()
            changeset = course.begun()
            code = finished(changeset, results)
            before = known(facts, git)
            lost = settled(facts, git, journal, changeset, results, code, whole=not people)
            waiting = Waiting.between(before, known(facts, git))
    achieved = course.achieved()
    achieved = achieved._replace(money=survey.money(achieved.routers))
    _answer(changeset, achieved, facts, code, results, order, waiting, lost, shown=shown)
    return int(code)


def _asked(changeset: Changeset, facts: Judged) -> bool:
    """Shows the plan and asks, where somebody sits who can be asked and there is what to do."""
    asks = facts.session.asks and facts.session.format == "text"
    if not asks or not any(plan.status is Status.PLANNED for plan in changeset.routers):
        return False
    show(changeset, facts, Exit.OK, {})
    click.confirm("Apply?", abort=True)
    return True


def _answer(
    changeset: Changeset,
    achieved: Changeset,
    facts: Judged,
    code: Exit,
    results: Mapping[str, Result],
    order: Rolling,
    waiting: Waiting,
    lost: str,
    *,
    shown: bool,
) -> None:
    """The plan with what became of it as JSON; for people, what was done and what it means.

    ``lost`` is why nobody else sees the journal yet; ``shown`` is whether they have seen the plan:
    why nothing is done on a router is said once.
    """
    outcomes = {router: result.document() for router, result in results.items()}
    if facts.session.format == "json":
        more = {"applied": outcomes, "rollout": order.document(), **waiting.document()}
        problem = {"journal": {"problem": lost}} if lost else {}
        show(changeset, facts, code, more | problem)
        return
    for plan in changeset.routers:
        if plan.router in results:
            styled(results[plan.router].lines(plan.router))
        elif not shown:
            click.secho(f"{plan.router}: {plan.status}, {terminal(plan.problem)}", fg="red")
    styled(order.lines())
    zone = facts.session.local_now().tzinfo
    styled(waiting.lines(facts.session.moment().astimezone(zone)))
    found = impact_of(achieved, facts)
    for line in (wording.people(found), wording.money(achieved)):
        click.echo(line)
    if lost:
        branch = facts.network.company.journal.branch
        said = f"The journal is kept here; the next apply puts it on {branch}: {lost}"
        click.secho(terminal(said), fg="yellow")
    if code is Exit.OK:
        click.secho("Applied and verified: nothing is left to do.", fg="green")
