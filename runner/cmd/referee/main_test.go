package main

import (
	"crypto/x509"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// TestCAs looks whether the program has CAs where the machine has none.
func TestCAs(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the machine's CAs are in files on Linux alone")
	}
	const child = "REFEREE_TEST_WITHOUT_CAS"
	if os.Getenv(child) == "" {
		t.Parallel()
		again := exec.Command(os.Args[0], "-test.run", "^TestCAs$")
		// They are read when the program starts.
		again.Env = append(os.Environ(), child+"=1", "SSL_CERT_FILE=/nowhere", "SSL_CERT_DIR=/nowhere")
		if out, err := again.CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
		return
	}
	for root := range bundle.Roots() {
		c, err := x509.ParseCertificate(root.Certificate)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Verify(x509.VerifyOptions{CurrentTime: c.NotAfter, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}); err != nil {
			t.Errorf("it does not trust %s: %v", c.Subject, err)
		}
		return
	}
	t.Error("it has no CAs")
}
