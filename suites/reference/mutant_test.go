package reference

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestMutantsAreConsistent(t *testing.T) {
	name := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	id := regexp.MustCompile(`^([a-z0-9]+|\*)(-[a-z0-9]+)*(\.([a-z0-9]+|\*)(-([a-z0-9]+|\*))*)*$`)
	sentence := regexp.MustCompile(`^[A-Z].*[^ ]\.$`)
	names := map[string]bool{}
	defects := map[string]string{}
	for _, m := range Mutants() {
		t.Run(m.Name, func(t *testing.T) {
			if !name.MatchString(m.Name) || names[m.Name] {
				t.Error("the name is not unique, or not of lower-case words with dashes")
			}
			names[m.Name] = true
			if !sentence.MatchString(m.Defect) {
				t.Errorf("the defect is no sentence: %q", m.Defect)
			}
			if len(m.Breaks) == 0 {
				t.Error("it breaks nothing")
			}
			if !slices.IsSorted(m.Breaks) || len(slices.Compact(slices.Clone(m.Breaks))) != len(m.Breaks) {
				t.Errorf("what it breaks is not sorted, or named twice: %q", m.Breaks)
			}
			for _, requirement := range m.Breaks {
				if !id.MatchString(requirement) {
					t.Errorf("%q is neither a requirement id nor a pattern like referral.* or reply.*.no-storm", requirement)
				}
			}
			key := m.Defect + "\n" + strings.Join(m.Breaks, " ")
			if other, ok := defects[key]; ok {
				t.Errorf("it is the same as %s", other)
			}
			defects[key] = m.Name
			if m.apply == nil {
				t.Error("it has no defect")
			}
			NewMutant(Config{}, m).Close()
		})
	}
}

func TestMutantBreaksRequirement(t *testing.T) {
	m := Mutant{Breaks: []string{"*.ref-long", "reply.*.no-storm", "signature.missing"}}
	for id, want := range map[string]bool{
		"signature.missing": true, "referral.ref-long": true, "reply.reset.no-storm": true,
		"signature.missing-too": false, "referral.ref-longer": false, "reply.reset.acknowledged": false,
	} {
		if got := m.BreaksRequirement(id); got != want {
			t.Errorf("%s: got %v", id, got)
		}
	}
}

// mutant returns a served mutant.
func mutant(t *testing.T, name string) *Server {
	t.Helper()
	all := Mutants()
	i := slices.IndexFunc(all, func(m Mutant) bool { return m.Name == name })
	if i < 0 {
		t.Fatalf("no mutant %s", name)
	}
	return listen(t, NewMutant(Config{AppSecret: testSecret}, all[i]))
}

func TestSignatureMutants(t *testing.T) {
	plain, escaped := messaging(postback("7", "m1")), messaging(`{"n":"\/\u00e4"}`)
	sha1Of := func(body string) string {
		mac := hmac.New(sha1.New, []byte(testSecret))
		mac.Write([]byte(body))
		return "sha1=" + hex.EncodeToString(mac.Sum(nil))
	}
	tests := []struct {
		mutant, body string
		header       http.Header
		status       int
	}{
		{"accepts-any-signature", plain, http.Header{}, 200},
		{"compares-sha1-only", plain, http.Header{"X-Hub-Signature": {sha1Of(plain)}}, 200},
		{"compares-sha1-only", plain, http.Header{"X-Hub-Signature-256": {sign(plain)}}, 403},
		{"signs-reserialised-json", plain, http.Header{"X-Hub-Signature-256": {sign(plain)}}, 200},
		{"signs-reserialised-json", escaped, http.Header{"X-Hub-Signature-256": {sign(escaped)}}, 403},
	}
	for _, tt := range tests {
		s := mutant(t, tt.mutant)
		req := delivery(t, s.URL(), tt.body)
		req.Header = tt.header
		if status, _, err := do(req); err != nil || status != tt.status {
			t.Errorf("%s: status %d, error %v, want %d", tt.mutant, status, err, tt.status)
		}
	}
}

func TestStringify(t *testing.T) {
	tests := map[string]string{
		`{ "b": 1.0, "a": [ true, null ] }`:   `{"b":1.0,"a":[true,null]}`,
		`{"\u00e4":"\u003C\/\u0040\u0025"}`:   `{"ä":"</@%"}`,
		`"\ud83d\udc51 \"\\ \n"`:              `"👑 \"\\ \n"`,
		`no JSON`:                             `no JSON`,
		`{"object":"page","entry":[{"a":1}]}`: `{"object":"page","entry":[{"a":1}]}`,
	}
	for text, want := range tests {
		if got := string(stringify([]byte(text))); got != want {
			t.Errorf("stringify(%s) is %s, want %s", text, got, want)
		}
	}
}

// TestImports keeps the package apart from the code that judges it.
func TestImports(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range f.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") {
				t.Errorf("%s imports %s, which is not of the standard library", file, path)
			}
		}
	}
}
