package report

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWrap(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"short", "one two", "one two"},
		{"nothing", "", ""},
		{"long", "one two three four", "one two|three four"},
		{"exactly the width", "0123456789", "0123456789"},
		{"paragraphs", "one\n\ntwo", "one||two"},
		{"line feeds at the ends", "\none\n", "one"},
		{"indentation", "  one two three", "  one two|  three"},
		{"a long word", "see https://example.com/a/b/c now", "see|https://example.com/a/b/c|now"},
		{"a long indented word", "  0123456789", "  0123456789"},
		{"a line that fits keeps its gaps", "a  b   c", "a  b   c"},
		{"ideographs are wide", "你好你好 你好", "你好你好|你好"},
		{"accents are narrow", "äöüäö äöü", "äöüäö äöü"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(Wrap(test.text, 10), "|"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// Wrapping loses no word, and a line is too long only when it is one word.
func TestWrapProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := Clean(rapid.StringMatching(`([ \n\t]{0,3}[a-zä你🙂]{1,12}){0,20}`).Draw(t, "text"))
		width := rapid.IntRange(1, 60).Draw(t, "width")
		lines := Wrap(text, width)
		if got, want := strings.Fields(strings.Join(lines, "\n")), strings.Fields(text); !slices.Equal(got, want) {
			t.Fatalf("the words are %q, want %q", got, want)
		}
		for _, line := range lines {
			if columns(line) > width && len(strings.Fields(line)) > 1 {
				t.Fatalf("%q is wider than %d", line, width)
			}
		}
	})
}

func TestCommand(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, command, want string }{
		{"none", " \n", ""},
		{"one line", "curl 'a  b' c", "       Try: curl 'a  b' c\n"},
		{"continued lines", "curl \\\n  -d x\n", "       Try: curl \\\n              -d x\n"},
		// Indentation would become part of the body and break its signature.
		{"a body of two lines", "curl -d 'a\nb'", "       Try: curl -d 'a\nb'\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPage(Options{Width: 40})
			p.command("Try", test.command)
			if got := p.String(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestAbbreviated(t *testing.T) {
	t.Parallel()
	ids := []string{"a.one", "a.two", "a.three"}
	for room, want := range map[int]string{
		21: "a.one, a.two, a.three",
		20: "a.one, a.two, 1 more",
		19: "a.one, 2 more",
		0:  "a.one, 2 more",
	} {
		if got := abbreviated(ids, room); got != want {
			t.Errorf("with room for %d: got %q, want %q", room, got, want)
		}
	}
}
