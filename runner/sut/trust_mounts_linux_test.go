package sut_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/intercept"
	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// withoutVariables begins a line whose programs learn from no variable whom to
// trust.
const withoutVariables = "unset SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE && "

// TestMountedTrust has clients that read no variable, but the system's
// certificates or a package's, call the platform, and nothing changes for others.
func TestMountedTrust(t *testing.T) {
	t.Parallel()
	suttest.Require(t, "isolation", sut.CanIsolate)
	before := machineTrust(t)
	t.Run("clients", callMeta)
	if machineTrust(t) != before {
		t.Error("the machine's certificates or mounts have changed")
	}
}

// callMeta has each of these clients call the platform.
func callMeta(t *testing.T) {
	const message, script = `{"recipient":{"id":"1"},"message":{"text":"hello"}}`, "/usr/bin/python3 -c '%s' https://graph.facebook.com/v23.0/me/messages"
	python := func(text string) string { return fmt.Sprintf(script, text) }
	for name, client := range map[string]struct {
		there string // succeeds where the client is
		line  string
	}{
		"urllib3": {"/usr/bin/python3 -c 'import urllib3'", python(`
import os, sys, urllib3
assert urllib3.PoolManager(cert_reqs="CERT_REQUIRED").request("POST", sys.argv[1], body=os.environ["MESSAGE"]).status == 200`)},
		"requests": {"/usr/bin/python3 -c 'import requests'", python(`
import os, sys, requests
requests.post(sys.argv[1], data=os.environ["MESSAGE"]).raise_for_status()`)},
		"certifi": {"/usr/bin/python3 -c 'import certifi'", python(`
import os, ssl, sys, urllib.request, certifi
urllib.request.urlopen(sys.argv[1], os.environ["MESSAGE"].encode(), context=ssl.create_default_context(cafile=certifi.where()))`)},
		"openssl folder": {"test -d /etc/ssl/certs && /usr/bin/python3 -c 'import ssl'", python(`
import os, ssl, sys, urllib.request
urllib.request.urlopen(sys.argv[1], os.environ["MESSAGE"].encode(), context=ssl.create_default_context(capath="/etc/ssl/certs"))`)},
		"wget": {"command -v wget", `wget --quiet --output-document=/dev/null --post-data="$MESSAGE" https://graph.facebook.com/v23.0/me/messages`},
		"lwp": {"perl -MLWP::UserAgent -MLWP::Protocol::https -e 1", `perl -MLWP::UserAgent -e '
my $answer = LWP::UserAgent->new->post("https://graph.facebook.com/v23.0/me/messages", Content => $ENV{MESSAGE});
die $answer->status_line unless $answer->is_success'`},
		"typhoeus": {"ruby -rtyphoeus -e 1", `ruby -rtyphoeus -e '
answer = Typhoeus.post("https://graph.facebook.com/v23.0/me/messages", body: ENV["MESSAGE"])
abort answer.return_message unless answer.success?'`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			suttest.Require(t, name, func() error {
				if text, err := exec.Command("sh", "-c", client.there).CombinedOutput(); err != nil {
					return fmt.Errorf("%w: %s", err, text)
				}
				return nil
			})
			reaches(t, sut.Command{
				Line: withoutVariables + client.line + " && exec " + line(), Env: map[string]string{"MESSAGE": message},
			}, intercept.WayTLS)
		})
	}
}

// machineTrust is a digest of all whom this machine trusts, and of its mounts
// there.
func machineTrust(t *testing.T) string {
	t.Helper()
	sum := sha256.New()
	for _, root := range []string{"/etc/ssl", "/etc/pki", "/usr/lib/python3/dist-packages/certifi"} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			info, err := os.Stat(name)
			if err != nil {
				return nil // a link to nowhere
			}
			fmt.Fprintln(sum, name, info.Mode(), info.ModTime())
			if info.Mode().IsRegular() {
				data, err := os.ReadFile(name)
				if err != nil {
					return err
				}
				sum.Write(data)
			}
			return nil
		})
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(mounts)) {
		if strings.Contains(line, "/etc/") || strings.Contains(line, "certifi") {
			fmt.Fprint(sum, line)
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil))
}

// TestMountedCertifi has a file of certificates that only the receiver's own
// environment has, in the working directory and in an environment that its line
// names. The file itself stays as it is.
func TestMountedCertifi(t *testing.T) {
	t.Parallel()
	suttest.Require(t, "isolation", sut.CanIsolate)
	system, err := os.ReadFile("/etc/ssl/certs/ca-certificates.crt")
	if err != nil {
		t.Skip(err)
	}
	for name, place := range map[string]struct{ root, packages, line string }{
		"in the working directory": {"work/.venv", "certifi", ""},
		"below a package":          {"work/server/env", "pip/_vendor/certifi", ""},
		"beside":                   {"venv", "certifi", ""},
		"named by the line":        {"opt/deep/down/env", "certifi", "../opt/deep/down/env/bin/true && "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			certifi := filepath.Join(dir, place.root, "lib", "python3.11", "site-packages", place.packages, "cacert.pem")
			bin := filepath.Join(dir, place.root, "bin")
			for _, folder := range []string{filepath.Dir(certifi), bin, filepath.Join(dir, "work")} {
				if err := os.MkdirAll(folder, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Symlink("/bin/true", filepath.Join(bin, "true")); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(certifi, system, 0o644); err != nil {
				t.Fatal(err)
			}
			env := environment
			env.GraphAPI = http.NotFoundHandler()
			c := receiver("serve")
			c.Line, c.Dir, c.Intercept = place.line+"cat "+certifi+" && exec "+line(), filepath.Join(dir, "work"), true
			running, err := c.Start(t.Context(), env)
			if err != nil {
				t.Fatal(err)
			}
			defer running.Stop()
			text, _ := running.Output(0)
			seen, ok := strings.CutPrefix(text, string(system))
			if !ok || strings.Count(seen, "BEGIN CERTIFICATE") != 1 {
				t.Errorf("the receiver sees %d bytes in place of %d, and then %q", len(text), len(system), seen)
			}
			if after, err := os.ReadFile(certifi); err != nil || string(after) != string(system) {
				t.Errorf("the file has changed: %v", err)
			}
			if err := running.Stop(); err != nil {
				t.Error(err)
			}
		})
	}
}
