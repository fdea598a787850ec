"""What no file and no strategy can do in the sandbox, and what each attempt ends in."""

import asyncio
import contextlib
import gc
import os
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from domain.errors import FailureCode, ProcessingFailed, ProcessingSkipped
from domain.media import MediaKind
from domain.processing import PROCESSORS, Processor
from domain.processors.sandbox import ForkingSandbox, Limits

from . import strategies
from .files import bomb, camera_exif, corners, encoded, film, pdf, song, with_cover
from .reading import subject

LIMITS = Limits(wall_seconds=1.5, cpu_seconds=1, memory_bytes=1 << 30)
CODECS = {"PIL", "av", "pypdfium2", "pypdfium2_raw", "pypdf", "tinytag", "pillow_heif"}


@pytest.fixture(scope="module")
def sandbox():
    made = ForkingSandbox(limits=LIMITS, size=1)
    yield made
    asyncio.run(made.close())


@pytest.fixture
def words(tmp_path):
    path = tmp_path / "words"
    path.write_bytes(b"some words")
    return path


def hostile(strategy):
    return Processor(
        key="test", kinds=(MediaKind.OTHER,), mime_types=("*",), operations=(), version="1", reads_bytes=True, requires=(),
        strategy=strategy,
    )  # fmt: skip


async def ran(sandbox, made, path=None, mime_type="application/x-test", **other):
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(path.open("rb")) if path else None
        return await sandbox.run(made, subject(mime_type, **other), file)


def still_works(sandbox, path):
    found = asyncio.run(ran(sandbox, hostile(strategies.reads_from_the_start), path))
    return found.text == "some words"


ENDS = {
    strategies.opens_a_file: (FailureCode.INTERNAL, "The processor failed: OSError."),
    strategies.opens_after_closing: (FailureCode.INTERNAL, "The processor failed: OSError."),
    strategies.opens_a_socket: (FailureCode.INTERNAL, "The processor failed: OSError."),
    strategies.sleeps: (FailureCode.TIMEOUT, "The processor took too long."),
    strategies.takes_4_gib: (FailureCode.TOO_LARGE, "The file needs more memory than a processor may use."),
    strategies.segfaults: (FailureCode.CRASHED, "The processor's process died."),
    strategies.exits: (FailureCode.CRASHED, "The processor's process gave no proper answer."),
    strategies.exits_badly: (FailureCode.CRASHED, "The processor's process died."),
    strategies.kills_itself: (FailureCode.CRASHED, "The processor's process died."),
    strategies.writes_garbage: (FailureCode.CRASHED, "The processor's process gave no proper answer."),
    strategies.writes_too_much: (FailureCode.CRASHED, "The processor's answer is too long."),
    strategies.raises: (FailureCode.INTERNAL, "The processor failed: ValueError."),
    strategies.fails: (FailureCode.UNREADABLE, "Not today."),
    strategies.answers_nan: (FailureCode.INTERNAL, "The processor failed: ValueError."),
    strategies.answers_a_page: (FailureCode.CRASHED, "The processor's process gave no proper answer."),
}


@pytest.mark.parametrize("strategy", ENDS, ids=lambda one: one.__name__)
def test_each_misdeed_ends_in_its_code_and_the_next_run_works(strategy, sandbox, words):
    with pytest.raises(ProcessingFailed) as caught:
        asyncio.run(ran(sandbox, hostile(strategy), words))
    assert (caught.value.code, caught.value.message) == ENDS[strategy]
    assert still_works(sandbox, words)


def test_a_loop_ends_when_its_processor_time_is_used_up(words):
    patient = ForkingSandbox(limits=replace(LIMITS, wall_seconds=120), size=1)  # on a busy machine that time takes a while
    with pytest.raises(ProcessingFailed) as caught:
        asyncio.run(ran(patient, hostile(strategies.loops_forever), words))
    asyncio.run(patient.close())
    assert (caught.value.code, caught.value.message) == (FailureCode.TIMEOUT, "The processor used up its processor time.")


