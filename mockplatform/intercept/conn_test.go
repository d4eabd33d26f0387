package intercept

import (
	"errors"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
)

// serving is an Interceptor that ends with the test.
func serving(t *testing.T) *Interceptor {
	t.Helper()
	i, err := New(Options{Handler: http.NotFoundHandler()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.Close() })
	return i
}

func TestConnectionsAreLimited(t *testing.T) {
	i := serving(t)
	i.slots = make(chan struct{}, 1)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	in := entrance{Listener: ln, i: i, way: WayTLS}
	for range 2 {
		client, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
	}
	accept := func() <-chan error {
		accepted := make(chan error, 1)
		go func() {
			_, err := in.Accept()
			accepted <- err
		}()
		return accepted
	}

	first, err := in.Accept()
	if err != nil {
		t.Fatal(err)
	}
	second := accept()
	select {
	case <-second:
		t.Error("a second connection was accepted")
	default:
	}
	first.Close()
	first.Close() // makes room only once
	if err := <-second; err != nil {
		t.Fatal(err)
	}
	if len(i.slots) != 1 {
		t.Errorf("%d connections are counted, want 1", len(i.slots))
	}
	third := accept()
	i.Close()
	if err := <-third; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept ended with %v, want %v", err, net.ErrClosed)
	}
}

// TestSlowHandshake has a client that says nothing.
func TestSlowHandshake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := serving(t)
		client, server := net.Pipe()
		defer client.Close()
		i.terminate(i.adopt(server, WayTLS, func() {}))
		want := Call{Way: WayTLS, Outcome: Failed, Reason: "the receiver did not finish the TLS handshake within 10s", Count: 1}
		if seen := i.Seen(); len(seen) != 1 || seen[0] != want {
			t.Errorf("seen %+v, want %+v", seen, want)
		}
	})
}
