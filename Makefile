# Needs python ≥ 3.11 with venv and pip, git and make; everything else it fetches itself, into .venv.
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help demo test lint lint-helm bench manage reset lock clean

PORT ?= 8000
PYTEST_JOBS ?= 2
DEVDB := .venv/bin/python -m maillage.devdb
DESIGN := platform/maillage/design
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/pip-compile --quiet --generate-hashes --allow-unsafe \
	--strip-extras --no-annotate --no-emit-options --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host $(if $(UPGRADE),--upgrade)
LOCKED_LINE := (\#.*|[a-z0-9.-]+==[^ ]+( ; [^\]*)?( \\)?|    --hash=sha256:[0-9a-f]{64}( \\)?)?
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PIP_USER := 0

# A checkout that was moved, or whose Python is gone, needs another environment.
$(shell test ! -e .venv/ready || { test "$$(cat .venv/ready)" = "$$(pwd -P)" && test -x .venv/bin/python; } || rm -rf .venv)

# Recipes that may be interrupted `exec`: no shell is left between Ctrl-C and what must end in order.

demo: .venv/translated ## The demo network on http://localhost:8000 (PORT=8001 for another port)
	@exec $(DEVDB) --at-once run -- manage demo --serve --port $(PORT)

# What each of dozens of processes would otherwise compile for itself is compiled once.
test: export PYTHONDONTWRITEBYTECODE :=
test: .venv/translated ## Every test (PYTEST_ARGS="tests/platform -k socket", PYTEST_JOBS=4)
	@exec $(DEVDB) --ephemeral run -- pytest -n $(PYTEST_JOBS) --dist loadfile --no-loadscope-reorder \
	  $(if $(findstring tests/image,$(PYTEST_ARGS)),,--ignore=tests/image) $(PYTEST_ARGS)

lint: .venv/translated ## Style, types, templates, import directions, security, translations, lock files
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/djlint --lint --quiet templates $(DESIGN)
	.venv/bin/lint-imports
	.venv/bin/bandit -q -ll -r -c pyproject.toml platform tenants network api
	.venv/bin/python -m maillage.design.translations check
	@echo "requirements*.lock: names, versions and hashes only"
	@! grep -nEvx '$(LOCKED_LINE)' requirements*.lock

lint-helm: .venv-helm/ready .venv/translated ## What goes to a cluster: the chart's every combination, the image's steps
	@.venv-helm/bin/python tests/helm/lint_chart.py
	@exec $(DEVDB) --ephemeral run -- pytest -q tests/image

bench: .venv/translated ## One measurement against its peers (BENCH=aggregation)
	@test -n "$(BENCH)" || { echo 'Which one? make bench BENCH=aggregation' >&2; exit 2; }
	@exec $(DEVDB) run -- manage bench $(BENCH) --json

manage: .venv/translated ## One management command on the demo's database (ARGS="check"), the demo running or not
	@test -n "$(strip $(ARGS))" || { echo 'Which one? make manage ARGS="help"' >&2; exit 2; }
	@exec $(DEVDB) run -- manage $(ARGS)

reset: .venv/ready ## Forget the demo's data: the next `make demo` starts afresh
	@exec $(DEVDB) reset

lock: .venv/ready ## Write the lock files again (UPGRADE=1 for the newest releases)
	@.venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo \
	  'Lock with the oldest Python we support: make clean, then make lock PYTHON=python3.11' >&2; exit 1; }
	@echo "Locking what development needs …" >&2
	@$(COMPILE) --output-file requirements.lock pyproject.toml requirements.in
	@echo "Locking what runs in production …" >&2
	@$(COMPILE) --constraint requirements.lock --output-file requirements-runtime.lock pyproject.toml
	@echo "Locking what builds the image, and what lints the chart …" >&2
	@$(COMPILE) --constraint requirements.lock --output-file requirements-build.lock requirements-build.in
	@$(COMPILE) --constraint requirements.lock --output-file requirements-helm.lock requirements-helm.in

clean: ## Remove everything that make made, the demo's data included
	@test ! -x .venv/bin/python || $(DEVDB) reset
	@rm -rf .venv .venv-helm var .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@rm -f $(DESIGN)/locale/*/LC_MESSAGES/*.mo

help:
	@sed -n 's/^\([a-z-]*\):[^#]*## /make \1\t/p' Makefile | expand -t 18

.venv/ready: requirements.lock pyproject.toml
	@rm -f $@
	@if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then \
	  for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python none; do \
	    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	  done; \
	  if [ "$$python" = none ]; then echo 'Python 3.11 or newer is needed: make PYTHON=/path/to/python' >&2; exit 1; fi; \
	  echo "Environment: making .venv with $$("$$python" --version) …" >&2; \
	  "$$python" -m venv --clear .venv >&2 || { rm -rf .venv; \
	    echo "$$python can't make an environment: on Debian, apt-get install python3-venv" >&2; exit 1; }; \
	fi
	@echo "Packages: installing $$(grep -c == requirements.lock) from requirements.lock (about a minute) …" >&2
	@.venv/bin/python -m pip install -qq --require-hashes -r requirements.lock
	@.venv/bin/python -m pip install -qq --no-build-isolation --no-deps --editable .
	@pwd -P > $@

.venv/translated: .venv/ready $(DESIGN)/translations.py $(wildcard $(DESIGN)/locale/*/LC_MESSAGES/*.po)
	@.venv/bin/python -m maillage.design.translations compile >&2
	@touch $@

# An environment of its own: what it needs would only weigh on the others.
.venv-helm/ready: requirements-helm.lock | .venv/ready
	@rm -rf .venv-helm
	@echo "Packages: installing $$(grep -c == requirements-helm.lock) for the chart …" >&2
	@.venv/bin/python -m venv .venv-helm
	@.venv-helm/bin/python -m pip install -qq --require-hashes -r requirements-helm.lock
	@touch $@
