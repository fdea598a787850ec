"""Documents by hand: a plan answers them byte for byte as graphql-core does."""

from pathlib import Path
from typing import Any

import pytest

from graphql_api.execution.operation import Request
from persistence import raw
from tests.graphql_api.planning.ways import Ways

MEDIA = """id __typename kind status version title description altText filename mimeType size originalFilename extension sha256
  path folder fileModifiedAt createdAt updatedAt takenAt trashedAt rating isFavorite url
  location { latitude longitude altitude __typename } placeholder { thumbhash dominantColor __typename }
  thumbnail { url width height mimeType __typename }"""
ENTRY = "id namespace key type value text source confidence locked updatedAt __typename"
PLACE = "location { latitude longitude altitude }"
STREAM = "index kind codec profile language bitrate width height frameRate channels sampleRate __typename"
EXIF = """make model lens exposureTime fNumber iso focalLength focalLength35mm flashFired takenAtLocal utcOffset artist
  copyright software __typename"""
KINDS = f"""
  ... on Image {{ width height aspectRatio isAnimated hasAlpha phash
    metadata {{ width height orientation colorSpace exif {{ {EXIF} }} {PLACE} __typename extra }} }}
  ... on Video {{ width height durationMs hasAudio metadata {{ width height durationMs frameRate bitrate videoCodec audioCodec
    streams {{ {STREAM} }} chapters {{ startMs endMs title __typename }} {PLACE} }} }}
  ... on Audio {{ durationMs metadata {{ durationMs bitrate sampleRate channels codec title artist album trackNumber genre year
    chapters {{ startMs endMs title }} }} }}
  ... on Document {{ pageCount metadata {{ pageCount wordCount title author language isEncrypted textExcerpt
    short: textExcerpt(maxChars: 5) none: textExcerpt(maxChars: 0) }} }}
  ... on OtherMedia {{ metadata {{ __typename extractedAt }} }}"""
PAGE = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor __typename } totalCount __typename"
PROCESSOR = "key kinds mimeTypes operations version isAvailable missing __typename"
RUN = f"""state attempts error {{ code message retryable __typename }} startedAt finishedAt __typename
  processor {{ {PROCESSOR} }}"""
TAG = "id name slug description color category version createdAt updatedAt mediaCount __typename"
COLLECTION = f"{TAG.replace('color category ', '')} parent {{ id name parent {{ name }} }}"
USAGE = """id field position altText caption crop createdAt __typename consumer { app entityType entityId label url __typename }
  focalPoint { x y __typename } media { id trashedAt }"""
CONNECTION = {
    "media": f"media(first: 100) {{ {PAGE} edges {{ cursor __typename node {{ {MEDIA} }} }} nodes {{ {KINDS} }} }}",
    "metadata": f"media(first: 100) {{ nodes {{ metadata {{ __typename extra extractedAt entries {{ {ENTRY} }} }} }} }}",
    "tags": f"tags {{ {PAGE} edges {{ cursor __typename node {{ {TAG} }} }} nodes {{ media {{ {PAGE} nodes {{ id }} }} }} }}",
    "collections": f"""collections {{ {PAGE} edges {{ cursor __typename node {{ {COLLECTION} }} }} nodes {{
      children {{ {PAGE} nodes {{ name }} }}
      media {{ {PAGE} edges {{ cursor position addedAt __typename node {{ id }} }} }} }} }}""",
    "links": f"""media(first: 50) {{ nodes {{
      tags {{ {PAGE} edges {{ cursor source confidence taggedAt __typename node {{ name }} }} nodes {{ id }} }}
      collections {{ {PAGE} edges {{ cursor node {{ name }} }} nodes {{ slug }} }} }} }}""",
    "processing": f"media(first: 100) {{ nodes {{ processing {{ {RUN} }} }} }} processors {{ {PROCESSOR} }}",
    "usages": f"""media(first: 100) {{ nodes {{ usageCount
      usages(first: 12) {{ {PAGE} edges {{ cursor node {{ {USAGE} }} }} }} }} }}
      usages(app: "shop", entityType: "page", entityId: "1") {{ {PAGE} nodes {{ {USAGE} media {{ usageCount }} }} }}""",
    "figures": """libraryStats { __typename tagCount collectionCount total { __typename count totalSize totalDurationMs minTakenAt
      maxTakenAt byKind { __typename kind count totalSize } } }""",
}
BY_HAND = (Path(__file__).parent / "by_hand.graphql").read_text("utf-8").strip().split("\n\n")[1:]


@pytest.mark.parametrize("name", CONNECTION)
async def test_every_list_with_all_its_fields(ways: Ways, name: str) -> None:
    await ways.both(f"{{ {CONNECTION[name]} }}")


@pytest.mark.parametrize("query", BY_HAND)
async def test_a_document_by_hand(ways: Ways, query: str) -> None:
    await ways.both(query)


async def test_all_of_it_at_once(ways: Ways) -> None:
    parts = [part.replace("first: 100", "first: 10") for part in CONNECTION.values()]
    await ways.both(
        f"query {{ {' '.join(parts[:1])} b: {parts[2]} c: {parts[3]} {parts[6]} p: {parts[5].partition(' processors ')[0]} }}"
    )


SHOW = """query($show: Boolean!, $n: Int = 2, $hide: Boolean = false) { media(first: $n) { nodes {
  id title @include(if: $show) tags(first: $n) @skip(if: $show) { nodes { name } } ...F @skip(if: $hide) } } }
  fragment F on Media { kind @include(if: $show) }"""
FILTER = """query($f: MediaFilter, $o: [MediaOrder!], $t: TrashScope, $kind: MediaKind = IMAGE, $g: MediaFilter! = {}) {
  media(first: 7, filter: $f, orderBy: $o, trash: $t) { nodes { id kind size } pageInfo { hasNextPage endCursor } totalCount }
  b: media(first: 2, filter: {and: [{kind: {eq: $kind}}, $g]}) { nodes { kind } totalCount } }"""
