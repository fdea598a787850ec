"""An extension without tables: what there is of the library is shown once more, under other names."""

import strawberry

import domain
from graphql_api.context import Info
from graphql_api.declare import computed, count, relation, relation_one
from graphql_api.errors import Payload, done
from graphql_api.extension import Extension


def loud(title: str | None, kind: str) -> str:
    return f"{kind}: {(title or '').upper()}"


@strawberry.type
class OfMedia:
    loud = computed(loud, needs=("title", "kind"), description="The title, so that all hear it.")
    words = relation("tag.MediaTagConnection", "media.tags", page=5, description="Its tags.")
    word_count = count("media.tags", description="How many tags it wears.")


@strawberry.type
class OfTag:
    below = relation("tag.TagConnection", "tag.children", description="Those right below it.")


@strawberry.type
class LabelQuery:
    words = relation("tag.TagConnection", "library.tags", page=2, description="Every tag.")
    shelf: str = computed(lambda _: "of oak", needs=("id",), graphql_type=str, description="What the shelf is made of.")


@strawberry.input(description="Nothing is needed.")
class TouchMediaInput:
    media: strawberry.ID = strawberry.field(description="Which media.")


@strawberry.type(description="What was touched.")
class TouchPayload(Payload):
    media = relation_one("media.Media", "media.itself", key="key", description="The media as it is now.")


@strawberry.type
class LabelMutation:
    @strawberry.mutation(description="Marks a media.")
    async def touch_media(self, info: Info, input: TouchMediaInput) -> TouchPayload:
        key = domain.key_of("Media", input.media)

        async def touch(work):
            await work.media.change(key, {"is_favorite": True})
            return key

        return done(await info.context.write(touch))


SHELF = Extension(name="shelf", queries=LabelQuery, mutations=LabelMutation, fields={"Media": OfMedia, "Tag": OfTag})
