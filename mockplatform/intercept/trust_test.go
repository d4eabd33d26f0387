package intercept_test

import (
	"bytes"
	"encoding/pem"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/seed-11445fa1/referee/mockplatform/intercept"
)

// idle is an Interceptor that serves nobody.
func idle(t testing.TB) *intercept.Interceptor {
	t.Helper()
	i, err := intercept.New(intercept.Options{Handler: http.NotFoundHandler()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.Close() })
	return i
}

// certificates are those of a bundle, in DER.
func certificates(bundle []byte) (all [][]byte) {
	for block, rest := pem.Decode(bundle); block != nil; block, rest = pem.Decode(rest) {
		all = append(all, block.Bytes)
	}
	return all
}

func TestBundle(t *testing.T) {
	i, system := idle(t), idle(t).CA()
	ca := certificates(i.CA())
	if len(ca) != 1 {
		t.Fatalf("CA has %d certificates", len(ca))
	}
	for name, test := range map[string]struct {
		system []byte
		want   int
	}{
		"nothing":         {nil, 1},
		"system":          {system, 2},
		"without newline": {bytes.TrimSpace(system), 2},
		"with comments":   {append([]byte("# a comment\n"), system...), 2},
	} {
		t.Run(name, func(t *testing.T) {
			before := bytes.Clone(test.system)
			all := certificates(i.Bundle(test.system))
			if len(all) != test.want || !bytes.Equal(all[len(all)-1], ca[0]) {
				t.Errorf("the bundle has %d certificates, want %d with the CA last", len(all), test.want)
			}
			if !bytes.Equal(before, test.system) {
				t.Error("the bundle of the system was changed")
			}
		})
	}
}

func TestTrustStore(t *testing.T) {
	i := idle(t)
	system := slices.Concat(idle(t).CA(), []byte("no certificate\n"),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("broken")}),
		pem.EncodeToMemory(&pem.Block{Type: "SOMETHING", Bytes: certificates(i.CA())[0]}), idle(t).CA())
	store, err := i.TrustStore(system, "changeit")
	if err != nil {
		t.Fatal(err)
	}
	all, err := pkcs12.DecodeTrustStore(store, "changeit")
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 3 || !bytes.Equal(all[0].Raw, certificates(i.CA())[0]) {
		t.Errorf("the store has %d certificates, want the CA and two of the system", len(all))
	}
	if _, err := i.TrustStore(nil, "not in UCS-2: \U0001F511"); err == nil {
		t.Error("a password that cannot be encoded is no error")
	}

	t.Run("keytool", func(t *testing.T) {
		client{runtime: "java", tools: []string{"keytool"}}.require(t)
		file := filepath.Join(t.TempDir(), "store.p12")
		write(t, file, store)
		out, err := exec.Command("keytool", "-list", "-keystore", file, "-storepass", "changeit").CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if n := strings.Count(string(out), "trustedCertEntry"); n != 3 {
			t.Errorf("Java trusts %d entries, want 3:\n%s", n, out)
		}
	})
}

func TestVariables(t *testing.T) {
	const (
		proxyURL = "http://127.0.0.1:8888"
		store    = "-Djavax.net.ssl.trustStore=/t/store.p12 -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword=pw"
		proxies  = "-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=8888 -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=8888 -Dhttp.nonProxyHosts=localhost|127.*|[::1]"
		hosts    = "graph.facebook.com,graph.instagram.com,graph-video.facebook.com"
	)
	throughProxy := []string{
		"HTTPS_PROXY=" + proxyURL, "https_proxy=" + proxyURL, "HTTP_PROXY=" + proxyURL, "http_proxy=" + proxyURL,
		"NO_PROXY=127.0.0.1,localhost", "no_proxy=127.0.0.1,localhost", "NODE_USE_ENV_PROXY=1",
	}
	around := func(exceptions string) []string { return []string{"NO_PROXY=" + exceptions, "no_proxy=" + exceptions} }
	for name, test := range map[string]struct {
		files intercept.TrustFiles
		proxy string
		want  [][]string
	}{
		"nothing":    {intercept.TrustFiles{}, "", [][]string{around(hosts)}},
		"proxy only": {intercept.TrustFiles{}, proxyURL, [][]string{{"JAVA_TOOL_OPTIONS=" + proxies}, throughProxy}},
		"all": {
			intercept.TrustFiles{Bundle: "/t/bundle.pem", CA: "/t/ca.pem", Store: "/t/store.p12", StorePassword: "pw", PHPDir: "/t/php"}, proxyURL,
			[][]string{
				{"SSL_CERT_FILE=/t/bundle.pem", "REQUESTS_CA_BUNDLE=/t/bundle.pem", "CURL_CA_BUNDLE=/t/bundle.pem", "NODE_EXTRA_CA_CERTS=/t/ca.pem"},
				{"JAVA_TOOL_OPTIONS=" + store + " " + proxies, "PHP_INI_SCAN_DIR=:/t/php"},
				throughProxy,
			},
		},
		"kept": {
			intercept.TrustFiles{Store: "/t/store.p12", StorePassword: "pw", PHPDir: "/t/php", Environ: []string{
				"JAVA_TOOL_OPTIONS=-Xmx1g", "JAVA_TOOL_OPTIONS=-Xmx2g", "PHP_INI_SCAN_DIR=/etc/php", "NO_PROXY=db", "no_proxy=",
			}}, "",
			[][]string{{"JAVA_TOOL_OPTIONS=-Xmx2g " + store, "PHP_INI_SCAN_DIR=/etc/php:/t/php"}, around("db," + hosts)},
		},
		"nothing for Java": {
			intercept.TrustFiles{Environ: []string{"JAVA_TOOL_OPTIONS=-Xmx1g"}}, "", [][]string{around(hosts)},
		},
		"Windows": {
			intercept.TrustFiles{Store: `C:\a b\store.p12`, StorePassword: "pw", PHPDir: `C:\a b\php`, ListSeparator: ";"}, "",
			[][]string{
				{`JAVA_TOOL_OPTIONS="-Djavax.net.ssl.trustStore=C:\a b\store.p12"` + strings.TrimPrefix(store, "-Djavax.net.ssl.trustStore=/t/store.p12")},
				{`PHP_INI_SCAN_DIR=;C:\a b\php`}, around(hosts),
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := idle(t).Variables(test.files, test.proxy)
			if want := slices.Concat(test.want...); !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

func TestPHPIni(t *testing.T) {
	want := "curl.cainfo='/a b/${c}.pem'\nopenssl.cafile='/a b/${c}.pem'\n"
	if got := string(intercept.PHPIni("/a b/${c}.pem")); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// BenchmarkNew is what interception adds to the start of every run.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		idle(b)
	}
}

// BenchmarkTrustStore is for as many certificates as systems have.
func BenchmarkTrustStore(b *testing.B) {
	i := idle(b)
	system := bytes.Repeat(i.CA(), 150)
	for b.Loop() {
		if _, err := i.TrustStore(system, "changeit"); err != nil {
			b.Fatal(err)
		}
	}
}
