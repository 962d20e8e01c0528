"""``ci matrix``: the routers in shards, for jobs on more than one machine."""

import json
from collections import Counter

import click

from ispconf.commands.session import Session, shared
from ispconf.edge.workflow import Run
from ispconf.errors import Exit
from ispconf.network.model import Network
from ispconf.planning.shards import shards

_PEOPLE = 5_000  # subscribers that one job is for, when nobody says how many jobs
_MOST = 256  # jobs that a matrix may have


@click.command("matrix")
@shared()
@click.option(
    "--shards", "count", type=click.IntRange(1, _MOST), metavar="N",
    help="How many jobs (default: one for 5,000 subscribers).",
)  # fmt: skip
def matrix(session: Session, count: int | None) -> int:
    r"""Split the routers into shards of about as many subscribers, as a matrix of jobs.

    Prints the JSON for strategy.matrix on one line, and gives it to the step as its output matrix.
    When a router is added nearly all others stay in their shard. No shard waits for another: each
    job plans or applies its own routers, on whatever machine its runner is, and the guards judge
    what it does by itself. The plans of all shards make one comment and one record. After the steps
    that every job begins with:

    \b
    jobs:
      split:
        runs-on: [self-hosted, ispconf]
        outputs: {matrix: "${{ steps.split.outputs.matrix }}"}
        steps:
          - {id: split, run: ispconf ci matrix --shards 4}
      plan:
        needs: split
        strategy: {fail-fast: false, matrix: "${{ fromJSON(needs.split.outputs.matrix) }}"}
        runs-on: [self-hosted, ispconf]
        env: {ROUTERS: "${{ matrix.routers }}"}
        steps:
          - run: ispconf plan $ROUTERS --out plan.json     # or: ispconf apply $ROUTERS --yes
          - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
            with: {name: "plan-${{ matrix.shard }}", path: plan.json}
      tell:
        needs: plan
        runs-on: ubuntu-latest
        steps:
          - uses: actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093 # v4.3.0
            with: {pattern: plan-*}
          - run: ispconf ci comment plan-*/plan.json
            env: {GITHUB_TOKEN: "${{ github.token }}"}
          - run: ispconf ci record plan-*/plan.json
    """
    network = session.network()
    people = _people(network)
    wanted = count or min(_MOST, -(-max(1, sum(people.values())) // _PEOPLE))
    jobs = [
        {
            "shard": at,
            "routers": " ".join(f"--router {name}" for name in routers),
            "subscribers": sum(people[name] for name in routers),
        }
        for at, routers in enumerate(filter(None, shards(people, wanted)), 1)
    ]
    line = json.dumps({"include": jobs})
    Run(session.env).output("matrix", line)
    document = {"format": 1, "matrix": {"include": jobs}, "exit_code": int(Exit.OK)}
    session.emit(document, lambda: [line])
    return int(Exit.OK)


def _people(network: Network) -> dict[str, int]:
    """How many subscribers each router has, whatever their state."""
    found: Counter[str] = Counter()
    for subscriber in network.subscribers.values():
        found.update({service.router or "" for service in subscriber.services.values()})
    return {router: found[router] for router in network.routers}
