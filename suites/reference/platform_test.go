package reference

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

const (
	testSecret = "app secret"
	testToken  = "verify token"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// call is a request that the receiver made.
type call struct {
	path, contentType, authorization string
	body                             map[string]any
	text                             string // the body as it came
}

// platform plays the Graph API and the address for receipts.
type platform struct {
	*httptest.Server
	calls   chan call     // every call, on arrival
	held    chan struct{} // for answers that wait; closed by release
	release func()
	answer  answerer
}

type answerer func(p *platform, w http.ResponseWriter, c call)

// hold is an answer that comes with p.release.
func hold(p *platform, _ http.ResponseWriter, _ call) { <-p.held }

// newPlatform starts a platform. answer may be nil: status 200.
func newPlatform(t *testing.T, answer answerer) *platform {
	t.Helper()
	p := &platform{calls: make(chan call, 1000), held: make(chan struct{}), answer: answer}
	p.release = sync.OnceFunc(func() { close(p.held) })
	p.Server = httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(func() {
		p.release()
		p.Close()
	})
	return p
}

func (p *platform) serve(w http.ResponseWriter, req *http.Request) {
	text, err := io.ReadAll(req.Body)
	c := call{
		path:          req.URL.Path,
		contentType:   req.Header.Get("Content-Type"),
		authorization: req.Header.Get("Authorization"),
	}
	c.text = string(text)
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err != nil || d.Decode(&c.body) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.calls <- c
	if p.answer != nil {
		p.answer(p, w, c)
	}
}

// person returns whom a call concerns.
func (c call) person() string {
	for _, member := range []string{"sender", "recipient"} {
		if o, ok := c.body[member].(map[string]any); ok {
			for _, id := range []string{"id", "user_ref"} {
				if s, ok := o[id].(string); ok {
					return s
				}
			}
		}
	}
	return ""
}

func (p *platform) config() Config {
	return Config{
		AppSecret:   testSecret,
		VerifyToken: testToken,
		PageToken:   "page token",
		GraphURL:    p.URL,
		ReceiptsURL: p.URL + "/receipts",
	}
}

// listen serves the receiver until the test ends.
func listen(t *testing.T, r *Receiver) *Server {
	t.Helper()
	s, err := Listen("127.0.0.1:0", r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func sign(body string) string {
	mac := hmac.New(sha256.New, []byte(testSecret))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// delivery is a request with a correct signature.
func delivery(t testing.TB, url, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Hub-Signature-256", sign(body))
	return req
}

// do sends a request on a connection of its own and returns status and body.
func do(req *http.Request) (int, string, error) {
	req.Close = true
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

// mustDeliver delivers and wants an acknowledgement.
func mustDeliver(t *testing.T, s *Server, body string) {
	t.Helper()
	status, text, err := do(delivery(t, s.URL(), body))
	if err != nil || status != http.StatusOK || text != "EVENT_RECEIVED" {
		t.Fatalf("delivery: status %d, body %q, error %v", status, text, err)
	}
}

// serve makes one request to a handler without a network.
func serve(h http.Handler, req *http.Request) (int, string) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w.Code, w.Body.String()
}

// record is a receiver that does its work before it answers and makes no calls
// but notes them: what there is after ServeHTTP is all there will ever be.
type record struct {
	*Receiver

	mu       sync.Mutex
	receipts []receipt
	messages []message
}

func newRecord(t testing.TB) *record {
	t.Helper()
	r := &record{Receiver: New(Config{
		AppSecret:   testSecret,
		VerifyToken: testToken,
		GraphURL:    "http://graph.invalid",
		ReceiptsURL: "http://receipts.invalid",
	})}
	t.Cleanup(r.Close)
	r.steps.order = func(_ []event, answer, work func()) { work(); answer() }
	r.steps.post = func(_ context.Context, _, _ string, payload any) (response, error) {
		if _, err := json.Marshal(payload); err != nil {
			return response{}, err
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		switch p := payload.(type) {
		case receipt:
			r.receipts = append(r.receipts, p)
		case message:
			r.messages = append(r.messages, p)
		}
		return response{status: http.StatusOK}, nil
	}
	return r
}

// parse parses a JSON object the way the receiver does.
func parse[T ~map[string]any](t testing.TB, text string) T {
	t.Helper()
	doc, err := decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	o, ok := doc.(object)
	if !ok {
		t.Fatalf("%s is no object", text)
	}
	return T(o)
}

// messaging wraps events as Meta does.
func messaging(events ...string) string {
	return `{"object":"page","entry":[{"id":"1","time":1,"messaging":[` + strings.Join(events, ",") + `]}]}`
}

func postback(psid, mid string) string {
	return `{"sender":{"id":"` + psid + `"},"recipient":{"id":"1"},"timestamp":1527459824000,` +
		`"postback":{"mid":"` + mid + `","title":"Start","payload":"START"}}`
}
