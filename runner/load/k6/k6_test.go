package k6

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/load"
	"github.com/seed-11445fa1/referee/schemas"
)

// engine is the program k6, which `make test-k6` builds.
func engine(t *testing.T) string {
	t.Helper()
	program := os.Getenv("REFEREE_TEST_K6")
	suttest.Require(t, "k6", func() error {
		if program == "" {
			return errors.New("`make test-k6` builds it, and runs this test")
		}
		return nil
	})
	return program
}

// request is what a receiver got.
type request struct{ body, sha1, sha256 string }

// journal is a receiver that keeps how often it got what. It refuses one delivery of seven,
// always the same ones.
type journal struct {
	*httptest.Server
	mu  sync.Mutex
	got map[request]int
}

func refuses(body string) bool { return sha256.Sum256([]byte(body))[0]%7 == 0 }

func newJournal(t *testing.T) *journal {
	j := &journal{got: map[request]int{}}
	j.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // and the connection ends
		}
		j.mu.Lock()
		j.got[request{string(body), r.Header.Get("X-Hub-Signature"), r.Header.Get("X-Hub-Signature-256")}]++
		j.mu.Unlock()
		if refuses(string(body)) {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(j.Close)
	return j
}

// collector takes which events were not acknowledged.
type collector struct {
	*httptest.Server
	status int
	mu     sync.Mutex
	events []uint64
}

func newCollector(t *testing.T, status int) *collector {
	c := &collector{status: status}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var told struct{ Unacknowledged []uint64 }
		if err := json.NewDecoder(r.Body).Decode(&told); err != nil || r.Method != http.MethodPost || r.URL.Path != "/_referee/load" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("the collector got %s %s %v", r.Method, r.URL, err)
		}
		c.mu.Lock()
		c.events = append(c.events, told.Unacknowledged...)
		c.mu.Unlock()
		w.WriteHeader(c.status)
	}))
	t.Cleanup(c.Close)
	return c
}

// instance is one of k6 that ended.
type instance struct {
	code   int
	output string
	result load.Result
	file   load.Document
}

// run runs a script in as many instances as there are segments.
func run(t *testing.T, script []byte, collect string, segments ...string) []instance {
	t.Helper()
	program, file := engine(t), filepath.Join(t.TempDir(), "load.js")
	if err := os.WriteFile(file, script, 0o600); err != nil {
		t.Fatal(err)
	}
	all := make([]instance, len(segments))
	var running sync.WaitGroup
	for i, segment := range segments {
		running.Go(func() {
			result := filepath.Join(filepath.Dir(file), fmt.Sprintf("result-%d.json", i))
			cmd := exec.CommandContext(t.Context(), program, "run", "--quiet", "--no-usage-report", "--address", "", file)
			if len(segments) > 1 {
				cmd.Args = append(cmd.Args, "--execution-segment", segment, "--execution-segment-sequence", "0,1/2,1")
			}
			cmd.Env = append(os.Environ(), "REFEREE_APP_SECRET="+secrets.App, "REFEREE_INSTAGRAM_SECRET="+secrets.Instagram, "REFEREE_RESULT="+result, "REFEREE_COLLECT="+collect)
			out, err := cmd.CombinedOutput()
			var ended *exec.ExitError
			if err != nil && !errors.As(err, &ended) {
				t.Error(err)
				return
			}
			all[i].code, all[i].output = cmd.ProcessState.ExitCode(), string(out)
			text, err := os.ReadFile(result)
			if err != nil {
				t.Errorf("%v\n%s", err, out)
				return
			}
			if all[i].file, err = load.ReadDocument(result, text); err != nil {
				t.Errorf("%v\n%s", err, text)
			}
			all[i].result = all[i].file.Result
		})
	}
	running.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return all
}

