package graph_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// listening is a server on an address, for calls that have to wait.
func listening(t *testing.T) (*graph.Server, *journal.Journal, func(ctx context.Context, person string) (int, error)) {
	t.Helper()
	s, j := server(t)
	front := httptest.NewServer(s)
	t.Cleanup(front.Close)
	return s, j, func(ctx context.Context, person string) (int, error) {
		body := fmt.Sprintf(`{"recipient":{"user_ref":%q},"message":{"text":"a"}}`, person)
		r, err := http.NewRequestWithContext(ctx, "POST", front.URL+right, strings.NewReader(body))
		if err != nil {
			return 0, err
		}
		r.Close = true
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			return 0, err
		}
		defer resp.Body.Close()
		_, err = io.Copy(io.Discard, resp.Body)
		return resp.StatusCode, err
	}
}

func call(of string, settled bool) func(journal.Exchange) bool {
	return func(x journal.Exchange) bool { return x.Person == of && x.Settled() == settled }
}

func TestHold(t *testing.T) {
	s, j, send := listening(t)
	releaseOnce := s.Hold("held")
	releaseTwice := s.Hold("held")
	defer releaseTwice()

	answered := make(chan int, 1)
	go func() {
		status, err := send(t.Context(), "held")
		if err != nil {
			t.Error(err)
		}
		answered <- status
	}()
	if _, err := j.Wait(t.Context(), call("held", false)); err != nil {
		t.Fatal("a held call is not recorded on arrival:", err)
	}
	if status, err := send(t.Context(), "another"); status != 200 || err != nil {
		t.Errorf("another person's call: status %d, error %v", status, err)
	}
	releaseOnce()
	releaseOnce()
	if status, err := send(t.Context(), "another"); status != 200 || err != nil {
		t.Errorf("another person's call: status %d, error %v", status, err)
	}
	select {
	case <-answered:
		t.Error("the call went on while it was still held")
	default:
	}
	releaseTwice()
	if status := <-answered; status != 200 {
		t.Errorf("after the release: status %d", status)
	}
	if status, err := send(t.Context(), "held"); status != 200 || err != nil {
		t.Errorf("a later call: status %d, error %v", status, err)
	}
}

func TestHoldEndsWithTheClient(t *testing.T) {
	s, j, send := listening(t)
	defer s.Hold("held")()
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		_, err := send(ctx, "held")
		gone <- err
	}()
	if _, err := j.Wait(t.Context(), call("held", false)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-gone; err == nil {
		t.Error("the call was answered")
	}
	x, err := j.Wait(t.Context(), call("held", true))
	if err != nil || x.Response.Status != 0 || !strings.Contains(x.Err, "gave up") {
		t.Errorf("recorded %+v, error %v", x, err)
	}
}

func TestCloseReleases(t *testing.T) {
	s, j, send := listening(t)
	release := s.Hold("held")
	answered := make(chan int, 1)
	go func() {
		status, err := send(t.Context(), "held")
		if err != nil {
			t.Error(err)
		}
		answered <- status
	}()
	if _, err := j.Wait(t.Context(), call("held", false)); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if status := <-answered; status != 200 {
		t.Errorf("status %d", status)
	}
	release()
	s.Close()
	s.Hold("held") // of no effect any more
	if status, err := send(t.Context(), "held"); status != 200 || err != nil {
		t.Errorf("after closing: status %d, error %v", status, err)
	}
}

func TestHoldingNobodyHoldsNobody(t *testing.T) {
	s, j := server(t)
	defer s.Hold("")()
	s.ServeHTTP(httptest.NewRecorder(), request("GET", "/me", "", ""))
	if found := j.Find(func(journal.Exchange) bool { return true }); len(found) != 1 || !found[0].Settled() {
		t.Errorf("recorded %+v", found)
	}
}

func TestReceiptsAreNotHeld(t *testing.T) {
	s, _ := server(t)
	defer s.Hold("1234")()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, request("POST", graph.ReceiptsPath, "", `{"kind":"other","sender":{"id":"1234"}}`))
	if w.Code != 204 {
		t.Errorf("status %d", w.Code)
	}
}
