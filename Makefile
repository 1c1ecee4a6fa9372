# make run    reads the sample, publishes it and serves it on this machine
# make test   runs every check: ruff, mypy, import layers, tests
# make test-ckan  runs the tests of `lod publish ckan` against a real CKAN on this machine (PostgreSQL, Redis)
# make bench  measures;  make docs  writes the generated pages anew;  make clean  removes what these made
#
# Needs Python 3.11 or newer and make. Everything else goes into .venv. On Windows without make: docs/how-to/windows.md.

SHELL := /bin/sh
HOST ?= 127.0.0.1
PORT ?= 8000
VENV ?= .venv
BIN := $(VENV)/bin
TEST_PACKAGES := chromium fonts-noto-cjk apache2-bin

.DEFAULT_GOAL := help
.PHONY: help run test test-ckan bench docs clean system-tests
.SUFFIXES:

help:
	@sed -n '/^$$/q; s/^# \{0,1\}//p' Makefile

# A shim can exist and not run (pyenv), so each candidate is asked; one that can also make an environment wins.
# Sets $$python, or stops and says what is missing.
define find_python
set -e; python=; poor=; \
for name in $(PYTHON) python3.13 python3.12 python3.11 python3 python3.14; do \
  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
    if "$$name" -c 'import ensurepip, venv' >/dev/null 2>&1; then python=$$name; break; fi; \
    poor=$${poor:-$$name}; \
  fi; \
done; \
if [ -z "$$python" ] && [ -n "$$poor" ]; then \
  package="python$$("$$poor" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"; \
  $(as_root); \
  if [ "$$root" != no ] && command -v apt-get >/dev/null 2>&1; then \
    echo "$$poor cannot make environments yet: installing $$package with apt" >&2; \
    $$root apt-get update -qq >&2 || true; \
    $$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$$package" >&2 && python=$$poor; \
  fi; \
  if [ -z "$$python" ]; then \
    echo "$$poor cannot make environments. Please run:  sudo apt install $$package   and try again." >&2; exit 1; \
  fi; \
fi; \
if [ -z "$$python" ]; then \
  echo "Python 3.11 or newer is needed and none was found. Please run:  sudo apt install python3 python3-venv" >&2; exit 1; \
fi
endef

# Sets $$root to what must stand before a command that needs root: nothing, sudo, or "no" where neither may be.
as_root = if [ "$$(id -u)" = 0 ]; then root=; elif sudo -n true >/dev/null 2>&1; then root="sudo -n"; else root=no; fi

# An environment that was moved, or whose Python is gone, is made anew: its scripts would run something else or nothing.
ifneq ($(shell [ "$$(cat $(VENV)/.made 2>/dev/null)" = "$(CURDIR)" ] && $(BIN)/python -c 'import pip' 2>/dev/null && echo fine),fine)
$(shell rm -f $(VENV)/.made $(VENV)/.installed-*)
endif

$(VENV)/.made:
	@$(find_python); "$$python" -m venv --clear $(VENV)
	@printf '%s\n' "$(CURDIR)" > $@

$(VENV)/.installed-run: pyproject.toml $(VENV)/.made
	@echo "installing the program into $(VENV) (only when pyproject.toml changed)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-test: pyproject.toml $(VENV)/.made
	@echo "installing the program and its test tools into $(VENV) (only when pyproject.toml changed)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/.installed-run

run: $(VENV)/.installed-run
	@$(BIN)/lod build
	@printf '%s\n' '' \
	  'Open in a browser (stop with Ctrl-C):' \
	  '  first page   http://$(HOST):$(PORT)/' \
	  '  department   http://$(HOST):$(PORT)/doc/policy/142034/2016/sangyo-shinko-bu' \
	  'Ask from another terminal:' \
	  "  curl -L -H 'Accept: text/turtle' http://$(HOST):$(PORT)/id/policy/142034/2016/sangyo-shinko-bu" '' >&2
	@exec $(BIN)/lod serve --host $(HOST) --port $(PORT)

# What tests need beyond Python. Where it may not be installed, say so: pytest then names each test it skips.
system-tests:
	@missing=; \
	command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 \
	  || command -v google-chrome >/dev/null 2>&1 || missing=chromium; \
	{ command -v fc-list >/dev/null 2>&1 && [ -n "$$(fc-list :lang=ja family)" ]; } || missing="$$missing fonts-noto-cjk fontconfig"; \
	command -v apache2 >/dev/null 2>&1 || command -v httpd >/dev/null 2>&1 || [ -x /usr/sbin/apache2 ] || missing="$$missing apache2-bin"; \
	if [ -n "$$missing" ]; then \
	  $(as_root); \
	  if [ "$$root" != no ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "installing for the tests:$$missing" >&2; \
	    { $$root apt-get update -qq && $$root env DEBIAN_FRONTEND=noninteractive \
	      apt-get install -y -qq --no-install-recommends $$missing; } >/dev/null \
	      || echo "could not install$$missing: tests that need it are skipped and named" >&2; \
	  else \
	    echo "missing:$$missing (no right to install it): tests that need it are skipped and named." >&2; \
	    echo "To run them too:  sudo apt install$$missing" >&2; \
	  fi; \
	fi

test: $(VENV)/.installed-test system-tests
	$(BIN)/ruff check lod tests bench docs
	$(BIN)/ruff format --check lod tests bench docs
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -n auto

# CKAN wants other versions of libraries than we do, so it gets an environment of its own.
CKAN_VENV ?= .venv-ckan
$(CKAN_VENV)/.installed:
	@$(find_python); "$$python" -m venv --clear $(CKAN_VENV)
	@$(CKAN_VENV)/bin/python -m pip install --quiet --disable-pip-version-check 'ckan[requirements]==2.11.*' 'ckanext-dcat>=2.4,<3'
	@touch $@

test-ckan: $(VENV)/.installed-test $(CKAN_VENV)/.installed
	@$(as_root); missing=; \
	command -v redis-server >/dev/null 2>&1 || missing=redis-server; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	if [ -n "$$missing" ]; then \
	  if [ "$$root" = no ]; then echo "missing:$$missing. Please run:  sudo apt install $$missing" >&2; exit 1; fi; \
	  $$root apt-get update -qq >&2 && $$root env DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends $$missing >&2; \
	fi
	$(BIN)/python -m pytest --ckan $(CKAN_VENV) tests/integration/test_publish_ckan.py tests/integration/test_harvest_ckan.py

bench: $(VENV)/.installed-test
	$(BIN)/python -m bench.reading
	$(BIN)/python -m bench.pipeline
	$(BIN)/python -m bench.validate 100

docs: $(VENV)/.installed-run
	$(BIN)/python -m docs.generate

clean:
	rm -rf $(VENV) $(CKAN_VENV) var build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find lod tests bench docs -name __pycache__ -type d -prune -exec rm -rf {} +
