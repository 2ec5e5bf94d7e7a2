"""A model of the office's own chooses among passages and cuts; whatever else its server says counts for nothing."""

from __future__ import annotations

import itertools
import json
import logging
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.answer import office_model as module
from kg.answer.office_model import Chosen, OfficeModel, Passage, office_model
from kg.answer.office_reply import LONGEST, MAX_REPLY_CHARACTERS, UnusableReplyError, messages, read_reply
from kg.answer.office_server import MAX_REPLY_BYTES, Server
from kg.errors import HetaoError
from kg.pipeline.doctor import examine
from kg.settings import OfficeReader, load_reader
from tests.answer.office_servers import Asked, Told, completion, office, sending
from tests.conftest import few

QUESTION = "数据目录由哪个部门编制？"
PASSAGES = (
    Passage(1, "市数据局会同市档案局编制数据目录，报市政府批准。"),
    Passage(2, "减按15%的税率征收，期限5年，到2030年12月31日止。"),
    Passage(3, "深圳市政府和深圳市共建实验室，允许企业自行申报。"),
)
GOOD = {"passage": 1, "items": ["市数据局"], "verdict": None, "answered": True}
KEY = "sk-not-to-be-seen"


def chosen(reply: object, kind: str = "agency") -> Chosen | None:
    """What is chosen where the model's text is *reply*; None where it cannot be used."""
    with office(lambda _: completion(reply)) as server:
        return ask(server.url, kind)


def ask(url: str, kind: str = "agency", key: str | None = None) -> Chosen | None:
    """What a model at *url* chooses for the one question of this file."""
    return OfficeModel(url, "qwen", key).choose(QUESTION, kind, PASSAGES)


def words(found: Chosen | None) -> list[str]:
    assert found is not None
    text = next(one.text for one in PASSAGES if one.number == found.passage)
    return [text[start:end] for start, end in found.items]


def assert_nothing_goes_on() -> None:
    """Within five seconds no thread of an exchange is left."""
    for one in threading.enumerate():
        if one.name == "office-model":
            one.join(5)
            assert not one.is_alive()


@pytest.fixture(autouse=True)
def _nothing_goes_on() -> Iterator[None]:
    yield
    assert_nothing_goes_on()


# ------------------------------------------------------------------ what is asked


def test_the_question_and_the_passages_are_sent_as_data_and_the_rules_apart() -> None:
    with office(lambda _: completion(GOOD)) as server:
        assert words(ask(server.url, key=KEY)) == ["市数据局"]
    (asked,) = server.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    assert (asked.body["model"], asked.body["temperature"]) == ("qwen", 0)
    assert asked.body["response_format"] == {"type": "json_object"}
    assert [one["role"] for one in asked.body["messages"]] == ["system", "user"]
    assert asked.question == {
        "question": QUESTION,
        "kind": "agency",
        "passages": [{"number": one.number, "text": one.text} for one in PASSAGES],
    }
    assert KEY not in json.dumps(asked.body)
    with office(lambda _: completion(GOOD)) as server:
        assert ask(server.url)
    assert "Authorization" not in server.asked[0].headers


@given(st.text(), st.text())
def test_no_question_and_no_passage_changes_the_rules_or_leaves_its_place(question: str, passage: str) -> None:
    plain = messages(question, "agency", [Passage(7, passage)])
    assert plain[0] == messages("", "agency", [])[0]
    passages = [{"number": 7, "text": passage}]
    assert json.loads(plain[1]["content"]) == {"question": question, "kind": "agency", "passages": passages}


def test_nothing_is_sent_where_there_is_no_passage() -> None:
    with office(lambda _: completion(GOOD)) as server:
        assert OfficeModel(server.url, "qwen").choose(QUESTION, "agency", []) is None
    assert server.asked == []


# ------------------------------------------------------------------ what is chosen


def test_items_are_placed_in_the_order_of_the_text_each_once_and_white_space_aside() -> None:
    reply = {**GOOD, "items": ["市 档案局", "市数据局。", "市数据局"]}
    assert words(chosen(reply)) == ["市数据局", "市档案局"]


def test_a_name_that_is_part_of_another_finds_a_place_of_its_own() -> None:
    found = chosen({**GOOD, "passage": 3, "items": ["深圳市", "深圳市政府"]})
    assert words(found) == ["深圳市政府", "深圳市"]
    assert found is not None
    assert found.items == ((0, 5), (6, 9))


