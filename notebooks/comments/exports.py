"""What a person wrote in comments, wherever it stands, for the file that they take along."""

from collections.abc import Iterator

from accounts.exports import as_json
from accounts.models import User
from notebooks.comments.models import Comment


def comments(user: User) -> Iterator[tuple[str, bytes]]:
    mine = Comment.objects.filter(author=user, deleted_at=None).order_by("created_at")
    yield "comments.json", as_json(list(mine.values("thread__notebook", "thread__cell", "text", "created_at")))
