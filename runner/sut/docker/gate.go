package docker

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/runner/sut/internal/life"
)

// gate is where Referee reaches a container: an address of this machine that
// stays the same over all its lives and accepts connections while the receiver
// listens. The port that Docker publishes does neither. It changes with each
// start, and Docker's proxy accepts connections for a receiver that listens no
// more, even for a moment after the container's end: then a death would look
// like bad answers, and to the wrong stimulus.
type gate struct {
	life context.Context // ends with the gate
	end  context.CancelFunc
	work sync.WaitGroup

	mu      sync.Mutex
	address string   // host:port, from the first opening on
	now     *opening // nil while it is shut
}

// opening is one time that a gate is open.
type opening struct {
	ln     net.Listener
	target string // host:port that Docker has published
}

func newGate() *gate {
	g := &gate{}
	g.life, g.end = context.WithCancel(context.Background())
	return g
}

// open leads connections to target from now on.
func (g *gate) open(target string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.now != nil && g.now.target == target {
		return nil
	}
	ln, err := g.listen(target)
	if err != nil {
		return err
	}
	o := &opening{ln, target}
	g.now, g.address = o, ln.Addr().String()
	g.work.Go(func() { g.accept(o) })
	return nil
}

// listen listens on the gate's address, which it chooses the first time. Docker
// gives out ports in sequence: for many starts to come, it must not give away
// that of the gate while the gate is shut.
func (g *gate) listen(target string) (net.Listener, error) {
	const tries, starts = 100, 1000
	published, err := net.ResolveTCPAddr("tcp", target)
	if err != nil {
		return nil, err
	}
	for range tries {
		ln, err := (&net.ListenConfig{}).Listen(g.life, "tcp", cmp.Or(g.address, net.JoinHostPort(loopback, "0")))
		if err != nil || g.address != "" {
			return ln, err
		}
		if ahead := ln.Addr().(*net.TCPAddr).Port - published.Port; ahead < 0 || ahead > starts {
			return ln, nil
		}
		if err := ln.Close(); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("find a port for the receiver: all that are free are close to those that Docker publishes")
}

// current is the present opening; nil while the gate is shut.
func (g *gate) current() *opening {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.now
}

// shut refuses connections. It does nothing if the gate was opened again.
func (g *gate) shut(o *opening) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if o != nil && g.now == o {
		o.ln.Close()
		g.now = nil
	}
}

// doubt shuts the gate if the receiver does not listen.
func (g *gate) doubt(o *opening) {
	if o != nil && !listens(g.life, o.target) {
		g.shut(o)
	}
}

// close shuts the gate for good and cuts all connections.
func (g *gate) close() {
	g.shut(g.current())
	g.end()
	g.work.Wait()
}

func (g *gate) accept(o *opening) {
	for {
		client, err := o.ln.Accept()
		if err != nil {
			return
		}
		g.work.Go(func() { g.pass(o, client.(*net.TCPConn)) })
	}
}

// pass leads one connection. A connection that breaks off raises doubt, which is
// settled before the client learns of it: then the client finds out by another
// connection whether the receiver died.
func (g *gate) pass(o *opening, client *net.TCPConn) {
	defer client.Close()
	conn, err := (&net.Dialer{Timeout: life.Reachable}).DialContext(g.life, "tcp", o.target)
	if err != nil {
		g.doubt(o)
		return
	}
	server := conn.(*net.TCPConn)
	defer server.Close()
	defer context.AfterFunc(g.life, func() { client.Close(); server.Close() })()

	g.work.Go(func() {
		_, _ = relay(server, client)
		_ = server.CloseWrite()
	})
	answered, err := relay(client, server)
	if err != nil || !answered {
		g.doubt(o)
	}
	if err != nil {
		_ = client.SetLinger(0) // what was reset is to look so
	}
}

// relay copies until the end of src or of dst. It reports whether there was
// anything to copy, and why reading failed.
func relay(dst io.Writer, src io.Reader) (something bool, err error) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := src.Read(buffer)
		if n > 0 {
			something = true
			if _, gone := dst.Write(buffer[:n]); gone != nil {
				return something, nil
			}
		}
		switch {
		case err == io.EOF:
			return something, nil
		case err != nil:
			return something, err
		}
	}
}

// listens reports whether something listens at an address behind Docker's proxy,
// which takes every connection and closes those that nobody takes from it.
func listens(ctx context.Context, address string) bool {
	conn, err := (&net.Dialer{Timeout: life.Reachable}).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	defer conn.Close()
	_ = conn.SetReadDeadline(time.Now().Add(life.EndLag))
	_, err = conn.Read(make([]byte, 1))
	return err == nil || errors.Is(err, os.ErrDeadlineExceeded)
}
