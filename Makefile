# Every target sets itself up. `run` and `test` need Python 3.11+ and make alone; `lint` and `client` need npm too.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SOURCES := common service query_lambda result_lambda tools lab
CHECKOV := .cache/checkov/bin
AUDIT := .cache/audit/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
REDOCLY := npx --yes @redocly/cli@2.77.0
SEED ?= 1
EXAMPLES ?= 20
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install run test client dist lint format types contract faults bench breaking release drift check scan audit secrets backfill lock clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

install: $(STAMP) ## Make .venv with the locked dependencies

$(STAMP): requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name it: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

run: install ## Start the whole chain on 127.0.0.1 (ARGS="--help" lists options)
	$(BIN)/python -m tools.local $(ARGS)

test: install ## Run every test
	$(BIN)/python -m pytest $(ARGS)

client: install ## Regenerate what is generated from the contracts
	$(BIN)/python -m tools.contract client

dist: install ## Write the import copies, the functions' zips and the wheels to dist
	$(BIN)/python -m tools.contract dist
	$(BIN)/python -m tools.deploy packages
	$(BIN)/python -m build --wheel --no-isolation --outdir dist/wheels generated_client/internal_query_client
	$(BIN)/python -m build --wheel --no-isolation --outdir dist/wheels generated_client/query_service_client

lint: install ## Check style, imports, contracts, Dockerfile and security smells
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tools.contract lint
	$(BIN)/bandit --quiet --recursive $(SOURCES)
	$(BIN)/hadolint Dockerfile
	REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true $(REDOCLY) lint --config openapi/redocly.yaml public@v1 internal@v1

format: install ## Format the code
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .

# In an environment of its own: 291 MB, and pins that would hold back the rest.
.cache/checkov/.installed: requirements/checkov.txt
	$(PYTHON) -m venv .cache/checkov
	$(CHECKOV)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

scan: .cache/checkov/.installed ## Scan the Terraform configuration with checkov
	$(CHECKOV)/checkov --directory infra/terraform --framework terraform --quiet --compact --skip-download

.cache/audit/.installed: requirements/audit.txt
	$(PYTHON) -m venv .cache/audit
	$(AUDIT)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

audit: .cache/audit/.installed ## Look the dependencies up in the vulnerability databases (asks the internet)
	for artefact in service query-lambda result-lambda dev; do $(AUDIT)/pip-audit --strict --disable-pip --require-hashes -r requirements/$$artefact.txt || exit 1; done
	cd tools/sdk/typescript && npm audit

secrets: install ## Fail on what looks like a secret and is not in .secrets.baseline
	@mkdir -p .cache && cp .secrets.baseline .cache/secrets.baseline # the copy is what it brings up to date by itself
	$(BIN)/detect-secrets-hook --baseline .cache/secrets.baseline $$(git ls-files) || [ $$? -eq 3 ] # 3: known ones moved

types: install ## Check the types
	$(BIN)/mypy

contract: install ## Fuzz the four surfaces with Schemathesis (SEED=1 EXAMPLES=20)
	$(BIN)/python -m pytest tests/contract/test_fuzz.py --seed $(SEED) --examples $(EXAMPLES) --timeout 0

breaking: install ## Fail if a consumer of the released contracts would break; list what is new
	$(BIN)/python -m tools.contract breaking
	$(BIN)/python -m pytest -q tests/contract/test_released.py --seed $(SEED) --examples $(EXAMPLES)

release: install ## Let the contracts of today be the released ones (openapi/released)
	$(BIN)/python -m tools.contract release

faults: install ## Break, overload and attack the running parts (ARGS=--short: a minute)
	$(BIN)/python -m lab.faults $(ARGS)

backfill: install ## Back-fill 100,000 rows under kills (minutes)
	BACKFILL_ROWS=100000 $(BIN)/python -m pytest tests/migration/test_backfill_kills.py --timeout 0

# Only the charts need matplotlib.
$(VENV)/.bench: requirements/bench.txt $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

bench: $(VENV)/.bench ## Measure all parts beside their peers (ARGS="services" for one)
	$(BIN)/python -m lab.bench $(ARGS)

drift: install ## Fail if generated code is not what the contracts generate
	$(BIN)/python -m pytest -q tests/contract/test_drift.py tests/unit/deploy/test_definitions.py

check: lint secrets scan types drift breaking test ## Everything that CI checks
	$(BIN)/python -m lab.faults --short

lock: install ## Resolve the dependencies of pyproject.toml anew
	$(LOCK) pyproject.toml --group dev --output-file requirements/dev.txt
	$(LOCK) pyproject.toml --constraints requirements/dev.txt --output-file requirements/service.txt
	$(LOCK) --group pyproject.toml:query-lambda --constraints requirements/dev.txt --output-file requirements/query-lambda.txt
	$(LOCK) --group pyproject.toml:result-lambda --constraints requirements/dev.txt --output-file requirements/result-lambda.txt
	$(LOCK) --group pyproject.toml:bench --constraints requirements/dev.txt --output-file requirements/bench.txt
	echo checkov==3.3.30 | $(LOCK) - --output-file requirements/checkov.txt
	echo pip-audit==2.10.1 | $(LOCK) - --output-file requirements/audit.txt

clean: ## Remove what the other targets made
	rm -rf $(VENV) .cache dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis node_modules
