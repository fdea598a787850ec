"""Summaries of lists: what facets, figures and timelines say is what counting one by one says, by plans and without."""

from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from tests.graphql_api.planning.ways import Ways

EVERY = """{ media(first: 50) { nodes { id kind mimeType status rating size takenAt tags { nodes { id name } }
  collections { nodes { id name } } usages(first: 100) { nodes { consumer { app } } }
  ... on Video { durationMs } ... on Audio { durationMs }
  ... on Image { width height } ... on Video { width height } } } }"""
FACETS = """query($keys: [MediaFacetKey!]!, $filter: MediaFilter, $limit: Int) { media(filter: $filter) {
  totalCount totalCountIsCapped facets(keys: $keys, limit: $limit) { key isCapped otherCount missingCount
    buckets { value label count filter tag { id name mediaCount } collection { id name } } } } }"""
COUNT = "query($filter: MediaFilter) { media(filter: $filter) { totalCount } }"
FIGURES = "{ count isCapped totalSize totalDurationMs minTakenAt maxTakenAt byKind { kind count totalSize } }"
TIMELINE = """query($bucket: TimeBucketSize!, $zone: String) { media {
  timeline(bucket: $bucket, timeZone: $zone) { start end count isCapped cursor } } }"""
FROM_HERE = "query($after: String) { media(after: $after, orderBy: [{field: TAKEN_AT, direction: DESC}]) { nodes { takenAt } } }"
Media = dict[str, Any]
IMPOSSIBLE = [
    "facets(keys: [KIND], limit: 101) { key }", "facets(keys: [KIND], limit: -1) { key }",
    'timeline(timeZone: "../Berlin") { count }', 'timeline(timeZone: "Berlin") { count }',
]  # fmt: skip
IN_FACETS: dict[str, Any] = {
    "KIND": lambda one: [one["kind"]], "MIME_TYPE": lambda one: [one["mimeType"]], "STATUS": lambda one: [one["status"]],
    "RATING": lambda one: [] if one["rating"] is None else [str(one["rating"])], "YEAR": lambda one: [one["takenAt"][:4]],
    "TAG": lambda one: [tag["id"] for tag in one["tags"]["nodes"]],
    "COLLECTION": lambda one: [each["id"] for each in one["collections"]["nodes"]],
    "USED_BY": lambda one: {each["consumer"]["app"] for each in one["usages"]["nodes"]},
}  # fmt: skip


async def asked(ways: Ways, query: str, variables: dict[str, Any] | None = None) -> Any:
    return orjson.loads(await ways.both(query, variables))["data"]


async def every(ways: Ways) -> list[Media]:
    return (await asked(ways, EVERY))["media"]["nodes"]


@pytest.mark.parametrize("key", IN_FACETS)
async def test_a_facet_counts_what_every_media_says(ways: Ways, key: str) -> None:
    values = [list(IN_FACETS[key](one)) for one in await every(ways)]
    (facet,) = (await asked(ways, FACETS, {"keys": [key], "limit": 100}))["media"]["facets"]
    assert {one["value"]: one["count"] for one in facet["buckets"]} == Counter(value for many in values for value in many)
    assert (facet["missingCount"], facet["otherCount"], facet["isCapped"]) == (values.count([]), 0, False)


async def test_facets_come_in_the_order_asked_for_and_the_largest_buckets_first(ways: Ways) -> None:
    keys = [*reversed(IN_FACETS), "STORAGE", "ORIENTATION", "LENS", "VIDEO_CODEC"]
    facets = (await asked(ways, FACETS, {"keys": [*keys, "KIND"]}))["media"]["facets"]
    assert [facet["key"] for facet in facets] == keys
    for facet in facets:
        counts = [one["count"] for one in facet["buckets"]]
        assert counts == sorted(counts, reverse=True)


def in_all(facet: Any) -> int:
    return sum(one["count"] for one in facet["buckets"]) + facet["otherCount"]


@pytest.mark.parametrize("limit", [0, 1, 2])
async def test_what_is_not_among_the_buckets_is_told_as_a_number(ways: Ways, limit: int) -> None:
    every, some = [
        (await asked(ways, FACETS, {"keys": ["TAG", "KIND"], "limit": most}))["media"]["facets"] for most in (100, limit)
    ]
    assert all(len(facet["buckets"]) == limit for facet in some)
    assert [in_all(facet) for facet in some] == [in_all(facet) for facet in every]


async def test_buckets_of_things_lead_to_them(ways: Ways) -> None:
    tags, collections = (await asked(ways, FACETS, {"keys": ["TAG", "COLLECTION"]}))["media"]["facets"]
    assert all(one["tag"]["id"] == one["value"] and one["tag"]["name"] == one["label"] for one in tags["buckets"])
    assert all(one["collection"]["id"] == one["value"] and one["tag"] is None for one in collections["buckets"])


@pytest.mark.parametrize("filter", [{}, {"kind": {"eq": "IMAGE"}}, {"tags": {"isEmpty": True}}, {"kind": {"in": []}}])
async def test_the_filter_of_a_bucket_leaves_as_many_as_it_counts(ways: Ways, filter: Media) -> None:
    found = (await asked(ways, FACETS, {"keys": list(IN_FACETS), "filter": filter, "limit": 5}))["media"]
    assert found["totalCount"] == (await asked(ways, COUNT, {"filter": filter}))["media"]["totalCount"]
    for bucket in [one for facet in found["facets"] for one in facet["buckets"]]:
        narrowed = {"filter": {"and": [filter, bucket["filter"]]}}
        assert (await asked(ways, COUNT, narrowed))["media"]["totalCount"] == bucket["count"], bucket


