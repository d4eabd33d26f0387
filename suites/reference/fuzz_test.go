package reference

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
)

// FuzzDelivery delivers arbitrary bytes with a correct signature. Whatever they
// are, the answer is 200 or 400, nothing panics, and what is reported is JSON.
func FuzzDelivery(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `[]`, `{"field":"messaging_postbacks","value":{"timestamp":"1527459824","postback":{"referral":{}}}}`,
		messaging(postback("7", "m1"), postback("7", "m1")),
		messaging(`{"sender":{"user_ref":"a-b"},"timestamp":1665424533,"referral":{"source":"ADS"}}`),
		messaging(`{"message":"TEST_MESSAGE"}`, `{"message":{"is_echo":true}}`, `{"sender":null,"postback":null}`),
		`{"entry":[null,{"changes":[{"field":"messaging_referrals","value":{}},7]},{"standby":[{}]}]}`,
		"{\"entry\":[{\"messaging\":[{\"postback\":{\"title\":\"\xff\\ud800\"}}]}]}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var log bytes.Buffer
		r := newRecord(t)
		r.config.Logger = textLogger(&log)
		w := httptest.NewRecorder()
		r.ServeHTTP(w, delivery(t, "/", string(body)))
		want := http.StatusBadRequest
		if json.Valid(body) {
			want = http.StatusOK
		}
		if w.Code != want {
			t.Errorf("status %d, want %d", w.Code, want)
		}
		if log.Len() > 0 {
			t.Errorf("log: %s", &log)
		}
	})
}

// FuzzHandshake sends arbitrary queries. Without the verify token all are refused.
func FuzzHandshake(f *testing.F) {
	f.Add("hub.mode=subscribe&hub.verify_token=t&hub.challenge=1")
	f.Add("%zz&;=&hub.mode")
	f.Fuzz(func(t *testing.T, query string) {
		if got := handshake("a token that no query has", query); got.status != http.StatusForbidden {
			t.Errorf("status %d", got.status)
		}
	})
}
