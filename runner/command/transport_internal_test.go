package command

import (
	"strings"
	"testing"
	"time"
)

func TestExpiredClientCA(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, stderr, err := execute(t, newClientCA); err != nil {
		t.Fatal(err, stderr)
	}
	now := time.Now()
	for years, want := range map[int]string{
		clientCAYears - 1: "",
		clientCAYears + 1: "the CA in client-ca.pem expired on ",
	} {
		_, err := readClientCA("client-ca.pem", "client-ca-key.pem", now.AddDate(years, 0, 0))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("after %d years: %v", years, err)
		}
	}
}
