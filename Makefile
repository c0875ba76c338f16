# Two commands do everything: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test bench matching matrix screenshots lint setup dev assets requirements clean

PYTHON := $(firstword $(foreach p,python3.11 python3.12 python3.13 python3,$(shell command -v $(p) 2>/dev/null)))
BIN := .venv/bin
# Tests that run at the same time: each has a database server of its own.
JOBS ?= 2
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check --no-input

# Settings for tools that only read the code: no server is asked.
TOOL := CONTACT_DEMO=1 CONTACT_PROCESS=owner CONTACT_SECRET_KEY=only-for-tools-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx \
	CONTACT_OWNER_DATABASE_URL=postgresql://nobody@127.0.0.1:1/none DJANGO_SETTINGS_MODULE=config.settings

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 14

demo: setup assets ## try it out: own database, made-up people, web server (REPORTS=folder files yours, PORT=8000)
	@$(BIN)/contact demo $(if $(REPORTS),--reports "$(REPORTS)") $(if $(PORT),--port "$(PORT)")

test: lint assets build/provider/stamp ## everything that CI runs; brings up its own database (ARGS=… goes to pytest)
	$(BIN)/python -m pytest -q -n $(JOBS) $(ARGS)

lint: dev ## style, types, floors, migrations
	$(BIN)/ruff check .
	$(TOOL) $(BIN)/lint-imports
	$(TOOL) $(BIN)/mypy config tracing tests
	@$(TOOL) $(BIN)/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run

bench: .venv/.bench ## benchmarks; writes docs/benchmarks.md (takes a while, about 3 GB of disk)
	$(BIN)/python -m tests.bench $(ARGS)

matching: .venv/.matching ## how good and how fast people are matched, beside peers; writes docs/matching.md (ARGS="--only febrl")
	$(BIN)/python -m tests.matching $(ARGS)

matrix: dev ## who may call what, asked anew: writes docs/access-matrix.md (look at the difference before you keep it)
	$(BIN)/python -m tests.matrix

screenshots: dev assets ## pictures of the main pages, in build/screens
	$(BIN)/python -m tests.screenshots $(ARGS)

setup: .venv/.run ## what running needs, into .venv
dev: .venv/.dev ## what tests need as well
assets: build/assets.json ## page assets, from packages

.venv/pyvenv.cfg:
	@if [ -z "$(PYTHON)" ] || ! $(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'; then \
		echo "ContaCT needs Python 3.11, 3.12 or 3.13 (on Debian: apt-get install python3 python3-venv)."; exit 1; fi
	@if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "Python cannot make virtual environments here. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; fi
	@echo "Making .venv with $$($(PYTHON) --version) …"
	@rm -rf .venv && $(PYTHON) -m venv .venv

.venv/.run: requirements/run.txt pyproject.toml | .venv/pyvenv.cfg
	@echo "Installing what ContaCT needs …"
	@$(PIP) --no-deps --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --no-index -e .
	@$(BIN)/python -m pip check -q --disable-pip-version-check
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.run
	@echo "Installing what its tests need …"
	@$(PIP) --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

.venv/.matching: requirements/matching.txt .venv/.dev
	@echo "Installing peers of matching …"
	@$(PIP) --no-deps --require-hashes -r requirements/matching.txt
	@touch $@

.venv/.bench: requirements/bench.txt .venv/.dev
	@echo "Installing what benchmarks need …"
	@$(PIP) --no-deps --require-hashes -r requirements/bench.txt
	@touch $@

build/assets.json: config/commands/assets.py requirements/assets.txt | .venv/.run
	@$(BIN)/contact assets
	@touch $@

build/provider/stamp: tests/provider/package-lock.json tests/provider/fetch.py requirements/assets.txt | .venv/.dev
	@$(BIN)/python -m tests.provider.fetch
	@touch $@

requirements: dev ## after a change of pyproject.toml: pin everything anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make requirements" \
		--extra embedded pyproject.toml requirements/build.in -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make requirements" \
		--extra embedded --group dev -c requirements/run.txt pyproject.toml requirements/build.in -o requirements/dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make requirements" \
		--extra embedded --group matching -c requirements/run.txt -c requirements/dev.txt pyproject.toml -o requirements/matching.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make requirements" \
		--extra embedded --group bench -c requirements/run.txt -c requirements/dev.txt pyproject.toml -o requirements/bench.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make requirements" \
		requirements/assets.in -o requirements/assets.txt

clean: ## delete everything that was made here: demo data, .venv, build
	@if [ -x $(BIN)/contact ]; then $(BIN)/contact embedded remove --yes || true; fi
	rm -rf .venv build .contact .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
