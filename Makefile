# Each target sets itself up: a bare Python >= 3.11 and make are enough.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# The browser's driver has an environment of its own: nobody else needs its 200 MB.
BROWSER := $(VENV)/browser
# So have ministack and the AWS CLI, which pin other versions of the same libraries.
DEPLOY  := $(VENV)/deploy
# The generators pin other versions of our libraries, and one of them is written for Node.
CODEGEN := $(VENV)/codegen
BENCH_READY := $(VENV)/.bench-ready
# Checkov pins other versions of our libraries.
CHECKOV := $(VENV)/checkov

# Some container images set it. Then hundreds of processes, the tests' and the pipeline's, would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
TARGETS := help run console ops test browser-test deploy-test schemas-test screenshots dashboard soak bench test-unit lint lint-template lint-platforms types check synth lock schemas examples clean distclean
.PHONY: $(TARGETS)

# `make run card.png` would run with specimens first, and then miss a rule for the image.
UNKNOWN := $(filter-out $(TARGETS) $(READY) $(BENCH_READY) $(BROWSER)/.ready $(DEPLOY)/.ready $(CODEGEN)/.ready $(CHECKOV)/.ready,$(MAKECMDGOALS))
ifneq ($(UNKNOWN),)
$(error no target $(UNKNOWN): `make` lists them, and what one of them is given stands in ARGS="...")
endif

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 14

run: $(READY)  ## run the pipeline on this machine with specimens and show what came out
	@$(BIN)/python -m local run $(ARGS)

console: $(READY)  ## the same with a page in the browser: upload, look, verify, let the OCR service fail
	@$(BIN)/python -m local up --console $(ARGS)

ops: $(READY)  ## the operator's tools, for instance ARGS="--stack SealedOcr-prod doctor"
	@$(BIN)/python -m ops $(ARGS)

test: $(READY)  ## every test (no AWS account, no Docker)
	@$(BIN)/python -m pytest $(ARGS)

browser-test: $(READY) $(BROWSER)/.ready  ## the console in a real browser (needs chromium: apt-get install chromium)
	@PIPELINE_PYTHON=$(CURDIR)/$(BIN)/python $(BROWSER)/bin/python -m pytest -c tests/browser/pytest.ini $(or $(ARGS),tests/browser)

deploy-test: $(READY) $(DEPLOY)/.ready  ## bootstrap, deploy, use and remove the stack on another emulated AWS; ARGS="--arm64"
	@PYTHONPATH=functions $(BIN)/python -m tests.deploy --tools $(CURDIR)/$(DEPLOY) $(ARGS)

schemas-test: $(READY) $(CODEGEN)/.ready  ## types from the schemas by the usual generators, and the TypeScript example; ARGS=--write for examples/
	@$(BIN)/python -m schemas.codegen --tools $(CURDIR)/$(CODEGEN) $(ARGS)
	@$(BIN)/python -m pytest -n 0 tests/typescript

screenshots: $(READY) $(BROWSER)/.ready  ## take the pictures of the console in docs/images/ again
	@READER=ocr PIPELINE_PYTHON=$(CURDIR)/$(BIN)/python $(BROWSER)/bin/python -m pytest -c tests/browser/pytest.ini tests/browser/screenshots.py

dashboard: $(BENCH_READY)  ## draw the picture of the dashboard in docs/images/ again, from a run of two minutes
	@PYTHONPATH=functions $(BIN)/python -m bench.dashboard

soak: $(READY)  ## the guarantees under fire, for 80 minutes; ARGS="--short", ARGS="poison --seed 7"
	@$(BIN)/python -m soak $(ARGS)

bench: $(BENCH_READY)  ## what we measure ourselves against, into docs/performance.md; ARGS="--only upload"
	@PYTHONPATH=functions $(BIN)/python -m bench $(ARGS)

test-unit: $(READY)  ## the tests that take seconds
	@$(BIN)/python -m pytest -m unit $(ARGS)

lint: $(READY)  ## style, without changing anything
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

lint-template: $(READY) $(CHECKOV)/.ready  ## the template, with cfn-lint (three regions) and Checkov (policies)
	@CDK_OUTDIR=build/lint CDK_CONTEXT_JSON='{"bundle": false, "alarmEmail": "operator@example.com", "privateNetwork": true}' $(BIN)/python app.py
	@$(BIN)/cfn-lint --config-file infra/lint/cfn-lint.yaml
	@$(CHECKOV)/bin/checkov --config-file infra/lint/checkov.yaml

lint-platforms: $(READY)  ## that other systems could run it: types for macOS, and a wheel of every package for each
	@$(BIN)/mypy --platform darwin --cache-dir .mypy_cache/darwin local emulator ops workstation functions
	@.ci/resolve

