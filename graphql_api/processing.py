"""Processors and their runs over GraphQL."""

import asyncio
from datetime import datetime
from typing import Any

import strawberry

import domain
from domain.errors import FailureCode, Fault
from domain.extraction import process
from domain.processing import PROCESSORS, ProcessingOperation, RunState
from domain.reading import TrashScope
from graphql_api.context import Info
from graphql_api.declare import computed, part
from graphql_api.errors import Done, Payload
from graphql_api.fields import Relation, Wish
from graphql_api.media import Media
from graphql_api.selection import MediaSelection, selected

ITSELF = Relation("media.itself", trash=TrashScope.INCLUDE)
MOST_PROCESSED = 100


@strawberry.type(description="A strategy that reads files and says what is in them.")
class Processor:
    key: str = strawberry.field(description="Its name.")
    kinds: list[domain.MediaKind] = strawberry.field(description="The kinds it works on.")
    mime_types: list[str] = strawberry.field(description="The types it works on, as patterns.")
    operations: list[ProcessingOperation] = strawberry.field(description="What it does.")
    version: str = strawberry.field(description="The version of the strategy.")
    is_available: bool = strawberry.field(description="Whether all it needs is installed.")
    missing: list[str] = strawberry.field(description="What it needs and is not installed.")


def nothing_found(*_: object) -> domain.Extraction:
    return domain.Extraction()


def registered(key: str) -> domain.Processor:
    """The processor of that name; what stands for one that is registered no more."""
    return PROCESSORS.known.get(key) or domain.Processor(
        key=key, kinds=(), mime_types=(), operations=(), version="", reads_bytes=True, requires=(key,),
        strategy=nothing_found,
    )  # fmt: skip


def all_registered() -> list[domain.Processor]:
    return list(PROCESSORS)


def code_of(code: FailureCode | None) -> str:
    return str(code)


@strawberry.type(description="Why a run did not succeed.")
class JobError:
    code = computed(code_of, needs=("error_code",), description="What went wrong, for programs.")
    message = computed(str, needs=("error_message",), graphql_type=str, description="What went wrong, for people.")
    retryable = computed(bool, needs=("error_retryable",), graphql_type=bool, description="Whether trying again may help.")


@strawberry.type(description="The latest run of a processor on a media.")
class ProcessingRun:
    processor = computed(registered, needs=("processor",), graphql_type=Processor, description="Which processor.")
    state: RunState = strawberry.field(description="How it stands.")
    attempts: int = strawberry.field(description="How often it was tried.")
    error: JobError | None = part("processing.JobError", needs=("error_code",), description="Why it did not succeed.")
    started_at: datetime | None = strawberry.field(description="When it was last begun.")
    finished_at: datetime | None = strawberry.field(description="When it last ended.")


@strawberry.type
class ProcessingQuery:
    processors = computed(all_registered, needs=(), graphql_type=list[Processor], description="The processors this server runs.")


@strawberry.input(description="Which media to process, and how.")
class ProcessMediaInput:
    selection: MediaSelection
    operations: list[ProcessingOperation] | None = strawberry.field(
        default=None, description="Only the processors that do one of these."
    )
    force: bool | None = strawberry.field(default=False, description="Also those that have succeeded.")


@strawberry.type(description="The work that was done before answering.")
class JobPayload(Payload):
    @strawberry.field(description="The media, as they are now.")
    async def media(self, info: Info) -> list[Media]:
        done: Any = self
        found = await asyncio.gather(*(info.context.page(ITSELF, key, Wish(first=1)) for key in done.ids))
        return [node for page in found for node in page.nodes]


@strawberry.type
class ProcessingMutation:
    @strawberry.mutation(description="Runs the processors that have not succeeded yet, one media after the other; at most 100.")
    async def process_media(self, info: Info, input: ProcessMediaInput) -> JobPayload:
        context, faults, done = info.context, list[Fault](), list[domain.Id]()
        await context.forget()
        try:
            reader, library = await context.reading(), context.principal.library_id
            ids = await selected(input.selection, reader, library, most=MOST_PROCESSED)
        except Fault as fault:
            return Done(faults=[fault], figures={"ids": []})  # pyright: ignore[reportReturnType]
        await context.forget()
        for number, key in enumerate(ids):
            try:
                await process(context.parts, context.principal, key, input.operations, force=bool(input.force))
                done.append(key)
            except Fault as fault:
                fault.path = ("input", "selection", "ids", str(number))
                faults.append(fault)
        await context.forget()
        return Done(faults=faults, figures={"ids": done})  # pyright: ignore[reportReturnType]
