"""What all tests need of their process."""

import signal

from hypothesis import settings

# The suite's examples are the same each time, so that a change is judged by what it changed;
# pytest --hypothesis-profile=thorough looks longer, and elsewhere each time.
settings.register_profile("suite", deadline=None, max_examples=50, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile("suite")


def pytest_configure() -> None:
    """Lets Ctrl-C reach the programs that tests start, also where the tests run in the background.

    A shell that has no job control starts background work deaf to it, and children inherit that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
