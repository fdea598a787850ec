"""Servers over the library of the benchmarks, on either database, and small libraries for proofs."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import asyncpg
from sqlalchemy import make_url

from benchmarks.filling import SIZES, Size, data_folder, fill
from graphql_api.bootstrap import Server, opened
from graphql_api.settings import Settings

POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
Kind = Literal["sqlite", "postgresql"]


@asynccontextmanager
async def library(database: Kind, size: Size, url: str, *, keep: bool) -> AsyncGenerator[Server]:
    """A server over a library of that size: SQLite's is kept, PostgreSQL's dropped unless it shall be kept."""
    if database == "sqlite":
        folder = await asyncio.to_thread(data_folder, SIZES[size])
        async with opened(Settings(data_dir=folder)) as server:
            yield server
        return
    async with made(url, f"mediagraph_views_{size}", keep=keep) as own, filled(own, SIZES[size]) as server:
        yield server


@asynccontextmanager
async def small(database: Kind, size: int, url: str, name: str) -> AsyncGenerator[Server]:
    """A server over a library of its own, which is gone afterwards."""
    if database == "sqlite":
        with TemporaryDirectory() as folder:
            async with filled(f"sqlite:///{folder}/mediagraph.db", size) as server:
                yield server
        return
    async with made(url, f"mediagraph_{name}", keep=False) as own, filled(own, size) as server:
        yield server


@asynccontextmanager
async def filled(url: str, size: int) -> AsyncGenerator[Server]:
    await fill(url, size)
    with TemporaryDirectory() as folder:
        async with opened(Settings(data_dir=Path(folder), database_url=url)) as server:
            yield server


@asynccontextmanager
async def made(url: str, name: str, *, keep: bool) -> AsyncGenerator[str]:
    """The address of a database of that name, made if there is none."""
    server = await asyncpg.connect(url)
    try:
        if not await server.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await server.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
        if not keep:
            await server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await server.close()
