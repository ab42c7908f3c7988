"""Reading the output log: what an execution printed up to now, from its folded list and the operations after it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from runtimes.execution.frames import Frame, operation_frames, state_frame
from runtimes.execution.models import Execution, OutputEvent
from runtimes.execution.outputs import Operation, OutputList
from runtimes.execution.packing import SMALL, pack, unpack


def read_lists(executions: Sequence[Execution]) -> dict[UUID, OutputList]:
    """The outputs of each as of its `number`; a row that was folded since it was read is brought up to date."""
    events = _events([execution for execution in executions if execution.number > execution.folded])
    for execution in executions:
        while len(events[execution.pk]) < execution.number - execution.folded:
            execution.refresh_from_db(fields=["number", "folded", "outputs"])
            events[execution.pk] = _events([execution])[execution.pk]
    return {execution.pk: _list_of(execution, events[execution.pk]) for execution in executions}


def read_list(execution: Execution) -> OutputList:
    return read_lists([execution])[execution.pk]


def operations_after(execution: Execution, number: int) -> list[Operation]:
    """The operations after `number`, which is not below `execution.folded`, as far as the row goes."""
    rows = OutputEvent.objects.filter(execution=execution, number__gt=number, number__lte=execution.number)
    return [unpack(op) for op in rows.order_by("number").values_list("op", flat=True)]


def frames_since(execution: Execution, number: int, audience: str) -> list[Frame]:
    """What takes a page of `audience` from operation `number` to where the execution is now."""
    name = str(execution.pk)
    if number == execution.number:
        return []
    outputs = read_list(execution)  # brings the row up to date
    if execution.folded <= number < execution.number:
        ops = operations_after(execution, number)
        if len(ops) == execution.number - number:
            return operation_frames(audience, name, number, ops)
    return [state_frame(audience, name, number, execution.number, outputs)]


def fold(execution: Execution, outputs: OutputList) -> None:
    """Put the outputs, as they are after `execution.number`, in the place of the operations that led there."""
    execution.outputs = pack(outputs.value(), level=SMALL)
    execution.folded = execution.number
    Execution.objects.filter(pk=execution.pk).update(outputs=execution.outputs, folded=execution.folded)
    OutputEvent.objects.filter(execution=execution, number__lte=execution.folded).delete()


def _list_of(execution: Execution, events: Iterable[Operation]) -> OutputList:
    outputs = OutputList.read(unpack(execution.outputs) if execution.outputs else None)
    for operation in events:
        outputs.apply(operation)
    for index, figures in (unpack(execution.hidden) if execution.hidden else {}).items():
        outputs.apply({"op": "hidden", "index": int(index), **figures})  # they are told later than they are known
    return outputs


def _events(executions: Sequence[Execution]) -> dict[UUID, list[Operation]]:
    """The operations that lead from the folded list of each to its `number`."""
    spans = {execution.pk: range(execution.folded + 1, execution.number + 1) for execution in executions}
    events: dict[UUID, list[Operation]] = defaultdict(list)
    if spans:
        rows = OutputEvent.objects.filter(execution__in=list(spans)).order_by("execution", "number")
        for execution, number, packed in rows.values_list("execution", "number", "op"):
            if number in spans[execution]:
                events[execution].append(unpack(packed))
    return events
