# Needs Python 3.11 or later with venv and pip, nothing else. The tests on Neo4j also need a JDK (17 or later) and Maven.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
IN_TWO := --numprocesses auto --dist worksteal
# Only lines that run in the tests' own process are counted, and counting costs a tenth to a half more time. So `make test`
# does not count, and this leaves out Neo4j and the tests that only start commands and services.
COVERED := tests/graph tests/api tests/loaders tests/membergraph tests/queries tests/docs

.PHONY: run test check long coverage bench format requirements clean

run: .venv/ready  ## the service on the embedded engine with the sample company
	$(BIN)/membergraph serve --sample

test: check  ## style, types, imports and every test
	$(BIN)/python -m pytest $(IN_TWO)

check: .venv/ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

long: .venv/ready-dev  ## what takes longer than `make test` may
	MEMBERGRAPH_LONG=1 $(BIN)/python -m pytest $(IN_TWO) -m "long or grows or starts or plans"
	MEMBERGRAPH_TEST_BOLT=driver $(BIN)/python -m pytest $(IN_TWO) tests/graph  # without own Bolt

coverage: .venv/ready-dev  ## how much of the product's lines the tests run; printed, and no gate
	MEMBERGRAPH_TEST_ENGINES=embedded $(BIN)/python -m pytest $(IN_TWO) --cov --cov-report=term $(COVERED)

bench: .venv/ready-dev  ## everything that is measured, on both engines, beside its peer or limit
	$(BIN)/python -m benchmarks

format: .venv/ready-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

requirements:  ## pin every dependency by hash again (needs uv)
	echo 'setuptools>=77' | $(COMPILE) - -o requirements-build.txt
	$(COMPILE) pyproject.toml --extra parquet -o requirements.txt
	$(COMPILE) pyproject.toml --extra parquet --group dev -o requirements-dev.txt

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed; give one with PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/ready: requirements.txt requirements-build.txt pyproject.toml | .venv/bin/python
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip --default-pip >/dev/null
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt -r requirements-build.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q api graph loaders membergraph queries
	@touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@