def test_no_file_can_be_written(sandbox, words, tmp_path):
    path = tmp_path / "new"
    with pytest.raises(ProcessingFailed) as caught:
        asyncio.run(ran(sandbox, hostile(strategies.writes_a_file), words, source_url=str(path)))
    assert caught.value.code is FailureCode.INTERNAL
    assert not path.exists()


def test_what_may_succeed_another_time_is_said_to_be_retryable(sandbox, words):
    def retryable(strategy):
        with pytest.raises(ProcessingFailed) as caught:
            asyncio.run(ran(sandbox, hostile(strategy), words))
        return caught.value.retryable

    assert retryable(strategies.sleeps) is True
    assert retryable(strategies.fails) is True
    assert retryable(strategies.segfaults) is False


def test_a_run_with_nothing_to_do_is_skipped(sandbox):
    with pytest.raises(ProcessingSkipped) as caught:
        asyncio.run(ran(sandbox, hostile(strategies.skips)))
    assert (caught.value.code, caught.value.message) == (FailureCode.UNSUPPORTED, "Nothing to do.")


def test_a_child_knows_neither_the_secrets_nor_the_files_of_the_server(words, monkeypatch):
    monkeypatch.setenv("DATABASE_PASSWORD", "secret")
    kept = os.open(words, os.O_RDONLY)
    os.set_inheritable(kept, True)
    sandbox = ForkingSandbox(limits=LIMITS, size=1)
    found = asyncio.run(closing(sandbox, ran(sandbox, hostile(strategies.tells_its_world), words)))
    os.close(kept)
    assert found.text == "some words"
    assert "DATABASE_PASSWORD" not in found.extra["environ"]
    assert len(found.extra["open"]) == 5
    assert found.extra["threads"] == 1


async def closing(sandbox, running):
    try:
        return await running
    finally:
        await sandbox.close()


def test_text_that_databases_refuse_comes_out_clean(sandbox):
    found = asyncio.run(ran(sandbox, hostile(strategies.answers_odd_text)))
    assert (found.facts, found.text) == ({"title": "ab?"}, "xy")


def test_without_a_file_there_is_nothing_to_read(sandbox):
    assert asyncio.run(ran(sandbox, hostile(strategies.tells_its_world))).text == ""


def test_runs_at_once_on_one_open_file_each_read_it_from_its_start(words):
    async def both():
        sandbox = ForkingSandbox(limits=LIMITS, size=2)
        with words.open("rb") as file:
            file.read()
            made = hostile(strategies.reads_from_the_start)
            runs = [sandbox.run(made, subject("text/plain"), file) for _ in range(4)]
            return await closing(sandbox, asyncio.gather(*runs))

    found = asyncio.run(both())
    assert [one.text for one in found] == ["some words"] * 4
    assert len({one.extra["pid"] for one in found}) == 4


EACH_KIND = {
    "image.probe": lambda: (encoded(corners(), exif=camera_exif()), "image/jpeg"),
    "image.look": lambda: (encoded(corners(), "WEBP"), "image/webp"),
    "image.thumbnail": lambda: (encoded(corners(), "AVIF"), "image/avif"),
    "audio.probe": lambda: (song("flac", "flac"), "audio/flac"),
    "audio.cover": lambda: (with_cover(song(), encoded(corners(), "PNG")), "audio/mpeg"),
    "video.probe": lambda: (film(codec="libx264"), "video/mp4"),
    "video.poster": lambda: (film(name="matroska", codec="libx264"), "video/x-matroska"),
    "document.probe": lambda: (pdf(), "application/pdf"),
    "document.preview": lambda: (pdf(), "application/pdf"),
    "document.text": lambda: ("Größe".encode("utf-16"), "text/plain"),
}


@pytest.mark.parametrize("key", EACH_KIND)
def test_each_processor_works_within_the_limits(key, sandbox, tmp_path):
    content, mime_type = EACH_KIND[key]()
    path = tmp_path / "file"
    path.write_bytes(content)
    made = PROCESSORS.known[key]
    found = asyncio.run(ran(sandbox, made, path, mime_type))
    with path.open("rb") as file:
        assert found == made.strategy(file, subject(mime_type))


