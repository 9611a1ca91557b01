#!/usr/bin/env bash
# Compiles the lock files: every version and every hash, no index address. Run by `make lock`.
set -euo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
$python -m pip install -q "pip-tools>=7,<8"

group() { $python -c 'import sys, tomllib; print("\n".join(tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"][sys.argv[1]]))' "$1"; }
compile() { $python -m piptools compile -q --generate-hashes --no-emit-index-url --no-emit-trusted-host \
    --no-emit-find-links --allow-unsafe --strip-extras --no-header --no-annotate "$@"; }

group dev | compile --extra mcp --extra otel -o requirements.lock pyproject.toml -
# The project itself arrives through its own extra; it is installed from the checkout.
sed -i '/^# WARNING/d; /^# Consider/d; /^stitch-connect @/d' requirements.lock
group check | compile -c requirements.lock -o requirements-check.lock -
compile -o benchmarks/requirements.lock benchmarks/requirements.in
compile -o benchmarks/fastmcp.lock benchmarks/fastmcp.in
