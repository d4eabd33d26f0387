package reference

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAuthentic(t *testing.T) {
	const body = `{"text":"\u00e4\/"}`
	right := sign(body)
	tests := []struct {
		name   string
		header http.Header
		want   bool
	}{
		{"right", http.Header{"X-Hub-Signature-256": {right}}, true},
		{"wrong SHA-1 beside it", http.Header{"X-Hub-Signature-256": {right}, "X-Hub-Signature": {"sha1=00"}}, true},
		{"none", http.Header{}, false},
		{"empty", http.Header{"X-Hub-Signature-256": {""}}, false},
		{"SHA-1 only", http.Header{"X-Hub-Signature": {right}}, false},
		{"twice", http.Header{"X-Hub-Signature-256": {right, right}}, false},
		{"no prefix", http.Header{"X-Hub-Signature-256": {strings.TrimPrefix(right, "sha256=")}}, false},
		{"another prefix", http.Header{"X-Hub-Signature-256": {strings.Replace(right, "sha256", "sha512", 1)}}, false},
		{"prefix alone", http.Header{"X-Hub-Signature-256": {"sha256="}}, false},
		{"cut", http.Header{"X-Hub-Signature-256": {right[:len(right)-2]}}, false},
		{"no hex", http.Header{"X-Hub-Signature-256": {"sha256=" + strings.Repeat("zz", 32)}}, false},
		{"of another body", http.Header{"X-Hub-Signature-256": {sign(body + " ")}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := authentic(testSecret, tt.header, []byte(body)); got != tt.want {
				t.Errorf("authentic is %v, want %v", got, tt.want)
			}
		})
	}
	if authentic("", http.Header{"X-Hub-Signature-256": {right}}, []byte(body)) {
		t.Error("authentic without an app secret")
	}
}

// TestAuthenticVectors checks the signatures that the platform's are held to, and
// captured ones where they are beside the project.
func TestAuthenticVectors(t *testing.T) {
	for _, file := range []string{
		filepath.Join("..", "..", "mockplatform", "wire", "testdata", "signatures.json"),
		filepath.Join("..", "..", "..", "shared", "vectors", "signatures.json"),
	} {
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) && strings.Contains(file, "shared") {
			t.Logf("without the captured vectors: %v", err)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var vectors []struct {
			Name, Algorithm, Secret, Body, Signature, Source string
			Valid                                            bool
		}
		if err := json.Unmarshal(text, &vectors); err != nil {
			t.Fatal(err)
		}
		checked := 0
		for _, v := range vectors {
			if v.Algorithm != "sha256" {
				continue
			}
			checked++
			h := http.Header{"X-Hub-Signature-256": {v.Signature}}
			if got := authentic(v.Secret, h, []byte(v.Body)); got != v.Valid {
				t.Errorf("authentic is %v, want %v: %s%s", got, v.Valid, v.Name, v.Source)
			}
		}
		if checked < 8 {
			t.Errorf("%s has %d vectors of SHA-256", file, checked)
		}
	}
}

func TestAuthenticNoticesEveryChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOfN(rapid.Byte(), 1, 200).Draw(t, "body")
		h := http.Header{"X-Hub-Signature-256": {sign(string(body))}}
		if !authentic(testSecret, h, body) {
			t.Fatal("the right signature is refused")
		}
		at := rapid.IntRange(0, len(body)-1).Draw(t, "at")
		body[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
		if authentic(testSecret, h, body) {
			t.Fatal("a changed body is believed")
		}
	})
}
