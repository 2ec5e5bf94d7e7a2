"""A document that a question names is asked alone, and its name is taken off the question."""

from __future__ import annotations

import pytest

from kg import pipeline
from kg.answer.library import Library
from kg.answer.named_documents import narrow
from kg.patterns import rules
from kg.read import read_bytes
from tests.small_plan import write_small_plan
from tests.two_plans import OTHER, SLUGS

SMALL, BAISHA = SLUGS
NATIONAL = """国务院办公厅关于加快绿道建设的指导意见

国办发〔2021〕3号

（一）支持白沙市先行建设。财政部要安排资金。
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    small = write_small_plan(tmp_path_factory.mktemp("named")).read_bytes()
    texts = (small, OTHER.encode(), NATIONAL.encode())
    return Library([pipeline.extract_source(read_bytes(text, f"{n}.txt"), None) for n, text in enumerate(texts)])


@pytest.mark.parametrize(
    ("rule", "text", "hits"), [(one.id, text.text, text.hits) for one in rules("naming") for text in one.examples]
)
def test_an_example_hits_exactly_when_it_should(rule: str, text: str, hits: bool) -> None:
    assert next(one for one in rules("naming") if one.id == rule).hits(text) is hits


@pytest.mark.parametrize(
    ("question", "rest", "documents"),
    [
        ("《绿道建设工作方案》里养护办法由谁制定？", "养护办法由谁制定？", (BAISHA,)),
        ("綠道建設工作方案規定的養護辦法由誰制定？", "養護辦法由誰制定？", (BAISHA,)),
        ("根据白政发[2024]9号，沿河绿道什么时候建成？", "沿河绿道什么时候建成？", (BAISHA,)),
        ("2024年的《绿道建设工作方案》中，谁建设绿道？", "谁建设绿道？", (BAISHA,)),
        ("谁负责《绿道建设工作方案》里的养护办法？", "谁负责养护办法？", (BAISHA,)),
        ("加快绿道建设的指导意见要求谁安排资金？", "谁安排资金？", ("guobanfa-2021-3",)),
        ("加快绿道建设要谁安排资金？", "加快绿道建设要谁安排资金？", ()),
        ("国办发〔2021〕3号要求谁安排资金？", "谁安排资金？", ("guobanfa-2021-3",)),
        # a document that speaks of the place is asked too
        ("白沙市的绿道谁来养护？", "绿道谁来养护？", (BAISHA, "guobanfa-2021-3")),
        ("白沙市人民政府要做什么？", "白沙市人民政府要做什么？", (BAISHA, "guobanfa-2021-3")),
        # about the document itself
        ("《绿道建设工作方案》的文号是什么？", "《绿道建设工作方案》的文号是什么？", (BAISHA,)),
        ("养护办法由谁制定？", "养护办法由谁制定？", ()),
    ],
)
def test_a_question_is_narrowed_by_the_name_in_it(
    library: Library, question: str, rest: str, documents: tuple[str, ...]
) -> None:
    found = narrow(question, library)
    assert (found.text, found.documents) == (rest, documents)


def test_a_document_that_is_asked_alone_keeps_its_say(library: Library) -> None:
    assert narrow("《绿道建设工作方案》里养护办法由谁制定？", library, (BAISHA,)).text == "养护办法由谁制定？"
    other = narrow("《绿道建设工作方案》里养护办法由谁制定？", library, (SMALL,))
    assert (other.text, other.documents) == ("《绿道建设工作方案》里养护办法由谁制定？", (SMALL,))