def test_every_built_in_processor_is_tried():
    assert {made.key for made in PROCESSORS if made.strategy.__module__.startswith("domain.")} == set(EACH_KIND)


def test_a_bomb_is_too_large_and_harms_nobody(sandbox, words, tmp_path):
    path = tmp_path / "bomb"
    path.write_bytes(bomb())
    with pytest.raises(ProcessingFailed) as caught:
        asyncio.run(ran(sandbox, PROCESSORS.known["image.thumbnail"], path, "image/png"))
    assert caught.value.code is FailureCode.TOO_LARGE
    assert still_works(sandbox, words)


def test_heic_is_decoded_within_the_limits(sandbox, tmp_path):
    pytest.importorskip("pillow_heif").register_heif_opener()
    path = tmp_path / "photo"
    path.write_bytes(encoded(corners(), "HEIF"))
    found = asyncio.run(ran(sandbox, PROCESSORS.known["image.thumbnail"], path, "image/heic"))
    assert found.renditions["thumbnail"].width == 80


@pytest.mark.parametrize(("content", "mime_type"), [
    ("ffconcat version 1.0\nfile '{path}'\n", "video/mp4"), ("#EXTM3U\n#EXTINF:9,\nhttp://{host}/a.ts\n", "audio/mpeg"),
])  # fmt: skip
def test_a_playlist_neither_reads_a_file_nor_calls_a_server(content, mime_type, sandbox, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        host = f"127.0.0.1:{server.getsockname()[1]}"
        other = tmp_path / "other"
        other.write_bytes(film())
        path = tmp_path / "list"
        path.write_text(content.format(path=other, host=host))
        key = "video.probe" if mime_type.startswith("video") else "audio.probe"
        with pytest.raises(ProcessingFailed) as caught:
            asyncio.run(ran(sandbox, PROCESSORS.known[key], path, mime_type))
        with pytest.raises(TimeoutError):
            server.accept()
    assert caught.value.code is FailureCode.UNREADABLE


def test_a_template_that_died_is_replaced(words):
    async def killed_between():
        sandbox = ForkingSandbox(limits=LIMITS, size=1)
        await ran(sandbox, hostile(strategies.fails_not), words)
        sandbox.idle[0].process.kill()
        sandbox.idle[0].process.wait()
        return await closing(sandbox, ran(sandbox, hostile(strategies.fails_not), words))

    assert asyncio.run(killed_between()).text == "some words"


def test_a_template_that_dies_under_a_run_fails_it_as_crashed(words):
    async def killed_meanwhile():
        elsewhere = descendants()
        sandbox = ForkingSandbox(limits=LIMITS, size=1)
        await ran(sandbox, hostile(strategies.fails_not), words)
        running = asyncio.create_task(ran(sandbox, hostile(strategies.sleeps), words))
        await asyncio.sleep(0.1)
        ours = descendants() - elsewhere
        template = next(iter(sandbox.live)).process
        template.kill()
        template.wait()
        with pytest.raises(ProcessingFailed) as caught:
            await running
        assert len(ours) == 2
        assert not await gone(ours)
        return caught.value, await closing(sandbox, ran(sandbox, hostile(strategies.fails_not), words))

    fault, after = asyncio.run(killed_meanwhile())
    assert (fault.code, fault.retryable, after.text) == (FailureCode.CRASHED, True, "some words")


def test_a_cancelled_run_leaves_no_process_and_no_harm(words):
    async def cancelled():
        elsewhere = descendants()
        sandbox = ForkingSandbox(limits=LIMITS, size=1)
        await ran(sandbox, hostile(strategies.fails_not), words)
        before = descendants() - elsewhere
        running = asyncio.create_task(ran(sandbox, hostile(strategies.sleeps), words))
        await asyncio.sleep(0.1)
        during = descendants() - elsewhere
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        left = await gone(during)
        return before, during, left, await closing(sandbox, ran(sandbox, hostile(strategies.fails_not), words))

    before, during, left, after = asyncio.run(cancelled())
    assert len(during) == len(before) + 1
    assert not left
    assert after.text == "some words"


def descendants(root=None):
    """The processes below this one, by the parents that /proc tells; those of other tests left out by their start."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                parents[int(entry.name)] = int(parent) if state != "Z" else 0
    found, fresh = set(), {root or os.getpid()}
    while fresh:
        fresh = {pid for pid, parent in parents.items() if parent in fresh}
        found |= fresh
    return found


async def gone(pids, seconds=3):
    """Those of the processes that are left after a while."""
    deadline = time.monotonic() + seconds
    while (left := {pid for pid in pids if alive(pid)}) and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
    return left


def alive(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_closing_the_sandbox_leaves_no_process_and_no_socket(words):
    async def closed():
        elsewhere = descendants()
        sandbox = ForkingSandbox(limits=Limits(), size=2)
        await ran(sandbox, hostile(strategies.fails_not), words)
        running = asyncio.create_task(ran(sandbox, hostile(strategies.sleeps), words))
        await asyncio.sleep(0.1)
        ours = descendants() - elsewhere
        await sandbox.close()
        with pytest.raises(ProcessingFailed) as caught:
            await running
        with pytest.raises(ProcessingFailed):
            await ran(sandbox, hostile(strategies.fails_not), words)
        return ours, await gone(ours), caught.value

    gc.collect()
    before = set(os.listdir("/proc/self/fd"))
    ours, left, fault = asyncio.run(closed())
    assert len(ours) == 2
    assert not left
    assert (fault.code, fault.retryable) == (FailureCode.CRASHED, True)
    assert set(os.listdir("/proc/self/fd")) == before


SERVER = """
import asyncio, sys
from domain.processors.sandbox import ForkingSandbox
from {package}.test_sandbox import hostile, ran
from {package} import strategies
asyncio.run(ran(ForkingSandbox(size=1), hostile(strategies.sleeps)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_server_that_is_killed_leaves_no_process():
    async def killed():
        path = os.pathsep.join(str(Path(one).absolute()) for one in sys.path)
        code = SERVER.format(package=__package__)
        server = await asyncio.create_subprocess_exec(sys.executable, "-c", code, env={**os.environ, "PYTHONPATH": path})
        deadline = time.monotonic() + 10
        while len(descendants(server.pid)) < 2 and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        family = descendants(server.pid)
        server.kill()
        await server.wait()
        return family, await gone(family)

    family, left = asyncio.run(killed())
    assert len(family) == 2
    assert not left


def test_a_processor_registered_later_is_known_to_the_next_run(words, tmp_path, monkeypatch):
    async def twice():
        sandbox = ForkingSandbox(limits=LIMITS, size=1)
        await ran(sandbox, hostile(strategies.fails_not), words)
        (tmp_path / "late_plugin.py").write_text(
            "from domain.processing import Extraction\ndef strategy(file, subject):\n    return Extraction(text='late')\n"
        )
        monkeypatch.syspath_prepend(tmp_path)
        import late_plugin

        first = sandbox.idle[0].process.pid
        found = await ran(sandbox, hostile(late_plugin.strategy), words)
        return first, sandbox.idle[0].process.pid, await closing(sandbox, asyncio.sleep(0, found))

    first, second, found = asyncio.run(twice())
    assert found.text == "late"
    assert first != second


@pytest.mark.parametrize("module", ["domain.processors.sandbox", "domain.processors"])
def test_the_server_never_loads_a_decoder(module):
    code = f"import sys, {module} as made, domain.processors as all; all.register_built_in(); print(*sys.modules)"

    async def loaded():
        path = os.pathsep.join(str(Path(one).absolute()) for one in sys.path)
        env = {**os.environ, "PYTHONPATH": path}
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, env=env)
        return (await process.communicate())[0].decode().split()

    assert not CODECS & {name.partition(".")[0] for name in asyncio.run(loaded())}