def test_a_part_of_a_figure_stands_nowhere() -> None:
    for item, kind in (("5%", "quantity"), ("15", "quantity"), ("30年12月31日", "deadline")):
        assert chosen({**GOOD, "passage": 2, "items": [item]}, kind) is None
    assert words(chosen({**GOOD, "passage": 2, "items": ["15%"]}, "quantity")) == ["15%"]
    found = chosen({**GOOD, "passage": 2, "items": ["5年"]}, "quantity")
    assert found is not None
    assert found.items == ((13, 15),)


def test_yes_and_no_are_verdicts_without_items() -> None:
    reply = {"passage": 3, "items": [], "verdict": "是", "answered": True}
    assert chosen(reply, "yesno") == Chosen(3, (), "是", refused=False)
    assert chosen({**reply, "verdict": "否"}, "yesno") == Chosen(3, (), "否", refused=False)
    assert chosen(GOOD, "yesno") is None
    assert chosen({**GOOD, "items": ["市长"], "verdict": "是"}, "yesno") is None


def test_a_refusal_names_the_nearest_passage_or_stands_at_the_first() -> None:
    reply: dict[str, Any] = {"passage": 2, "items": [], "verdict": None, "answered": False}
    assert chosen(reply) == Chosen(2, (), None, refused=True)
    assert chosen({"passage": None, "answered": False}) == Chosen(1, (), None, refused=True)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(GOOD),
        f"```json\n{json.dumps(GOOD, ensure_ascii=False)}\n```",
        f"<think>passage {{1}} or {json.dumps(GOOD)}?</think>\n{json.dumps(GOOD)} That is it.",
        f"The set {{甲, 乙}} is none: {json.dumps(GOOD)}",
    ],
    ids=["bare", "fenced", "thought about", "with prose"],
)
def test_one_json_object_is_found_whatever_stands_around_it(text: str) -> None:
    assert words(chosen(text)) == ["市数据局"]


UNUSABLE: dict[str, object] = {
    "nothing": "",
    "prose": "市数据局",
    "broken": '{"passage": 1, "items": ["市数据局"',
    "a list of two": [GOOD, GOOD],
    "two objects": f"{json.dumps(GOOD)} {json.dumps(GOOD)}",
    "braces": "{" * 19_000,
    "deep": '{"a":' * 3_900,
    "long": json.dumps(GOOD) + " " * MAX_REPLY_CHARACTERS,
    "no word on whether": {**GOOD, "answered": None},
    "a word in place of true": {**GOOD, "answered": "true"},
    "no passage": {**GOOD, "passage": None},
    "passage 0": {**GOOD, "passage": 0},
    "passage 4": {**GOOD, "passage": 4},
    "passage true": {**GOOD, "passage": True},
    "passage 1.0": {**GOOD, "passage": 1.0},
    "passage in words": {**GOOD, "passage": "1"},
    "passage beyond all": '{"passage": ' + "9" * 5_000 + ', "items": ["市数据局"], "answered": true}',
    "no items": {**GOOD, "items": []},
    "items as one string": {**GOOD, "items": "市数据局"},
    "a number as item": {**GOOD, "items": [1]},
    "an empty item": {**GOOD, "items": ["市数据局", " "]},
    "a sign as item": {**GOOD, "items": ["，"]},
    "half a character": '{"passage": 1, "items": ["\\ud83d"], "answered": true}',
    "of another passage": {**GOOD, "passage": 2},
    "of the question": {**GOOD, "items": ["哪个部门"]},
    "in another script": {**GOOD, "items": ["市數據局"]},
    "translated": {**GOOD, "items": ["the data bureau"]},
    "put together": {**GOOD, "items": ["市数据局和市档案局"]},
    "said twice in other words": {**GOOD, "items": ["市数据局", "数据局"]},
    "script": {**GOOD, "items": ["<script>alert(1)</script>"]},
    "many": {**GOOD, "items": ["市数据局"] * 61},
    "yes to a question for a body": {**GOOD, "verdict": "是"},
    "another verdict": {**GOOD, "verdict": "yes"},
    "a list as verdict": {**GOOD, "verdict": ["是"]},
    "an answer that is none": {**GOOD, "answered": False},
    "a verdict that is none": {"passage": 1, "items": [], "verdict": "是", "answered": False},
}


