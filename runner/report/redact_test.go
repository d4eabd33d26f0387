package report_test

import (
	"io"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/runner/report"
)

func TestRedactSpellings(t *testing.T) {
	t.Parallel()
	const secret = `t0p/s&cr"et's`
	tests := []struct{ name, text, want string }{
		{"as it is", "signed with " + secret + ", twice " + secret, "signed with [redacted], twice [redacted]"},
		{"in a query", "?hub.verify_token=" + url.QueryEscape(secret) + "&x=1", "?hub.verify_token=[redacted]&x=1"},
		{"in a query, lower case", "?t=" + strings.ToLower(url.QueryEscape(secret)), "?t=[redacted]"},
		{"in a path", "/" + url.PathEscape(secret) + "/", "/[redacted]/"},
		{"in JSON", `{"a":"t0p/s&cr\"et's"}`, `{"a":"[redacted]"}`},
		{"in JSON with HTML escapes", `{"a":"t0p/s\u0026cr\"et's"}`, `{"a":"[redacted]"}`},
		{"in a shell word", `-d 't0p/s&cr"et'\''s'`, `-d '[redacted]'`},
		{"nothing to hide", "t0p/s&cr", "t0p/s&cr"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := report.Redact(report.Result{Receiver: report.Receiver{URL: test.text}}, secret)
			if r.Receiver.URL != test.want {
				t.Errorf("got %s, want %s", r.Receiver.URL, test.want)
			}
		})
	}
}

// Every text is looked at, also those that are added to the types later.
func TestRedactLooksEverywhere(t *testing.T) {
	t.Parallel()
	const secret = "EAAG-token"
	var r report.Result
	r.Requirements = []report.Requirement{{Finding: &report.Finding{}}}
	fill(reflect.ValueOf(&r).Elem(), secret)

	redacted := report.Redact(r, secret)
	if got := r.Requirements[0].Finding.Actual; got != secret {
		t.Errorf("the original was changed to %q", got)
	}
	// Identifiers are left alone on purpose.
	redacted.Tool, redacted.Verdict, redacted.Receiver.Features = report.Tool{}, "", nil
	redacted.Causes[0].ID, redacted.Causes[0].Level, redacted.Causes[0].Proof, redacted.Causes[0].Fix = "", "", "", ""
	redacted.Causes[0].Explains, redacted.Causes[0].Only = nil, nil
	q := &redacted.Requirements[0]
	q.ID, q.Topic, q.Level, q.Basis, q.Status = "", "", "", "", ""
	q.Passages[0].Evidence[0].Kind = ""
	if got := text(t, func(w io.Writer) error { return report.WriteJSON(w, redacted) }); strings.Contains(got, secret) {
		t.Errorf("the secret is still in\n%s", got)
	}
}

// What is no secret stays, also what is added to the types later.
func TestRedactLosesNothing(t *testing.T) {
	t.Parallel()
	var r report.Result
	r.Requirements = []report.Requirement{{Finding: &report.Finding{}, Flake: &report.Flake{}}}
	r.Shard, r.Baseline = &report.Shard{}, &report.Baseline{}
	fill(reflect.ValueOf(&r).Elem(), "text")

	if redacted := report.Redact(r, "EAAG-token"); !reflect.DeepEqual(redacted, r) {
		t.Errorf("got %+v\nof %+v", redacted, r)
	}
	if e := report.Redact(r, "text").Baseline; e.File == "text" || e.Entries[0].Reason == "text" {
		t.Errorf("the baseline has the secret: %+v", e)
	}
}

// fill sets every string that can be reached.
func fill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), text)
			}
		}
	case reflect.Slice:
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		for i := range v.Len() {
			fill(v.Index(i), text)
		}
	case reflect.Pointer:
		fill(v.Elem(), text)
	}
}

func TestRedactSeveralSecrets(t *testing.T) {
	t.Parallel()
	r := report.Result{Receiver: report.Receiver{URL: "abcd abcdefgh xyz äöü äöüß"}}
	got := report.Redact(r, "abcd", "abcdefgh", "xyz", "äöü", "äöüß", "").Receiver.URL
	if want := "[redacted] [redacted] xyz äöü [redacted]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRedactKeepsIdentifiers(t *testing.T) {
	t.Parallel()
	r := report.Redact(sample(), "secret", "passed", "MUST")
	for i, q := range sample().Requirements {
		if got := r.Requirements[i]; got.ID != q.ID || got.Level != q.Level || got.Status != q.Status {
			t.Errorf("%s became %s %s %s", q.ID, got.ID, got.Level, got.Status)
		}
	}
}

func TestRedactProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		// No letter of "[redacted]" and none of a percent escape, so that the
		// surroundings cannot complete the secret.
		secret := rapid.StringMatching(`[g-z&/" ü']{4,20}`).Filter(func(s string) bool {
			return strings.Trim(s, " ") != ""
		}).Draw(t, "secret")
		before, after := rapid.StringMatching(`[A-Z]*`).Draw(t, "before"), rapid.StringMatching(`[A-Z]*`).Draw(t, "after")
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
			r := report.Redact(report.Result{Receiver: report.Receiver{URL: before + form + after}}, secret)
			if want := before + "[redacted]" + after; r.Receiver.URL != want {
				t.Fatalf("%q became %q", form, r.Receiver.URL)
			}
		}
	})
}
