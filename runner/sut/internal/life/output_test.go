package life

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestOutputIsWhatWasWritten compares with a buffer that keeps everything.
func TestOutputIsWhatWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var o Output
		var all bytes.Buffer
		next := byte(0)
		for range rapid.IntRange(0, 12).Draw(t, "writes") {
			chunk := make([]byte, rapid.SampledFrom([]int{0, 1, 100, 4095, headSize - 1, headSize, tailSize, tailSize + 1, 3*tailSize + 7}).Draw(t, "size"))
			for i := range chunk {
				chunk[i], next = next, next+31
			}
			if n, err := o.Write(chunk); n != len(chunk) || err != nil {
				t.Fatalf("Write: %d, %v", n, err)
			}
			all.Write(chunk)
		}
		total := int64(all.Len())
		mark := rapid.Int64Range(-1, total+1).Draw(t, "mark")
		got, end := o.Since(mark)
		if end != total || o.written() != total {
			t.Fatalf("the next mark is %d after %d bytes", end, total)
		}
		if want := wanted(all.Bytes(), mark); got != want {
			t.Fatalf("since(%d) of %d bytes has %d bytes, and should have %d", mark, total, len(got), len(want))
		}
		if len(o.head) > headSize || len(o.tail) > tailSize {
			t.Fatalf("%d and %d bytes are kept", len(o.head), len(o.tail))
		}
	})
}

func wanted(all []byte, mark int64) string {
	from := min(max(mark, 0), int64(len(all)))
	head := max(headSize, from)
	tail := max(int64(len(all))-tailSize, head)
	if tail >= int64(len(all)) || tail == head {
		return string(all[from:])
	}
	var kept []byte
	if from < headSize {
		kept = all[from:headSize]
	}
	return fmt.Sprintf("%s\n[%d bytes of output left out]\n%s", kept, tail-head, all[tail:])
}

func TestExpectedLine(t *testing.T) {
	for name, c := range map[string]struct {
		writes  []string
		pattern string
		matched bool
	}{
		"whole line":               {[]string{"starting\nlistening on 80\n"}, `^listening on \d+$`, true},
		"in parts":                 {[]string{"listen", "ing on 8", "0\n"}, `^listening on 80$`, true},
		"without an end":           {[]string{"ready> "}, `^ready> $`, true},
		"carriage return":          {[]string{"ready\r\n"}, `^ready$`, true},
		"not across lines":         {[]string{"lis\ntening\n"}, `listening`, false},
		"empty line":               {[]string{"a\n", "\n"}, `^$`, true},
		"nothing":                  {nil, `.*`, false},
		"after a very long line":   {[]string{strings.Repeat("x", 3*lineSize), "\nready\n"}, `^ready$`, true},
		"deep in a very long line": {[]string{strings.Repeat("x", lineSize), "ready\n"}, `ready`, false},
	} {
		t.Run(name, func(t *testing.T) {
			var o Output
			o.Write([]byte("ready\nlistening\n")) // before anyone asks
			matched := o.expect(regexp.MustCompile(c.pattern))
			for _, w := range c.writes {
				o.Write([]byte(w))
			}
			got := false
			select {
			case <-matched:
				got = true
			default:
			}
			if got != c.matched {
				t.Errorf("matched: %t", got)
			}
		})
	}
}

func TestLast(t *testing.T) {
	lines := func(from, to int) string {
		var b strings.Builder
		for i := from; i <= to; i++ {
			fmt.Fprintf(&b, "line %d\n", i)
		}
		return strings.TrimSuffix(b.String(), "\n")
	}
	for name, c := range map[string]struct{ text, want string }{
		"nothing":     {"", ""},
		"empty lines": {"\n\r\n", ""},
		"one line":    {"a", "a"},
		"few lines":   {"a\nb\n", "a\nb"},
		"many lines":  {lines(1, 50), lines(31, 50)},
		"long line":   {strings.Repeat("x", 2*lastBytes), strings.Repeat("x", lastBytes)},
	} {
		if got := Last(c.text); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
