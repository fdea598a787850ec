"""Schemathesis against a served process: it reads the schema by introspection, and makes, sends and checks its own cases."""

import time
from collections.abc import Callable
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.graphql.checks import GraphQLClientError, GraphQLSchemaViolation, GraphQLServerError
from schemathesis.specs.openapi.checks import response_schema_conformance

from benchmarks.documents import FILE, PLACE, values
from benchmarks.judging import FAILED, Wrong, refusal
from graphql_api.http import MODERN
from graphql_api.settings import Settings
from tests.graphql_api.served import serving

Note = Callable[[str, str | None, bytes, float], None]
CHECKS = [not_a_server_error, response_schema_conformance]
BATCH = 250
FILL = """mutation { a: createTag(input: {name: "word"}) { tag { id } } b: createCollection(input: {name: "album"}) { collection { id } }
  c: registerMedia(input: {url: "https://h/a.jpg"}) { media { id } } }"""
FOUND = """{ media { nodes { id } } tags { nodes { id slug } } collections { nodes { id slug } } }"""
"""What is put into the library, and what is found in it."""
