"""Media over GraphQL: the interface of every kind, its lists, and the changes people make to it."""

from dataclasses import replace
from datetime import datetime
from typing import ClassVar

import strawberry

import domain
from domain.errors import Invalid
from domain.likeness import MOST_APART, checked_distance
from domain.media import LockableField
from domain.media_types import MEDIA_TYPES, known_as
from domain.reading import Order, TrashScope
from domain.search import All, Compare
from domain.text import comparable
from graphql_api.connection import Edge, NamedAsEntity
from graphql_api.declare import computed, count, id_of, linked, named, part, relation, relation_list, relation_one
from graphql_api.errors import Payload
from graphql_api.fields import DEFAULT_PAGE, Site, ToldBy, Wish
from graphql_api.matching import SearchInput, found_in, search_order, with_search
from graphql_api.node import NODES
from graphql_api.relay import Node
from graphql_api.scalars import URL, BigInt
from graphql_api.search import MediaFilter, MediaOrder, to_filter, to_order
from graphql_api.summary import SummedConnection

LOCATION = ("latitude", "longitude")


@strawberry.type(description="A place on Earth (WGS 84), in degrees and metres.")
class GeoPoint:
    latitude: float = strawberry.field(description="Degrees north.")
    longitude: float = strawberry.field(description="Degrees east.")
    altitude: float | None = strawberry.field(description="Metres above sea level.")


@strawberry.type(description="What to show before a picture has loaded.")
class Placeholder:
    thumbhash: str | None = strawberry.field(description="A ThumbHash, base64.")
    dominant_color: str | None = strawberry.field(description="As #rrggbb.")


def original_url(site: Site, key: domain.Id, source_url: str | None) -> str:
    """Where the original is served."""
    return source_url or f"{site.public_url}/files/{key.hex()}"


def rendition_url(site: Site, key: domain.Id, name: str, sha256: str) -> str:
    """Where a picture made of a media is served: an address for these bytes and no others."""
    return f"{site.public_url}/files/{key.hex()}/{name}?v={sha256[:16]}"


@strawberry.type(description="A picture made of a media; url, width and height describe the same bytes.")
class ImageRendition:
    url = computed(
        rendition_url, needs=("media_id", "name", "sha256"), of_site=True, graphql_type=URL, description="Where it is served."
    )
    width: int = strawberry.field(description="Pixels.")
    height: int = strawberry.field(description="Pixels.")
    mime_type: str = strawberry.field(description="How it is encoded.")


def by_consumer(first: int | None = DEFAULT_PAGE, after: str | None = None) -> Wish:
    """What the arguments of the usages of a media ask for."""
    order = (Order(field="app"), Order(field="entity_type"), Order(field="entity_id"))
    return Wish(first=DEFAULT_PAGE if first is None else first, after=after, order=order)


def similar_wish(first: int | None = 10, after: str | None = None, max_distance: int | None = MOST_APART) -> Wish:
    """What the arguments of the media that look like one ask for."""
    reach = Compare("likeness", "lte", checked_distance(MOST_APART if max_distance is None else max_distance))
    return Wish(first=10 if first is None else first, after=after, filter=All((reach,)))


