"""A notice of our own making, small enough to be built over and over."""

from __future__ import annotations

from pathlib import Path

TEXT = """青川市人民政府关于印发河岸整治工作方案的通知

青政发〔2024〕7号

各县人民政府：

现将《河岸整治工作方案》印发给你们，请认真组织实施。

一、主要任务

（一）清理河道。市水务局要会同有关部门清理河道淤泥，2025年底前完成。

（二）修复堤岸。支持沿岸企业参与堤岸修复。具体补助办法由财政部制定。

（三）公众参与。鼓励居民参与植树。不得向河道倾倒垃圾。
"""


def write_small_plan(folder: Path, text: str = TEXT) -> Path:
    """Write the notice to *folder* and return its path."""
    path = folder / "qingchuan.txt"
    path.write_bytes(text.encode("utf-8"))
    return path
