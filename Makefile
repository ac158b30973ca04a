# Every task of a developer's day. CI runs `make check` and `make test` (see .ci/run).

VERSION = $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
# The race detector looks at our code. SQLite's engine is C made into Go: instrumented, it takes
# half of the tests' time.
RACE ?= -race -gcflags='modernc.org/...=-race=false'
FUZZTIME ?= 30s
RAPID_CHECKS ?= 1000

# Each linter is pinned in a module of its own, compiled on first use and cached by Go.
GOLANGCI_LINT = go tool -modfile=$(CURDIR)/tools/golangci-lint/go.mod golangci-lint
GOFUMPT       = go tool -modfile=$(CURDIR)/tools/gofumpt/go.mod gofumpt

CODE_MODULES = $(dir $(wildcard go.mod */go.mod))
ALL_MODULES  = $(CODE_MODULES) $(dir $(wildcard tools/*/go.mod))

.DEFAULT_GOAL := help
.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: assets ## Build bin/tickler, a static binary
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-X main.version=$(VERSION)' -o bin/tickler ./cmd/tickler

.PHONY: assets
assets:
	tools/assets

.PHONY: demo
demo: build ## Build and serve a made-up sales team on 127.0.0.1:8080, in a folder that goes when it ends
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && trap 'exit 0' INT TERM && \
		bin/tickler demo --data "$$folder/data-demo"

.PHONY: screenshots
screenshots: build ## Take README's pictures of the demo, into docs/pictures
	tools/needs nodejs chromium
	node tools/pictures.mjs docs/pictures

.PHONY: run
run: build ## Build and serve on 127.0.0.1:8080 with the data in ./data
	bin/tickler serve --data ./data

# The tests of all packages share one PostgreSQL and one binary. Many wait most of the time, for a
# lease to run out or for what a server does next, so that more run at once than there are
# processors.
PARALLEL = -parallel=8
GO_TEST  = go run ./tools/testbed go test -timeout=12m $(PARALLEL)
PACKAGES = $$(go list ./... | grep -v /e2e/)
TEST_NEEDS = gcc postgresql curl nodejs npm chromium-headless-shell python3
export TICKLER_TEST_BINARY = $(CURDIR)/bin/tickler-test

.PHONY: test
test: ## Install what the tests need and run them (RACE= leaves the race detector out)
	tools/needs $(TEST_NEEDS)
	$(MAKE) --no-print-directory test-binary
	$(GO_TEST) -shuffle=on ./e2e/...
	$(GO_TEST) $(RACE) -shuffle=on $(PACKAGES)

.PHONY: quick
quick: ## Run the tests of what has changed, without the race detector, kills and a browser
	tools/needs postgresql
	go test $(PARALLEL) $(PACKAGES)

.PHONY: nightly
nightly: ## Run all tests with ten times as many samples of each property
	tools/needs $(TEST_NEEDS)
	$(MAKE) --no-print-directory test-binary
	RAPID_CHECKS=$(RAPID_CHECKS) go run ./tools/testbed go test $(RACE) -shuffle=on -timeout=2h ./...

.PHONY: browser
browser: ## Run the browser tests only (TICKLER_SCREENSHOTS=folder keeps pictures of the pages)
	tools/needs nodejs npm chromium-headless-shell
	$(MAKE) --no-print-directory test-binary
	go test -count=1 ./e2e/pages

.PHONY: test-binary
test-binary: assets
	CGO_ENABLED=0 go build -buildvcs=false -o $(TICKLER_TEST_BINARY) ./cmd/tickler

.PHONY: check
check: pins formatting modules vet lint ## Check pins, formatting, module files, vet and lint

.PHONY: pins
pins:
	tools/pins

.PHONY: formatting
formatting:
	@files=$$($(GOFUMPT) -l .) && { [ -z "$$files" ] || { echo "Run make fmt, it would change:" $$files; exit 1; }; }

.PHONY: modules
modules:
	for module in $(ALL_MODULES); do go -C $$module mod tidy -diff || exit; done

# As the binary is compiled, so that its build finds most of it done.
vet lint: export CGO_ENABLED = 0

.PHONY: vet
vet:
	for module in $(CODE_MODULES); do go -C $$module vet ./... || exit; done

.PHONY: lint
lint:
	for module in $(CODE_MODULES); do (cd $$module && $(GOLANGCI_LINT) run) || exit; done

.PHONY: fmt
fmt: ## Format the Go code
	$(GOFUMPT) -l -w .

.PHONY: bench
bench: ## Run the load tests (BENCH_ARGS are handed on)
	tools/needs wrk postgresql
	cd bench && go run . $(BENCH_ARGS)

.PHONY: fuzz
fuzz: ## Run each fuzz target for FUZZTIME, 30s by default
	tools/fuzz $(FUZZTIME)

.PHONY: kill
kill: test-binary ## Kill the server 300 times on each engine under load, and in the middle of bulk requests and of 10,000 reminders
	tools/needs postgresql
	TICKLER_TEST_KILLS=300 TICKLER_TEST_REMINDERS=10000 go test -v -timeout 30m -run Kill ./e2e/process

.PHONY: postman
postman: ## Make bin/tickler.postman_collection.json of the OpenAPI document
	mkdir -p bin
	go run ./tools/postman <internal/api/openapi.yaml >bin/tickler.postman_collection.json

.PHONY: clean
clean: ## Remove what was built
	rm -rf bin internal/web/static/built
