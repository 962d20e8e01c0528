"""A provider whose repository lives on a forge: people who push, and the workflows that answer.

The forge is a bare repository, an API on this machine and a runner that does what the workflow
files say. Nothing here knows what they should bring about.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ispconf
from ispconf.commands.demo import KEYS, PARTS, example
from ispconf.commands.simulator import prepared
from ispconf.edge.edits import edit
from ispconf.edge.files import open_network
from ispconf.simulator import Simulator
from tests.commands.runner import Runner
from tests.commands.world import BEFORE, BOXES, COMPANY, PEOPLE, Isp, Person, founded
from tests.edge.forges import Hosted, hosting
from tests.edge.repositories import git

SCAFFOLD = Path(ispconf.__file__).parent / "commands" / "scaffold"
ROLES = """\
journal: {branch: ispconf-journal}
roles: {owner: [olga], engineer: [luis], technician: [tito], cashier: [maria], bot: [bot]}
"""
ROUTERS = ("norte-1", "sur-1")
LIVE = {"live": "success", "tell": "success", "offline": "skipped"}
NIGHT = {"bill": "success", "converge": "success"}


@dataclass
class Host:
    """A provider with its repository on a forge: people who push, and the runner that acts."""

    isp: Isp
    forge: Hosted
    runner: Runner

    def workflow(self, name: str) -> Path:
        return self.isp.folder / ".github" / "workflows" / f"{name}.yml"

    def tip(self, ref: str = "main") -> str:
        return git(self.runner.origin, "rev-parse", ref)

    def branch(self, number: int) -> dict[str, Any]:
        """Commits what was changed to a branch of its own and asks for it to be merged."""
        git(self.isp.folder, "switch", "-q", "-c", f"change-{number}")
        head = self.isp.commit(f"change {number}")
        base = git(self.isp.folder, "rev-parse", "origin/main")
        git(self.isp.folder, "checkout", "-q", "--detach", base)
        git(self.isp.folder, "merge", "-q", "--no-ff", "-m", f"merge {number}", head)
        refs = (f"{head}:refs/heads/change-{number}", f"HEAD:refs/pull/{number}/merge")
        git(self.isp.folder, "push", "-q", "origin", *refs)
        git(self.isp.folder, "switch", "-q", "main")
        return {
            "number": number,
            "user": {"login": "luis"},
            "base": {"sha": base},
            "head": {"sha": head, "repo": {"full_name": "isp/net"}},
        }

    def asked(self, name: str, pull: dict[str, Any], actor: str = "luis") -> dict[str, str]:
        """What a workflow makes of a pull request."""
        facts = {"ref": f"refs/pull/{pull['number']}/merge", "sha": "", "actor": actor}
        return self.runner.run(self.workflow(name), "pull_request", {"pull_request": pull}, **facts)

    def pushed(
        self, name: str, before: str, actor: str = "olga", *, sha: str = ""
    ) -> dict[str, str]:
        """What a workflow makes of a push to main, after which there may have been others."""
        facts = {"ref": "refs/heads/main", "sha": sha or self.tip(), "actor": actor}
        return self.runner.run(self.workflow(name), "push", {"before": before}, **facts)

    def merge(self, number: int) -> str:
        """Merges a pull request, squashed; gives what main was before."""
        before = self.tip()
        git(self.isp.folder, "pull", "-q", "--rebase", "origin", "main")
        git(self.isp.folder, "merge", "-q", "--squash", f"change-{number}")
        self.isp.commit(f"change {number} (#{number})")
        git(self.isp.folder, "push", "-q", "origin", "main")
        return before

    def push(self, words: str) -> str:
        """Commits what was changed and pushes it to main; gives what main was before."""
        before = self.tip()
        self.isp.commit(words)
        git(self.isp.folder, "push", "-q", "origin", "main")
        return before

    def asked_by_clock(self) -> dict[str, str]:
        """What the nightly run does."""
        facts = {"ref": "refs/heads/main", "sha": self.tip(), "actor": "olga"}
        return self.runner.run(self.workflow("nightly"), "schedule", {}, **facts)

    def author(self) -> str:
        """Who wrote the last commit of main."""
        return git(self.runner.origin, "log", "-1", "--format=%an", "main")

    @property
    def said(self) -> str:
        """All that the last workflow's steps said."""
        return "\n".join(f"$ {step.line} [{step.code}]\n{step.said}" for step in self.runner.ran)


@contextmanager
def hosted(
    folder: Path,
    people: Mapping[str, Person] = PEOPLE,
    paid: Mapping[str, str] | None = None,
    company: str = COMPANY + ROLES,
) -> Iterator[Host]:
    """The provider with those people who live on ``ROUTERS``, applied once, on ``BEFORE``."""
    with Simulator() as simulator, hosting() as forge:
        here = {who: each for who, each in people.items() if each.router in ROUTERS}
        boxes = {name: BOXES[name] for name in ROUTERS}
        paid = {"eva": "500.00"} if paid is None else paid
        isp = founded(folder / "isp", simulator, boxes=boxes, people=here, paid=paid)
        isp.write("ispconf.yaml", company)
        _scaffolded(isp)
        isp.commit("the network")
        origin = folder / "origin.git"
        git(folder, "clone", "-q", "--bare", str(isp.folder), str(origin))
        git(isp.folder, "remote", "add", "origin", str(origin))
        git(isp.folder, "fetch", "-q", "origin")
        assert isp.apply().code == 0
        runner = Runner(folder / "runner", origin, forge.api, BEFORE, dict(isp.env))
        yield Host(isp, forge, runner)


@contextmanager
def exampled(folder: Path) -> Iterator[Host]:
    """This repository's own network and workflows, its routers simulated and empty."""
    here, home = example(), folder / "isp"
    with Simulator() as simulator, hosting() as forge:
        isp = Isp(home, today="2026-11-18")
        for name in (*PARTS, *KEYS, ".github"):
            copy = shutil.copytree if (here / name).is_dir() else shutil.copy2
            home.mkdir(exist_ok=True)
            copy(here / name, home / name)
        for router in open_network(home, env={"ISPCONF_CACHE": "off"}).routers.values():
            free = router.model_copy(update={"port": 0})
            isp.routers[router.id] = prepared(simulator, free, "simulated")
            edit(home, router.file, {("port",): str(isp.routers[router.id].port)})
        git(home, "init", "-q", "-b", "main")
        isp.commit("the network")
        origin = folder / "origin.git"
        git(folder, "clone", "-q", "--bare", str(home), str(origin))
        git(home, "remote", "add", "origin", str(origin))
        git(home, "fetch", "-q", "origin")
        yield Host(isp, forge, Runner(folder / "runner", origin, forge.api, isp.today))


def _scaffolded(isp: Isp) -> None:
    """Writes the workflows that init makes, with the secrets of these routers."""
    for path in (SCAFFOLD / ".github").rglob("*.*"):
        lines = [
            f"      {name}: ${{{{ secrets.{name} }}}}\n" if "ROUTER_1" in line else line
            for line in path.read_text(encoding="utf-8").splitlines(keepends=True)
            for name in (isp.env if "ROUTER_1" in line else ("",))
        ]
        isp.write(str(path.relative_to(SCAFFOLD)), "".join(lines))
