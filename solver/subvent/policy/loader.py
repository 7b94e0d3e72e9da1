"""Reads packs into one checked program, or reports everything that is wrong with all of them.

    policies = load_policies()                 # every built-in pack
    policies = load_policies(["my-city"])      # a folder, with the packs it builds on

A pack is a folder with a policy.toml, one or more .lp files, and optionally cases.yaml; a document in
which nothing is computed needs no .lp file. Its id decides what others call it; a folder named in the
selection takes the place of a built-in pack of the same id.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from subvent.diagnostics import Citation, Diagnostic, Place, PolicyError, Text, diagnostic
from subvent.display import shortened
from subvent.policy.check import Checker, syntax_faults, unsafe_variables
from subvent.policy.manifest import NAME, Manifest, read_manifest
from subvent.policy.namespaces import shared_names, shared_predicates
from subvent.policy.source import ProgramFile, file_bytes, read_program
from subvent.policy.strata import stratum
from subvent.policy.toml_lines import Lines
from subvent.policy.types import Answer, Benefit, Condition, Limit, Pack, PolicySet, Precedence, Reading, Rule
from subvent.policy.wording import check_wording
from subvent.policy.words import Signature
from subvent.portfolio.nearest import nearest, suggestion
from subvent.portfolio.vocabulary import Vocabulary
from subvent.portfolio.vocabulary_loader import load_vocabulary
from subvent.process.foreign import refusal

MANIFEST = "policy.toml"
_NOT_UTF8 = "policy.not-utf8"
_KERNEL = "kernel.lp"


@dataclass(slots=True)
class PackFolder:
    """A pack's files before they are checked. `shown` is how messages name the folder."""

    directory: Path
    shown: str
    manifest: Manifest | None
    lines: Lines
    digest: str = ""
    programs: list[ProgramFile] = field(default_factory=list)
    found: list[Diagnostic] = field(default_factory=list)
    pulled: bool = False

    @property
    def id(self) -> str:
        """The pack's id, or its folder when it says none."""
        return self.manifest.id if self.manifest else self.shown


def specs_directory() -> Path:
    """The folder of the kernel, the vocabulary and the built-in packs."""
    return Path(str(files("subvent_specs")))


def built_in() -> Mapping[str, Path]:
    """The folders of the built-in packs by their ids."""
    root = specs_directory()
    found = sorted(root.rglob(MANIFEST))
    return {path.parent.relative_to(root).as_posix(): path.parent for path in found}


def load_policies(selection: Sequence[str] = ()) -> PolicySet:
    """The checked packs of a selection with all that they build on; every built-in pack when it is empty.

    An element is the id of a built-in pack, or a folder that is a pack or holds packs. Raises
    PolicyError with every fault of every file, each with file, line, article and way out.
    """
    # What is shipped stays as it is while it is used; anybody's own folders are read anew.
    shipped = set(selection) <= built_in().keys()
    return (_kept if shipped else _loaded)(tuple(selection))


def _loaded(selection: tuple[str, ...]) -> PolicySet:
    return _checked(*_selected(selection))


_kept = lru_cache(maxsize=8)(_loaded)


def vocabulary_of(policies: PolicySet) -> Vocabulary:
    """What a portfolio can state under these packs. Raises PolicyError when their tables do not fit.

    It is the same for packs of which only rules differ, and made once for them.
    """
    claimed = tuple((b.name, b.label, b.of) for b in policies.benefits)
    return _vocabulary(tuple(_Same(pack.vocabulary) for pack in policies.packs), claimed)


@lru_cache(maxsize=8)
def _vocabulary(extras: tuple[_Same, ...], claimed: tuple[tuple[str, Text, str], ...]) -> Vocabulary:
    return load_vocabulary([extra.tables for extra in extras], claimed)


@dataclass(frozen=True, eq=False)
class _Same:
    """Tables of a pack, equal to themselves alone."""

    tables: Mapping[str, object]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.tables is other.tables

    def __hash__(self) -> int:
        return id(self.tables)


# ── which folders ────────────────────────────────────────────────────────────────────────────────────


def _selected(selection: tuple[str, ...]) -> tuple[list[PackFolder], list[Diagnostic]]:
    shipped = built_in()
    found: list[Diagnostic] = []
    wanted: dict[str, PackFolder] = {}
    for element in selection or tuple(shipped):
        folders = [] if element in shipped else _folders(element)
        if element in shipped:
            wanted.setdefault(element, _read(shipped[element], element))
        elif not folders:
            code = "policy.no-pack-here" if _exists(element) else "policy.unknown-pack"
            near: object = suggestion(element, shipped, _titles(shipped))
            if code == "policy.no-pack-here":
                near = nearest(element, shipped) or next(iter(shipped), "-")
            found.append(diagnostic(code, Place(shortened(element)), name=shortened(element), nearest=near))
        for folder in folders:
            pack = _read(folder, folder.as_posix())
            other = wanted.get(pack.id)
            if other is not None and other.directory.resolve() != folder.resolve():
                found.append(
                    diagnostic("policy.id-twice", pack.lines.place("id"), id=pack.id, other=other.shown)
                )
            wanted[pack.id] = pack
    _pull(wanted, shipped, found)
    return [wanted[name] for name in sorted(wanted)], found


