"""Known holes in what we depend on: the locked versions, held against the lists of PyPI and of the npm registry.

Python's pins are asked about one by one, at the address that pip-audit asks too. It is not used itself, because it
counts what PyPI does not know as skipped and not as unanswered, and can ask no other PyPI than the public one. The
front end's pins are asked about by npm's own `npm audit`.
"""
