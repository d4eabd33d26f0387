package rules_test

import "testing"

func TestHTMLAnswer(t *testing.T) {
	if a := answered(t, "html-answer", nil); a.Status != 502 || !says(a, "<html>") {
		t.Errorf("got %+v", a)
	}
}
