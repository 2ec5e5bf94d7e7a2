"""Three notices of our own making: two on parks, which differ in some things and agree in others, and one on rivers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg import pipeline

QINGSHI = """青石市人民政府关于印发科技园区扶持办法的通知

青石政发〔2023〕5号

各区人民政府：

现将《科技园区扶持办法》印发给你们，请认真贯彻执行。

一、税收和补助

（一）企业所得税。对园区内符合条件的鼓励类企业，减按15%的税率征收企业所得税。

（二）房租补助。园区企业租用办公用房的，每平方米每月补助30元。

二、组织实施

（三）分工。园区建设由市发展改革局牵头负责。

（四）时限。园区一期工程2025年底前建成。

（五）数据出境。园区企业可以向境外传输科研数据。

（六）评估。市财政局每年对扶持资金的使用情况开展评估。
"""
BAIHE = """白河市人民政府关于支持科技园区发展若干措施的通知

白河政发〔2024〕11号

各县人民政府：

现将《支持科技园区发展若干措施》印发给你们，请认真组织实施。

一、政策支持

（一）企业所得税优惠。园区内符合条件的鼓励类企业，减按10%的税率征收企业所得税。

（二）租金补贴。对租用办公用房的园区企业，按每平方米每月30元给予补助。

二、保障措施

（三）责任分工。科技园区建设由市科学技术局牵头负责。

（四）建设进度。园区一期工程于2026年6月底前建成。

（五）数据管理。园区企业不得向境外传输科研数据。

（六）资金评估。市财政局每年对扶持资金的使用情况开展评估。
"""
HEISHAN = """黑山县人民政府关于印发河道养护方案的通知

黑山政发〔2022〕3号

各乡镇人民政府：

现将《河道养护方案》印发给你们，请认真组织实施。

一、主要任务

（一）清理河道。县水务局负责清理河道淤泥，2025年底前完成。

（二）养护经费。养护经费由县财政局安排。
"""
TEXTS = {"qingshi": QINGSHI, "baihe": BAIHE, "heishan": HEISHAN}
SLUGS = ("qingshizhengfa-2023-5", "baihezhengfa-2024-11", "heishanzhengfa-2022-3")
TITLES = ("青石市人民政府关于印发科技园区扶持办法的通知", "白河市人民政府关于支持科技园区发展若干措施的通知")


def build_parks(folder: Path, model: Path | None = None, names: Sequence[str] = tuple(TEXTS)) -> Path:
    """Build the notices *names* below *folder*, with vectors if there is a *model*, and return the data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.txt" for name in names]
    for name, path in zip(names, paths, strict=True):
        path.write_bytes(TEXTS[name].encode("utf-8"))
    pipeline.build(paths, folder / "data", model=model)
    return folder / "data"
