package report_test

import (
	"encoding/xml"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/runner/report"
)

func TestClean(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"plain text", "one reply after 4 ms", "one reply after 4 ms"},
		{"line feeds and tabs stay", "a\n\tb", "a\n\tb"},
		{"accents, ideographs and emoji stay", "Grüß 你好 👩‍🔧", "Grüß 你好 👩‍🔧"},
		{"the replacement character itself stays", "a\ufffdb", "a\ufffdb"},
		{"backslashes stay", `{"a":"\u001b"}`, `{"a":"\u001b"}`},
		{"clear screen", "\x1b[2J", `\x1b[2J`},
		{"window title", "\x1b]0;owned\x07", `\x1b]0;owned\x07`},
		{"carriage return", "pass\rfail", `pass\rfail`},
		{"backspace and delete", "a\b\x7f", `a\x08\x7f`},
		{"NUL", "\x00", `\x00`},
		{"CSI in one character", "\u009b31m", `\u009b31m`},
		{"CSI in one byte", "\x9b31m", `\x9b31m`},
		{"right-to-left override", "\u202egnp.exe", `\u202egnp.exe`},
		{"zero width space and byte order mark", "a\u200b\ufeff", `a\u200b\ufeff`},
		{"line separators", "a\u2028b\u2029", `a\u2028b\u2029`},
		{"tag characters", "\U000e0041", `\U000e0041`},
		{"not a character", "\uffff\U0001fffe", `\uffff\U0001fffe`},
		{"invalid UTF-8", "a\xff\xc3(", `a\xff\xc3(`},
		{"a surrogate in UTF-8", "\xed\xa0\x80", `\xed\xa0\x80`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := report.Clean(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestCleanProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		checkClean(t, rapid.OneOf(
			rapid.String(),
			rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		).Draw(t, "text"))
	})
}

func FuzzClean(f *testing.F) {
	f.Add([]byte("Grüß dich\x1b[31m\u202e\xff"))
	f.Fuzz(func(t *testing.T, text []byte) { checkClean(t, string(text)) })
}

func checkClean(t interface{ Fatalf(string, ...any) }, text string) {
	clean := report.Clean(text)
	if !utf8.ValidString(clean) {
		t.Fatalf("Clean(%q) is not UTF-8: %q", text, clean)
	}
	for _, r := range clean {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 {
			t.Fatalf("Clean(%q) has the control character %U", text, r)
		}
	}
	if again := report.Clean(clean); again != clean {
		t.Fatalf("cleaned twice, %q became %q", clean, again)
	}
	// Clean text comes back from XML as it went in.
	encoded, err := xml.Marshal(clean)
	if err != nil {
		t.Fatalf("%q in XML: %v", clean, err)
	}
	var decoded string
	if err := xml.Unmarshal(encoded, &decoded); err != nil || decoded != clean {
		t.Fatalf("%q came back from XML as %q (%v)", clean, decoded, err)
	}
}
