"""A question and the best passages → what a model of the office's own chooses and cuts out of them, or nothing.

It is off unless a server is set. It only ever chooses: what it returns are places in the passages it was shown.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Sequence

from kg.answer.office_reply import Chosen, Passage, UnusableReplyError, messages, read_reply
from kg.answer.office_server import Fault, OfficeModelError, Server
from kg.errors import HetaoError, one_line
from kg.settings import OfficeReader

__all__ = ["Chosen", "OfficeModel", "OfficeModelError", "Passage", "office_model"]

PAUSE = 0.25  # seconds between the first try and the second
# after being too slow for so many questions in a row, the server is left alone for so many seconds
TOO_SLOW, REST = 3, 60.0

MAX_TOKENS = 2048  # the longest reply, thoughts included; not every model stops on its own
_NO_SUCH_FIELD = frozenset({400, 415, 422, 501})
_TRIED = Passage(1, "本办法由市人民政府负责解释。"), Passage(2, "本办法自公布之日起施行。")
_TRIED_QUESTION = "本办法由谁负责解释？"

_log = logging.getLogger(__name__)


class OfficeModel:
    """A model behind a server that speaks OpenAI's chat completions. Threads may share it.

    What goes wrong is logged in one line, each kind of fault once until the server has worked again. The line contains
    neither the key nor anything that was asked or replied.
    """

    def __init__(self, url: str, model: str, key: str | None = None, seconds: float = 20.0) -> None:
        """Ask *model* at *url*, with *key* as a bearer token; a question may take *seconds*, a second try included.

        Nothing is sent yet. An unusable *url* or *key* is a `HetaoError` that does not repeat it.
        """
        if key is not None and not (key.isascii() and key.isprintable() and key and " " not in key):
            raise HetaoError("HETAO_READER_KEY", "it holds a character that no key has", "give it without spaces")
        self._server = Server.at(url)
        self._model = model
        self._key = key
        self._seconds = seconds
        self._lock = threading.Lock()
        self._reported: set[tuple[Fault, int | None]] = set()
        self._slow = 0
        self._rests_until = 0.0
        self._json_mode = True

    @property
    def name(self) -> str:
        """The model and where it runs, for operators."""
        return one_line(f"{self._model} at {self._server.name}")

    def choose(self, question: str, kind: str, passages: Sequence[Passage]) -> Chosen | None:
        """Return what the model chooses among *passages*, the likeliest first, for *question*, which asks for *kind*.

        None if there is no passage, if the server is unreachable or slow, or if the reply breaks a rule of `Chosen`.
        """
        if not passages or self._rests():
            return None
        try:
            chosen = self._ask(question, kind, passages)
        except OfficeModelError as error:
            self._failed(error)
            return None
        self._worked()
        return chosen

    def check(self) -> None:
        """Ask the model one small question about no document; an `OfficeModelError` says what is wrong."""
        self._ask(_TRIED_QUESTION, "agency", _TRIED)

    def _ask(self, question: str, kind: str, passages: Sequence[Passage]) -> Chosen:
        text = self._complete(messages(question, kind, passages))
        try:
            return read_reply(text, kind, passages)
        except UnusableReplyError as error:
            fix = "a larger model, or one that follows instructions, may do better"
            problem = f"its reply cannot be used: {error}"
            raise OfficeModelError(self._server.name, "unusable", problem, fix) from error

    def _complete(self, asked: list[dict[str, str]]) -> str:
        """Return the reply to the messages *asked*; tries twice if that may help, within the time allowed."""
        until = time.monotonic() + self._seconds
        json_mode = self._json_mode
        try:
            return self._try(asked, json_mode, until)
        except OfficeModelError as error:
            strange = json_mode and error.status in _NO_SUCH_FIELD
            if not (strange or error.may_pass) or time.monotonic() + PAUSE >= until:
                raise
        time.sleep(PAUSE)
        text = self._try(asked, json_mode and not strange, until)
        if strange:
            self._json_mode = False  # it knows no response_format and is not asked for one again
        return text

    def _try(self, asked: list[dict[str, str]], json_mode: bool, until: float) -> str:
        request: dict[str, object] = {"model": self._model, "messages": asked, "stream": False}
        request |= {"temperature": 0, "max_tokens": MAX_TOKENS}
        if json_mode:
            request["response_format"] = {"type": "json_object"}
        body = json.dumps(request).encode("ascii")
        reply = self._server.post(body, self._key, max(until - time.monotonic(), 0.001))
        try:
            text = json.loads(reply)["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError, RecursionError):
            text = None
        if not isinstance(text, str):
            fix = "see that HETAO_READER_URL is the address of an OpenAI-compatible API"
            raise OfficeModelError(self._server.name, "unusable", "its reply is not a chat completion", fix)
        return text

    def _rests(self) -> bool:
        with self._lock:
            return time.monotonic() < self._rests_until

    def _worked(self) -> None:
        with self._lock:
            self._reported.clear()
            self._slow, self._rests_until = 0, 0.0

    def _failed(self, error: OfficeModelError) -> None:
        with self._lock:
            self._slow = self._slow + 1 if error.fault == "slow" else 0
            if self._slow >= TOO_SLOW:
                self._rests_until = time.monotonic() + REST
            new = (error.fault, error.status) not in self._reported
            self._reported.add((error.fault, error.status))
        if new:
            _log.warning("%s; until it works the built-in reader answers alone", error)


def office_model(reader: OfficeReader | None) -> OfficeModel | None:
    """Return the model that *reader* names, None if none is set; an unusable value is a `HetaoError`."""
    return None if reader is None else OfficeModel(reader.url, reader.model, reader.key, reader.seconds)
