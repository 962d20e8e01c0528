"""The thread in which routers live, and the way to start them: an event loop of its own."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, Self, TypeVar

from ispconf.simulator.certificates import Certificate
from ispconf.simulator.rights import User
from ispconf.simulator.router import Router, RouterSpec

T = TypeVar("T")


class Simulator:
    """Any number of routers in one thread; a context manager."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._passed = 0.0
        self.routers: list[Router] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="simulator", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def clock(self) -> float:
        """The time of all routers, in seconds since 1970."""
        return self._clock() + self._passed

    def passes(self, seconds: float) -> None:
        """Let time pass on all routers at once; what was scheduled for it is done."""

        def passing() -> None:
            self._passed += seconds
            for router in self.routers:
                router.tick()

        self.on_loop(passing)

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every connection and the thread."""
        for router in self.routers:
            asyncio.run_coroutine_threadsafe(router.close(), self._loop).result()
        asyncio.run_coroutine_threadsafe(_all_ended(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def router(  # noqa: PLR0913
        self,
        name: str = "router",
        version: str = "7.16.2",
        *,
        users: Mapping[str, User] | None = None,
        dial: bool = False,
        port: int = 0,
        tls: bool | Certificate = False,
        state: Mapping[str, Any] | None = None,
    ) -> Router:
        """Start a router; port 0 takes a free one, ``tls`` opens api-ssl on a second port."""
        return self.start(
            RouterSpec(name, version, users or {"admin": User()}, dial, port, tls, 0, state)
        )

    def start(self, spec: RouterSpec) -> Router:
        """Start the router that a specification describes."""
        router = self.on_loop(lambda: Router(self, spec))
        asyncio.run_coroutine_threadsafe(router.open(), self._loop).result()
        self.routers.append(router)
        return router

    def on_loop(self, call: Callable[[], T]) -> T:
        """Do something on the loop's thread and wait for it; at once when already there."""
        if threading.current_thread() is self._thread:
            return call()
        future: Future[T] = Future()

        def work() -> None:
            try:
                future.set_result(call())
            except BaseException as fault:  # noqa: BLE001
                future.set_exception(fault)

        self._loop.call_soon_threadsafe(work)
        return future.result()


async def _all_ended() -> None:
    """Ends what is still under way, such as a connection that came while its port closed."""
    while under_way := asyncio.all_tasks() - {asyncio.current_task()}:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
    await asyncio.sleep(0)  # sockets are closed by callbacks that wait their turn
