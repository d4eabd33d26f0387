package store_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

const (
	// kills is how often the platform is killed at least. A machine with much else to do
	// gets little done in one life, and gives it more of them, up to mostKills.
	kills     = 50
	mostKills = 200
	seed      = 7
)

// TestKilledInMidDelivery kills a platform with SIGKILL again and again, while
// clients call it and it delivers, and starts it again on the same file. What a
// client was told stays true.
func TestKilledInMidDelivery(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("skipped: Windows has no SIGKILL, and its files stay locked for a while after a process has ended")
	}
	w := newWorld(t)
	p := w.start(t)
	if _, err := p.post("/subscribe", url.Values{"url": {w.receiver.URL}}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.setProfile(); err != nil {
		t.Fatal(err)
	}
	lives := 0
	for ; lives < kills || w.fewest() < kills && lives < mostKills; lives++ {
		w.disturb(t, p)
		p = w.start(t)
		if lives%10 == 0 {
			w.check(t, p.state(t))
		}
	}
	w.settle(t)
	w.check(t, p.state(t))
	w.checkSecrets(t) // in the file and in its log
	p.stop(t)
	w.checkSecrets(t)
	t.Logf("%d kills: %d calls answered, %d events accepted, %d recorded as delivered", lives, len(w.calls), len(w.events), len(w.delivered))
	if n := w.fewest(); n < kills {
		t.Errorf("only %d calls, events or deliveries in %d lives of the platform: the test shows little", n, lives)
	}
}

// fewest is how many calls, events or deliveries there were, whatever there were fewest of.
func (w *world) fewest() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return min(len(w.calls), len(w.events), len(w.delivered))
}

// world is what outlives the platform, and what it knows.
type world struct {
	path     string
	receiver *httptest.Server
	client   *http.Client
	number   atomic.Int64 // of calls and people
	progress atomic.Pointer[func()]

	mu     sync.Mutex
	random *rand.Rand
	// calls has the answers of the Graph API, by the text that was sent.
	calls map[string]string
	// events has the ids of the people whose events were accepted, by name.
	events map[string]string
	// acknowledged has the ids of the people whose events the receiver took.
	acknowledged map[string]bool
	more         chan struct{} // closed when the receiver has taken another one
	// delivered has the deliveries that were recorded as such, by exchange.
	delivered map[uint64]string
}

func newWorld(t *testing.T) *world {
	w := &world{
		path: newPath(t), client: &http.Client{Transport: &http.Transport{}},
		random: rand.New(rand.NewPCG(seed, 0)), more: make(chan struct{}),
		calls: map[string]string{}, events: map[string]string{}, acknowledged: map[string]bool{}, delivered: map[uint64]string{},
	}
	w.receiver = httptest.NewServer(http.HandlerFunc(w.receive))
	t.Cleanup(w.receiver.Close)
	t.Cleanup(w.client.CloseIdleConnections)
	return w
}

// receive is the receiver. It fails now and then, so that there is always
// something to try again.
func (w *world) receive(rw http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		_, _ = io.WriteString(rw, r.FormValue("hub.challenge"))
		return
	}
	var doc struct {
		Entry []struct {
			Messaging []struct{ Sender struct{ ID string } }
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&doc); err != nil || len(doc.Entry) != 1 || len(doc.Entry[0].Messaging) != 1 {
		rw.WriteHeader(http.StatusBadRequest)
		return
	}
	w.mu.Lock()
	fails := w.random.IntN(5) == 0
	if !fails {
		w.acknowledged[doc.Entry[0].Messaging[0].Sender.ID] = true
		close(w.more)
		w.more = make(chan struct{})
	}
	w.mu.Unlock()
	if progress := w.progress.Load(); progress != nil {
		(*progress)() // in mid-delivery
	}
	if fails {
		rw.WriteHeader(http.StatusInternalServerError)
	}
}