@pytest.mark.parametrize("reply", UNUSABLE.values(), ids=UNUSABLE)
def test_a_reply_that_breaks_a_rule_counts_for_nothing(reply: object) -> None:
    assert chosen(reply) is None


def test_an_item_is_no_longer_than_what_is_asked_for_may_be() -> None:
    text = "甲" * LONGEST + "乙"
    reply = json.dumps({"passage": 1, "items": [text[:61]], "answered": True})
    assert read_reply(reply, "condition", [Passage(1, text)]).items == ((0, 61),)
    for kind, item in (("agency", text[:61]), ("condition", text)):
        with pytest.raises(UnusableReplyError):
            read_reply(json.dumps({"passage": 1, "items": [item], "answered": True}), kind, [Passage(1, text)])


PLAIN = (
    st.none() | st.booleans() | st.integers(-2, 4) | st.text(max_size=4) | st.sampled_from(["是", "15%", "市数据局"])
)
ANY = st.fixed_dictionaries(
    {},
    optional={
        "passage": PLAIN,
        "items": PLAIN | st.lists(PLAIN | st.text("市数据局15%年，", max_size=5), max_size=4),
        "verdict": PLAIN,
        "answered": st.booleans() | PLAIN,
    },
)


@given(ANY, st.sampled_from(["agency", "yesno", "quantity", "policy"]))
def test_whatever_is_replied_what_is_chosen_lies_in_a_passage_or_nothing_is(reply: dict[str, Any], kind: str) -> None:
    try:
        found = read_reply(json.dumps(reply), kind, PASSAGES)
    except UnusableReplyError:
        return
    text = next(one.text for one in PASSAGES if one.number == found.passage)
    said = {"".join(item.split()).strip("，") for item in reply.get("items") or ()}
    assert {text[start:end] for start, end in found.items} == said
    assert all(0 <= start < end <= len(text) for start, end in found.items)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(found.items))
    assert (found.verdict is not None) <= (kind == "yesno")


# ------------------------------------------------------------------ what the server does


