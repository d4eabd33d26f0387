package suites

import (
	"fmt"
	"net"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

// A process that was stopped, or hangs, takes connections until its backlog is
// full; those that come later are neither accepted nor refused. Only Linux lets
// a test make the backlog that short.
func TestLifelineOfAReceiverThatAcceptsNobody(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t) })
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", name.(*syscall.SockaddrInet4).Port)
	l, err := newLifeline("http://"+address+"/", 5*redial, nil)
	if err != nil {
		t.Fatal(err)
	}
	full := false
	for range 8 { // the kernel rounds the backlog up
		dialer := net.Dialer{Timeout: 5 * redial}
		c, err := dialer.DialContext(t.Context(), "tcp", address)
		if err != nil {
			full = true
			break
		}
		defer c.Close()
	}
	if !full {
		t.Skip("this kernel accepts connections beyond the backlog")
	}
	if away, err := l.away(t.Context()); !away || err == nil {
		t.Errorf("away: %v, %v", away, err)
	}
}
