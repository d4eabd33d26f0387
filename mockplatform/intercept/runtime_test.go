package intercept_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/intercept"
)

// client is one way for a receiver to call a URL, which is its last argument.
type client struct {
	runtime string // what REFEREE_TEST_REQUIRE calls it
	name    string
	trust   string   // the one variable by which it learns to trust the CA
	tools   []string // what has to be installed
	command []string
}

// clients are those that real receivers use, in the runtimes' own manner.
func clients() []client {
	script := func(runtime, name, trust, file string, tools ...string) client {
		return client{runtime, name, trust, tools, []string{tools[0], filepath.Join("testdata", file), name}}
	}
	return []client{
		{"go", "net/http", "SSL_CERT_FILE", nil, os.Args[:1]},
		{"curl", "curl", "CURL_CA_BUNDLE", []string{"curl"}, []string{"curl", "--silent", "--show-error", "--fail"}},
		script("node", "fetch", "NODE_EXTRA_CA_CERTS", "call.mjs", "node"),
		script("node", "https", "NODE_EXTRA_CA_CERTS", "call.mjs", "node"),
		script("python", "urllib", "SSL_CERT_FILE", "call.py", "python3"),
		script("python", "requests", "REQUESTS_CA_BUNDLE", "call.py", "python3"),
		script("java", "HttpClient", "JAVA_TOOL_OPTIONS", "Call.java", "java", "javac"),
		script("java", "HttpURLConnection", "JAVA_TOOL_OPTIONS", "Call.java", "java", "javac"),
		script("php", "curl", "PHP_INI_SCAN_DIR", "call.php", "php"),
		script("php", "streams", "PHP_INI_SCAN_DIR", "call.php", "php"),
	}
}

// notInstalled is how a script ends whose client is not there.
const notInstalled = 77

// require skips the test where the client's runtime is missing, and fails it
// where REFEREE_TEST_REQUIRE says that it must be there.
func (c client) require(t *testing.T) {
	t.Helper()
	for _, tool := range c.tools {
		_, err := exec.LookPath(tool)
		if err == nil {
			continue
		}
		if slices.Contains(strings.Split(os.Getenv("REFEREE_TEST_REQUIRE"), ","), c.runtime) {
			t.Fatalf("REFEREE_TEST_REQUIRE names %s: %v", c.runtime, err)
		}
		t.Skipf("%s is missing on this machine: %v", c.runtime, err)
	}
	if c.runtime == "go" && runtime.GOOS != "linux" {
		t.Skipf("Go asks the system on %s, not SSL_CERT_FILE", runtime.GOOS)
	}
}

// ignoresProxy says why the client takes no notice of the proxy variables; "" if
// it does.
func (c client) ignoresProxy(t *testing.T) string {
	t.Helper()
	switch {
	case c.runtime == "php" && c.name == "streams":
		return "PHP's streams know no proxy variables"
	case c.runtime != "node":
		return ""
	}
	out, err := exec.Command("node", "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	var major, minor int
	if _, err := fmt.Sscanf(string(out), "v%d.%d", &major, &minor); err != nil {
		t.Fatalf("the version %q of node: %v", out, err)
	}
	known := major > 24 || major == 24 && (c.name == "fetch" || minor >= 5) || major == 22 && minor >= 21
	if known {
		return ""
	}
	return fmt.Sprintf("the %s of Node %d.%d does not know NODE_USE_ENV_PROXY", c.name, major, minor)
}

// run calls a URL as a receiver with these variables would.
func (c client) run(t *testing.T, url string, variables []string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), c.command[0], append(slices.Clone(c.command[1:]), url)...)
	cmd.Env = append(os.Environ(), "REFEREE_TEST_CALL="+url)
	cmd.Env = append(cmd.Env, variables...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if exit.ExitCode() == notInstalled {
			t.Skipf("%s has no client %s on this machine", c.runtime, c.name)
		}
		err = fmt.Errorf("%w\n%s", err, stderr.String())
	}
	return string(out), err
}

