package capture

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxLine is how many bytes a line may have.
const MaxLine = 64 << 20

// ErrTorn is for a last line that was not written to its end: whoever wrote the
// capture was stopped. What comes before it is whole.
var ErrTorn = errors.New("the last line is torn: the recorder was stopped while it wrote; every line before it is whole")

// Lines reads a stream line by line in constant memory. It is not safe for
// concurrent use.
type Lines struct {
	r      *bufio.Reader
	line   []byte
	number int
	whole  bool
	err    error
}

// NewLines reads lines of r.
func NewLines(r io.Reader) *Lines { return &Lines{r: bufio.NewReaderSize(r, 64<<10)} }

// Next reads the next line that is not blank; false at the end, or after an
// error, which Err tells.
func (l *Lines) Next() bool {
	for l.err == nil {
		l.line = l.line[:0]
		for {
			part, err := l.r.ReadSlice('\n')
			l.line = append(l.line, part...)
			if len(l.line) > MaxLine {
				l.err = fmt.Errorf("line %d has more than %d MiB", l.number+1, MaxLine>>20)
				return false
			}
			if err == nil || errors.Is(err, io.EOF) {
				l.whole = err == nil
				if err != nil && len(l.line) == 0 {
					return false
				}
				break
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				l.err = fmt.Errorf("after line %d: %w", l.number, err)
				return false
			}
		}
		l.number++
		if l.line = bytes.TrimSpace(l.line); len(l.line) > 0 {
			return true
		}
	}
	return false
}

// Bytes is the line, without white space at its ends. It is valid until the
// next call of Next.
func (l *Lines) Bytes() []byte { return l.line }

// Number counts lines from 1, blank ones too.
func (l *Lines) Number() int { return l.number }

// Whole reports whether the line has an end; the last one of a stream may have none.
func (l *Lines) Whole() bool { return l.whole }

// Record is the line as a record of a capture; the error is ErrTorn if the line
// has no end, and else says which line it is.
func (l *Lines) Record() (Record, error) {
	r, err := Parse(l.line)
	switch {
	case err == nil:
		return r, nil
	case !l.whole:
		return r, ErrTorn
	}
	return r, fmt.Errorf("line %d %w", l.number, err)
}

// Err is why reading ended early; nil at the end of the stream.
func (l *Lines) Err() error { return l.err }

// IsRecord reports whether a line is a record of a capture and not a payload:
// the version comes first in a record, and in nothing that Meta sends.
func IsRecord(line []byte) bool { return bytes.HasPrefix(line, []byte(`{"version":`)) }

// Parse reads one line of a capture.
func Parse(line []byte) (Record, error) {
	var r Record
	if err := json.Unmarshal(line, &r); err != nil {
		return Record{}, fmt.Errorf("is no record of a capture: %w", err)
	}
	switch {
	case r.Version == 0:
		return Record{}, errors.New("is no record of a capture: it has no version")
	case r.Version != version:
		return Record{}, fmt.Errorf("is a record of version %d; this program reads version %d: use a newer one", r.Version, version)
	}
	return r, nil
}
