"""The machines of people who may no longer run code in a notebook: they do not keep them."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from accounts.models import User
from notebooks.documents.models import Notebook
from notebooks.sharing.ranks import roles_in
from runtimes.allocation.models import Runtime
from runtimes.allocation.services import reset_runtime
from runtimes.allocation.states import Reason


def stop_where_the_right_is_gone(notebook: Notebook | None = None) -> None:
    """Stop those of this notebook, or wherever a right has expired or ended with a membership."""
    live = Runtime.objects.live().select_related("owner")
    machines: dict[User, dict[UUID, Runtime]] = defaultdict(dict)
    for identity, runtime in _of_notebooks(live.filter(audience=str(notebook.pk)) if notebook else live):
        machines[runtime.owner][identity] = runtime
    for owner, theirs in machines.items():
        for identity, role in roles_in(owner, theirs).items():
            if not role.can_run:
                reset_runtime(theirs[identity], Reason.USER, "You may no longer run code in this notebook.")


def _of_notebooks(runtimes: Iterable[Runtime]) -> Iterable[tuple[UUID, Runtime]]:
    """Each with the notebook that it is for; an audience of another kind is not ours to judge."""
    for runtime in runtimes:
        try:
            yield UUID(runtime.audience), runtime
        except ValueError:
            continue
