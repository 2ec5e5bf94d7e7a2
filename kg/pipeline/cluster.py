"""Jobs → what is made of each, on the workers of a Dask cluster, in the order in which they finish.

It stands beside `kg.pipeline.workers`, whose outcomes it gives. A worker needs the same version of hetao-kg and no
folder in common with this machine: a job and its result travel as they are.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import islice
from typing import Any, Final

from kg.engine_settings import DaskCluster
from kg.errors import EngineError, HetaoError, one_line
from kg.pipeline.workers import Job, JobOutcome, Returned

SECONDS: Final = 10
"""How long the scheduler may take to answer."""

AHEAD: Final = 4
"""How many jobs each thread of the cluster has been handed at a time: the others wait here, which takes no memory."""

DEATHS: Final = 2
"""How many workers may die over a job; it is then done nowhere any more."""


def run(
    jobs: Iterable[Job], do: Callable[[Job], Returned], cluster: DaskCluster, version: str
) -> Iterator[JobOutcome[Job, Returned]]:
    """Yield the outcome of *do* for each of *jobs* as they finish.

    A job whose worker dies is done by another. A caller that stops listening cancels what is left.

    Args:
        jobs: what can be pickled; each is taken when it is handed out.
        do: a function of a module; what it returns can be pickled.
        cluster: where they are done.
        version: what `made_of` gives here; a worker that gives another refuses, as its results would differ.

    Raises:
        EngineError: the scheduler is away, its workers are of another version, or the package is missing.
        Exception: whatever *do* raises, unless it is a `HetaoError`.
    """
    with _client(cluster) as client:
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        waiting = iter(jobs)
        futures: dict[Any, Job] = {}
        done = as_completed(loop=client.loop)

        def hand_out() -> None:
            # how many there are changes as workers come and go
            for job in islice(waiting, max(0, AHEAD * max(1, sum(client.nthreads().values())) - len(futures))):
                future = client.submit(partial(_checked, version), do, job, pure=False)
                futures[future] = job
                done.add(future)

        try:
            hand_out()
            for future in done:
                job = futures.pop(future)
                hand_out()
                error = future.exception()
                if isinstance(error, KilledWorker):
                    yield JobOutcome(job, lost=f"on {DEATHS} workers of {cluster.address}")
                elif isinstance(error, EngineError) or (error is not None and not isinstance(error, HetaoError)):
                    raise error
                elif error is not None:
                    yield JobOutcome(job, error=error)
                else:
                    yield JobOutcome(job, future.result())
                future.release()
        finally:
            client.cancel(list(futures))


def _checked(version: str, do: Callable[[Job], Returned], job: Job) -> Returned:
    from kg.pipeline.fingerprints import version_digest

    if version_digest() != version:
        fix = "install the same version there, with the same packages"
        raise EngineError("Dask worker", "its hetao-kg or a library of it is of another version", fix)
    return do(job)


@contextmanager
def _client(cluster: DaskCluster) -> Iterator[Any]:
    """Yield a client of *cluster*; a cluster of this machine lasts as long."""
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        fix = "install it: pip install 'hetao-kg[engines]'"
        raise EngineError("HETAO_DASK", "it needs the package distributed", fix) from None
    # its own lines about workers that come and go are for its own users
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with ExitStack() as stack:
        stack.enter_context(dask.config.set({"distributed.scheduler.allowed-failures": DEATHS - 1}))
        at: Any = cluster.address
        if cluster.workers:
            at = stack.enter_context(
                LocalCluster(
                    n_workers=cluster.workers,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address=None,
                    host="127.0.0.1",
                )
            )
        try:
            client = Client(at, timeout=SECONDS, set_as_default=False)
        except (OSError, TimeoutError) as error:
            said = one_line(str(error), 100)
            fix = "start it, or unset HETAO_DASK to read documents on this machine"
            raise EngineError(f"Dask scheduler {cluster.address}", f"it cannot be reached ({said})", fix) from None
        yield stack.enter_context(client)