// callAsReceiver is the receiver in Go: it has the host written in, and the
// default client.
func callAsReceiver(url string) (exit int) {
	http.DefaultTransport.(*http.Transport).DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if address := os.Getenv("REFEREE_TEST_ADDRESS"); address != "" {
			_, port, err := net.SplitHostPort(addr)
			if err != nil {
				return nil, err
			}
			addr = net.JoinHostPort(address, port)
		}
		return new(net.Dialer).DialContext(ctx, network, addr)
	}
	resp, err := http.Get(url)
	if err == nil {
		defer resp.Body.Close()
		_, err = io.Copy(os.Stdout, resp.Body)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// hostsFile leads graph.facebook.com to the listener of ServeTLS, in ways that
// need no right to change the machine. It returns the URL to call, which has
// the listener's port, and what to set.
func (p *platform) hostsFile() (url string, environ []string) {
	p.t.Helper()
	address, port, err := net.SplitHostPort(p.tls)
	if err != nil {
		p.t.Fatal(err)
	}
	dir := p.t.TempDir()
	write(p.t, filepath.Join(dir, "hosts"), []byte(address+" graph.facebook.com\n"))
	write(p.t, filepath.Join(dir, ".curlrc"), fmt.Appendf(nil, "resolve = graph.facebook.com:%s:%s\n", port, address))
	return "https://graph.facebook.com:" + port + "/v23.0/me", []string{
		"REFEREE_TEST_ADDRESS=" + address,
		"JAVA_TOOL_OPTIONS=-Djdk.net.hosts.file=" + filepath.Join(dir, "hosts"),
		"CURL_HOME=" + dir,
	}
}

// files puts all that a receiver may read into a folder with a name that is not
// easy to quote.
func (p *platform) files() intercept.TrustFiles {
	p.t.Helper()
	other, err := intercept.New(intercept.Options{Handler: http.NotFoundHandler()})
	if err != nil {
		p.t.Fatal(err)
	}
	system := other.CA()
	if err := other.Close(); err != nil {
		p.t.Fatal(err)
	}

	dir := filepath.Join(p.t.TempDir(), "for the receiver")
	f := intercept.TrustFiles{
		Bundle: filepath.Join(dir, "bundle.pem"), CA: filepath.Join(dir, "ca.pem"),
		Store: filepath.Join(dir, "store.p12"), StorePassword: "changeit",
		PHPDir: filepath.Join(dir, "php"), ListSeparator: string(os.PathListSeparator),
	}
	if err := os.MkdirAll(f.PHPDir, 0o700); err != nil {
		p.t.Fatal(err)
	}
	store, err := p.TrustStore(system, f.StorePassword)
	if err != nil {
		p.t.Fatal(err)
	}
	write(p.t, f.Bundle, p.Bundle(system))
	write(p.t, f.CA, p.CA())
	write(p.t, f.Store, store)
	write(p.t, filepath.Join(f.PHPDir, "referee.ini"), intercept.PHPIni(f.Bundle))
	return f
}

func write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestRuntimes has receivers in several languages call graph.facebook.com,
// unchanged, in both ways.
func TestRuntimes(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out programs of other runtimes")
	}
	for _, c := range clients() {
		t.Run(c.runtime+"/"+c.name, func(t *testing.T) {
			c.require(t)
			t.Run("tls", func(t *testing.T) {
				p := start(t, intercept.Options{})
				url, environ := p.hostsFile()
				files := p.files()
				files.Environ = environ
				others := func(variable string) bool { return !strings.HasPrefix(variable, c.trust+"=") }
				only := slices.DeleteFunc(p.Variables(files, ""), others)
				c.reaches(p, url, append(environ, only...), intercept.WayTLS)
			})
			t.Run("proxy", func(t *testing.T) {
				if reason := c.ignoresProxy(t); reason != "" {
					t.Skip(reason)
				}
				p := start(t, intercept.Options{})
				c.reaches(p, "https://graph.facebook.com/v23.0/me", p.Variables(p.files(), p.proxyURL().String()), intercept.WayProxy)
			})
			t.Run("distrust", func(t *testing.T) {
				p := start(t, intercept.Options{})
				url, environ := p.hostsFile()
				if out, err := c.run(t, url, append(environ, p.Variables(intercept.TrustFiles{Environ: environ}, "")...)); err == nil {
					t.Errorf("it got %s without any trust", out)
				}
				failed := intercept.Call{Way: intercept.WayTLS, Outcome: intercept.Failed, Host: "graph.facebook.com", Reason: intercept.Untrusted}
				if c.runtime != "node" && c.name != "HttpClient" {
					p.seen(failed)
					return
				}
				// They hang up, mostly without an alert, before the handshake has arrived
				// or after.
				aborted, unused := failed, failed
				aborted.Reason = intercept.Aborted
				unused.Outcome, unused.Reason = intercept.Unused, ""
				p.seen(failed, aborted, unused)
			})
		})
	}
}

// reaches calls the Graph API once.
func (c client) reaches(p *platform, url string, variables []string, way intercept.Way) {
	p.t.Helper()
	out, err := c.run(p.t, url, variables)
	if err != nil || !strings.Contains(out, "GET graph.facebook.com /v23.0/me url=/v23.0/me ") {
		p.t.Fatalf("it got %q, %v; seen: %+v", out, err, p.Seen())
	}
	p.seen(intercept.Call{Way: way, Outcome: intercept.Answered, Host: "graph.facebook.com"})
}
