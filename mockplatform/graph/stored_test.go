package graph_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// What cannot be kept is not done; a call whose record cannot be kept is not told that all
// is well; and the journal has what was answered.
func TestWhatIsNotStoredIsNotAnswered(t *testing.T) {
	for _, tt := range []struct {
		fails int // from which time on, of two for each call
		done  bool
		says  string
	}{
		{1, false, "was not carried out: the disk is full"},
		{2, true, "was carried out, but that is not kept: the disk is full"},
	} {
		asked := 0
		j := journal.New(10)
		s := graph.New(graph.Options{PageID: page, PageToken: token, AppID: app, Journal: j, Stored: func() error {
			if asked++; asked >= tt.fails {
				return errors.New("the disk is full")
			}
			return nil
		}})
		r := httptest.NewRequest(http.MethodPost, "/me/messenger_profile", strings.NewReader(`{"get_started": {"payload": "START"}}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusInsufficientStorage || !strings.Contains(w.Body.String(), tt.says) {
			t.Errorf("answered %d %s, want %s", w.Code, w.Body, tt.says)
		}
		if done := len(s.Profile()) > 0; done != tt.done {
			t.Errorf("%s: the profile is %v", tt.says, s.Profile())
		}
		if x := j.Find(func(journal.Exchange) bool { return true })[0]; x.Response.Status != w.Code || !strings.Contains(x.Err, tt.says) {
			t.Errorf("the journal has %d %q", x.Response.Status, x.Err)
		}
	}
}