def _titles(shipped: Mapping[str, Path]) -> dict[str, Text]:
    """What the built-in packs are called."""
    read = {name: _read(path, name).manifest for name, path in shipped.items()}
    return {name: Text(one.title_zh, one.title_en) for name, one in read.items() if one}


def _exists(element: str) -> bool:
    """Whether a path leads anywhere; one that the system does not take, too long perhaps, does not."""
    try:
        return Path(element).exists()
    except (OSError, ValueError):
        return False


def _folders(element: str) -> list[Path]:
    if not _exists(element):
        return []
    path = Path(element)
    if (path / MANIFEST).is_file():
        return [path]
    return [manifest.parent for manifest in sorted(path.rglob(MANIFEST))] if path.is_dir() else []


def _pull(wanted: dict[str, PackFolder], shipped: Mapping[str, Path], found: list[Diagnostic]) -> None:
    """Adds the packs that the wanted ones build on, and so on."""
    queue = list(wanted.values())
    while queue:
        pack = queue.pop()
        for name in pack.manifest.builds_on if pack.manifest else ():
            if name == pack.id:
                found.append(diagnostic("policy.builds-on-itself", pack.lines.place("builds_on"), name=name))
            if name in wanted:
                continue
            if name not in shipped:
                near = suggestion(name, [*shipped, *wanted])
                place = pack.lines.place("builds_on")
                found.append(diagnostic("policy.unknown-pack", place, name=name, nearest=near))
                continue
            wanted[name] = _read(shipped[name], name)
            wanted[name].pulled = True
            queue.append(wanted[name])
    for pack in wanted.values():
        for name in pack.manifest.prevails_over if pack.manifest else ():
            if name not in shipped and name not in wanted:
                near = suggestion(name, [*shipped, *wanted])
                place = pack.lines.place("prevails_over", name)
                found.append(diagnostic("policy.unknown-pack", place, name=name, nearest=near))


# ── files ────────────────────────────────────────────────────────────────────────────────────────────


def _read(directory: Path, shown: str) -> PackFolder:
    name = f"{shown}/{MANIFEST}"
    digest = hashlib.sha256()
    found: list[Diagnostic] = []
    manifest, lines, faults = read_manifest(_text(directory / MANIFEST, name, digest, found), name)
    pack = PackFolder(directory, shown, manifest, lines, found=[*found, *faults])
    document = manifest.document if manifest else ""
    programs = sorted(directory.glob("*.lp"))
    for path in programs:
        shown_file = f"{shown}/{path.name}"
        pack.programs.append(read_program(_text(path, shown_file, digest, pack.found), shown_file, document))
    if not programs and (manifest is None or manifest.says_something):
        pack.found.append(diagnostic("policy.no-rules", Place(shown), name=shown))
    pack.digest = digest.hexdigest()
    return pack


def _text(path: Path, shown: str, digest: hashlib._Hash, found: list[Diagnostic]) -> str:
    try:
        data = file_bytes(path)
    except OSError as error:
        found.append(diagnostic("policy.unreadable", Place(shown), reason=refusal(error)))
        return ""
    # The same file has the same digest whatever line ends a checkout gave it.
    data = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    digest.update(path.name.encode() + b"\0" + data + b"\0")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found.append(diagnostic(_NOT_UTF8, Place(shown, line)))
        return data.decode(errors="replace")


