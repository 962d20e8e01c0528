"""The workflows as they stand, run step by step on a real clone, remote and simulated routers."""

import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import ispconf
from ispconf.commands.ci.matrix import matrix
from ispconf.planning.report.comment import MARKER
from tests.commands.hosts import LIVE, NIGHT, Host, exampled, hosted
from tests.edge.forges import BEAT, TOKEN
from tests.edge.repositories import git

OURS = Path(ispconf.__file__).parents[1] / ".github"
NAMES = ["apply", "check", "fork", "nightly", "payment", "plan"]
NARROW = "guards: {service_loss: {at_least: 0, share: 1%}}\n"


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    with hosted(tmp_path) as host:
        yield host


def slower(host: Host, number: int = 1) -> dict[str, Any]:
    """Eva takes a slower plan."""
    host.isp.change("subscribers/eva.yaml", "plan: hogar-50", "plan: hogar-20")
    return host.branch(number)


def test_a_change_goes_from_review_to_the_routers(host: Host) -> None:
    pull = slower(host)
    for author, actor in (("tito", "luis"), ("luis", "tito")):
        pull["user"]["login"] = author
        assert host.asked("check", pull, actor) == {"check": "failure"}
        assert "services.casa.plan: may not be changed by tito (technician)" in host.said
    assert host.asked("check", pull) == {"check": "success"}, host.said
    assert host.asked("plan", pull) == LIVE, host.said
    (comment,) = host.forge.bodies(1)
    assert comment.startswith(MARKER)
    assert "1 changes speed" in comment
    assert host.tip("ispconf-plans")
    before, journals = host.merge(1), host.tip("ispconf-journal")
    host.runner.programs = True
    assert host.pushed("apply", before) == {"apply": "success"}, host.said
    assert host.isp.row("norte-1", "/ppp/secret", "eva")["profile"] == "hogar-20"
    assert host.tip("ispconf-journal") != journals
    assert list((host.runner.folder / "artifacts" / "journal").glob("**/*.jsonl"))


def test_a_run_that_was_missed_is_made_up_by_the_next_on_any_forge(host: Host) -> None:
    assert host.asked("plan", slower(host)) == LIVE
    host.merge(1)
    host.runner.server = "https://git.isp.example"
    host.forge.me = {"login": "gitea-actions"}
    host.isp.change("subscribers/ben.yaml", "plan: hogar-20", "plan: hogar-50")
    pull = host.branch(2)
    assert host.asked("plan", pull) == LIVE | {"tell": "skipped"}, host.said
    assert len(host.forge.bodies(2)) == 1
    assert host.pushed("apply", host.merge(2)) == {"apply": "success"}, host.said
    assert host.isp.row("norte-1", "/ppp/secret", "eva")["profile"] == "hogar-20"
    assert host.isp.row("sur-1", "/queue/simple", "ben/casa")["max-limit"] == "10000000/50000000"


def test_a_label_lifts_the_guard_of_its_plan(host: Host) -> None:
    host.isp.write("ispconf.yaml", f"{host.isp.text('ispconf.yaml')}{NARROW}")
    host.push("narrow guards")
    gone = "    cancelled: {on: 2026-11-03, reason: moved away}\n"
    host.isp.write("subscribers/ben.yaml", host.isp.text("subscribers/ben.yaml") + gone)
    pull = host.branch(1)
    assert host.asked("plan", pull) == LIVE | {"live": "failure"}, host.said
    (comment,) = host.forge.bodies(1)
    assert "### Refused by a guard. Plan: " in comment
    assert "A label lifts exactly this: ispconf&#58;allow-service&#95;loss=1." in comment
    before = host.merge(1)
    assert host.pushed("apply", before) == {"apply": "failure"}
    pull["labels"] = [{"name": "seen"}, {"name": "ispconf:allow-service_loss=1"}]
    host.asked("plan", pull)
    assert host.pushed("apply", before) == {"apply": "success"}, host.said
    assert host.isp.routers["sur-1"].rows("/queue/simple") == []