def in_turn(*replies: Told) -> Callable[[Asked], Told]:
    """Each of *replies* once, and the last of them from then on."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def test_a_server_that_is_busy_is_asked_a_second_time_and_no_third() -> None:
    with office(in_turn((503, {}, b"loading"), completion(GOOD))) as server:
        assert words(ask(server.url)) == ["市数据局"]
    assert len(server.asked) == 2
    with office(lambda _: (503, {}, b"loading")) as server:
        assert ask(server.url) is None
    assert len(server.asked) == 2


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_server_that_refuses_is_not_asked_again(status: int) -> None:
    with office(lambda _: (status, {}, b"{}")) as server:
        assert ask(server.url) is None
    assert len(server.asked) == 1


def test_a_server_that_knows_no_response_format_is_asked_without_and_so_from_then_on() -> None:
    def reply(asked: Asked) -> Told:
        return (400, {}, b"unknown field") if "response_format" in asked.body else completion(GOOD)

    with office(reply) as server:
        model = OfficeModel(server.url, "qwen")
        for _ in range(2):
            assert words(model.choose(QUESTION, "agency", PASSAGES)) == ["市数据局"]
    assert ["response_format" in one.body for one in server.asked] == [True, False, False]


def test_a_request_that_is_refused_for_something_else_still_asks_for_json_the_next_time() -> None:
    with office(lambda _: (400, {}, b"too long")) as server:
        model = OfficeModel(server.url, "qwen")
        assert model.choose(QUESTION, "agency", PASSAGES) is None
        server.reply = lambda _: completion(GOOD)
        assert model.choose(QUESTION, "agency", PASSAGES)
    assert ["response_format" in one.body for one in server.asked] == [True, False, True]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with office(lambda _: completion(GOOD)) as other:
        target = {"Location": f"{other.url}/chat/completions"}
        with office(lambda _: (status, target, b"")) as server:
            assert ask(server.url, key=KEY) is None
        assert other.asked == []
    assert len(server.asked) == 1


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with office(lambda _: completion(GOOD)) as proxy, office(lambda _: completion(GOOD)) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        monkeypatch.setenv("NO_PROXY", "")
        assert ask(server.url)
    assert (len(proxy.asked), len(server.asked)) == (0, 1)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"<html>sign in</html>", b"null", b"[]", b"\xff\xfe\xfd", b"[" * 100_000, b'{"choices": []}'),
        *(b'{"choices": {"0": 1}}', b'{"error": {"message": "no"}}', b'{"choices": [{"message": {"content": null}}]}'),
        b'{"choices": [{"message": {"content": [{"type": "text"}]}}]}',
    ],
)
def test_what_is_no_chat_completion_counts_for_nothing(body: bytes) -> None:
    with office(lambda _: (200, {}, body)) as server:
        assert ask(server.url) is None


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def forever(first: bytes, then: bytes, pause: float = 0.0) -> Callable[[], Iterator[bytes]]:
    """Send *first*, and *then* again and again."""

    def pieces() -> Iterator[bytes]:
        yield first
        while True:
            time.sleep(pause)
            yield then

    return pieces


HOSTILE: dict[str, Callable[[], Iterator[bytes]]] = {
    "says nothing": forever(b"", b"", 0.05),
    "a byte now and then": forever(HEAD + b"Content-Length: 900000\r\n\r\n", b" ", 0.05),
    "a head that never ends": forever(HEAD, b"X: y\r\n", 0.02),
    "goes on, it says, for ever": forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01),
    "a body that never ends": forever(HEAD + b"\r\n", b" " * 65_536),
    "chunks that never end": forever(CHUNKED, b"10000\r\n" + b" " * 65_536 + b"\r\n"),
    "chunks of less than nothing": forever(CHUNKED + b"-5\r\n", b" " * 65_536),
    "a trailer that never ends": forever(CHUNKED + b"1\r\n{\r\n0\r\n", b"X: y\r\n", 0.01),
    "a length beyond all": lambda: iter([HEAD + b"Content-Length: 99999999999999999999\r\n\r\n", b"{}"]),
    "a length below nothing": lambda: iter([HEAD + b"Content-Length: -1\r\n\r\n", b"{}"]),
    "a head line beyond all": forever(HEAD + b"X: ", b"y" * 65_536),
    "no HTTP": lambda: iter([b"SSH-2.0-OpenSSH_9.2\r\n"]),
    "goes away": lambda: iter([b""]),
    "goes away in the midst": lambda: iter([HEAD + b"Content-Length: 100\r\n\r\n", b'{"choices"']),
    "bytes that mean nothing": lambda: iter([bytes(range(256)) * 64]),
    "packed": lambda: iter([HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n", b"\x1f\x8b\x08\x00"]),
}


IN_BOTH_TIERS = ("says nothing", "a head that never ends", "a body that never ends", "goes away", "no HTTP", "packed")


@pytest.mark.parametrize("name", few(HOSTILE, IN_BOTH_TIERS))
def test_whatever_a_server_sends_nobody_waits_longer_than_was_set(name: str) -> None:
    with sending(HOSTILE[name]) as url:
        model = OfficeModel(url, "qwen", seconds=0.6)
        began = time.monotonic()
        assert model.choose(QUESTION, "agency", PASSAGES) is None
        assert time.monotonic() - began < 5
        assert_nothing_goes_on()  # though the server would have gone on


def test_a_reply_at_the_limit_is_read_and_one_beyond_it_is_not() -> None:
    def reply(more: int) -> Told:
        status, headers, body = completion(GOOD)
        return status, headers, body + b" " * (MAX_REPLY_BYTES - len(body) + more)

    with office(lambda _: reply(0)) as server:
        assert ask(server.url)
        server.reply = lambda _: reply(1)
        assert ask(server.url) is None


def test_threads_share_a_model_and_each_gets_its_own_answer(repeats: Callable[[int, int], int]) -> None:
    def reply(asked: Asked) -> Told:
        number = int(asked.question["question"])
        time.sleep(0.002 * (number % 7))
        return completion({**GOOD, "items": ["市数据局" if number % 2 else "市档案局"]})

    found: dict[int, list[str]] = {}
    with office(reply) as server:
        model = OfficeModel(server.url, "qwen")

        def ask(first: int) -> None:
            for number in range(first, repeats(48, 2000), 8):
                found[number] = words(model.choose(str(number), "agency", PASSAGES))

        threads = [threading.Thread(target=ask, args=(first,)) for first in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
    assert found == {number: ["市数据局" if number % 2 else "市档案局"] for number in range(repeats(48, 2000))}


# ------------------------------------------------------------------ what is said of it


def nobody() -> str:
    """The URL of a port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{one.getsockname()[1]}/v1"


