package suites

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/nettest"
)

// TestNetworkHasConnections holds the connections in memory to what net.Conn
// promises.
func TestNetworkHasConnections(t *testing.T) {
	nettest.TestConn(t, func() (net.Conn, net.Conn, func(), error) {
		n := newNetwork()
		l, err := n.listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, nil, nil, err
		}
		client, server := pair(t, l, n.dial)
		return client, server, func() { client.Close(); server.Close(); l.Close() }, nil
	})
}

// pair connects to a listener.
func pair(t *testing.T, l net.Listener, dial func(ctx context.Context, network, address string) (net.Conn, error)) (client, server net.Conn) {
	t.Helper()
	client, err := dial(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if server, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	return client, server
}

// TestNetworkEndsAsTCPDoes has the same ends of connections on both networks.
func TestNetworkEndsAsTCPDoes(t *testing.T) {
	memory := newNetwork()
	for name, n := range map[string]struct {
		listen func(ctx context.Context, network, address string) (net.Listener, error)
		dial   func(ctx context.Context, network, address string) (net.Conn, error)
	}{
		"TCP":       {(&net.ListenConfig{}).Listen, (&net.Dialer{}).DialContext},
		"in memory": {memory.listen, memory.dial},
	} {
		for what, c := range map[string]struct {
			end  func(client, server net.Conn)
			want error // of the client's next read
		}{
			"the peer closes":            {func(_, server net.Conn) { server.Close() }, io.EOF},
			"the peer closes for writes": {func(_, server net.Conn) { server.(interface{ CloseWrite() error }).CloseWrite() }, io.EOF},
			"the peer closes with something unread": {func(client, server net.Conn) {
				io.WriteString(client, "some")
				one := make([]byte, 1)
				io.ReadFull(server, one)
				server.Close()
			}, syscall.ECONNRESET},
			"the peer closes and does not linger": {func(_, server net.Conn) {
				server.(interface{ SetLinger(int) error }).SetLinger(0)
				server.Close()
			}, syscall.ECONNRESET},
			"the client closes": {func(client, _ net.Conn) { client.Close() }, net.ErrClosed},
		} {
			t.Run(name+", "+what, func(t *testing.T) {
				l, err := n.listen(t.Context(), "tcp", "127.0.0.1:0")
				if err != nil {
					t.Fatal(err)
				}
				defer l.Close()
				client, server := pair(t, l, n.dial)
				defer client.Close()
				defer server.Close()
				c.end(client, server)
				client.SetReadDeadline(time.Now().Add(10 * time.Second))
				if _, err := client.Read(make([]byte, 1)); !errors.Is(err, c.want) {
					t.Errorf("got %v, want %v", err, c.want)
				}
			})
		}
		t.Run(name+", nobody listens", func(t *testing.T) {
			l, err := n.listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			at := l.Addr().String()
			if _, err := n.listen(t.Context(), "tcp", at); !errors.Is(err, syscall.EADDRINUSE) {
				t.Errorf("a second listener: %v", err)
			}
			l.Close()
			if _, err := n.dial(t.Context(), "tcp", at); !errors.Is(err, syscall.ECONNREFUSED) {
				t.Errorf("got %v", err)
			}
		})
		t.Run(name+", a write after the peer closed", func(t *testing.T) {
			l, err := n.listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			client, server := pair(t, l, n.dial)
			defer client.Close()
			server.Close()
			io.Copy(io.Discard, client)
			for err == nil { // the first is answered with a reset
				_, err = client.Write([]byte("x"))
			}
			if !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("got %v", err)
			}
		})
	}
}
