"""A build → the sentences of its search index on a Milvus server, and those of builds that are gone → removed there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kg import builds

if TYPE_CHECKING:
    from kg.engine_settings import MilvusServer
    from kg.search.milvus import Milvus


def send_sentences(server: MilvusServer, folder: Path) -> Milvus:
    """Write the sentences of the build in *folder* to *server*, unless they are there.

    A build without vectors has none.

    Raises:
        EngineError: the server is away or refuses them, or another process has the file of Milvus Lite open.
    """
    from kg.search.milvus import Milvus
    from kg.search.store import open_index

    found = Milvus(server, builds.holder_of(folder.parent.parent))
    if not found.holds(folder.name):
        index = open_index(folder / "index")
        if index.vectors is not None:
            found.write(folder.name, index)
    return found


def remove_sentences(found: Milvus, data: Path) -> None:
    """Remove the sentences of builds that are no longer in *data*, and let go of the server.

    Raises:
        EngineError: the server is away, or refuses it.
    """
    found.remove_others(builds.names(data))
    found.close()
