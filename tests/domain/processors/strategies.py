"""Strategies that misbehave, each in its own way, to be run in the sandbox only. They are not registered."""

import ctypes
import os
import signal
import socket
import time

from domain.errors import FailureCode, ProcessingFailed, ProcessingSkipped
from domain.processing import Extraction, Still


def opens_a_file(file, subject):
    with open("/etc/hostname", "rb") as other:
        return Extraction(text=other.read().decode())


def opens_after_closing(file, subject):
    os.close(0)
    os.close(1)
    return opens_a_file(file, subject)


def writes_a_file(file, subject):
    with open(subject.source_url, "wb") as other:
        other.write(b"x")


def opens_a_socket(file, subject):
    socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    return Extraction()


def loops_forever(file, subject):
    while True:
        pass


def sleeps(file, subject):
    time.sleep(60)
    return Extraction()


def takes_4_gib(file, subject):
    return Extraction(extra={"size": len(bytearray(4 << 30))})


def segfaults(file, subject):
    ctypes.string_at(0)


def exits(file, subject):
    os._exit(0)


def exits_badly(file, subject):
    os._exit(3)


def kills_itself(file, subject):
    os.kill(os.getpid(), signal.SIGKILL)


def writes_garbage(file, subject):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"\x00\x00\x00\x02[]garbage")
        except OSError:
            continue
    os._exit(0)


def writes_too_much(file, subject):
    return Extraction(text="x" * (40 << 20))


def raises(file, subject):
    raise ValueError("/secret/path")


def fails(file, subject):
    raise ProcessingFailed(FailureCode.UNREADABLE, "Not today.", retryable=True)


def skips(file, subject):
    raise ProcessingSkipped(FailureCode.UNSUPPORTED, "Nothing to do.")


def answers_nan(file, subject):
    return Extraction(facts={"latitude": float("nan")})


def answers_a_page(file, subject):
    still = Still(content=b"<script>", mime_type="text/html", width=1, height=1)
    return Extraction(renditions={"thumbnail": still})


def answers_odd_text(file, subject):
    return Extraction(facts={"title": "a\0b\ud800"}, text="x\0y")


def tells_its_world(file, subject):
    open_ones = [one for one in range(64) if is_open(one)]
    return Extraction(extra={"environ": dict(os.environ), "open": open_ones, "threads": threads()}, text=file.read().decode())


def reads_from_the_start(file, subject):
    time.sleep(0.05)
    return Extraction(text=file.read().decode(), extra={"pid": os.getpid()})


def is_open(descriptor):
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def threads():
    import threading

    return threading.active_count()


def fails_not(file, subject):
    return Extraction(text=file.read().decode())
