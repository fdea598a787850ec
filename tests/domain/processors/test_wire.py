"""What a child says is believed only as far as its shape is right."""

import contextlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import FailureCode, ProcessingFailed
from domain.processing import Extraction, Still
from domain.processors import wire

STILL = Still(content=b"abc", mime_type="image/webp", width=3, height=2)
FULL = Extraction(
    facts={"width": 3, "title": "Ünï"}, extra={"a": [1, {"b": None}]}, entries=(("exif", "k", 1.5),), text="words",
    renditions={"thumbnail": STILL, "cover": Still(content=b"de", mime_type="image/jpeg", width=1, height=1)},
)  # fmt: skip


def test_an_extraction_comes_through_whole():
    assert wire.unpacked(wire.packed(FULL)) == FULL
    assert wire.unpacked(wire.packed(Extraction())) == Extraction()


@pytest.mark.parametrize("end", range(0, 60, 7))
def test_a_part_of_an_answer_is_no_answer(end):
    with pytest.raises(wire.Malformed):
        wire.unpacked(wire.packed(FULL)[:end])


def changed(**other):
    header, body = wire.unframed(wire.packed(FULL))
    return wire.framed({**header, **other}, bytes(body))


def renditions(**other):
    header, _ = wire.unframed(wire.packed(FULL))
    return [{**header["renditions"][0], **other}, header["renditions"][1]]


def nested(depth):
    return [] if depth == 0 else [nested(depth - 1)]


@pytest.mark.parametrize("payload", [
    b"", b"\0\0\0\x02[]", b"\0\0\0\x02{}", b"\0\0\0\x04null", b"\xff\xff\xff\xff{}", b'\0\0\0\x0c{"code": NaN',
    changed(facts=[]), changed(facts=None), changed(extra="x"), changed(entries={}), changed(entries=[["a", "b"]]),
    changed(entries=[[1, "b", 2]]), changed(text=5), changed(facts={"a": nested(20)}), changed(renditions={}),
    changed(renditions=renditions(size=2)), changed(renditions=renditions(size=-3)), changed(renditions=renditions(size=True)),
    changed(renditions=renditions(size=10**9)), changed(renditions=renditions(width=0)),
    changed(renditions=renditions(width="3")),
    changed(renditions=renditions(mime_type="text/html")), changed(renditions=renditions(name="../x")),
    changed(renditions=renditions(name="cover")), changed(renditions=[]), changed(code="OTHER"), changed(code=7),
    changed(code=["UNREADABLE"]), changed(renditions=renditions(mime_type=[])), changed(facts={"width": 1 << 70}),
    wire.packed(Extraction(facts={"width": 12345678})).replace(b"12345678", b"-1.1e999"),
    changed(code="UNREADABLE", message=5), changed(code="UNREADABLE"),
    wire.framed({"code": None, "facts": {}}), b"\0\x01\x00\x00" + b"[" * 65536,
])  # fmt: skip
def test_an_answer_of_another_shape_is_malformed(payload):
    with pytest.raises(wire.Malformed):
        wire.unpacked(payload)


NAMES = st.sampled_from(["code", "facts", "entries", "size", "name", "width", "mime_type", "x"])
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=6)
FIELDS = ["code", "facts", "extra", "entries", "text", "renditions", "message", "retryable", "skipped"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_whatever_json_a_child_sends_is_believed_malformed_or_a_refusal(other):
    header, body = wire.unframed(wire.packed(FULL))
    text = json.dumps({**header, **other}).encode()
    with contextlib.suppress(wire.Malformed, ProcessingFailed):
        wire.unpacked(len(text).to_bytes(4, "big") + text + bytes(body))


def test_a_refusal_comes_through():
    with pytest.raises(ProcessingFailed) as caught:
        wire.unpacked(wire.refusal(ProcessingFailed(FailureCode.ENCRYPTED, "x" * 900, retryable=True)))
    assert (caught.value.code, caught.value.retryable, len(caught.value.message)) == (FailureCode.ENCRYPTED, True, 500)


def test_of_an_unforeseen_failure_only_the_class_is_told():
    with pytest.raises(ProcessingFailed) as caught:
        wire.unpacked(wire.refusal(FileNotFoundError(2, "No such file", "/secret")))
    assert caught.value.message == "The processor failed: FileNotFoundError."


def test_entries_beyond_the_limit_are_left_out():
    many = json.loads(json.dumps([["a", "b", 1]] * 3_000))
    assert len(wire.unpacked(changed(entries=many)).entries) == wire.MOST_ENTRIES
