package anonymise_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"
)

// FuzzBody: whatever comes, its length, its form and its spelling stay.
func FuzzBody(f *testing.F) {
	for _, body := range []string{
		`{"object":"page","entry":[{"id":"1","messaging":[{"sender":{"id":"1234567890123456"},"message":{"text":"H\u00e4r \ud83d\ude22 \ud800"}}]}]}`,
		`[1.50,-0,1e9,12345678901,"m_x","%C3%A5%","mid.$c"]`, `{"a":{"a":[[]]}} `, "\xff%\x80a", `"%E2%82%AC%`, `{"`,
	} {
		f.Add([]byte(body))
	}
	a := with(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		before := bytes.Clone(body)
		got := a.Body(body)
		document := utf8.Valid(body) && json.Valid(body) && bytes.ContainsAny(body, "{[")
		switch {
		case !bytes.Equal(before, body):
			t.Fatal("the original changed")
		case len(got) != len(body) || utf8.Valid(got) != utf8.Valid(body) || document && !json.Valid(got):
			t.Fatalf("%q became %q, of another form", body, got)
		case !bytes.Equal(form(got), form(body)):
			t.Fatalf("%q became %q", body, got)
		}
	})
}

// form is a text with one letter in the place of all letters and digits.
func form(text []byte) []byte {
	form := bytes.Clone(text)
	for i, c := range form {
		if c >= utf8.RuneSelf || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' {
			form[i] = 'x'
		}
	}
	return form
}
