"""The formats there are, and what every one of them says of the model in comments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from subvent import __version__
from subvent.diagnostics import Language, Text
from subvent.display import harmless
from subvent.export import aspif, lp, mps, opb
from subvent.export.described import Described
from subvent.money import yuan

FORMATS: Mapping[str, Callable[[Described, list[str], Language], Iterator[str]]] = {
    ".mps": mps.write,
    ".lp": lp.write,
    ".opb": opb.write,
    ".aspif": aspif.write,
}
"""Writers of lines by suffix: of the model, the comments on it, their language."""

_HEAD = Text(
    "subvent {version}：由 {file}（sha256 {sha256}）得到的线性模型，即所求解的模型；金额单位为分，求最大",
    "subvent {version}: the linear model of {file} (sha256 {sha256}) as solved; money in fen, maximise",
)
_PLAN = Text(
    "subvent 的方案：{total} 元（{fen} 分），上界 {bound} 元",
    "subvent's plan: {total} yuan ({fen} fen), bound {bound} yuan",
)
_EXACT = Text(
    "要得到精确的最优值，请把求解器的相对差距设为 0；浮点求解器的结果请取整后再核对",
    "for the exact optimum set the solver's relative gap to 0; round what a floating-point solver returns",
)
_LAW = Text("条文：", "The law:")


def model_text(described: Described, suffix: str, language: Language) -> Iterator[str]:
    """The model as a file in the format of a suffix, a line after the other; comments in one language."""
    for line in FORMATS[suffix](described, _comments(described, language), language):
        yield f"{line}\n"


def _comments(described: Described, language: Language) -> list[str]:
    plan = described.plan
    head = _HEAD.in_(language).format(version=__version__, file=plan.file, sha256=plan.sha256)
    found = _PLAN.in_(language).format(
        total=yuan(plan.total_fen), fen=plan.total_fen, bound=yuan(plan.bound_fen)
    )
    cited = [
        f"  [{k + 1}] {c.document} [{c.article}] 「{c.phrase}」" for k, c in enumerate(described.citations)
    ]
    lines = [head, found, _EXACT.in_(language), _LAW.in_(language), *cited]
    return [harmless(line) for line in lines]
