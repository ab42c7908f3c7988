"""What apps below call in apps above, by name, since they may not import them."""

TOMONI_LETTERS = {  # who finds the words of a mail when it is sent, by its kind
    "comment": "notebooks.comments.letters.compose",
    "share": "notebooks.sharing.letters.compose",
}

# What the apps add to the file that a person takes along, and do when an account is closed and when it is deleted.
TOMONI_EXPORTS = [
    "accounts.exports.account",
    "notebooks.documents.exports.notebooks",
    "notebooks.comments.exports.comments",
    "feedback.exports.messages",
]
TOMONI_AT_CLOSING = ["runtimes.allocation.services.reset_all"]
TOMONI_AT_DELETION = ["notebooks.sharing.farewells.leave"]

TOMONI_STORAGE = "notebooks.documents.storage.storage_of"  # how many bytes of what they have made a person has here
