# Everything that one does here by hand. `make demo` and `make test` need Python >= 3.11, git and make, and nothing else.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
# A virtual environment that make did not make stays as it is: a bot may run from it. Make has its own beside it then.
VENV := $(if $(wildcard .venv),$(if $(wildcard .venv/.make .venv/.runtime .venv/.dev),.venv,.venv-make),.venv)
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
PIPS := $(VENV)/.pips
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
UV_VERSION := 0.13.9
COMPILE := pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command 'make lock' --group build pyproject.toml
CODE := bot handlers storage tests

# What builds and runs images: docker, podman or buildah. IMAGE_OPTIONS are for its build, such as --platform linux/arm64.
ENGINE ?= $(shell command -v docker || command -v podman || echo buildah)
VERSION = $(shell sed -n 's/^VERSION = "\(.*\)"/\1/p' bot/__init__.py)
IMAGE ?= shiproom:$(VERSION)

# Without compiled bytecode every start takes more than twice as long.
unexport PYTHONDONTWRITEBYTECODE
.DELETE_ON_ERROR:
.PHONY: help install demo test nightly check fix docs links bench crash mutate pictures image sbom manifests dist release lock

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

install: $(DEV)  ## everything for work on Shiproom, into its virtual environment

demo: $(RUNTIME)  ## the bot, a local Slack, a local CI and a sample service; prints one URL
	@$(BIN)/shiproom demo

test: $(DEV)  ## the whole test suite, fast tests first; SHIPROOM_TESTS=land as before a change lands
	$(BIN)/python -m pytest -n auto -rfEs

nightly: $(DEV)  ## the whole test suite at full size, with a fresh seed
	SHIPROOM_TESTS=full $(BIN)/python -m pytest -n auto -rfEs

check: $(DEV)  ## format, lint, types, import contracts, house rules, every branch of handlers/ tested
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/basedpyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/house
	$(BIN)/python -m pytest -q tests/handlers -m "not slow" --cov=handlers --cov-branch --cov-fail-under=100 \
		--cov-report=term-missing:skip-covered

fix: $(DEV)  ## format, and mend what ruff can mend
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

docs: $(DEV)  ## the pages as a site with a search, in build/site; a dead link or heading ends it
	$(BIN)/python -m zensical build --clean --strict

links: $(DEV)  ## every link of the pages that leads outside; none of them is asked
	@$(BIN)/python -m tests.docs.links

bench: $(DEV)  ## the numbers of the contract, measured here
	$(BIN)/python -m tests.bench

crash: $(DEV)  ## kill the bot at random, again and again, and look whether a guarantee broke
	$(BIN)/python -m tests.crash

mutate: $(DEV)  ## change handlers/ line by line and look whether a test notices; MODULES="handlers.gates." MINUTES=15 samples
	$(BIN)/python -m tests.mutate $(if $(MINUTES),--minutes $(MINUTES)) $(MODULES)

pictures: $(DEV)  ## draw the pictures of the README and of docs/, diagrams too; needs a Chromium and npm
	$(BIN)/python -m tests.browser.pictures
	$(BIN)/python -m tests.browser.gallery --write
	$(BIN)/python -m tests.browser.diagrams

image:  ## the image, with docker, podman or buildah: docs/containers.md; IMAGE=name:tag, IMAGE_OPTIONS=--platform=linux/arm64
	BUILDAH_FORMAT=docker $(ENGINE) build --file Containerfile --tag $(IMAGE) --build-arg VERSION=$(VERSION) \
		--build-arg REVISION=$$(git rev-parse HEAD 2>/dev/null || echo unknown) $(IMAGE_OPTIONS) .

sbom:  ## what is in the image, as CycloneDX, in sbom.cdx.json
	$(ENGINE) run --rm --interactive --entrypoint python3 $(IMAGE) - <tests/deploy/sbom.py >sbom.cdx.json

manifests: $(DEV)  ## draw the manifests of docs/deploy/kubernetes from the chart; needs a network
	$(BIN)/python -m tests.deploy.manifests --write

dist: $(DEV)  ## the wheel and the sdist, in dist/: the same bytes for the same commit
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m hatchling build -d dist
	cd dist && sha256sum *

release: $(DEV)  ## the same for TAG=v1.2.3, after a look whether version, changelog and schema fit it
	$(BIN)/python -m tests.release $(TAG)
	$(MAKE) dist

lock:  ## write both lock files from pyproject.toml; UPGRADE=--upgrade takes the newest of everything
	@test -n "$(PYTHON)" || { echo "Shiproom needs Python 3.11 or newer; none was found." >&2; exit 1; }
	tool=$$(mktemp -d) && trap 'rm -rf "$$tool"' EXIT && $(PYTHON) -m venv "$$tool" && \
	"$$tool/bin/python" -m pip install -qq uv==$(UV_VERSION) && \
	"$$tool/bin/uv" $(COMPILE) --output-file requirements.lock $(UPGRADE) && \
	"$$tool/bin/uv" $(COMPILE) --group dev --constraint requirements.lock --output-file requirements-dev.lock $(UPGRADE)

# Only what the lock names, and without resolving it again: a resolver asks the index, where newer releases have appeared.
# What an older lock had installed goes first.
define install
	@echo 'Installing into $(VENV); this takes a minute or two, once.'
	$(if $(filter %.lock,$?),@$(PYTHON) -m venv --clear $(VENV) || \
		{ echo "No virtual environment could be made; on Debian: apt-get install python3-venv" >&2; exit 1; })
	@touch $(VENV)/.make
	$(if $(filter %.lock,$?),@$(PIP) install -qq --require-hashes --no-deps --only-binary :all: -r $<)
	@$(PIP) install -qq --no-deps --no-build-isolation --editable .
	@said=$$($(PIP) check) || { echo "$$said" >&2; exit 1; }
endef

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "Shiproom needs Python 3.11 or newer; none was found. Name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Shiproom needs Python 3.11 or newer; $(PYTHON) is " + sys.version.split()[0])'

$(RUNTIME): requirements.lock pyproject.toml | python
	$(install)
	@touch $@

# What the tests need contains what a demo needs, at the same versions.
$(DEV): requirements-dev.lock pyproject.toml tests/install/pips.txt | python
	$(install)
	@while read -r pin; do echo "$$pin" | \
		$(PIP) install -qq --require-hashes --no-deps --only-binary :all: --upgrade --target "$(PIPS)/$${pin%% *}" -r /dev/stdin || \
		exit 1; \
		done <tests/install/pips.txt
	@touch $(RUNTIME) $@