// Two instances send between them what `referee load` sends, each delivery once, with the
// same bytes and signatures, in both models; and every event is accounted for.
func TestK6SendsTheSame(t *testing.T) {
	for name, paced := range map[string]func(*load.Options){
		"closed": func(o *load.Options) { o.Concurrency, o.First = 4, 1000 },
		"open": func(o *load.Options) {
			o.Stages = []load.Stage{{From: 0, To: 400, For: time.Second}, {From: 500, To: 500, For: load.Always}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := options(t)
			paced(&o)
			ours, theirs, told := newJournal(t), newJournal(t), newCollector(t, http.StatusNoContent)
			o.URL = ours.URL
			l, err := load.New(o)
			if err != nil {
				t.Fatal(err)
			}
			want := l.Run(t.Context())

			o.URL = theirs.URL
			asserted, err := load.ParseAssertion("dropped==0")
			if err != nil {
				t.Fatal(err)
			}
			got := run(t, written(t, Options{Load: o, Assertions: []load.Assertion{asserted}}), told.URL, "0:1/2", "1/2:1")
			for r, n := range theirs.got {
				if ours.got[r] != n {
					t.Errorf("k6 sent this %d times, and referee load %d times:\n%s\n%s\n%s", n, ours.got[r], r.body, r.sha1, r.sha256)
				}
			}
			if len(theirs.got) != len(ours.got) {
				t.Errorf("k6 sent %d deliveries, and referee load %d", len(theirs.got), len(ours.got))
			}
			sum, err := load.Merge(t.Context(), []load.Document{got[0].file, got[1].file}, schemas.Everything())
			if err != nil {
				t.Fatal(err)
			}
			if got, want := [...]uint64{sum.Events, sum.Deliveries, sum.Acknowledged, sum.Errors, sum.ErrorsBy["status 503"]}, [...]uint64{want.Events, want.Deliveries, want.Acknowledged, want.Errors, want.Errors}; got != want {
				t.Errorf("they have %v, want %v", got, want)
			}
			var refused []uint64
			for n, filler := o.First, o.Series.Filler(); n < o.First+o.Count; n++ {
				if d := filler.Fill(n); refuses(string(d.Body)) {
					for i := range d.Variants {
						refused = append(refused, d.First+uint64(i))
					}
				}
			}
			if slices.Sort(told.events); !slices.Equal(told.events, refused) {
				t.Errorf("the collector was told of %v, want %v", told.events, refused)
			}
			for i, one := range got {
				if want := (load.Part{First: o.First + uint64(i), Step: 2, Deliveries: o.Count / 2}); *one.result.Part != want {
					t.Errorf("instance %d says that its part is %+v", i, one.result.Part)
				}
				if one.code != 0 || one.result.Latency == nil || !strings.Contains(one.output, "✓ dropped==0: it is 0\n") {
					t.Errorf("instance %d ended with %d:\n%s", i, one.code, one.output)
				}
			}
		})
	}
}

// A collector that does not hear of something costs the run its success, and so does an
// assertion that does not hold.
func TestK6IsNotSilent(t *testing.T) {
	o := options(t)
	o.Count, o.Duplicates, o.Concurrency = 30, 0, 2
	refused := 0
	for n, filler := uint64(0), o.Series.Filler(); n < o.Count; n++ {
		if refuses(string(filler.Fill(n).Body)) {
			refused++
		}
	}
	o.URL = newJournal(t).URL
	asserted, err := load.ParseAssertion("errors==0")
	if err != nil {
		t.Fatal(err)
	}
	script := written(t, Options{Load: o, Assertions: []load.Assertion{asserted}})
	one := run(t, script, newCollector(t, http.StatusInternalServerError).URL, "")[0]
	want := map[string]uint64{"status 503": uint64(refused), "not told to the collector": uint64(refused)}
	if one.code != 99 || !maps.Equal(one.result.ErrorsBy, want) || !strings.Contains(one.output, fmt.Sprintf("✗ errors==0: it is %d\n", refused)) || !strings.Contains(one.output, "/_referee/load was not told that events ") {
		t.Errorf("it ended with %d and %v:\n%s", one.code, one.result.ErrorsBy, one.output)
	}

	cmd := exec.CommandContext(t.Context(), engine(t), "inspect", "-")
	cmd.Stdin = bytes.NewReader(script)
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "set REFEREE_APP_SECRET to the app secret") {
		t.Errorf("without a secret it says: %v\n%s", err, out)
	}
}
