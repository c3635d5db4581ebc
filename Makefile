# PARS: what a person types. `make` alone lists it.

PYTHON ?= python3
BIN := .venv/bin

# Three test processes keep two cores busy, since some tests wait for a clock; each has an embedded server and takes one file of
# tests after the other. On one named server they would hold up each other's sealers: what may be sealed is what no open
# transaction of the whole server can still come before.
PROCESSES := $(if $(PARS_DATABASE_URL),0,3 --dist loadscope --no-loadscope-reorder)

# A demo and the tests start PARS often. What Python compiled is kept, also where an environment says otherwise.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test quick cover soak bench lint fmt pins clean ready-run ready-dev ready-bench

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-6s %s\n", $$1, $$2}' Makefile

setup: ready-dev ## Make .venv with everything and fetch the design system; the others call it when needed

demo: ready-run ## Set everything up, seed a city, play the story, then serve it: addresses and accounts are printed
	@exec $(BIN)/pars demo $(ARGS)

test: lint ## Every check and every test
	@$(BIN)/python -m pytest -n $(PROCESSES) $(ARGS)

quick: lint ## The checks and the core tests, without a database: under 20 seconds
	@PARS_HYPOTHESIS=quick $(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not soak and not database" tests/core $(ARGS)

# What throws changed bundles at the verifiers reaches no branch of the core that the others don't.
BESIDE := --ignore-glob='tests/verify/test_second*.py' $(foreach each,mutations tampering cut,--ignore=tests/verify/test_$(each).py)

cover: ready-dev ## Every branch of the core is tried, or it says which isn't
	@PARS_HYPOTHESIS=cover $(BIN)/python -m pytest -q -n 2 -m "not soak and not database" tests/core tests/laws tests/verify $(BESIDE) \
	  --cov=pars.core --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100 $(ARGS)

soak: ready-dev ## The long randomized run: an hour or more
	@PARS_HYPOTHESIS=soak $(BIN)/python -m pytest -m soak $(ARGS)

bench: ready-bench ## What PARS costs beside bare PostgreSQL doing the same work (ARGS=board: the live board; ARGS=decisions: beside other engines); minutes, a quiet machine
	@$(BIN)/python -m bench $(ARGS)

lint: ready-dev ## Format, style, types and the rooms' contracts
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@said=$$($(BIN)/lint-imports --no-logo 2>&1) || { printf '%s\n' "$$said"; exit 1; }

fmt: ready-dev ## Format the code and mend what can be mended without thought
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

pins: ## Compile requirements/*.in with hashes; UPGRADE=1 takes newer versions
	@set -e; uv=$$(mktemp -d); trap 'rm -rf "$$uv"' EXIT; \
	$(PYTHON) -m venv "$$uv" && "$$uv/bin/python" -m pip install --quiet --disable-pip-version-check uv; \
	cd requirements; for list in run advice dev bench npm; do \
	  "$$uv/bin/uv" pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
	    --no-emit-find-links --custom-compile-command "make pins" $(if $(UPGRADE),--upgrade) $$list.in -o $$list.txt; \
	done

clean: ## Remove what setup and the tools made; PARS_HOME stays
	@rm -rf .venv pars.egg-info build dist htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@rm -rf pars/edge/web/static/uswds pars/edge/web/static/htmx tests/ui/axe verify/_cut.*.so
	@find pars verify tests -name __pycache__ -type d -prune -exec rm -rf {} +

ready-run:
	@$(PYTHON) requirements/install.py run

ready-dev:
	@$(PYTHON) requirements/install.py dev

ready-bench:
	@$(PYTHON) requirements/install.py bench
