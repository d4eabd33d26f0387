package fault_test

import (
	"slices"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

func TestHTTP10(t *testing.T) {
	if r := apply(t, fault.HTTP10(), body); r.Proto != "HTTP/1.0" {
		t.Errorf("got %q", r.Proto)
	}
}

func TestChunked(t *testing.T) {
	if r := apply(t, fault.Chunked(7), body); r.Chunk != 7 || string(r.Body) != body {
		t.Errorf("got chunks of %d, body %s", r.Chunk, r.Body)
	}
}

func TestExpectContinue(t *testing.T) {
	r := apply(t, fault.ExpectContinue(), body)
	if r.Header.Get("Expect") != "100-continue" || !slices.Equal(r.Pace.Cuts, []int{0}) || r.Pace.Pause <= 0 {
		t.Errorf("got %v, %+v", r.Header, r.Pace)
	}
}