types: $(READY)  ## strict types
	@$(BIN)/mypy

check: lint lint-template lint-platforms types test  ## what CI runs

synth: $(READY)  ## the CloudFormation template, into cdk.out/
	@$(BIN)/python app.py

schemas: $(READY)  ## write the JSON Schemas, the OpenAPI description and docs/messages.md's examples again
	@$(BIN)/python schemas/generate.py

examples: $(READY)  ## take the messages' examples out of the running pipeline again, then `schemas`
	@$(BIN)/python -m schemas.message_examples
	@$(BIN)/python schemas/generate.py

lock: $(READY)  ## write the pinned requirements from the *.in files
	@$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header functions/requirements.in -o functions/requirements.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header requirements.in -o requirements.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header bench/requirements.in -o bench/requirements.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header -c requirements.txt examples/requirements.in -o examples/requirements.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header tests/browser/requirements.in -o tests/browser/requirements.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header infra/lint/requirements.in -o infra/lint/requirements.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header tests/deploy/requirements.in -o tests/deploy/requirements.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header schemas/codegen/requirements.in -o schemas/codegen/requirements.txt

clean:  ## remove what earlier runs left: pictures in out/, logs in .local/, templates, packages, caches
	rm -rf build cdk.out out .local .hypothesis .mypy_cache .pytest_cache .ruff_cache

distclean: clean  ## remove what was downloaded too: .venv, fonts and OCR data
	rm -rf $(VENV) emulator/data/node_modules emulator/data/tessdata schemas/codegen/node_modules examples/typescript/node_modules tests/browser/node_modules

# Standard output is for the results: what the set-up prints goes to standard error.
# uv installs in seconds what takes pip a minute; its own pin is the one in requirements.txt.
$(READY): requirements.txt emulator/data/package-lock.json
	@echo "setting up $(VENV) (once) ..." >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' >&2 || { echo "Python 3.11 or newer is needed; name one with PYTHON=..."; exit 1; } >&2
	@# One without pip was broken off, or made before its system had python3-venv.
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) >&2
	@awk '/^uv==/{on=1} on{print} on&&!/\\$$/{exit}' requirements.txt > $(VENV)/uv.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt >&2
	@$(BIN)/uv pip sync -q --python $(BIN)/python --require-hashes requirements.txt >&2
	@$(BIN)/python -m emulator.data >&2
	@touch $@

# The first version's libraries and the plot's, which nothing else needs; a fresh set-up takes them out again.
$(BENCH_READY): $(READY) bench/requirements.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r bench/requirements.txt >&2
	@touch $@

$(CHECKOV)/.ready: infra/lint/requirements.txt | $(READY)
	@echo "setting up $(CHECKOV) (once) ..." >&2
	@test -x $(CHECKOV)/bin/python || $(PYTHON) -m venv $(CHECKOV) >&2
	@$(BIN)/uv pip sync -q --python $(CHECKOV)/bin/python --require-hashes infra/lint/requirements.txt >&2
	@touch $@

$(BROWSER)/.ready: tests/browser/requirements.txt tests/browser/package-lock.json | $(READY)
	@echo "setting up $(BROWSER) (once) ..." >&2
	@test -x $(BROWSER)/bin/python || $(PYTHON) -m venv $(BROWSER) >&2
	@$(BIN)/uv pip sync -q --python $(BROWSER)/bin/python --require-hashes tests/browser/requirements.txt >&2
	@$(BIN)/python -c 'from pathlib import Path; from workstation.npm import install_packages; install_packages(Path("tests/browser"))' >&2
	@touch $@

$(DEPLOY)/.ready: tests/deploy/requirements.txt | $(READY)
	@echo "setting up $(DEPLOY) (once) ..." >&2
	@test -x $(DEPLOY)/bin/python || $(PYTHON) -m venv $(DEPLOY) >&2
	@$(BIN)/uv pip sync -q --python $(DEPLOY)/bin/python --require-hashes tests/deploy/requirements.txt >&2
	@touch $@

$(CODEGEN)/.ready: schemas/codegen/requirements.txt schemas/codegen/package-lock.json examples/typescript/package-lock.json | $(READY)
	@echo "setting up $(CODEGEN) (once) ..." >&2
	@test -x $(CODEGEN)/bin/python || $(PYTHON) -m venv $(CODEGEN) >&2
	@$(BIN)/uv pip sync -q --python $(CODEGEN)/bin/python --require-hashes schemas/codegen/requirements.txt >&2
	@$(BIN)/python -m schemas.codegen --install >&2
	@touch $@
