"""mediagraph with ariadne-codegen: a client with a method for each operation, and models of all it answers."""

import io

from mediagraph_client import (
    Client,
    MediaFilter,
    MediaPageMediaEdgesNodeImage,
    MediaPageMediaEdgesNodeMedia,
    MediaPageMediaEdgesNodeVideo,
    MediaSelection,
    TagMediaInput,
    TagMediaTagMediaResultsUserErrors,
    TagMediaTagMediaUserErrors,
    Upload,
    UploadMediaUploadMediaMedia,
)

Card = MediaPageMediaEdgesNodeMedia | MediaPageMediaEdgesNodeImage | MediaPageMediaEdgesNodeVideo
PICTURES_AND_FILMS = MediaFilter.model_validate({"kind": {"in": ["IMAGE", "VIDEO"]}})


def connect(url: str) -> Client:
    return Client(url, headers={"graphql-require-preflight": "1"})


def every_card(client: Client, after: str | None = None) -> list[Card]:
    """Every picture and film of the library, page by page."""
    found = client.media_page(first=2, after=after, filter_=PICTURES_AND_FILMS).media
    cards: list[Card] = [edge.node for edge in found.edges]
    page = found.page_info
    return [*cards, *every_card(client, page.end_cursor)] if page.has_next_page else cards


def tag(client: Client, id: str, name: str) -> list[TagMediaTagMediaUserErrors | TagMediaTagMediaResultsUserErrors]:
    """Why a media does not wear a tag; empty where it does."""
    payload = client.tag_media(TagMediaInput(selection=MediaSelection(ids=[id]), tagNames=[name])).tag_media
    return payload.user_errors + [error for one in payload.results for error in one.user_errors]


def upload(client: Client, content: bytes, name: str) -> UploadMediaUploadMediaMedia | None:
    """A file goes as a part of a form."""
    return client.upload_media(Upload(name, io.BytesIO(content), "text/plain")).upload_media.media