async def test_figures_are_sums_over_every_media(ways: Ways) -> None:
    found, media = (await asked(ways, f"{{ media {{ aggregate {FIGURES} }} }}"))["media"]["aggregate"], await every(ways)
    assert found["count"] == len(media)
    assert found["totalSize"] == sum(one["size"] or 0 for one in media)
    assert found["totalDurationMs"] == sum(one.get("durationMs") or 0 for one in media)
    assert (found["minTakenAt"], found["maxTakenAt"]) == (
        min(one["takenAt"] for one in media),
        max(one["takenAt"] for one in media),
    )
    assert {one["kind"]: one["count"] for one in found["byKind"]} == Counter(one["kind"] for one in media)


async def test_summaries_of_each_of_many_parents(ways: Ways) -> None:
    parts = "totalCount facets(keys: [KIND, TAG]) { missingCount buckets { value count } } timeline { start count }"
    query = f"{{ tags {{ nodes {{ media(first: 100) {{ {parts} aggregate {FIGURES} nodes {{ id }} }} }} }} }}"
    for tag in (await asked(ways, query))["tags"]["nodes"]:
        media = tag["media"]
        assert media["totalCount"] == media["aggregate"]["count"] == len(media["nodes"])
        assert sum(one["count"] for one in media["facets"][0]["buckets"]) == sum(one["count"] for one in media["timeline"])
    query = f"{{ collections {{ nodes {{ aggregate {FIGURES} media {{ totalCount }} }} }} }}"
    for one in (await asked(ways, query))["collections"]["nodes"]:
        assert one["aggregate"]["count"] == one["media"]["totalCount"]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"])
@pytest.mark.parametrize("bucket", ["DAY", "WEEK", "MONTH", "YEAR"])
async def test_a_timeline_counts_by_local_time(ways: Ways, bucket: str, zone: str) -> None:
    times = [datetime.fromisoformat(one["takenAt"]).astimezone(ZoneInfo(zone)) for one in await every(ways)]
    found = (await asked(ways, TIMELINE, {"bucket": bucket, "zone": zone}))["media"]["timeline"]
    assert sum(one["count"] for one in found) == len(times)
    assert found == sorted(found, key=lambda one: one["start"], reverse=True)
    for one in found:
        start, end = (datetime.fromisoformat(one[name]).astimezone(ZoneInfo(zone)) for name in ("start", "end"))
        assert start.hour == end.hour == 0
        assert one["count"] == sum(start <= time < end for time in times)


async def test_the_cursor_of_a_span_jumps_to_its_newest(ways: Ways) -> None:
    for one in (await asked(ways, TIMELINE, {"bucket": "DAY", "zone": "UTC"}))["media"]["timeline"]:
        first, *_ = (await asked(ways, FROM_HERE, {"after": one["cursor"]}))["media"]["nodes"]
        assert one["start"] <= first["takenAt"] < one["end"]


@pytest.mark.parametrize("field", IMPOSSIBLE)
async def test_a_summary_that_cannot_be_is_refused(ways: Ways, field: str) -> None:
    found = orjson.loads(await ways.aside(f"{{ media {{ {field} }} }}"))
    assert found["errors"][0]["extensions"]["code"] in ("INVALID", "LIMIT_EXCEEDED")


async def test_without_a_key_there_are_no_facets(ways: Ways) -> None:
    for given in ("", 'search: {query: "tag"}', "filter: {kind: {eq: IMAGE}}"):
        found = orjson.loads(await ways.both(f"{{ media({given}) {{ facets(keys: []) {{ key }} }} }}".replace("()", "")))
        assert found["data"]["media"]["facets"] == []


LISTS = ["media(%s) { %s }", "tags { nodes { media(%s) { %s } } }", "collections { nodes { media(%s) { %s } } }"]
INDIAN = 'timeline(timeZone: "Asia/Kolkata") { count }'
TELLING = ["facets(keys: [TAG]) { missingCount }", "aggregate { count }", "timeline { count }", INDIAN]
IMAGES, NONE = "filter: {kind: {eq: IMAGE}}", "filter: {kind: {in: []}}"
NARROWED = [*((one, given) for one in LISTS for given in (IMAGES, NONE, "trash: INCLUDE")), (LISTS[0], 'search: {query: "tag"}')]


@pytest.mark.parametrize(("listed", "given"), NARROWED)
async def test_how_many_a_list_has_is_not_read_beside_another_summary_of_it(ways: Ways, listed: str, given: str) -> None:
    for telling in TELLING:
        alone, beside = (f"{{ {listed % (given, parts)} }}" for parts in (telling, f"totalCount totalCountIsCapped {telling}"))
        assert await ways.counted(beside) == await ways.counted(alone), telling


@pytest.mark.parametrize(
    "query",
    [
        f"media({IMAGES}) {{ totalCount facets(keys: []) {{ key }} }}",  # which tells nothing
        f"media({IMAGES}) {{ totalCount }} other: media({IMAGES.replace('IMAGE', 'VIDEO')}) {{ {TELLING[0]} }}",
        f"media({IMAGES}) {{ totalCount }} other: media({IMAGES}, trash: ONLY) {{ {TELLING[0]} }}",
        f"media {{ totalCount {' '.join(TELLING[:2])} {INDIAN} }}",  # which the database keeps counted
    ],
)
async def test_how_many_a_list_has_is_read_where_no_other_summary_tells_it(ways: Ways, query: str) -> None:
    without = query.replace("totalCount", "__typename", 1)
    assert await ways.counted(f"{{ {query} }}") == await ways.counted(f"{{ {without} }}") + 1
