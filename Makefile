# predeparture: every command sets up what it needs first, and does nothing that was done already.
# Hundreds of processes are started by tests and demo: where somebody has switched it off, each would compile all of
# the project anew.
export PYTHONDONTWRITEBYTECODE :=
.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo serve test test-deep lint format bench lock

# make demo SERVE=0 ends after the demo instead of serving the dashboard; PROGRAMME=ID plays another programme.
SERVE ?= 1
# Test processes at once: one more than the cores, as some always wait for a browser or a server. WORKERS=0 runs them
# in one, in order.
WORKERS ?= 3
BIN := .venv/bin
FLOORS := basis checklists casework documents workflows dashboard cli
# Written beside the exact versions so that the locks are made alike by everybody.
UV_COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"

help:  ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|'

setup:  ## system libraries, virtual environment, pinned packages
	@tools/setup.sh run

setup-test:
	@tools/setup.sh test

demo: setup  ## the main job on 60 synthetic workers, then the dashboard on http://127.0.0.1:8000 (SERVE=0: no dashboard)
	@$(BIN)/predeparture demo $(if $(filter 0,$(SERVE)),--no-serve) $(if $(PROGRAMME),--programme $(PROGRAMME))

serve: setup  ## the dashboard and the engine on your own data (PREDEPARTURE_HOME, default ./var)
	@$(BIN)/predeparture serve

test: setup-test  ## the tests, in ten to fifteen minutes on two cores; says what is skipped and why
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup -rs

test-deep: setup-test  ## the tests, and the long ones
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup -rs -m "deep or not deep"

lint: setup-test  ## style, types, floors and the rules of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tools.house_lint
	$(BIN)/python -m tools.template_lint
	$(BIN)/python -m tools.languages

format: setup-test  ## write the code the way ruff writes it
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: setup-test  ## measure; every number is a ratio taken in one run
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

lock:  ## resolve the packages anew (needs uv: pip install uv); UPGRADE=1 takes the newest allowed
	$(UV_COMPILE) $(if $(UPGRADE),--upgrade) --group build pyproject.toml -o requirements.lock
	$(UV_COMPILE) $(if $(UPGRADE),--upgrade) --group build --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
