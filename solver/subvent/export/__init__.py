"""The linear model that was solved, for other eyes: as files that any solver reads, and as a proof pack.

`model_text(described, suffix, language)` is the model in one of four formats; `proof_files(…)` the files
of a proof pack: both in pieces, for of a large portfolio each is as large as all that it is made from.
Nothing here optimises.
"""

from subvent.export.described import Described, describe
from subvent.export.formats import FORMATS, model_text
from subvent.export.proof import PACK_FILES, is_proof_pack, proof_files

__all__ = [
    "FORMATS",
    "PACK_FILES",
    "Described",
    "describe",
    "is_proof_pack",
    "model_text",
    "proof_files",
]
