"""What is asked and what is answered: requests, the operations they run, and which way an answer was made."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from graphql import DocumentNode, OperationDefinitionNode, OperationType

from graphql_api.execution.measure import Measure
from graphql_api.execution.plans import Plans


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks: a document, which of its operations, the values of its variables, and further wishes.

    Attributes:
        query: the text; empty where the document is only named.
        document: what the document is called, if it is.
        is_automatic: whether the text may be kept under that name, which is its hash.
    """

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict[str, Any])
    extensions: dict[str, Any] = field(default_factory=dict[str, Any])
    document: str | None = None
    is_automatic: bool = False

    @property
    def key(self) -> tuple[str | None, str | None]:
        """What its operation is remembered by: no name of a document is a text of one."""
        return self.query or self.document, self.operation_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the way a request came in allows it."""

    may_write: bool = True
    is_operator: bool = True


ANY = Rights()


class Path(StrEnum):
    """How an operation was answered: by its plan, by graphql-core, or by graphql-core after its plan had stepped aside."""

    PLAN = "plan"
    CORE = "graphql-core"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Answer:
    """The response's bytes, how many errors are in them, and which way they were made.

    Attributes:
        refused: by its code why nothing was run, so that there is no `data`.
    """

    body: bytes
    errors: int = 0
    path: Path | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document, as it was measured and found valid."""

    document: DocumentNode
    node: OperationDefinitionNode
    measure: Measure
    plans: Plans

    @property
    def writes(self) -> bool:
        return self.node.operation is OperationType.MUTATION


class Invalid(Exception):
    """A request that is not run, and the errors that say why."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors)
        self.errors = errors
