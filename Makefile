# Every command of the project. `make` alone lists them.
PYTHON ?= python3
VENV := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup run host test check fix bench e2e backup restore upgrade audit
.PHONY: check-python check-frontend test-frontend test-needs
AT_ONCE := $(MAKE) --no-print-directory --jobs=2 --output-sync=target
FRONTEND := cd frontend && PATH="$(CURDIR)/$(VENV):$$PATH" npm run --silent

help: ## List the commands
	@grep -E '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: ## Install what the platform needs into this folder
	@$(PYTHON) platform/config/embedded/setup.py

run: setup ## Start the platform; prints its address and, the first time, the administrator's sign-in link
	@exec $(VENV)/python -m config.embedded

host: setup ## Keep machines on this host for a platform on another one
	@exec $(VENV)/python -m config.embedded.host

upgrade: setup ## Put what is in this folder now in the place of what runs; running cells go on
	@$(VENV)/python -m config.embedded.renew

backup: ## Write everything that people made into one file: make backup FILE=tomoni.tar
	@$(VENV)/python manage.py backup "$(FILE)"

restore: setup ## Put a backup into a new installation: make restore FILE=tomoni.tar
	@$(VENV)/python manage.py restore "$(FILE)"

test: setup ## Run every test: Python, front end, browser, faults
	@$(AT_ONCE) test-frontend test-needs
	@$(VENV)/python -m pytest $(PYTEST)

test-frontend:
	@$(FRONTEND) test

test-needs:
	@$(VENV)/python -m tests.needs

e2e: setup ## Run the browser tests alone
	@$(VENV)/python -m tests.needs
	@$(VENV)/python -m pytest tests/e2e

check: setup ## Format, lint, types, import rules, migrations
	@$(AT_ONCE) check-python check-frontend

check-python:
	@$(VENV)/ruff format --check .
	@$(VENV)/ruff check .
	@$(VENV)/mypy
	@$(VENV)/lint-imports
	@DATABASE_URL=sqlite://:memory: TOMONI_DATABASE_POOL=0 $(VENV)/python manage.py makemigrations --check --dry-run

check-frontend:
	@$(FRONTEND) check

fix: setup ## Format and repair what can be repaired by itself
	@$(VENV)/ruff check --fix .
	@$(VENV)/ruff format .
	@$(FRONTEND) fix

audit: setup ## Ask the registries whether a hole is known in a version that is locked (needs the network)
	@$(VENV)/python -m config.audit

bench: setup ## Measure ourselves and a peer in one run, and print the ratios
	@.tools/bin/uv sync --locked --quiet --group bench
	@$(VENV)/python -m tests.needs
	@$(VENV)/python -m benchmarks
