# Everything a developer or a machine runs here. `make help` lists it.

PY := .venv/bin/python
# (PYTHON stays free: it chooses the interpreter of a new .venv, see scripts/setup.sh.)
OFFSCREEN := QT_QPA_PLATFORM=offscreen
ONLY ?=
SIDE ?=
MESSAGE ?=
SEED ?=
STEPS ?=
MINUTES ?=
# Tests run on two cores; PYTEST_ARGS adds to or overrides that (make test PYTEST_ARGS="-n 0 -k sync").
PYTEST_ARGS ?=

# A Linux without X11 and Wayland has no display; Windows and macOS always have one.
HEADLESS := $(if $(filter Linux,$(shell uname -s)),$(if $(DISPLAY)$(WAYLAND_DISPLAY),,yes))

.DEFAULT_GOAL := help
.PHONY: help setup run demo demo-supervisor serve test chaos check bench shots build texts lock migration clean \
        run-setup dev-setup

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: dev-setup ## Install everything that running, testing and building need

run-setup:
	@sh scripts/setup.sh run

dev-setup:
	@sh scripts/setup.sh dev

run: demo ## Install what is missing and start the demo (headless without a display)

demo: run-setup ## The demo as a social assistance aide, with its own county server
	@$(call start_demo,)

demo-supervisor: run-setup ## The demo as a township supervisor
	@$(call start_demo,--role supervisor)

define start_demo
$(if $(HEADLESS),echo "No display (neither DISPLAY nor WAYLAND_DISPLAY is set): running the demo's scenario headless." && \
	$(OFFSCREEN) )$(PY) -m ui.main --demo $(1)$(if $(HEADLESS), --self-test)
endef

serve: run-setup ## Start a county server (settings from the environment; see docs)
	@$(PY) -m server.cli serve

test: dev-setup ## Run all tests
	@$(OFFSCREEN) $(PY) -m pytest -n 2 --dist loadfile $(PYTEST_ARGS)

chaos: dev-setup ## Break networks, processes and disks under sync; SEED=… STEPS=… replays, MINUTES=30
	@$(PY) -m tests.chaos $(if $(SEED),--seed "$(SEED)") $(if $(STEPS),--steps $(STEPS)) \
		$(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--tell)

check: dev-setup ## Lint, format, types, layers and house rules
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports --no-logo
	@$(PY) scripts/house_rules.py

bench: dev-setup ## Measure against the budgets; ONLY=name for one
	@$(OFFSCREEN) $(PY) -m bench $(ONLY)

shots: dev-setup ## Every screen as PNG, both languages, landscape and portrait
	@$(OFFSCREEN) $(PY) -m ui.shots --out docs/screens

build: dev-setup ## Build the one-directory program and run its self-test
	@$(PY) -m PyInstaller build.spec --noconfirm --log-level WARN
	@$(OFFSCREEN) dist/fieldapp/fieldapp --self-test

texts: dev-setup ## Bring the English catalogue up to date with the sources and compile it
	@$(PY) -m scripts.texts

lock: dev-setup ## Renew requirements/*.txt from *.in (UPGRADE=1 takes newer versions)
	@sh scripts/lock.sh $(if $(UPGRADE),--upgrade)

migration: dev-setup ## New migration: SIDE=device|server MESSAGE="add column x"
	@test -n "$(SIDE)" -a -n "$(MESSAGE)" || { echo 'usage: make migration SIDE=device|server MESSAGE="..."'; exit 2; }
	@$(PY) -m scripts.new_migration "$(SIDE)" "$(MESSAGE)"

clean: ## Remove what builds and checks leave behind (not .venv)
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
