"""What a person told us, and what was answered, for the file that they take along."""

from collections.abc import Iterator

from accounts.exports import as_json
from accounts.models import User


def messages(user: User) -> Iterator[tuple[str, bytes]]:
    yield (
        "feedback.json",
        as_json(
            [
                {
                    "number": one.name,
                    "kind": one.kind,
                    "text": one.text,
                    "diagnostics": one.diagnostics,
                    "content": one.content,
                    "sent": one.created_at,
                    "state": one.state,
                    "remarks": list(one.remarks.filter(is_internal=False).values("text", "created_at", "is_answer")),
                }
                for one in user.feedback.order_by("pk").prefetch_related("remarks")
            ]
        ),
    )
