"""Memory has a limit, and beyond it there is a refusal that says what to do."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from subvent.diagnostics import ResourceError
from subvent.plan import Given, plan_portfolio, read_input, solve_read
from subvent.process import memory, watched
from subvent.process.memory import VARIABLE, bounded, give_back, held, limit, room_for_rows
from subvent.process.watched import raising

EXAMPLE = Path(__file__).parents[2] / "examples" / "traditional-group.yaml"


def grown(megabytes: int) -> int:
    """Hold so much more, for as long as the watch needs to see it."""
    block = bytearray(b"x") * (megabytes << 20)
    for _ in range(100):
        time.sleep(0.01)
    return len(block)


def test_work_within_the_limit_is_done() -> None:
    """What fits is not disturbed."""
    with bounded((held() or 0) + 500):
        assert grown(10) == 10 << 20


def test_work_beyond_the_limit_is_refused() -> None:
    """The refusal names the limit and the variable that sets it, and does not come up later once more."""
    most = (held() or 0) + 50
    with pytest.raises(ResourceError) as caught, bounded(most):
        grown(300)
    found = caught.value.diagnostics[0]
    assert found.code == "plan.memory"
    assert str(most) in found.what.en
    assert VARIABLE in found.way_out.zh
    time.sleep(0.2)


def test_the_environment_sets_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan under a limit that cannot suffice is refused, not made."""

    def read_slowly() -> Given:
        for _ in range(1_000):
            time.sleep(0.01)
        return read_input(EXAMPLE, ())

    monkeypatch.setenv(VARIABLE, "1")
    assert limit() == 1
    with pytest.raises(ResourceError) as caught:
        solve_read(read_slowly)
    assert caught.value.diagnostics[0].code == "plan.memory"


def test_what_cannot_suffice_is_refused_before_it_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file by its size before it is read, rows by their number before they are derived."""
    large = tmp_path / "group.json"
    large.write_text(" " * (8 << 20), encoding="utf-8")
    monkeypatch.setenv(VARIABLE, "100")
    monkeypatch.setattr(memory, "held", lambda: 40)
    with pytest.raises(ResourceError) as of_file:
        plan_portfolio(large)
    with pytest.raises(ResourceError) as of_rows:
        room_for_rows(100_000)
    codes = [caught.value.diagnostics[0].code for caught in (of_file, of_rows)]
    assert codes == ["plan.memory-of-file", "plan.memory-of-rows"]
    assert "100000 rows" in of_rows.value.diagnostics[0].what.en
    room_for_rows(1_000)


def test_without_a_setting_the_limit_leaves_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than is held already, and no nonsense of a setting is believed."""
    monkeypatch.setenv(VARIABLE, "much")
    assert limit() > (held() or 0)


def test_a_limit_that_strikes_a_library_is_a_limit_still() -> None:
    """What a library makes of it, an import that fails, say, is not told as a fault; its own faults are."""

    def imports(seconds: float) -> None:
        try:
            for _ in range(100):
                time.sleep(seconds)
        except MemoryError as error:
            raise ImportError("initialization failed") from error
        raise ImportError("no such module")

    with pytest.raises(MemoryError), raising(MemoryError, lambda: True):
        imports(0.01)
    with pytest.raises(ImportError), raising(MemoryError, lambda: False):
        imports(0)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_limit_that_strikes_a_destructor_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python drops what is raised there: the work after it is ended all the same."""
    monkeypatch.setattr(watched, "_AGAIN", 0.2)

    class Slow:
        def __del__(self) -> None:
            for _ in range(20):
                time.sleep(0.02)
            dropped.append(False)

    def work() -> None:
        slow = Slow()
        del slow
        after.append(True)
        for _ in range(300):
            time.sleep(0.01)
        after.append(False)

    dropped: list[bool] = []
    after: list[bool] = []
    with pytest.raises(MemoryError), raising(MemoryError, lambda: True):
        work()
    assert (dropped, after) == ([], [True])


def test_what_is_free_is_given_back() -> None:
    """A process holds no more of it afterwards than before there was anything to free."""
    before = held() or 0
    blocks = [[bytes(600) for _ in range(1_000)] for _ in range(100)]
    pinned = blocks[::20]
    blocks.clear()
    give_back()
    assert len(pinned) == 5
    assert (held() or 0) <= before + 20


def test_where_nothing_can_be_given_back_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another C library than glibc has no such call."""
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _: object())
    give_back()
