package fault_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// The headers of a rate limit say for how long it holds, in minutes.
func TestRateLimitHeaders(t *testing.T) {
	for wait, minutes := range map[time.Duration]int{0: 0, time.Second: 1, time.Minute: 1, 61 * time.Second: 2, time.Hour: 60} {
		a := fault.RateLimitedFor("104508901353867", wait)
		var business map[string][]struct {
			Type    string
			Calls   int `json:"call_count"`
			Minutes int `json:"estimated_time_to_regain_access"`
		}
		if err := json.Unmarshal([]byte(a.Header.Get("X-Business-Use-Case-Usage")), &business); err != nil {
			t.Fatal(err)
		}
		if u := business["104508901353867"]; len(u) != 1 || u[0].Type != "messenger" || u[0].Calls != 100 || u[0].Minutes != minutes {
			t.Errorf("%s: %+v", wait, business)
		}
		if a.Header.Get("Retry-After") != "" || !strings.Contains(a.What, fmt.Sprintf("for %d min", minutes)) {
			t.Errorf("%s: %+v", wait, a)
		}
	}
	for _, a := range []fault.GraphAnswer{fault.RateLimitedFor("1", 0), fault.ApplicationLimit()} {
		var app map[string]int
		if err := json.Unmarshal([]byte(a.Header.Get("X-App-Usage")), &app); err != nil || app["call_count"] != 100 {
			t.Errorf("%s: %v, error %v", a.What, app, err)
		}
	}
}

func TestAnswersThatAreNoErrors(t *testing.T) {
	if a := fault.Slow(time.Second); a.Delay != time.Second || !a.Pass || a.What != "an answer after 1s" {
		t.Errorf("got %+v", a)
	}
	if a := fault.MalformedJSON(); a.Status != http.StatusOK || json.Valid(a.Body) || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
		t.Errorf("got %+v", a)
	}
	if a := fault.EmptyAnswer(); a.Status != http.StatusOK || len(a.Body) != 0 || a.Reset {
		t.Errorf("got %+v", a)
	}
	if a := fault.HTMLPage(); a.Status/100 != 5 || json.Valid(a.Body) || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		t.Errorf("got %+v", a)
	}
	if a := fault.ConnectionReset(); !a.Reset {
		t.Errorf("got %+v", a)
	}
}
