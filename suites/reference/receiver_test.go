package reference

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
)

func TestAnswers(t *testing.T) {
	r := newRecord(t)
	unsigned := delivery(t, "/", messaging())
	unsigned.Header.Del("X-Hub-Signature-256")
	cut := delivery(t, "/", "")
	cut.Body = io.NopCloser(iotest.ErrReader(errors.New("gone")))
	verification := httptest.NewRequest(http.MethodGet, "/?hub.mode=subscribe&hub.verify_token=verify%20token&hub.challenge=7", nil)
	tests := []struct {
		name   string
		req    *http.Request
		status int
	}{
		{"verification", verification, 200},
		{"delivery", delivery(t, "/", messaging()), 200},
		{"unknown object", delivery(t, "/", `{"object":"moon"}`), 200},
		{"no object", delivery(t, "/", `[]`), 200},
		{"unsigned", unsigned, 403},
		{"malformed", delivery(t, "/", `{"object":`), 400},
		{"empty", delivery(t, "/", ``), 400},
		{"cut", cut, 400},
		{"as long as allowed", delivery(t, "/", `"`+strings.Repeat("x", maxBody-2)+`"`), 200},
		{"too long", delivery(t, "/", `"`+strings.Repeat("x", maxBody-1)+`"`), 413},
		{"PUT", httptest.NewRequest(http.MethodPut, "/", nil), 405},
		{"HEAD", httptest.NewRequest(http.MethodHead, "/", nil), 405},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if status, body := serve(r, tt.req); status != tt.status {
				t.Errorf("status %d (%q), want %d", status, body, tt.status)
			}
		})
	}
}

func TestChallengeIsPlainText(t *testing.T) {
	w := httptest.NewRecorder()
	newRecord(t).ServeHTTP(w, httptest.NewRequest(http.MethodGet,
		"/?hub.mode=subscribe&hub.verify_token=verify%20token&hub.challenge=%3Cscript%3E", nil))
	if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "text/plain") {
		t.Errorf("Content-Type %q", got)
	}
	if got := w.Header().Get("Content-Length"); got != "8" || w.Body.String() != "<script>" {
		t.Errorf("body %q, Content-Length %s", w.Body, got)
	}
}

func TestWhatIsHandled(t *testing.T) {
	echo := `{"sender":{"id":"1"},"message":{"mid":"e","is_echo":true}}`
	tests := []struct {
		name               string
		bodies             []string
		receipts, messages int
	}{
		{"postback", []string{messaging(postback("7", "m1"))}, 1, 1},
		{"two people", []string{messaging(postback("7", "m1"), postback("8", "m2"))}, 2, 2},
		{"twice", []string{messaging(postback("7", "m1")), messaging(postback("7", "m1"))}, 1, 1},
		{"twice in one", []string{messaging(postback("7", "m1"), postback("7", "m1"))}, 1, 1},
		{"text message", []string{messaging(`{"sender":{"id":"7"},"message":{"mid":"m","text":"hi"}}`)}, 1, 0},
		{"nobody", []string{messaging(`{"recipient":{"id":"1"},"app_roles":{"1":["primary_receiver"]}}`)}, 1, 0},
		{"echo", []string{messaging(echo)}, 0, 0},
		{"standby", []string{strings.Replace(messaging(postback("7", "m1")), "messaging", "standby", 1)}, 0, 0},
		{"standby, then ours", []string{
			strings.Replace(messaging(postback("7", "m1")), "messaging", "standby", 1), messaging(postback("7", "m1")),
		}, 1, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRecord(t)
			for _, body := range tt.bodies {
				if status, _ := serve(r, delivery(t, "/", body)); status != http.StatusOK {
					t.Fatalf("status %d", status)
				}
			}
			if len(r.receipts) != tt.receipts || len(r.messages) != tt.messages {
				t.Errorf("%d receipts and %d messages, want %d and %d", len(r.receipts), len(r.messages), tt.receipts, tt.messages)
			}
		})
	}
}

func TestForgedDeliveryIsNotHandled(t *testing.T) {
	r := newRecord(t)
	req := delivery(t, "/", messaging(postback("7", "m1")))
	req.Header.Set("X-Hub-Signature-256", sign("another body"))
	if status, _ := serve(r, req); status != http.StatusForbidden {
		t.Errorf("status %d", status)
	}
	if len(r.receipts)+len(r.messages) != 0 {
		t.Error("it was handled")
	}
}

func TestPanicBeforeTheAnswer(t *testing.T) {
	r := newRecord(t)
	original := r.steps.events
	r.steps.events = func(any) []event { panic("a bug") }
	if status, _ := serve(r, delivery(t, "/", messaging())); status != http.StatusInternalServerError {
		t.Errorf("status %d, want 500", status)
	}
	r.steps.events = original
	if status, _ := serve(r, delivery(t, "/", messaging())); status != http.StatusOK {
		t.Errorf("the next delivery: status %d, want 200", status)
	}
}

func TestPanicInOneEvent(t *testing.T) {
	r := newRecord(t)
	original := r.steps.understand
	r.steps.understand = func(e event) receipt {
		if _, id := sender(e); id == "7" {
			panic("a bug")
		}
		return original(e)
	}
	status, _ := serve(r, delivery(t, "/", messaging(postback("7", "m1"), postback("8", "m2"))))
	if status != http.StatusOK || len(r.receipts) != 1 || len(r.messages) != 1 {
		t.Errorf("status %d, %d receipts, %d messages, want 200, 1, 1", status, len(r.receipts), len(r.messages))
	}
}

func TestDeliveryThatIsNeverWorkedOnDoesNotCount(t *testing.T) {
	r := newRecord(t)
	r.deliveries.limit = 1
	original := r.steps.order
	r.steps.order = func(_ []event, _, _ func()) { panic("a bug") }
	serve(r, delivery(t, "/", messaging()))
	r.steps.order = original
	if status, _ := serve(r, delivery(t, "/", messaging())); status != http.StatusOK {
		t.Errorf("the next delivery: status %d, want 200", status)
	}
}

func TestBusyReceiverRefuses(t *testing.T) {
	p := newPlatform(t, hold)
	r := New(p.config())
	r.deliveries.limit = 1
	s := listen(t, r)
	mustDeliver(t, s, messaging(postback("7", "m1")))
	<-p.calls
	status, _, err := do(delivery(t, s.URL(), messaging(postback("8", "m2"))))
	if err != nil || status != http.StatusServiceUnavailable {
		t.Errorf("status %d, error %v, want 503", status, err)
	}
	p.release()
	<-p.calls // the reply that goes with the receipt
	r.Close()
	if status, _ := serve(r, delivery(t, "/", messaging())); status != http.StatusServiceUnavailable {
		t.Errorf("after Close: status %d, want 503", status)
	}
}

func TestLogHasNoSecrets(t *testing.T) {
	var log bytes.Buffer
	p := newPlatform(t, func(_ *platform, w http.ResponseWriter, _ call) { w.WriteHeader(http.StatusBadRequest) })
	c := p.config()
	c.Logger = textLogger(&log)
	r := New(c)
	r.steps.order = func(_ []event, answer, work func()) { answer(); work() }
	serve(r, delivery(t, "/", messaging(postback("7654321", "m1"))))
	r.Close()
	if !strings.Contains(log.String(), "the Graph API answered 400") {
		t.Errorf("the failed call is not logged: %s", &log)
	}
	for _, secret := range []string{testSecret, testToken, "page token", "7654321"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log has %q: %s", secret, &log)
		}
	}
}
