# make run judges the built-in receiver; make test runs every test.
# Both need Go and git. Tests with receivers in other languages, in containers or
# with a browser are skipped where Node, npm, Express, Python, Flask, Java, PHP, Docker or
# Chromium are missing, and say so.

GO          ?= go
STATICCHECK  = honnef.co/go/tools/cmd/staticcheck@v0.8.2
VERSION     := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS      = -s -w -X github.com/seed-11445fa1/referee/runner/command.version=$(VERSION)

# What judges hundreds of receivers of the project's own is too much for the race
# detector, which sees the same code at work in all other tests, in one mutant in nine
# and in a quarter of the receivers that are made up.
RACELESS = Shapes|PairsOfCauses|CausesDoNotDependOnTheSeed
# Receivers that are programs of their own, and how long a run of them goes on: with the
# race detector Referee is five times slower than a user has it, and then what is in time
# for a user is late.
TIMED    = BotsOfTheField|RightReceiversWithAQueue|BadReceivers|TenKillers|SilenceIsJudgedTogether|WrongReceiversAreNonconformant|ForgedDeliveriesInAQueue|TimeLimit|ReceiverThatNeverStopsSending|KilledReceiver|Blocks
SAMPLED  = Mutants|SoundIsNeverRed|DefectsAreNeverGreen|EveryRunEnds|NothingIsPassedThatWasNotJudged|VerdictsDoNotDependOnTheSeed|Time|Blame

.PHONY: run build test test-quick test-k6 lint bench bench-load latency soak catalogue site screenshots release check-release clean

run: build
	bin/referee run --reference --strict --evolve 50 --instagram-secret referee-instagram-secret --result out/result.json --html out/report.html --junit out/junit.xml

build:
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/referee ./runner/cmd/referee

# Most tests wait more than they work, so that more of them than there are cores go on
# at once.
test:
	@.ci/docker
	@.ci/browser
	$(GO) test -race -parallel 4 -timeout 40m -skip '^Test($(RACELESS)|$(TIMED))$$' ./...
	$(GO) test -timeout 40m -run '^Test($(RACELESS)|$(SAMPLED))$$' ./suites ./suites/judge
	$(GO) test -parallel 4 -timeout 40m -run '^Test($(TIMED))$$' ./runner ./runner/docs

# Collecting garbage less often takes more memory, of which tests need little. The race
# detector keeps each process for a second after its end, unless it is told not to.
test: export GOGC = 400
test: export GORACE = atexit_sleep_ms=0

# For whoever changes one thing: no race detector, no receiver that is a process of its
# own, no container, no browser, and of the mutants a sample.
test-quick:
	$(GO) test -short ./...

# What k6 sends by the scripts that are written for it. Where k6 is not in the user's cache
# it is built, which takes 3 minutes of a core.
test-k6:
	k6=$$(.ci/k6) && REFEREE_TEST_K6=$$k6 REFEREE_TEST_REQUIRE=k6 $(GO) test ./runner/load/k6 -run '^TestK6' -count 1

lint:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

# Ratios are measured in the same run: x-hmac against a bare HMAC-SHA256 pass over
# the same bytes, x-bare against a bare decode and validation of the same payloads.
bench:
	$(GO) test -run '^$$' -bench . -skip AddedLatency -benchmem ./schemas/... ./mockplatform/... ./recorder/...

# What the recorder adds to 500 deliveries a second, in milliseconds.
latency:
	$(GO) test ./recorder -run '^$$' -bench AddedLatency -benchtime 5000x

# Events a second, compared with wrk and hey where they are there; how late the sender is;
# the memory of 5 million events; what a delivery costs, compared with one HMAC-SHA256.
bench-load:
	$(GO) test ./mockplatform/series ./runner/load -run '^$$' -bench . -benchmem -timeout 30m

# Nothing may be red in RUNS runs in a row while every core is kept busy.
RUNS ?= 100
soak: build
	@.ci/soak $(RUNS)

# A test holds the page to the requirements.
catalogue: build
	bin/referee requirements --markdown > suites/REQUIREMENTS.md

# The pages about the catalogue and the requirements, for any server that hands out files.
site:
	rm -rf out/site
	$(GO) run ./runner/cmd/site out/site $(VERSION)

# The pictures of the console and of reports in the README and the pages of runner/docs.
screenshots: build
	@.ci/browser
	@.ci/report-picture
	REFEREE_SCREENSHOTS=screenshots REFEREE_TEST_REQUIRE=browser $(GO) test ./mockplatform/console -run '^TestScreenshots$$' -count 1
	REFEREE_SCREENSHOTS=screenshots REFEREE_TEST_REQUIRE=browser,node $(GO) test ./runner/report -run '^TestHTMLFits$$' -count 1
	REFEREE_SCREENSHOTS=screenshots REFEREE_TEST_REQUIRE=browser,node $(GO) test ./runner/site -run '^TestInABrowser$$' -count 1

# Newer versions need a module that cannot be fetched everywhere.
GORELEASER ?= $(GO) run github.com/goreleaser/goreleaser/v2@v2.15.4
# Nothing is published, and the image, which needs docker buildx, is left out.
SKIP ?= docker,publish,announce

# Into out/release, as .goreleaser.yaml says, and the packages for npm into out/npm. A
# commit with a tag is that version, and any other one a snapshot.
release:
	$(GORELEASER) release --clean --skip=$(SKIP) $(if $(shell git tag --points-at HEAD 'v*'),,--snapshot)
	rm -rf out/npm
	$(GO) run ./runner/ship npm out/npm out/release

check-release:
	@GORELEASER='$(GORELEASER)' .ci/check-release

clean:
	rm -rf bin out