def test_a_fault_is_said_once_and_again_only_after_it_worked(caplog: pytest.LogCaptureFixture) -> None:
    with office(lambda _: (401, {}, b"")) as server:
        model = OfficeModel(server.url, "qwen")

        def lines(reply: Told, times: int) -> int:
            caplog.clear()
            server.reply = lambda _: reply
            for _ in range(times):
                model.choose(QUESTION, "agency", PASSAGES)
            return len(caplog.records)

        assert lines((401, {}, b""), 5) == 1
        assert lines(completion("no"), 3) == 1  # another fault
        assert lines((401, {}, b""), 3) == 0
        assert lines(completion(GOOD), 3) == 0
        assert lines((401, {}, b""), 3) == 1


@pytest.mark.parametrize(
    "reply", [(401, {}, KEY.encode()), completion(f"{KEY} evil"), (200, {}, b"evil"), (302, {"Location": "evil"}, b"")]
)
def test_neither_the_key_nor_what_was_asked_or_replied_is_said(reply: Told, caplog: pytest.LogCaptureFixture) -> None:
    with office(lambda _: reply) as server, caplog.at_level(logging.DEBUG):
        model = OfficeModel(server.url, "qwen", KEY)
        assert model.choose(QUESTION, "agency", PASSAGES) is None
    (record,) = caplog.records
    told = record.getMessage()
    assert server.url.removeprefix("http://").removesuffix("/v1") in told
    assert not any(part in told for part in (KEY, "evil", QUESTION, PASSAGES[0].text, "\n"))
    assert KEY not in repr(model) + repr(OfficeReader(server.url, "qwen", KEY))


def test_a_server_that_is_away_is_reported_at_once(caplog: pytest.LogCaptureFixture) -> None:
    began = time.monotonic()
    assert ask(nobody()) is None
    assert time.monotonic() - began < 5
    assert "cannot be reached (Connection refused)" in caplog.text


def test_a_server_too_slow_three_times_in_a_row_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REST", 2.0)
    go_on = threading.Event()

    def reply(_: Asked) -> Told:
        go_on.wait(30)
        return completion(GOOD)

    with office(reply) as server:
        model = OfficeModel(server.url, "qwen", seconds=0.5)
        for _ in range(5):
            assert model.choose(QUESTION, "agency", PASSAGES) is None
        assert len(server.asked) == 3
        go_on.set()
        assert model.choose(QUESTION, "agency", PASSAGES) is None
        time.sleep(2.2)
        assert model.choose(QUESTION, "agency", PASSAGES)


# ------------------------------------------------------------------ where it is set


