"""Who runs a verb, and where that run can be looked at: what the environment says of the caller.

GitHub, Gitea and Forgejo set the same variables, GitLab others. Knows nothing of what they may do.
"""

from collections.abc import Mapping


def actor(env: Mapping[str, str]) -> str:
    """The account that started the run on a forge, or the user of this machine."""
    names = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "LOGNAME", "USERNAME")
    return next((env[name] for name in names if env.get(name)), "somebody")


def run_url(env: Mapping[str, str]) -> str:
    """The page of the run on the forge; empty when no forge runs it."""
    if env.get("GITHUB_RUN_ID"):
        server, repository = env.get("GITHUB_SERVER_URL", ""), env.get("GITHUB_REPOSITORY", "")
        return f"{server}/{repository}/actions/runs/{env['GITHUB_RUN_ID']}"
    return env.get("CI_JOB_URL", "")
