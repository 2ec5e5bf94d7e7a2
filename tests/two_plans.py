"""Two notices of our own making in one build, so that one of them can be asked alone."""

from __future__ import annotations

from pathlib import Path

from kg import pipeline
from tests.small_plan import write_small_plan

OTHER = """白沙市人民政府关于印发绿道建设工作方案的通知

白政发〔2024〕9号

各县人民政府：

现将《绿道建设工作方案》印发给你们，请认真组织实施。

一、主要任务

（一）建设绿道。市交通运输局要会同有关部门建设沿河绿道，2026年底前完成。

（二）绿道养护。具体养护办法由市园林局制定。
"""
SLUGS = ("qingzhengfa-2024-7", "baizhengfa-2024-9")
NAMES = ("qingchuan", "baisha")


def build_two(folder: Path) -> Path:
    """Build both notices below *folder*, without vectors, and return the data folder."""
    other = folder / f"{NAMES[1]}.txt"
    other.write_bytes(OTHER.encode("utf-8"))
    pipeline.build([write_small_plan(folder), other], folder / "data")
    return folder / "data"
