//go:build unix

package sut_test

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
	"github.com/seed-11445fa1/referee/runner/sut"
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

func TestImageIntercepted(t *testing.T) {
	d := newDocker(t)
	network, gateway := d.network()
	meta(t, gateway).Close()
	running := begin(t, sut.Image{Name: d.receiver(), Network: network, Intercept: true}, platform())
	for path, want := range map[string]string{
		"/call":                               "platform: graph.facebook.com/v23.0/me",
		"/get?https://graph.instagram.com/me": "platform: graph.instagram.com/me",
		"/get?https://graph-video.facebook.com/me": "platform: graph-video.facebook.com/me",
		"/file?/referee-trust/php/referee.ini":     "curl.cainfo='/referee-trust/bundle.pem'\nopenssl.cafile='/referee-trust/bundle.pem'\n",
	} {
		if got := get(t, running, path); got != want {
			t.Errorf("%s answers %q, want %q", path, got, want)
		}
	}
	if got := running.Interception().Way; !strings.Contains(got, "by the container's hosts file") {
		t.Errorf("the way is %q", got)
	}
	answered(t, running, intercept.WayTLS, "graph.facebook.com", 1)
	environ := strings.Split(get(t, running, "/environ"), "\n")
	for name, want := range map[string]string{
		"SSL_CERT_FILE": "/referee-trust/bundle.pem", "NODE_EXTRA_CA_CERTS": "/referee-trust/ca.pem",
		"PHP_INI_SCAN_DIR": ":/referee-trust/php", "HTTPS_PROXY": "",
	} {
		if got := value(environ, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	get(t, running, "/die")
	if _, err := running.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	get(t, running, "/call")
	answered(t, running, intercept.WayTLS, "graph.facebook.com", 2)
}

// TestImageInterceptedByProxy has a machine where port 443 is taken.
func TestImageInterceptedByProxy(t *testing.T) {
	d := newDocker(t)
	network, gateway := d.network()
	meta(t, gateway)
	running := begin(t, sut.Image{
		Name: d.receiver("ENV JAVA_TOOL_OPTIONS=-Xmx1g"), Network: network, Intercept: true,
	}, platform())
	environ := strings.Split(get(t, running, "/environ"), "\n")
	for path, want := range map[string]string{
		"/call": "platform: graph.facebook.com/v23.0/me",
		"/get?" + value(environ, "REFEREE_GRAPH_URL"): "platform: host.docker.internal",
		"/get?http://example.com/":                    "nothing leaves this machine",
	} {
		if got := get(t, running, path); !strings.Contains(got, want) {
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

// TestImageInterceptedNode has Node's own clients, in an image made of this
// machine's Node.
func TestImageInterceptedNode(t *testing.T) {
	d := newDocker(t)
	network, gateway := d.network()
	meta(t, gateway).Close()
	dir := nodeRoot(t)
	text, err := os.ReadFile(filepath.Join("testdata", "container", "calls.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "receiver.mjs", string(text))
	running := begin(t, sut.Image{Name: d.image(dir), Network: network, Intercept: true}, platform())
	for _, path := range []string{"/fetch", "/https"} {
		if got, want := get(t, running, path), "platform: graph.facebook.com/v23.0/me"; got != want {
			t.Errorf("%s answers %q, want %q", path, got, want)
		}
	}
	answered(t, running, intercept.WayTLS, "graph.facebook.com", 2)
}

// nodeRoot is a folder from which an image is made that runs receiver.mjs: this
// machine's Node with the libraries that it needs, and a Dockerfile.
func nodeRoot(t *testing.T) string {
	t.Helper()
	require(t, "node", func() error { _, err := exec.LookPath("node"); return err })
	node, err := exec.LookPath("node")
	if err == nil {
		node, err = filepath.EvalSymlinks(node)
	}
	if err != nil {
		t.Fatal(err)
	}
	libraries, err := exec.Command("ldd", node).Output()
	if err != nil {
		t.Skipf("the libraries of Node are not known: %v", err)
	}
	dir := t.TempDir()
	files := map[string]string{node: "/bin/node"}
	for word := range strings.FieldsSeq(string(libraries)) {
		if filepath.IsAbs(word) {
			files[word] = word
		}
	}
	for from, to := range files {
		to = filepath.Join(dir, "root", to)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(to, data, 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	// As the first process, Node ignores the signal that would end it.
	write(t, dir, "Dockerfile", "FROM scratch\nCOPY root /\nCOPY receiver.mjs /\nSTOPSIGNAL SIGKILL\nCMD [\"/bin/node\", \"/receiver.mjs\"]\n")
	return dir
}