@pytest.mark.parametrize(
    ("url", "name", "path"),
    [
        ("http://127.0.0.1:8000/v1", "127.0.0.1:8000", "/v1/chat/completions"),
        ("http://127.0.0.1:8000/v1/", "127.0.0.1:8000", "/v1/chat/completions"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", "/v1/chat/completions"),
        ("https://models.example/api/v3/chat/completions", "models.example:443", "/api/v3/chat/completions"),
        ("HTTP://[::1]:11434/v1", "[::1]:11434", "/v1/chat/completions"),
    ],
)
def test_a_base_or_the_whole_address_names_a_server(url: str, name: str, path: str) -> None:
    assert (Server.at(url).name, Server.at(url).path) == (name, path)


@pytest.mark.parametrize(
    "url",
    [
        *("", "qwen", "127.0.0.1:8000", "//host/v1", "ftp://host/v1"),
        *("file:///etc/passwd", "unix:/run/x", "http:///v1"),
        *("http://user:secret@host/v1", "http://secret@host/v1", "https://:secret@host", "http://host:secret/v1"),
        *("http://host:0/v1", "http://host:99999/v1", "http://host/v1?key=secret", "http://host/v1#secret"),
        *(
            "http://host/v1\r\nX: secret",
            "http://ho st/v1",
            "http://河套/v1",
            "http://[::1/v1",
            "http://host/v1\tsecret",
        ),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_in_one_line_that_does_not_repeat_it(url: str) -> None:
    with pytest.raises(HetaoError, match=r"^HETAO_READER_URL: ") as refused:
        OfficeModel(url, "qwen")
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("key", ["", "secret key", "secret\r\nX: y", "密钥secret"])
def test_a_key_that_no_header_can_carry_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(HetaoError, match="HETAO_READER_KEY") as refused:
        OfficeModel("http://127.0.0.1:8000/v1", "qwen", key)
    assert "secret" not in str(refused.value)


def test_there_is_none_unless_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("URL", "MODEL", "KEY", "SECONDS"):
        monkeypatch.delenv(f"HETAO_READER_{name}", raising=False)
    assert load_reader() is None
    assert office_model(load_reader()) is None
    monkeypatch.setenv("HETAO_READER_KEY", KEY)
    assert load_reader() is None
    monkeypatch.setenv("HETAO_READER_URL", " http://127.0.0.1:8000/v1 ")
    with pytest.raises(HetaoError, match="HETAO_READER_URL: it is set without HETAO_READER_MODEL; set both or neither"):
        load_reader()
    monkeypatch.setenv("HETAO_READER_MODEL", "qwen")
    assert load_reader() == OfficeReader("http://127.0.0.1:8000/v1", "qwen", KEY, 20.0)
    made = office_model(load_reader())
    assert made is not None
    assert made.name == "qwen at 127.0.0.1:8000"
    for seconds in ("0", "601", "nan", "soon"):
        monkeypatch.setenv("HETAO_READER_SECONDS", seconds)
        with pytest.raises(HetaoError, match="HETAO_READER_SECONDS"):
            load_reader()
    monkeypatch.delenv("HETAO_READER_SECONDS")
    monkeypatch.delenv("HETAO_READER_URL")
    with pytest.raises(HetaoError, match="HETAO_READER_MODEL: it is set without HETAO_READER_URL"):
        load_reader()


def test_the_client_is_loaded_only_when_a_question_is_sent() -> None:
    code = (
        "import sys; from kg.answer.office_model import OfficeModel; OfficeModel('http://127.0.0.1:1/v1', 'm'); "
        "print({'http.client', 'ssl', 'httpx', 'numpy', 'torch'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "set()"


def test_a_certificate_is_checked_and_one_of_the_office_s_own_is_taken_where_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, need: Callable[[object, str, str], None]
) -> None:
    need(shutil.which("openssl"), "openssl", "apt-get install openssl")
    pem, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(pem)]
    command += ["-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem, key)
    with office(lambda _: completion(GOOD), tls) as server:
        assert ask(server.url, key=KEY) is None
        assert server.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        assert words(ask(server.url, key=KEY)) == ["市数据局"]


# ------------------------------------------------------------------ the doctor


def told(data: Path, reader: OfficeReader | None) -> dict[str, tuple[bool, str]]:
    return {one.name: (one.well, one.told) for one in examine(data, data / "none", reader)}


def test_the_doctor_asks_it_one_small_question_and_names_host_and_model(tmp_path: Path) -> None:
    answer = {"passage": 1, "items": ["市人民政府"], "verdict": None, "answered": True}
    with office(lambda _: completion(answer)) as server:
        well, line = told(tmp_path, OfficeReader(server.url, "qwen", KEY))["reader"]
        assert (well, len(server.asked)) == (True, 1)
        assert f"qwen at {server.url.removeprefix('http://').removesuffix('/v1')}" in line
        assert len(json.dumps(server.asked[0].question)) < 500
        server.reply = lambda _: (401, {}, b"")
        well, line = told(tmp_path, OfficeReader(server.url, "qw\nen", KEY))["reader"]
        assert not well
        assert "qw en" in line
        assert "status 401; see that HETAO_READER_KEY is its key" in line
        assert KEY not in line
    assert "reader" not in told(tmp_path, None)


def test_the_doctor_tells_in_one_line_what_is_wrong_with_it(tmp_path: Path) -> None:
    with office(lambda _: completion("I cannot\nsay")) as server:
        well, line = told(tmp_path, OfficeReader(server.url, "qwen"))["reader"]
    assert not well
    assert "its reply cannot be used: it does not hold one JSON object" in line
    assert "\n" not in line
    well, line = told(tmp_path, OfficeReader(nobody(), "qwen"))["reader"]
    assert not well
    assert "cannot be reached" in line
    well, line = told(tmp_path, OfficeReader("http://user:secret@host/v1", "qwen"))["reader"]
    assert not well
    assert line.startswith("model qwen: HETAO_READER_URL: it holds a user or password")
    assert "secret" not in line
