# check: what CI runs, nothing else. fix: mends what a tool can mend.
RUN ?= uv run

.PHONY: check fix format lint types contracts docs test

check: format lint types contracts docs test

format:
	$(RUN) ruff format --check .

lint:
	$(RUN) ruff check .

types:
	$(RUN) mypy --platform linux
	$(RUN) mypy --platform win32

contracts:
	$(RUN) lint-imports

docs:
	$(RUN) python -m cli.main docs --check

test:
	$(RUN) pytest

fix:
	$(RUN) ruff format .
	$(RUN) ruff check --fix .
	$(RUN) ruff format .
	$(RUN) python -m cli.main docs
