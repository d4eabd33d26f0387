package life

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

const (
	// headSize and tailSize are how many bytes are kept of an output: how the
	// receiver started, and what it wrote last.
	headSize = 64 << 10
	tailSize = 256 << 10
	// lineSize is how much of one line is looked at.
	lineSize = 64 << 10
)

// Output keeps what a receiver writes, in bounded memory.
type Output struct {
	mu    sync.Mutex
	head  []byte
	tail  []byte // a ring: the byte at offset n is tail[(n-headSize)%tailSize]
	total int64

	// Each, if set, is called with each line that is whole.
	Each func(line string)
	part []byte // of the line that Each has not had yet

	pattern *regexp.Regexp // nil while no line is awaited
	matched chan struct{}
	line    []byte // the line that has not ended yet, while one is awaited
}

// Write never fails.
func (o *Output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.match(b)
	o.hand(b)
	rest := b
	if free := headSize - len(o.head); free > 0 {
		n := min(free, len(rest))
		o.head = append(o.head, rest[:n]...)
		o.total += int64(n)
		rest = rest[n:]
	}
	for len(rest) > 0 {
		at := int((o.total - headSize) % tailSize)
		n := min(len(rest), tailSize-at)
		if at == len(o.tail) {
			o.tail = append(o.tail, rest[:n]...)
		} else {
			copy(o.tail[at:], rest[:n])
		}
		o.total += int64(n)
		rest = rest[n:]
	}
	return len(b), nil
}

// hand hands out the lines that are whole.
func (o *Output) hand(b []byte) {
	for o.Each != nil {
		line, rest, ended := bytes.Cut(b, []byte("\n"))
		o.part = append(o.part, line[:min(len(line), lineSize-len(o.part))]...)
		if !ended {
			return
		}
		o.Each(string(bytes.TrimSuffix(o.part, []byte("\r"))))
		o.part, b = o.part[:0], rest
	}
}

// written is the mark of what comes next.
func (o *Output) written() int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.total
}

// Since returns what was written since a mark, and the mark from which to go on.
// Marks count bytes. Of a long output the middle is left out, and a line says how much.
func (o *Output) Since(mark int64) (string, int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	from := min(max(mark, 0), o.total)
	var b strings.Builder
	if from < int64(len(o.head)) {
		b.Write(o.head[from:])
		from = int64(len(o.head))
	}
	if oldest := o.total - int64(len(o.tail)); from < oldest {
		fmt.Fprintf(&b, "\n[%d bytes of output left out]\n", oldest-from)
		from = oldest
	}
	if n := int(o.total - from); n > 0 {
		at := int((from - headSize) % tailSize)
		first := min(n, len(o.tail)-at)
		b.Write(o.tail[at : at+first])
		b.Write(o.tail[:n-first])
	}
	return b.String(), o.total
}

// expect returns a channel that is closed when a line matches the pattern. It
// looks at what is written from now on, and replaces what was expected before.
func (o *Output) expect(pattern *regexp.Regexp) <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pattern, o.matched, o.line = pattern, make(chan struct{}), nil
	return o.matched
}

// match looks for the expected line in what is written. A line need not have
// ended: a prompt never does.
func (o *Output) match(b []byte) {
	for o.pattern != nil && len(b) > 0 {
		part, rest, ended := bytes.Cut(b, []byte("\n"))
		b = rest
		part = part[:min(len(part), lineSize-len(o.line))]
		o.line = append(o.line, part...)
		if (ended || len(part) > 0) && o.pattern.Match(bytes.TrimSuffix(o.line, []byte("\r"))) {
			close(o.matched)
			o.pattern, o.line = nil, nil
			return
		}
		if ended {
			o.line = o.line[:0]
		}
	}
}

const (
	lastLines = 20
	lastBytes = 4 << 10
)

// Last returns the last lines of a text.
func Last(text string) string {
	text = strings.TrimRight(text, "\r\n")
	start := len(text)
	for range lastLines {
		if start = strings.LastIndexByte(text[:start], '\n'); start < 0 {
			break
		}
	}
	return text[max(start+1, len(text)-lastBytes):]
}
