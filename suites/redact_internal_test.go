package suites

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/redact"
	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// Every text is looked at, also those that are added to the types later.
func TestRedactedLooksEverywhere(t *testing.T) {
	const secret = "EAAG-token"
	replace := redact.Redactor([]string{secret}).Replace
	o, c := Outcome{Reason: secret, Finding: &judge.Finding{}}, diagnosis.Cause{}
	for _, v := range []reflect.Value{reflect.ValueOf(o.Finding).Elem(), reflect.ValueOf(&c).Elem()} {
		for i := range v.NumField() {
			if v.Field(i).Kind() == reflect.String && v.Field(i).CanSet() {
				v.Field(i).SetString(secret)
			}
		}
	}
	c.ID, c.Level, c.Proof, c.Fix = "", "", "", "" // identifiers are left alone
	text, err := json.Marshal([]any{redacted(o, replace), redactedCause(c, replace)})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), secret) || !strings.Contains(string(text), redact.Redacted) {
		t.Errorf("the secret is still in\n%s", text)
	}
	if o.Finding.Actual != secret {
		t.Errorf("the original was changed to %q", o.Finding.Actual)
	}
}