def test_a_night_bills_cuts_and_tells_what_was_changed_by_hand(host: Host) -> None:
    host.runner.day = host.isp.today = "2026-11-28"
    host.runner.secrets = {**host.isp.env, "ISPCONF_HEARTBEAT_URL": host.forge.api + BEAT}
    host.isp.routers["norte-1"].set("/ppp/secret", "eva", profile="default")
    # What was changed by hand nobody approved: it is told, and left until somebody decides.
    assert host.asked_by_clock() == NIGHT | {"converge": "failure"}, host.said
    assert "2026-11-28-invoices.yaml" in git(host.runner.origin, "ls-tree", "-r", "main")
    assert host.author() == "bot"
    assert host.isp.row("norte-1", "/ppp/secret", "ana")["disabled"] == "true"
    (issue,) = host.forge.issues
    assert (issue["title"], issue["state"]) == ("Changed by hand on the routers", "open")
    assert "admin changed it on the router" in issue["body"]
    assert BEAT not in [heard.path for heard in host.forge.heard]
    assert host.tip("ispconf-plans")  # the snapshot is taken all the same

    git(host.isp.folder, "pull", "-q", "--rebase", "origin", "main")
    assert host.isp.apply().code == 0
    host.isp.forget()
    assert host.asked_by_clock() == NIGHT, host.said  # again: nothing is billed or cut twice
    assert issue["state"] == "closed"
    assert host.isp.writes() == []
    assert host.forge.heard[-1].path == BEAT

    assert host.isp.pay("ana", "700.00").code == 0
    before = host.push("a payment")
    hers = host.tip()
    host.isp.change("subscribers/ben.yaml", "plan: hogar-20", "plan: hogar-50")
    host.push("what luis did since is not hers")
    restored = {"restore": "failure"}  # his change waits for an approval
    assert host.pushed("payment", before, "maria", sha=hers) == restored, host.said
    assert [step.code for step in host.runner.ran if "ispconf check" in step.line] == [0]
    assert host.isp.row("norte-1", "/ppp/secret", "ana")["disabled"] == "false"

    git(host.isp.folder, "pull", "-q", "--rebase", "origin", "main")
    host.isp.change("ledger/2026/11/2026-11-02-caja1.yaml", "500.00", "499.00")
    before = host.push("a correction")
    assert host.pushed("payment", before, "maria") == {"restore": "failure"}
    assert [step.line.split()[1] for step in host.runner.ran if step.said] == ["check"]


def test_a_fork_is_planned_without_a_secret(host: Host) -> None:
    assert host.asked_by_clock() == NIGHT, host.said  # leaves a snapshot
    pull = slower(host)
    pull["head"]["repo"]["full_name"] = "eva/net"
    assert host.asked("plan", pull) == {
        "live": "skipped",
        "tell": "skipped",
        "offline": "success",
    }, host.said
    assert "eva" in host.said
    assert host.forge.bodies(1) == []
    assert secretless(host)

    head = {"label": "eva:change-1", "sha": pull["head"]["sha"]}
    host.forge.pulls.append({"number": 1, "head": head})
    event = {
        "event": "pull_request", "pull_requests": [], "head_branch": "change-1",
        "head_sha": pull["head"]["sha"],
        "head_repository": {"full_name": "eva/net", "owner": {"login": "eva"}},
    }  # fmt: skip
    facts = {"ref": "refs/heads/main", "sha": "", "actor": "eva"}
    fork = host.workflow("fork")
    ran = host.runner.run(fork, "workflow_run", {"workflow_run": event}, **facts)
    assert ran == {"comment": "success"}, host.said
    (comment,) = host.forge.bodies(1)
    assert "1 changes speed" in comment
    assert secretless(host, TOKEN)


def secretless(host: Host, *but: str) -> bool:
    """Whether no step was told a secret, but those that are named."""
    secrets = {*host.isp.env.values(), TOKEN} - set(but)
    return not any(secrets & set(step.env.values()) for step in host.runner.ran)


def test_the_example_network_runs_from_our_own_files(tmp_path: Path) -> None:
    with exampled(tmp_path) as ours:
        ours.isp.write("templates/NOTES.txt", "a change\n")
        assert ours.asked("plan", ours.branch(1), "ana") == LIVE, ours.said
        assert "**Subscribers: 23 new.**" in ours.forge.bodies(1)[0]
        assert ours.pushed("apply", ours.merge(1)) == {"apply": "success"}, ours.said
        assert "Applied and verified: nothing is left to do." in ours.said
        assert len(ours.isp.routers["norte-1"].rows("/ppp/secret")) > 5


def test_shards_run_side_by_side_as_the_help_of_matrix_says(host: Host, tmp_path: Path) -> None:
    told = inspect.cleandoc(matrix.__doc__ or "")
    workflow = yaml.safe_load(textwrap.dedent(told[told.index("jobs:") :]))
    for job in workflow["jobs"].values():
        checkout = {"uses": "actions/checkout@x", "with": {"ref": "main", "fetch-depth": 0}}
        job["steps"] = [checkout, {"uses": "./.github/actions/ispconf"}, *job["steps"]]
    workflow["jobs"]["plan"]["env"] |= {name: f"${{{{ secrets.{name} }}}}" for name in host.isp.env}
    (tmp_path / "fleet.yml").write_text(yaml.safe_dump(workflow, sort_keys=False))
    slower(host)
    assert host.pushed("apply", host.merge(1)) == {"apply": "failure"}  # nobody has seen a plan
    facts = {"ref": "refs/heads/main", "sha": "", "actor": "olga"}
    event = {"pull_request": {"number": 1}}
    ran = host.runner.run(tmp_path / "fleet.yml", "pull_request", event, **facts)
    assert ran == {"split": "success", "plan": "success", "tell": "success"}, host.said
    assert sum(step.line.startswith("ispconf plan") for step in host.runner.ran) == 2
    (comment,) = host.forge.bodies(1)
    assert "<b>norte-1</b>: planned" in comment
    assert "<b>sur-1</b>: unchanged" in comment
    assert host.pushed("apply", host.tip()) == {"apply": "success"}, host.said
    assert host.isp.row("norte-1", "/ppp/secret", "eva")["profile"] == "hogar-20"
