"""Settings: `MEDIAGRAPH_*` variables of the environment, or a TOML file of the same names in small letters."""

import os
import re
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Any, Literal
from urllib.parse import urlsplit

from limits import parse as rate
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from domain.reading import LARGEST_PAGE
from graphql_api.execution.budget import Budget

PREFIX = "MEDIAGRAPH_"
CONFIG = f"{PREFIX}CONFIG"
DEFAULT_FILE = "mediagraph.toml"
MEMORY = "memory:"


class BadSettings(Exception):
    """The settings cannot be read."""


class Settings(BaseSettings):
    """What an operator decides. Sizes are in bytes."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data_dir: Path = Field(Path("./mediagraph-data"), description="Where the database and the files are.")
    database_url: str | None = Field(None, description="SQLite in the data directory if absent; `memory:` for a temporary one.")
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on.")
    public_url: str | None = Field(None, description="How clients reach the server; made of host and port if absent.")
    hosts: list[str] = Field([], description='Other names the server goes by, as JSON; ["*"] for any.')
    origins: list[str] = Field([], description='Sites whose pages may call the server, as JSON; ["*"] for any.')
    env: Literal["development", "production"] = Field("development", description="In production the schema is for operators.")
    operator_key: SecretStr | None = Field(None, min_length=16, description="Opens introspection and GraphiQL in production.")
    trusted_proxies: list[str] = Field([], description="Addresses whose X-Forwarded-For is believed, as JSON.")
    bare_get: bool | None = Field(None, description="Whether a GET needs no preflight header; by default not in production.")
    http_status: Literal["stable", "draft"] = Field("stable", description="Whether 422 and 294 are used, as the draft has it.")
    upload_limit: int = Field(100 * 1024 * 1024, ge=1, description="The largest file that is taken in.")
    upload_slots: int = Field(10, ge=1, description="Uploads that are taken in side by side, in one worker.")
    upload_wait: float = Field(30, ge=0, description="Seconds an upload waits for a slot.")
    upload_rate: str = Field("10/minute", description="Uploads from one address, in one worker; empty for any number.")
    body_limit: int = Field(1024 * 1024, ge=1, description="The largest request without files.")
    deadline: float = Field(10, gt=0, description="Seconds a query may take.")
    write_deadline: float = Field(120, gt=0, description="Seconds a mutation may take, its processors included.")
    planning: bool = Field(True, description="Whether queries are answered by plans; without, graphql-core answers all.")
    extensions: list[str] | None = Field(None, description="Which installed extensions join in, as JSON; all if absent.")
    documents: Path | None = Field(None, description="A JSON file of documents that clients may name, by their hashes.")
    trusted_documents_only: bool = Field(False, description="Whether production runs those alone, but for operators.")
    automatic_documents: bool = Field(True, description="Whether documents are kept by their hashes as clients send both (APQ).")
    max_document: int = Field(32 * 1024, ge=1, description="Characters of a document.")
    max_tokens: int = Field(2_000, ge=1, description="Tokens of a document.")
    max_depth: int = Field(15, ge=1, description="Fields within fields.")
    max_introspection_depth: int = Field(20, ge=1, description="Fields within `__schema` and `__type`.")
    max_aliases: int = Field(30, ge=1, description="Times that one selection takes the same field.")
    max_directives: int = Field(50, ge=0, description="Directives of a document.")
    max_variables: int = Field(5_000, ge=0, description="Values in the variables.")
    max_cost: int = Field(50_000, ge=1, description="Fields of an answer, at most, weighed by `@cost`.")
    max_comparisons: int = Field(2_000, ge=1, description="Values in filters, for each page and count that they narrow.")
    max_page: int = Field(LARGEST_PAGE, ge=1, le=LARGEST_PAGE, description="Entries of a page.")
    max_response: int = Field(10 * 1024 * 1024, ge=1, description="Bytes of an answer.")
    header_timeout: float = Field(10, gt=0, description="Seconds a request's headers may take, from the first byte to the last.")
    body_timeout: float = Field(30, gt=0, description="Seconds a body is waited for; what comes earns more, see `least_rate`.")
    answer_timeout: float = Field(30, gt=0, description="Seconds an answer waits for its reader; what goes earns more.")
    idle_timeout: float = Field(15, gt=0, description="Seconds a connection is kept between two requests.")
    least_rate: int = Field(
        16 * 1024, ge=1, description="Bytes that earn a body or an answer another second, never more than those at first."
    )
    header_limit: int = Field(64 * 1024, ge=1024, description="The largest line and headers of a request.")
    connections: int = Field(2000, ge=1, description="Connections of one process; more are told to come again.")
    unread_limit: int = Field(
        256 * 1024 * 1024, ge=1024 * 1024, description="Bytes of answers one process keeps for clients that do not read them."
    )
    drain_seconds: float = Field(1, ge=0, description="Seconds a server that was told to stop still takes requests.")
    sweep_interval: float = Field(3600, ge=0, description="Seconds between sweeps, the first at the start; 0 for none.")
    processors: int = Field(min(4, os.cpu_count() or 1), ge=1, description="Files that are decoded side by side.")
    log_format: Literal["text", "json"] = Field("text", description="One line a request, for people or for machines.")

    @field_validator("public_url")
    @classmethod
    def without_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else value

    @field_validator("origins")
    @classmethod
    def as_browsers_say(cls, value: list[str]) -> list[str]:
        return [one.rstrip("/") for one in value]

    @field_validator("database_url")
    @classmethod
    def known_database(cls, value: str | None) -> str | None:
        if value and value != MEMORY and not value.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("a database is sqlite:///PATH, postgresql://... or memory:")
        return value

    @model_validator(mode="after")
    def some_trusted(self) -> "Settings":
        if self.trusted_documents_only and self.documents is None:
            raise ValueError("trusted_documents_only needs `documents`, which says what to trust")
        return self

    @field_validator("upload_rate")
    @classmethod
    def known_rate(cls, value: str) -> str:
        if value:
            rate(value)
        return value

    @property
    def files(self) -> Path:
        return self.data_dir / "files"

    @property
    def database(self) -> str:
        """The address of the database; where it is temporary, whoever opens it says where."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'mediagraph.db').resolve()}"

    @property
    def budget(self) -> Budget:
        """What one request may ask for."""
        return Budget(
            document=self.max_document, tokens=self.max_tokens, depth=self.max_depth, aliases=self.max_aliases,
            introspection_depth=self.max_introspection_depth, directives=self.max_directives, variables=self.max_variables,
            cost=self.max_cost, comparisons=self.max_comparisons, page=self.max_page, response=self.max_response,
            seconds=self.deadline, write_seconds=self.write_deadline,
        )  # fmt: skip

    @property
    def takes_bare_get(self) -> bool:
        return self.env == "development" if self.bare_get is None else self.bare_get

    @property
    def known_hosts(self) -> frozenset[str]:
        """The names a request may call the server by; addresses it always may."""
        return frozenset({"localhost", self.host, urlsplit(self.site).hostname or "", *self.hosts})

    @property
    def site(self) -> str:
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - what a browser here can reach
        shown = f"[{host}]" if ":" in host else host
        return self.public_url or f"http://{shown}:{self.port}"

    @classmethod
    def read(cls, **given: Any) -> "Settings":
        """What is given, and what the environment or the file says of the rest.

        Raises:
            BadSettings: a variable names no setting or is not the JSON it should be, or the file is missing or no TOML.
        """
        for name in (name for name in os.environ if name.startswith(PREFIX) and not name.startswith((CONFIG, f"{PREFIX}TEST"))):
            if name.removeprefix(PREFIX).lower() not in cls.model_fields:
                raise BadSettings(f"There is no setting {name}.")
        if CONFIG in os.environ and not Path(os.environ[CONFIG]).is_file():
            raise BadSettings(f"There is no file {os.environ[CONFIG]}, which {CONFIG} names.")
        try:
            return cls(**given)
        except TOMLDecodeError as error:
            raise BadSettings(f"{os.environ.get(CONFIG, DEFAULT_FILE)} is no TOML: {error}") from error
        except SettingsError as error:
            raise BadSettings(f'{unread(error)} is a list in JSON, such as ["one", "other"].') from error

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource, dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:  # fmt: skip
        """What the command says, then the environment, then the file."""
        del dotenv_settings, file_secret_settings
        file = Path(os.environ.get(CONFIG, DEFAULT_FILE))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file)


def unread(error: SettingsError) -> str:
    """The variable that pydantic could not read; it names the field and keeps the value to itself."""
    named = re.search(r'field "(\w+)"', str(error))
    return f"{PREFIX}{named[1].upper()}" if named else "A setting"
