package graph_test

import (
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

func TestUnacknowledged(t *testing.T) {
	var told []uint64
	s := graph.New(graph.Options{PageID: page, PageToken: token, AppID: app, Journal: journal.New(100), Unacknowledged: func(events []uint64) error {
		if slices.Contains(events, 99) {
			return errors.New("there is no event 99")
		}
		told = append(told, events...)
		return nil
	}})
	t.Cleanup(s.Close)
	for name, tt := range map[string]struct {
		method, body string
		status       int
		says         string
	}{
		"events":           {"POST", `{"unacknowledged":[3,274877906943]}`, 204, ""},
		"none":             {"POST", `{"unacknowledged":[]}`, 204, ""},
		"one that is none": {"POST", `{"unacknowledged":[4,99]}`, 400, "there is no event 99"},
		"another method":   {"GET", "", 405, "with POST"},
		"not JSON":         {"POST", `{"unacknowledged":`, 400, "not JSON: line 1"},
		"empty":            {"POST", "", 400, "what was not acknowledged is not valid"},
		"less than none":   {"POST", `{"unacknowledged":[-1]}`, 400, "/unacknowledged/0"},
		"of calibration":   {"POST", `{"unacknowledged":[274877906944]}`, 400, "/unacknowledged/0"},
		"half of one":      {"POST", `{"unacknowledged":[1.5]}`, 400, "/unacknowledged/0"},
		"one as a power":   {"POST", `{"unacknowledged":[1e2]}`, 400, "in digits alone"},
		"too large":        {"POST", `{"unacknowledged":[` + strings.Repeat(" ", 1<<20) + `]}`, 413, "more than 1 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, request(tt.method, graph.LoadPath, "application/json", tt.body))
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.says) {
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
		})
	}
	if slices.Sort(told); !slices.Equal(told, []uint64{3, 274877906943}) {
		t.Errorf("told of %v", told)
	}
	// Where nobody counts, there is no such path.
	if w, _ := do(t, request("POST", graph.LoadPath, "application/json", `{"unacknowledged":[]}`)); w.Code != 404 {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}
