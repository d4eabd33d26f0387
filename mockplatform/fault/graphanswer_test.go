package fault_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/schemas"
)

func TestGraphErrors(t *testing.T) {
	for _, tt := range []struct {
		answer                fault.GraphAnswer
		status, code, subcode int
	}{
		{fault.InvalidToken(), 400, 190, 0},
		{fault.OutsideWindow(), 400, 10, 2018278},
		{fault.RateLimited(), 400, 613, 0},
		{fault.TemporaryFailure(), 400, 1200, 0},
		{fault.ServerError(), 500, -1, 2018012},
	} {
		if err := schemas.Validate("graph.error", tt.answer.Body); err != nil {
			t.Errorf("%s: %v", tt.answer.What, err)
		}
		var doc struct {
			Error struct {
				Code    int
				Subcode int `json:"error_subcode"`
			}
		}
		if err := json.Unmarshal(tt.answer.Body, &doc); err != nil {
			t.Error(err)
		}
		if e := doc.Error; tt.answer.Status != tt.status || e.Code != tt.code || e.Subcode != tt.subcode || tt.answer.What == "" || tt.answer.Reset {
			t.Errorf("got %+v with the body %s", tt.answer, tt.answer.Body)
		}
		if !strings.HasPrefix(tt.answer.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s: the header is %v", tt.answer.What, tt.answer.Header)
		}
	}
	if body := fault.OutsideWindow().Body; !strings.Contains(string(body), `https:\/\/developers`) {
		t.Errorf("not escaped as Meta escapes: %s", body)
	}
}

func TestAnswersThatAreNoErrors(t *testing.T) {
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
