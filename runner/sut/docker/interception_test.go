//go:build unix

package docker_test

import (
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/intercept"
	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/runner/sut/docker"
)

// meta skips a test where this machine may not listen on port 443 of an address.
func meta(t *testing.T, address netip.Addr) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", netip.AddrPortFrom(address, 443).String())
	if err != nil {
		t.Skipf("this machine may not be Meta for a container: %v", err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// answered fails the test unless all calls to a host came by this way.
func answered(t *testing.T, running sut.Running, way intercept.Way, host string, count int) {
	t.Helper()
	want := intercept.Call{Way: way, Outcome: intercept.Answered, Host: host, Count: count}
	if calls := running.Interception().Calls; !slices.Contains(calls, want) {
		t.Errorf("the calls are %+v, want %+v", calls, want)
	}
}

func TestIntercepted(t *testing.T) {
	d := newEngine(t)
	network, gateway := d.network()
	meta(t, gateway).Close()
	running := begin(t, docker.Image{Name: d.receiver(), Network: network, Intercept: true}, platform())
	for path, want := range map[string]string{
		"/call":                               "platform: graph.facebook.com/v23.0/me",
		"/get?https://graph.instagram.com/me": "platform: graph.instagram.com/me",
		"/get?https://graph-video.facebook.com/me": "platform: graph-video.facebook.com/me",
		"/file?/referee-trust/php/referee.ini":     "curl.cainfo='/referee-trust/bundle.pem'\nopenssl.cafile='/referee-trust/bundle.pem'\n",
	} {
		if got := suttest.Get(t, running, path); got != want {
			t.Errorf("%s answers %q, want %q", path, got, want)
		}
	}
	if got := running.Interception().Way; !strings.Contains(got, "by the container's hosts file") {
		t.Errorf("the way is %q", got)
	}
	answered(t, running, intercept.WayTLS, "graph.facebook.com", 1)
	environ := strings.Split(suttest.Get(t, running, "/environ"), "\n")
	for name, want := range map[string]string{
		"SSL_CERT_FILE": "/referee-trust/bundle.pem", "NODE_EXTRA_CA_CERTS": "/referee-trust/ca.pem",
		"PHP_INI_SCAN_DIR": ":/referee-trust/php", "HTTPS_PROXY": "",
	} {
		if got := value(environ, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	suttest.Get(t, running, "/die")
	if _, err := running.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	suttest.Get(t, running, "/call")
	answered(t, running, intercept.WayTLS, "graph.facebook.com", 2)
}

// TestInterceptedByProxy has a machine where port 443 is taken.
func TestInterceptedByProxy(t *testing.T) {
	d := newEngine(t)
	network, gateway := d.network()
	meta(t, gateway)
	running := begin(t, docker.Image{
		Name: d.receiver("ENV JAVA_TOOL_OPTIONS=-Xmx1g"), Network: network, Intercept: true,
	}, platform())
	environ := strings.Split(suttest.Get(t, running, "/environ"), "\n")
	for path, want := range map[string]string{
		"/call": "platform: graph.facebook.com/v23.0/me",
		"/get?" + value(environ, "REFEREE_GRAPH_URL"): "platform: host.docker.internal",
		"/get?http://example.com/":                    "nothing leaves this machine",
	} {
		if got := suttest.Get(t, running, path); !strings.Contains(got, want) {
			t.Errorf("%s answers %q, want %q", path, got, want)
		}
	}
	if got := running.Interception().Way; !strings.Contains(got, "by the proxy variables") || !strings.Contains(got, "address already in use") {
		t.Errorf("the way is %q", got)
	}
	answered(t, running, intercept.WayProxy, "graph.facebook.com", 1)
	if got := value(environ, "JAVA_TOOL_OPTIONS"); !strings.HasPrefix(got, "-Xmx1g ") || !strings.HasSuffix(got, "|host.docker.internal") {
		t.Errorf("JAVA_TOOL_OPTIONS is %q", got)
	}
}

// TestInterceptedNode has Node's own clients, in an image made of this
// machine's Node.
func TestInterceptedNode(t *testing.T) {
	d := newEngine(t)
	network, gateway := d.network()
	meta(t, gateway).Close()
	text, err := os.ReadFile(filepath.Join("testdata", "calls.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	running := begin(t, docker.Image{Name: d.inNode(string(text)), Network: network, Intercept: true}, platform())
	for _, path := range []string{"/fetch", "/https"} {
		if got, want := suttest.Get(t, running, path), "platform: graph.facebook.com/v23.0/me"; got != want {
			t.Errorf("%s answers %q, want %q", path, got, want)
		}
	}
	answered(t, running, intercept.WayTLS, "graph.facebook.com", 2)
}

// inNode makes an image of a receiver in Node.
func (d engine) inNode(text string) string {
	d.t.Helper()
	suttest.Require(d.t, "node", func() error { _, err := exec.LookPath("node"); return err })
	dir := d.t.TempDir()
	write(d.t, dir, "receiver.mjs", text)
	write(d.t, dir, "Dockerfile", "FROM "+d.base(nodeBase)+"\nCOPY receiver.mjs /\n")
	return d.image(dir)
}