IDS = "query($id: ID!, $ids: [ID!]!) { node(id: $id) { id } nodes(ids: $ids) { id } two: nodes(ids: [$id, $id]) { __typename } }"
EXCERPT = """query($n: Int, $k: [String!]) { media(first: 30) { nodes { metadata { entries(keys: $k) { key }
  ... on DocumentMetadata { textExcerpt(maxChars: $n) } } } } }"""
WITH_VARIABLES: list[tuple[str, dict[str, Any]]] = [
    (SHOW, {"show": True}),
    (SHOW, {"show": False, "n": 5}),
    (SHOW, {"show": True, "hide": True, "n": None}),
    (SHOW, {"show": False, "n": 0}),
    (FILTER, {}),
    (FILTER, {"f": {"kind": {"eq": "VIDEO"}, "size": {"gte": 1}}, "o": [{"field": "SIZE", "direction": "ASC"}]}),
    (FILTER, {"f": None, "o": [], "t": "ONLY"}),
    (FILTER, {"f": {"or": [{"size": {"gte": 5}}, {"not": {"kind": {"eq": "IMAGE"}}}]}, "t": None, "kind": "AUDIO"}),
    (FILTER, {"f": {"tags": {"isEmpty": True}}, "o": [{"field": "SIZE"}, {"field": "TITLE", "direction": "DESC"}]}),
    (IDS, {"id": "", "ids": ["x", ""]}),
    (EXCERPT, {}),
    (EXCERPT, {"n": 0, "k": ["key 1"]}),
    (EXCERPT, {"n": 3, "k": "key 0"}),
    (EXCERPT, {"n": None, "k": None}),
]
PATH = 'query($s: String! = "disk", $p: String!) { mediaByPath(path: $p, storage: $s) { id } }'
SLUG = "query($id: ID, $slug: String) { tag(id: $id, slug: $slug) { id } other: tag(slug: $slug, id: $id) { name } }"
DECIDED = "query($a: Boolean!, $b: String!) { tags { nodes { id @include(if: $a) name } } tag(slug: $b) { id } }"
PLAIN: list[tuple[str, dict[str, Any]]] = [
    (PATH, {"p": "folder/1"}),
    (PATH, {"s": "none", "p": "folder/1"}),
    (SLUG, {"slug": "tag-1"}),
    (SLUG, {"slug": "tag-2", "id": None}),
    (SLUG, {"slug": "none", "more": 1}),
    (DECIDED, {"a": True, "b": "tag-1"}),
    (DECIDED, {"a": False, "b": ""}),
]
REFUSED: list[tuple[str, dict[str, Any]]] = [
    (SLUG, {}),
    (SLUG, {"slug": 1}),
    (SLUG, {"slug": "x", "id": 1}),
    (DECIDED, {"a": 1, "b": "x"}),
    (DECIDED, {"b": "x"}),
    (PATH, {"p": None}),
    (PATH, {"s": None, "p": "folder/1"}),
    ('query($s: String = "disk", $p: String = "folder/1") { mediaByPath(path: $p, storage: $s) { id } }', {"s": None, "p": None}),
    ('query($s: String = "x") { mediaBySha256(sha256: $s) { id } }', {"s": None}),
    ('query($id: ID = "x") { mediaItem(id: $id) { id } }', {"id": None}),
    ('query($id: ID = "x") { node(id: $id) { id } }', {"id": None}),
    ("query($ids: [ID!] = []) { nodes(ids: $ids) { id } }", {"ids": None}),
    ("query($d: OrderDirection = DESC) { media(orderBy: [{field: TITLE, direction: $d}]) { totalCount } }", {"d": None}),
]


@pytest.mark.parametrize(("query", "variables"), PLAIN)
async def test_variables_that_need_no_conversion(ways: Ways, query: str, variables: dict[str, Any]) -> None:
    await ways.both(query, variables)


@pytest.mark.parametrize(("query", "variables"), REFUSED)
async def test_variables_that_are_refused(
    ways: Ways, query: str, variables: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """They are no fault of the plan, which others go on with."""
    planned, stock = await ways.answers(query, variables)
    assert planned.body == stock.body
    assert stock.errors
    assert not [record for record in caplog.records if "plan failed" in record.getMessage()]
    known = ways.planning.known.get(Request(query).key)
    assert known
    assert not known.plans.asides


@pytest.mark.parametrize(("sizes", "most"), [((1, 2, 5), 2_000), ((1, 10), 3), ((1, 100), 1), ((1, 25, 50), 40)])
@pytest.mark.parametrize("name", CONNECTION)
async def test_many_parents_are_read_in_pieces(
    ways: Ways, monkeypatch: pytest.MonkeyPatch, name: str, sizes: tuple[int, ...], most: int
) -> None:
    monkeypatch.setattr(raw, "SIZES", sizes)
    monkeypatch.setattr(raw, "MOST_AT_ONCE", most)
    await ways.both(f"{{ s{len(sizes)}{most}: __typename {CONNECTION[name]} }}")


@pytest.mark.parametrize(("query", "variables"), WITH_VARIABLES)
async def test_variables_in_every_place(ways: Ways, query: str, variables: dict[str, Any]) -> None:
    await ways.both(query, variables)


async def test_the_variables_of_one_request_are_not_those_of_the_next(ways: Ways) -> None:
    found = [await ways.both(query, variables) for query, variables in WITH_VARIABLES * 2]
    assert found[: len(WITH_VARIABLES)] == found[len(WITH_VARIABLES) :]
    assert len(set(found)) > len(WITH_VARIABLES) / 2