@strawberry.interface(description="A file of any kind that a library keeps, or points to.")
class Media(NamedAsEntity, Node):
    told_by: ClassVar[ToldBy] = ToldBy("kind", tuple(MEDIA_TYPES), lambda kind: known_as(kind).entity.__name__)
    id = id_of("Media")
    kind: domain.MediaKind = strawberry.field(description="What it is, told from its bytes.")
    status: domain.MediaStatus = strawberry.field(description="How far its processors are.")
    processing = relation_list(
        "processing.ProcessingRun", "media.processing", description="The latest run of each processor of this kind."
    )
    version: int = strawberry.field(description="Grows with every edit of its own fields; send it as `ifVersion`.")
    title: str | None = strawberry.field(
        description="What people call it; at first what its file does, and null where that has no title."
    )
    description: str | None = strawberry.field(description="What people say of it.")
    alt_text: str | None = strawberry.field(description="What it shows, for those who cannot see it.")
    filename: str = strawberry.field(description="The name it is downloaded under.")
    mime_type: str = strawberry.field(description="Told from its bytes.")
    size: BigInt | None = strawberry.field(description="Bytes; null for media registered by address.")
    original_filename: str | None = strawberry.field(description="The name it came with.")
    extension: str | None = strawberry.field(description="The ending of that name, in small letters.")
    sha256: str | None = strawberry.field(description="The hash of its bytes; null for media registered by address.")
    path: str | None = strawberry.field(description="Where an imported file lies, or lay, in its storage.")
    folder: str = strawberry.field(description="The folder it was put in, segments joined by slashes; empty for none.")
    file_modified_at: datetime | None = strawberry.field(description="When the imported file was last written.")
    created_at: datetime = strawberry.field(description="When it came into the library.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    taken_at: datetime = strawberry.field(description="When it was taken or published; else `createdAt`.")
    trashed_at: datetime | None = strawberry.field(description="Since when it lies in the trash.")
    rating: int | None = strawberry.field(description="0 to 5.")
    is_favorite: bool = strawberry.field(description="Whether somebody marked it.")
    locked_fields = computed(
        list[LockableField], needs=("locked_fields",), graphql_type=list[LockableField],
        description="What people said of it, or took away, which no processor overwrites.",
    )  # fmt: skip
    location: GeoPoint | None = part("media.GeoPoint", needs=LOCATION, description="Where it was taken.")
    url = computed(
        original_url, needs=("id", "source_url"), of_site=True, graphql_type=URL, description="Where the original is served."
    )
    thumbnail = relation_one(
        "media.ImageRendition", "media.thumbnail",
        description="A still, at most 300 pixels a side: an image, a video's poster, an audio's cover, a document's first page.",
    )  # fmt: skip
    placeholder: Placeholder | None = part(
        "media.Placeholder", needs=("thumbhash", "dominant_color"), description="What to show before it has loaded."
    )
    tags = relation("tag.MediaTagConnection", "media.tags", page=50, description="The tags it wears, by name.")
    collections = relation(
        "collection.CollectionConnection", "media.collections", description="The collections it is in, by name."
    )
    usages = relation("usage.MediaUsageConnection", "media.usages", wish=by_consumer, description="What uses it, by consumer.")
    usage_count = count("media.usages", description="In how many places it is used; counted when asked.")
    similar = relation(
        "similar.SimilarMediaConnection", "media.similar", wish=similar_wish,
        description="Pictures that look like this one, the most alike first, at most 100; of other media none.",
    )  # fmt: skip
    metadata = relation_one(
        "metadata.MediaMetadata", "media.metadata", required=True, description="What was read out of its file."
    )


@strawberry.type(description="A media in a list, and where it stands.")
class MediaEdge(Edge):
    node: Media = strawberry.field(description="The media.")
    score = linked(
        "score", graphql_type=float | None,
        description="How well it matches the search, 0 to 1: the more, and the more telling, texts have all that is looked for; "
        "0 where only several texts together do. Null without a search.",
    )  # fmt: skip
    highlights = found_in()


@strawberry.type(description="A page of media.")
class MediaConnection(SummedConnection):
    edges: list[MediaEdge] = strawberry.field(description="The media of this page with their places.")
    nodes: list[Media] = strawberry.field(description="The media of this page.")


def media_wish(
    first: int | None = None, after: str | None = None, last: int | None = None, before: str | None = None,
    filter: MediaFilter | None = None, order_by: list[MediaOrder] | None = None, trash: TrashScope | None = TrashScope.EXCLUDE,
) -> Wish:  # fmt: skip
    """What the arguments of a list of media ask for."""
    page = paged_wish(first, after, last, before)
    return replace(page, filter=to_filter(filter), order=to_order(order_by), trash=trash or TrashScope.EXCLUDE)


def searched_wish(
    first: int | None = None, after: str | None = None, last: int | None = None, before: str | None = None,
    filter: MediaFilter | None = None, order_by: list[MediaOrder] | None = None, trash: TrashScope | None = TrashScope.EXCLUDE,
    search: SearchInput | None = None,
) -> Wish:  # fmt: skip
    """The same of the list that can be searched."""
    wish = media_wish(first, after, last, before, filter, order_by, trash)
    return replace(wish, filter=with_search(search, wish.filter), order=search_order(search, wish.order))


def placed_wish(
    first: int | None = None, after: str | None = None, last: int | None = None, before: str | None = None,
    filter: MediaFilter | None = None, order_by: list[MediaOrder] | None = None, trash: TrashScope | None = TrashScope.EXCLUDE,
) -> Wish:  # fmt: skip
    """The same of a list whose media have positions in it."""
    wish = media_wish(first, after, last, before, filter, None, trash)
    return replace(wish, order=to_order(order_by, placed=True))


def paged_wish(first: int | None, after: str | None, last: int | None, before: str | None) -> Wish:
    """A page read forward, or backward. Raises Invalid for a mixture of both."""
    backward = last is not None or before is not None
    if backward and (first is not None or after is not None):
        raise Invalid("Give `first` and `after`, or `last` and `before`.", path=("last" if last is not None else "before",))
    size, cursor = (last, before) if backward else (first, after)
    return Wish(first=DEFAULT_PAGE if size is None else size, after=cursor, backward=backward)


def media_named(id: strawberry.ID) -> list[tuple[str, domain.Id] | None]:
    return [("Media", domain.key_of("Media", id))]


def with_sha256(sha256: str) -> Wish:
    """The oldest media with these bytes."""
    return Wish(first=1, filter=All((Compare("sha256", "eq", comparable(sha256, "sha256").lower()),)))


def at_path(storage: str, path: str) -> Wish:
    """The media that lies there."""
    stored = Compare("storage_key", "eq", comparable(storage, "storage"))
    return Wish(first=1, filter=All((stored, Compare("path", "eq", comparable(path, "path")))))


@strawberry.type
class MediaQuery:
    media_item = named(
        {"Media": NODES["Media"]}, media_named, graphql_type=Media | None, description="One media by its id, in the trash or not."
    )
    media_by_sha256 = relation_one(
        "media.Media", "library.media", wish=with_sha256,
        description="A media with these bytes, by their hash in hexadecimal digits.",
    )  # fmt: skip
    media_by_path = relation_one(
        "media.Media", "library.media", wish=at_path,
        description="The imported media at a path of a storage, which is named by its key.",
    )  # fmt: skip
    media = relation(
        "media.MediaConnection", "library.media", wish=searched_wish,
        description="The media of the library, newest first, of a search best first, unless ordered; 20 a page, at most 100.",
    )  # fmt: skip


@strawberry.type(description="One media, or why it was not changed.")
class MediaPayload(Payload):
    media: Media | None = relation_one(
        "media.Media", "media.itself", key="key", trash=TrashScope.INCLUDE, description="The media as it is now."
    )
