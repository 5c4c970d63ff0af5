# Every target is a script in scripts/; this file only names them.
.DEFAULT_GOAL := help
.PHONY: run test check fix gen e2e soak bench fuzz audit dist help

ARGS ?=
STAGES ?=
N ?= 10000
TARGET ?=
SECONDS ?= 3600

run: ## build and serve on http://127.0.0.1:8080 (ARGS= goes to `akashi serve`)
	@bash scripts/run.sh $(ARGS)

test: ## every check: format, lints, docs, licences, rooms, tests, judges, browser (STAGES= for some)
	@bash scripts/test.sh $(STAGES)

check: ## quick look before a commit: format, rooms, lints
	@bash scripts/check.sh

fix: ## format, and apply what clippy can apply by itself
	@bash scripts/fix.sh

gen: ## write anew every committed file that a program makes
	@bash scripts/gen.sh

e2e: ## browser tests only
	@bash scripts/test.sh browser

soak: ## kill the server N times at random points of a contract's life
	@bash scripts/soak.sh $(N)

bench: ## speed and memory of engine and service, beside limits and rivals (ARGS=engine or ARGS=service for one)
	@bash scripts/bench.sh $(ARGS)

fuzz: ## fuzz every parser of foreign bytes for an hour each (TARGET= for one, SECONDS=; needs nightly)
	@bash scripts/fuzz.sh "$(TARGET)" "$(SECONDS)"

audit: ## known vulnerabilities of dependencies (needs the public advisory database)
	@bash scripts/audit.sh

dist: ## release binary, papers and check sums in target/dist
	@bash scripts/dist.sh

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
