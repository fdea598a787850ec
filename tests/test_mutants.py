"""The faults of `python -m benchmarks.mutants` are of the code as it is: who rewrites a line takes its fault along."""

import ast

import pytest

from benchmarks.mutants import FAULTS, ROOT, Fault


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_line_of_a_fault_is_there_once_and_is_python_with_the_fault(fault: Fault) -> None:
    whole = (ROOT / fault.file).read_text("utf-8")
    assert whole.count(fault.old) == 1
    ast.parse(whole.replace(fault.old, fault.new))
