# `make run` starts Flux, `make test` checks everything. Both set themselves up; both need only Python 3.11+ and git.
.PHONY: run test setup-test lint types layers unit test-real bench snapshots docs constraints

bin = .venv/bin

run:
	@scripts/setup.sh run
	@$(bin)/flux $(ARGS)

test: lint types layers unit

setup-test:
	@scripts/setup.sh test

lint: setup-test
	@$(bin)/ruff check --quiet . && $(bin)/ruff format --check --quiet . && echo "ruff: clean"

types: setup-test
	@$(bin)/mypy

layers: setup-test
	@$(bin)/lint-imports --no-cache | tail -n 4

unit: setup-test
	@$(bin)/pytest -n 2 --dist loadfile -rs

# A real llama.cpp server with a small model: builds it once (about 7 minutes), then drives all three protocols.
test-real: setup-test
	@dir=$$(sh tests/real/build.sh) && $(bin)/python -m tests.real.drive "$$dir"

bench: setup-test
	@$(bin)/python -m tests.bench

snapshots: setup-test
	@FLUX_UPDATE_SNAPSHOTS=1 $(bin)/pytest -q tests/ui

docs: setup-test
	@FLUX_UPDATE_DOCS=1 $(bin)/pytest -q tests/docs

constraints:
	@scripts/setup.sh test
	@$(bin)/pip freeze --exclude-editable | grep -v '@' > constraints.txt