// disturb lets clients work with a platform and kills it in the middle.
func (w *world) disturb(t *testing.T, p *process) {
	t.Helper()
	w.mu.Lock()
	left := int64(5 + w.random.IntN(60))
	w.mu.Unlock()
	progress := func() {
		if atomic.AddInt64(&left, -1) == 0 {
			_ = p.cmd.Process.Kill() // SIGKILL
		}
	}
	w.progress.Store(&progress)
	var clients sync.WaitGroup
	for _, client := range []func() error{
		func() error { return w.call(p) },
		func() error { return w.call(p) },
		func() error { return w.emit(p, "") },
		func() error { return w.emit(p, "true") },
		func() error { return w.watch(p) },
	} {
		clients.Go(func() {
			for client() == nil {
				progress()
			}
		})
	}
	clients.Wait()
	w.progress.Store(nil)
	p.end(t)
}

// call is a call of the Send API, whose answer is remembered.
func (w *world) call(p *process) error {
	text := fmt.Sprintf("call %d", w.number.Add(1))
	answer, err := p.request("POST", p.graph+"/v23.0/me/messages?access_token="+pageToken, "application/json",
		fmt.Sprintf(`{"recipient":{"id":"5163492740281657"},"messaging_type":"RESPONSE","message":{"text":%q}}`, text))
	if err == nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.calls[text] = answer
	}
	return err
}

// emit lets something happen to somebody new. Who it is is remembered as soon as
// the platform has accepted it.
func (w *world) emit(p *process, async string) error {
	name := fmt.Sprintf("person %d", w.number.Add(1))
	id, err := p.post("/emit", url.Values{"person": {name}, "async": {async}})
	if err == nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.events[name] = id
	}
	return err
}

// watch remembers what is recorded as delivered.
func (w *world) watch(p *process) error {
	answer, err := p.post("/delivered", url.Values{"since": {fmt.Sprint(p.version)}})
	if err != nil {
		return err
	}
	var changes struct {
		Version   uint64
		Delivered map[uint64]string
	}
	if err := json.Unmarshal([]byte(answer), &changes); err != nil {
		return err
	}
	p.version = changes.Version
	w.mu.Lock()
	defer w.mu.Unlock()
	maps.Copy(w.delivered, changes.Delivered)
	return nil
}

// settle waits until the receiver has everything that was accepted.
func (w *world) settle(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		w.mu.Lock()
		more := w.more
		var lost []string
		for name, id := range w.events {
			if !w.acknowledged[id] {
				lost = append(lost, name)
			}
		}
		w.mu.Unlock()
		if len(lost) == 0 {
			return
		}
		select {
		case <-more:
		case <-ctx.Done():
			t.Fatalf("%d of %d events were accepted, but are not delivered: %s", len(lost), len(w.events), strings.Join(lost, ", "))
		}
	}
}

// check compares what a platform knows with what clients were told.
func (w *world) check(t *testing.T, s state) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	answers := map[string]string{}
	exchanges := map[uint64]journal.Exchange{}
	over := map[string]uint64{}
	for _, x := range s.Exchanges {
		exchanges[x.Seq] = x
		switch x.Kind {
		case journal.Send:
			var doc struct{ Message struct{ Text string } }
			if err := json.Unmarshal(x.Doc, &doc); err != nil {
				t.Errorf("exchange %d: %v", x.Seq, err)
			}
			answers[doc.Message.Text] = string(x.Response.Body)
		case journal.Delivery:
			if before, is := over[x.DeliveryID]; is {
				t.Errorf("delivery %s was delivered in exchange %d, and tried again in %d", x.DeliveryID, before, x.Seq)
			}
			if x.Response.Status == http.StatusOK {
				over[x.DeliveryID] = x.Seq
			}
		}
	}
	for text, want := range w.calls {
		if got := answers[text]; got != want {
			t.Errorf("%s: the journal has the answer %q, the client got %q", text, got, want)
		}
	}
	ids := map[string]bool{}
	for _, answer := range w.calls {
		if ids[answer] {
			t.Errorf("the answer %s was given twice", answer)
		}
		ids[answer] = true
	}
	for seq, id := range w.delivered {
		if x := exchanges[seq]; x.DeliveryID != id || x.Response.Status != http.StatusOK {
			t.Errorf("exchange %d was the delivery %s, and is %+v", seq, id, x)
		}
	}
	for name, id := range w.events {
		if s.People[name] != id {
			t.Errorf("%s, who is %s, is %q", name, id, s.People[name])
		}
	}
	if s.Receiver.URL != w.receiver.URL || !s.Receiver.Verified {
		t.Errorf("the receiver is %+v, want %s", s.Receiver, w.receiver.URL)
	}
	if !strings.Contains(s.Profile, "get-started") {
		t.Errorf("the Messenger profile is %s", s.Profile)
	}
	if s.Problem != "" {
		t.Error(s.Problem)
	}
}

