package recorder_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/seed-11445fa1/referee/recorder"
	"github.com/seed-11445fa1/referee/recorder/capture"
)

// TestLoops: where a proxy listens is no receiver for it, however it is written.
func TestLoops(t *testing.T) {
	for _, c := range []struct {
		forward, listener string
		want              bool
	}{
		{"127.0.0.1:8090", "127.0.0.1:8090", true},
		{"127.0.0.1:8091", "127.0.0.1:8090", false},
		{"127.0.0.2:8090", "127.0.0.1:8090", false},
		{"127.0.0.2:8090", "0.0.0.0:8090", true},
		{"127.0.0.1:8090", "[::]:8090", true},
		{"localhost:8090", "[::]:8090", true},
		{"localhost", "0.0.0.0:80", true},
		{"0.0.0.0:8090", "127.0.0.1:8090", true},
		{"0.0.0.0:8090", "192.0.2.1:8090", false},
		{"[::1]:8090", "[::1]:8090", true},
		{"[::1]:8090", "127.0.0.1:8090", false},
		{"192.0.2.1:8090", "0.0.0.0:8090", false},
		{"no.such.host.invalid:8090", "0.0.0.0:8090", false},
	} {
		p, err := recorder.New(recorder.Options{Forward: "http://" + c.forward})
		if err != nil {
			t.Fatal(err)
		}
		at, err := net.ResolveTCPAddr("tcp", c.listener)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Loops(t.Context(), at); got != c.want {
			t.Errorf("%s behind %s: %t", c.forward, c.listener, got)
		}
	}
}

// TestItselfIsNotReached: a proxy that is served all the same passes nothing on to
// itself.
func TestItselfIsNotReached(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	records := make(chan capture.Record, 100)
	p, err := recorder.New(recorder.Options{Forward: "http://" + listener.Addr().String(), Done: func(r capture.Record) { records <- r }})
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- p.Serve(listener) }()
	sender := standing{addr: listener.Addr().String()}.dial(t)
	send(t, sender, twoDots, 100)
	if answer, err := io.ReadAll(sender); err != nil || !bytes.HasPrefix(answer, []byte("HTTP/1.1 502 ")) {
		t.Errorf("answered %q, %v", answer, err)
	}
	sender.Close()
	p.Close(context.Background())
	if err := <-served; err != nil {
		t.Error(err)
	}
	want := fmt.Sprintf("the receiver cannot be reached: dial tcp %[1]s: %[1]s is the recorder itself", listener.Addr())
	if len(records) != 1 {
		t.Fatalf("%d records", len(records))
	}
	if r := <-records; r.Err != want || r.Answer != nil {
		t.Errorf("recorded %+v", r)
	}
}
