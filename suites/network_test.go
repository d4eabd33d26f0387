package suites

import (
	"context"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"
)

// hop is the time from one side of a network to the other. Without any, work
// that goes on for ever would take no time, and so end never.
const hop = time.Millisecond

// network is a TCP network in memory. All that blocks in it are channels and
// timers, so that in a bubble of testing/synctest time passes when everybody waits.
type network struct {
	mu        sync.Mutex
	listeners map[string]*listener
	port      uint16 // the last that was given to somebody
}

// firstPort is from where on ports are given.
const firstPort = 40000

func newNetwork() *network { return &network{listeners: map[string]*listener{}, port: firstPort - 1} }

// listen listens on an address; port 0 is any free one.
func (n *network) listen(_ context.Context, _, address string) (net.Listener, error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: "tcp", Err: err}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if at.Port() == 0 {
		at = netip.AddrPortFrom(at.Addr(), n.nextPort())
	}
	d := &listener{network: n, at: at, waiting: make(chan *end, backlog), closed: make(chan struct{})}
	if n.listeners[at.String()] != nil {
		return nil, d.failed("listen", os.NewSyscallError("bind", syscall.EADDRINUSE))
	}
	n.listeners[at.String()] = d
	return d, nil
}

func (n *network) nextPort() uint16 {
	n.port++
	if n.port == 0 {
		n.port = firstPort
	}
	return n.port
}

// dial connects to an address.
func (n *network) dial(ctx context.Context, _, address string) (net.Conn, error) {
	failed := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, failed(err)
	}
	const again = time.Second // to the next try where too many wait to be let in
	for wait := 2 * hop; ; wait = again {
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, failed(ctx.Err())
		}
		if conn, err := n.knock(at); conn != nil || err != nil {
			return conn, err
		}
	}
}

// knock connects to whoever listens; to nobody, without an error, where too many
// wait.
func (n *network) knock(at netip.AddrPort) (net.Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	d := n.listeners[at.String()]
	if d == nil {
		return nil, &net.OpError{
			Op: "dial", Net: "tcp", Addr: net.TCPAddrFromAddrPort(at), Err: os.NewSyscallError("connect", syscall.ECONNREFUSED),
		}
	}
	client, server := connect(netip.AddrPortFrom(at.Addr(), n.nextPort()), at)
	select {
	case d.waiting <- server:
		return client, nil
	default:
		return nil, nil
	}
}

// backlog is how many connections wait to be accepted.
const backlog = 4096

// listener is one end of the network that waits for connections.
type listener struct {
	network *network
	at      netip.AddrPort
	waiting chan *end
	closed  chan struct{}
}

func (d *listener) Addr() net.Addr { return net.TCPAddrFromAddrPort(d.at) }

func (d *listener) Accept() (net.Conn, error) {
	select {
	case <-d.closed:
		return nil, d.failed("accept", net.ErrClosed)
	default:
	}
	select {
	case c := <-d.waiting:
		return c, nil
	case <-d.closed:
		return nil, d.failed("accept", net.ErrClosed)
	}
}

// Close resets those who wait to be accepted.
func (d *listener) Close() error {
	d.network.mu.Lock()
	defer d.network.mu.Unlock()
	select {
	case <-d.closed:
		return d.failed("close", net.ErrClosed)
	default:
	}
	close(d.closed)
	delete(d.network.listeners, d.at.String())
	for {
		select {
		case c := <-d.waiting:
			_ = c.SetLinger(0)
			_ = c.Close()
		default:
			return nil
		}
	}
}

func (d *listener) failed(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Addr: d.Addr(), Err: err}
}
