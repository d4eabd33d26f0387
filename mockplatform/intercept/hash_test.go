package intercept_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestSubjectHash(t *testing.T) {
	i := idle(t)
	got, err := i.SubjectHash()
	if err != nil {
		t.Fatal(err)
	}
	// The name of the CA is the same in each run.
	if want := "5fe90a64"; got != want {
		t.Errorf("the hash is %s, want %s", got, want)
	}
	t.Run("openssl", func(t *testing.T) {
		client{runtime: "openssl", tools: []string{"openssl"}}.require(t)
		file := filepath.Join(t.TempDir(), "ca.pem")
		write(t, file, i.CA())
		out, err := exec.Command("openssl", "x509", "-noout", "-subject_hash", "-in", file).Output()
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.TrimSpace(string(out)); got != want {
			t.Errorf("the hash is %s, OpenSSL says %s", got, want)
		}
	})
}
