package sut

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/intercept"
	"github.com/seed-11445fa1/referee/runner/sut/internal/interception"
)

// Interception is how the calls of a receiver that has Meta's hosts written in
// reached the platform.
type Interception struct {
	// Way says it in words, for a report; empty where nothing was intercepted.
	Way string
	// Calls counts what came by it, refusals and failures too.
	Calls []intercept.Call
}

// interceptor leads a command's calls to Meta's hosts to the platform, and has
// the files from which the receiver learns to trust it.
type interceptor struct {
	*interception.Server
	dir string // of the trust files; the machine keeps nothing of it
}

// newInterceptor makes the certificates and writes the files that a receiver
// reads. Nothing listens yet.
func newInterceptor(api http.Handler, allowNetwork bool) (*interceptor, error) {
	server, err := interception.New(api, allowNetwork)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "referee-trust-*")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("write what the receiver has to trust: %w", err), server.Close())
	}
	n := &interceptor{server, dir}
	if err := n.write(); err != nil {
		return nil, errors.Join(fmt.Errorf("write what the receiver has to trust: %w", err), n.close())
	}
	return n, nil
}

// files are the trust files below a folder, as the receiver sees it.
func files(dir string) intercept.TrustFiles {
	return intercept.TrustFiles{
		Bundle: filepath.Join(dir, "bundle.pem"), CA: filepath.Join(dir, "ca.pem"),
		Store: filepath.Join(dir, "store.p12"), StorePassword: interception.StorePassword,
		PHPDir: filepath.Join(dir, "php"), ListSeparator: string(os.PathListSeparator),
	}
}

// write writes the trust files. Everybody may read them: the receiver may run
// as somebody else, and there is no secret in them.
func (n *interceptor) write() error {
	places := files(n.dir)
	if err := os.Mkdir(places.PHPDir, 0o755); err != nil {
		return err
	}
	contents, err := n.TrustFiles(places)
	if err != nil {
		return err
	}
	for name, data := range contents {
		if err := os.WriteFile(name, data, 0o644); err != nil {
			return err
		}
	}
	return os.Chmod(n.dir, 0o755)
}

// launch opens the best way for a command with this environment: a hosts file and
// certificates of its own where this machine allows it, else a proxy that the
// receiver has to heed.
func (n *interceptor) launch(c Command, environ []string) (Launch, error) {
	trust := files(n.dir)
	trust.Environ = os.Environ()
	address, err := n.listenAsMeta()
	if err == nil {
		hosts := map[string]string{}
		for _, host := range n.Hosts() {
			hosts[host] = address
		}
		n.Way = strings.Join(n.Hosts(), ", ") + " by a hosts file of the receiver's own"
		mounts, err := n.trustMounts(c, environ)
		if err != nil {
			return Launch{}, fmt.Errorf("write what the receiver has to trust: %w", err)
		}
		return Launch{Env: n.Variables(trust, ""), Hosts: hosts, Mounts: mounts}, nil
	}
	proxy, listening := net.Listen("tcp", net.JoinHostPort(loopback[0], "0"))
	if listening != nil {
		return Launch{}, fmt.Errorf("open a proxy for the receiver's calls: %w", listening)
	}
	n.Listen(proxy, n.ServeProxy)
	n.Way = fmt.Sprintf("%s by the proxy variables, which the receiver's client has to heed (%v)", strings.Join(n.Hosts(), ", "), err)
	return Launch{Env: n.Variables(trust, "http://"+proxy.Addr().String())}, nil
}

// listenAsMeta listens on port 443 of a loopback address that nothing else
// uses. The error says why a receiver cannot be led there.
func (n *interceptor) listenAsMeta() (address string, err error) {
	if err := CanIsolate(); err != nil {
		return "", err
	}
	ln, address, err := listenOn443()
	if err != nil {
		return "", err
	}
	n.Listen(ln, n.ServeTLS)
	return address, nil
}

// listenOn443 listens on port 443 of a loopback address that nothing else uses.
func listenOn443() (ln net.Listener, address string, err error) {
	const from, to = 1, 250
	for last := from; last <= to; last++ {
		address = fmt.Sprintf("127.83.67.%d", last)
		if ln, err = net.Listen("tcp", net.JoinHostPort(address, "443")); err == nil {
			return ln, address, nil
		}
		if errors.Is(err, os.ErrPermission) {
			break
		}
	}
	return nil, "", fmt.Errorf("listen on port 443 of a loopback address: %w", err)
}

func (n *interceptor) report() Interception {
	return Interception{Way: n.Way, Calls: n.Seen()}
}

// close ends the listeners and takes the files away. A nil interceptor has none.
func (n *interceptor) close() error {
	if n == nil {
		return nil
	}
	return errors.Join(n.Close(), os.RemoveAll(n.dir))
}