def _readable(found: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """Of a file that is not UTF-8 that alone: what else is wrong with it is only how it was read."""
    foreign = {one.place.file for one in found if one.place and one.code == _NOT_UTF8}
    return (one for one in found if one.code == _NOT_UTF8 or not one.place or one.place.file not in foreign)


@cache
def _kernel() -> ProgramFile:
    path = specs_directory() / _KERNEL
    return read_program(path.read_text(encoding="utf-8"), _KERNEL, "")


# ── checking and building ────────────────────────────────────────────────────────────────────────────


def _checked(packs: list[PackFolder], found: list[Diagnostic]) -> PolicySet:
    kernel = _kernel()
    programs = [file for pack in packs for file in pack.programs]
    found += [fault for pack in packs for fault in pack.found]
    misread = [fault for file in (kernel, *programs) for fault in syntax_faults(file)]
    found += misread
    checker = Checker(kernel, programs)
    spoilt = {fault.place.file for fault in misread if fault.place}
    # What clingo cannot read, this reader does not understand either: once is enough.
    found += [
        fault
        for fault in checker.faults()
        if not (fault.code == "policy.not-understood" and fault.place and fault.place.file in spoilt)
    ]
    # clingo must not meet a directive, nor a character that it cannot quote.
    if not any("directive" in f.code or f.code == "policy.foreign-character" for f in found):
        found += unsafe_variables([kernel, *programs], misread)
    for pack in packs:
        found += _articles(pack)
        found += check_wording(pack.directory, pack.shown, checker.known)
    found += shared_names(packs)
    found += shared_predicates(packs, kernel)
    found += _inputs(packs)
    if found:
        raise PolicyError(*sorted(dict.fromkeys(_readable(found)), key=_order))
    return PolicySet(
        packs=tuple(_pack(pack, checker.decided) for pack in packs),
        kernel=tuple(_rules("kernel", [kernel], checker.decided)),
    )


def _order(fault: Diagnostic) -> tuple[Place, str]:
    return fault.place or Place(""), fault.code


def _articles(pack: PackFolder) -> Iterator[Diagnostic]:
    """Blocks without a heading in policy.toml, and headings without a block."""
    if pack.manifest is None:
        return
    known = pack.manifest.articles
    used = set()
    for file in pack.programs:
        for block in file.blocks:
            used.add(block.article)
            if block.article not in known:
                near = suggestion(block.article, known)
                place, citation = file.place(block.begin), file.citation(block.begin)
                yield diagnostic(
                    "policy.unknown-article", place, citation, article=block.article, nearest=near
                )
    for article in known:
        if article not in used:
            place = pack.lines.place("articles", article)
            yield diagnostic("policy.unused-article", place, article=article)


def _inputs(packs: Sequence[PackFolder]) -> Iterator[Diagnostic]:
    """What is wrong with the lists and fields that the packs add."""
    manifests = [(pack, pack.manifest) for pack in packs if pack.manifest is not None]
    # A name that cannot be one is told once, where the benefit stands.
    named = [(n, b) for _, m in manifests for n, b in m.benefits.items() if NAME.match(n)]
    benefits = [(n, Text(b.zh, b.en), b.of) for n, b in named]
    try:
        vocabulary = load_vocabulary([_tables(pack, manifest) for pack, manifest in manifests], benefits)
    except PolicyError as error:
        yield from error.diagnostics
        return
    claimed_for = {spec.name: spec.label for spec in vocabulary.lists.values() if spec.subject}
    for pack, manifest in manifests:
        for name, benefit in manifest.benefits.items():
            if benefit.of not in claimed_for:
                near = suggestion(benefit.of, claimed_for, claimed_for)
                place = pack.lines.place("benefits", name, "of")
                yield diagnostic("policy.no-such-list", place, name=benefit.of, nearest=near)


def _tables(folder: PackFolder, manifest: Manifest) -> Mapping[str, object]:
    return {
        "id": manifest.id,
        "lists": manifest.lists,
        "inputs": manifest.inputs,
        "place": folder.lines.place,
    }


def _pack(folder: PackFolder, decided: frozenset[Signature]) -> Pack:
    manifest = folder.manifest
    assert manifest is not None  # noqa: S101 - a pack without one is a finding, and findings were raised
    own = manifest.id
    return Pack(
        id=own,
        version=manifest.version,
        document=manifest.document,
        title=Text(manifest.title_zh, manifest.title_en),
        issuer=Text(manifest.issuer_zh, manifest.issuer_en),
        issued=manifest.issued,
        in_force=(manifest.in_force.from_, manifest.in_force.until),
        source=manifest.source,
        directory=folder.directory,
        sha256=folder.digest,
        rules=tuple(_rules(own, folder.programs, decided)),
        benefits=tuple(
            Benefit(name, Text(b.zh, b.en), b.of, b.article, own) for name, b in manifest.benefits.items()
        ),
        conditions=tuple(Condition(n, Text(w.zh, w.en), own) for n, w in manifest.conditions.items()),
        readings=tuple(_readings(manifest)),
        articles={name: Text(w.zh, w.en) for name, w in manifest.articles.items()},
        said=manifest.said,
        each=manifest.each,
        limits=tuple(Limit(n, Text(w.zh, w.en), own) for n, w in manifest.limits.items()),
        builds_on=tuple(manifest.builds_on),
        prevails_over=tuple(
            Precedence(name, Citation(manifest.document, p.article, p.phrase))
            for name, p in manifest.prevails_over.items()
        ),
        vocabulary=_tables(folder, manifest),
        manifest_name=f"{folder.shown}/{MANIFEST}",
        pulled=folder.pulled,
    )


def _readings(manifest: Manifest) -> Iterator[Reading]:
    for name, reading in manifest.readings.items():
        yield Reading(
            name=name,
            label=Text(reading.zh, reading.en),
            ordered=reading.ordered,
            answers=tuple(
                Answer(a.name, Text(a.zh, a.en), a.default, tuple(a.never_more_than)) for a in reading.answers
            ),
            citation=Citation(manifest.document, reading.article, reading.phrase),
            pack=manifest.id,
        )


def _rules(pack: str, programs: Iterable[ProgramFile], decided: frozenset[Signature]) -> Iterator[Rule]:
    count: Counter[str] = Counter()
    for file in programs:
        for statement in file.statements:
            block = file.block(statement.begin)
            article = block.article if block else ""
            count[article] += 1
            yield Rule(
                id=f"{pack}#{article}.{count[article]}",
                text=file.source(statement),
                stratum=stratum(statement, decided),
                place=file.place(statement.begin),
                document=file.document,
                article=article if file.document else "",
                phrases=block.phrases if block and file.document else (),
            )
