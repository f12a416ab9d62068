# Two commands do everything on a machine with Python 3.11 or newer: make up, make test.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help up test soak install lock lint

help:            ## show these lines
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

up: install      ## install what is missing, then run the whole stack in the foreground
	@exec $(VENV)/bin/techmart up

test: install    ## what CI runs: every kind of test at small counts
	@$(VENV)/bin/python -m ops.testing $(T)

soak: install    ## the same tests at full counts
	@TECHMART_TEST_SCALE=full $(VENV)/bin/python -m ops.testing $(T)

install:
	@sh ops/install.sh "$(PYTHON)" "$(VENV)"

lock:            ## maintainers: renew requirements.lock (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url pyproject.toml -o requirements.lock

lint: install    ## ruff, its formatter and mypy
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy
