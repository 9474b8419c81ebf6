# Two commands matter: `make demo` and `make test`. Both need Python 3.12 or later, and nothing else.
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.PHONY: demo test dev lint soak bench base all-tools

VENV := .venv
BIN := $(VENV)/bin

# The first Python that is new enough, also where `python3` itself is not.
FIND_PYTHON = for python in python3.13 python3.12 python3.14 python3 \
		$$(ls -d "$$HOME"/.pyenv/versions/3.1[2-9]*/bin/python 2>/dev/null); do \
		if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; \
		then echo "$$python"; break; fi; done

demo: base
	@DEMO=on exec $(BIN)/python manage.py demo

dev: all-tools
	@export DEBUG=on; $(BIN)/python manage.py migrate --verbosity 0 && exec $(BIN)/python manage.py runserver $${HOST:-127.0.0.1}:$${PORT:-8000}

# Three processes for two cores: in half of its time a test waits for servers, browsers and clocks. Each takes 1 GB.
PROCESSES ?= 3

# Files go out in the order of tests/conftest.py: the dear ones first, so that no process ends up alone.
test: all-tools
	@$(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: all-tools
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@DEBUG=on $(BIN)/mypy
	@find templates -name '*.html' -exec $(BIN)/djade --check {} +

# Both run for as long as they need; a test of the suite is ended after ten minutes.
LONG = $(BIN)/python -m pytest -p no:cacheprovider -o faulthandler_timeout=0

soak: all-tools
	@$(LONG) tests/soak -v -s $(ARGS)

bench: all-tools
	@$(LONG) tests/bench -q -s $(ARGS)

base: $(VENV)/base.stamp
all-tools: $(VENV)/dev.stamp

$(VENV)/bin/python:
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then \
		echo "Newsroom needs Python 3.12 or later with its venv module: install python3.12 (on Debian and Ubuntu also python3.12-venv)." >&2; \
		exit 1; \
	fi; \
	echo "Installing into $(VENV) with $$python (once, about a minute)"; \
	"$$python" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/base.stamp: requirements/base.txt | $(VENV)/bin/python
	@if [ ! -f $(VENV)/dev.stamp ] || [ requirements/dev.txt -nt $(VENV)/dev.stamp ]; then \
		$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt; fi
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