// checkSecrets looks for secrets in the bytes on disk, where masked ones have to
// be, or else the search shows nothing.
func (w *world) checkSecrets(t *testing.T) {
	t.Helper()
	files, err := filepath.Glob(w.path + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, error %v", files, err)
	}
	masked := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{appSecret, verifyToken, pageToken} {
			if bytes.Contains(content, []byte(secret[:12])) {
				t.Errorf("%s has the secret %q", file, secret)
			}
		}
		masked += bytes.Count(content, []byte(pageToken[:4]+"…"))
	}
	if masked < len(w.calls) {
		t.Errorf("%d masked tokens, for %d calls", masked, len(w.calls))
	}
}

// process is one life of the platform.
type process struct {
	cmd            *exec.Cmd
	stdin          io.Closer
	stderr         *bytes.Buffer
	client         *http.Client
	graph, control string
	version        uint64 // of its journal, up to which it was read
}

// start starts the platform on the file.
func (w *world) start(t *testing.T) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.Command(self), stderr: new(bytes.Buffer), client: w.client}
	// The race detector waits for a second at the end of a process.
	p.cmd.Env = append(os.Environ(), childEnv+"="+w.path, "GORACE=atexit_sleep_ms=0")
	p.cmd.Stderr = p.stderr
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		_ = p.cmd.Wait()
		t.Fatalf("the platform does not start: %v\n%s", err, p.stderr)
	}
	p.graph, p.control, _ = strings.Cut(strings.TrimSpace(line), " ")
	return p
}

// end waits for a platform that was killed.
func (p *process) end(t *testing.T) {
	t.Helper()
	var exit *exec.ExitError
	if err := p.cmd.Wait(); !errors.As(err, &exit) || exit.Exited() || p.stderr.Len() > 0 {
		t.Fatalf("the platform ended by itself: %v\n%s", err, p.stderr)
	}
}

// stop lets the platform end in peace.
func (p *process) stop(t *testing.T) {
	t.Helper()
	p.stdin.Close()
	if err := p.cmd.Wait(); err != nil {
		t.Fatalf("the platform did not end well: %v\n%s", err, p.stderr)
	}
}

func (p *process) post(path string, form url.Values) (string, error) {
	return p.request("POST", p.control+path, "application/x-www-form-urlencoded", form.Encode())
}

func (p *process) setProfile() (string, error) {
	return p.request("POST", p.graph+"/v23.0/me/messenger_profile?access_token="+pageToken, "application/json", `{"get_started":{"payload":"get-started"}}`)
}

// request returns an answer that came whole, with status 200.
func (p *process) request(method, url, contentType, body string) (string, error) {
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", contentType)
	resp, err := p.client.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d: %s", resp.StatusCode, answer)
	}
	return string(answer), err
}

func (p *process) state(t *testing.T) (s state) {
	t.Helper()
	answer, err := p.post("/state", nil)
	if err == nil {
		err = json.Unmarshal([]byte(answer), &s)
	}
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(s.Exchanges, func(a, b journal.Exchange) int { return int(a.Seq) - int(b.Seq) })
	return s
}
