package reference

import (
	"context"
	"net/http"
	"reflect"
	"testing"
	"time"
)

func TestReceiptAndReplyOnTheWire(t *testing.T) {
	p := newPlatform(t, nil)
	s := listen(t, New(p.config()))
	mustDeliver(t, s, messaging(postback("7", "m1")))

	receipt := <-p.calls
	if receipt.path != "/receipts" || receipt.contentType != "application/json" || receipt.authorization != "" {
		t.Errorf("receipt: %+v", receipt)
	}
	if receipt.body["kind"] != "postback" {
		t.Errorf("receipt: %v", receipt.body)
	}
	reply := <-p.calls
	if reply.path != "/v26.0/me/messages" || reply.contentType != "application/json" || reply.authorization != "Bearer page token" {
		t.Errorf("reply: %+v", reply)
	}
	want := map[string]any{
		"recipient":      map[string]any{"id": "7"},
		"messaging_type": "RESPONSE",
		"message":        map[string]any{"text": replyText},
	}
	if !reflect.DeepEqual(reply.body, want) {
		t.Errorf("reply %v\nwant  %v", reply.body, want)
	}
}

func TestNoAddressNoCall(t *testing.T) {
	r := newRecord(t)
	r.config.GraphURL, r.config.ReceiptsURL = "", ""
	serve(r, delivery(t, "/", messaging(postback("7", "m1"))))
	if len(r.receipts)+len(r.messages) != 0 {
		t.Errorf("%d receipts and %d messages", len(r.receipts), len(r.messages))
	}
}

func TestPost(t *testing.T) {
	drop := func(http.ResponseWriter) { panic(http.ErrAbortHandler) }
	status := func(code int) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { w.WriteHeader(code) }
	}
	tests := []struct {
		name    string
		answers []func(http.ResponseWriter) // one for each call that is expected
		status  int                         // 0: an error
	}{
		{"success", []func(http.ResponseWriter){status(200)}, 200},
		{"dropped once", []func(http.ResponseWriter){drop, status(200)}, 200},
		{"dropped twice", []func(http.ResponseWriter){drop, drop}, 0},
		{"server error", []func(http.ResponseWriter){status(500)}, 500},
		{"redirect", []func(http.ResponseWriter){func(w http.ResponseWriter) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(http.StatusTemporaryRedirect)
		}}, 307},
		{"cut answer", []func(http.ResponseWriter){func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("<html>"))
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}}, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			next := make(chan func(http.ResponseWriter), len(tt.answers))
			for _, a := range tt.answers {
				next <- a
			}
			p := newPlatform(t, func(_ *platform, w http.ResponseWriter, _ call) {
				select {
				case answer := <-next:
					answer(w)
				default:
					t.Error("one call too many")
				}
			})
			r := New(p.config())
			defer r.Close()
			resp, err := r.post(t.Context(), p.URL, "token", object{})
			if (err != nil) != (tt.status == 0) || resp.status != tt.status {
				t.Errorf("status %d, error %v, want %d", resp.status, err, tt.status)
			}
			if len(p.calls) != len(tt.answers) {
				t.Errorf("%d calls, want %d", len(p.calls), len(tt.answers))
			}
		})
	}
}

func TestPostGivesUpInTime(t *testing.T) {
	p := newPlatform(t, hold)
	c := p.config()
	c.CallTimeout = time.Millisecond
	r := New(c)
	defer r.Close()
	if _, err := r.post(t.Context(), p.URL, "", object{}); err == nil {
		t.Error("no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.post(ctx, p.URL, "", object{}); err == nil {
		t.Error("no error for a cancelled call")
	}
}
