package delivery

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Pace says how the bytes of a request follow each other in time. The zero
// value writes all of them at once and waits for the answer.
type Pace struct {
	// Cuts are positions in the body as it is sent, ascending, before which the
	// client makes a pause: what stands between two of them travels in a TCP
	// segment of its own. 0 is between head and body.
	Cuts []int
	// Pause is the time between one write and the next.
	Pause time.Duration
	// BreakOff, if positive, closes the connection after so many bytes of the
	// body as it is sent. An answer is not looked at: the attempt ends with
	// ReasonBrokenOff when the receiver has closed its side, or a moment later.
	BreakOff int
}

// Plain reports whether nothing is special about the pace.
func (p Pace) Plain() bool { return len(p.Cuts) == 0 && p.BreakOff == 0 }

// transmission is a request in the pieces in which it is written.
type transmission struct {
	pieces   [][]byte
	pause    time.Duration // between one write and the next
	breakOff int           // 0: the request is complete
}

// errStopped is the end of a transmission that nobody waits for any more.
var errStopped = errors.New("stopped before the end of the request")

// transmit cuts a request into pieces.
func (p Pace) transmit(head, body []byte) (transmission, error) {
	if p.BreakOff < 0 || p.BreakOff > 0 && p.BreakOff >= len(body) {
		return transmission{}, fmt.Errorf("the connection cannot be broken off after %d of %d bytes of the body", p.BreakOff, len(body))
	}
	if !slices.IsSorted(p.Cuts) {
		return transmission{}, fmt.Errorf("the cuts %v are not in ascending order", p.Cuts)
	}
	if p.BreakOff > 0 {
		body = body[:p.BreakOff]
	}
	t := transmission{pause: p.Pause, breakOff: p.BreakOff}
	text, from := slices.Concat(head, body), 0
	for _, cut := range p.Cuts {
		if cut < 0 || cut >= len(body) {
			return transmission{}, fmt.Errorf("a cut at %d is not inside the %d bytes of the body that are sent", cut, len(body))
		}
		t.pieces = append(t.pieces, text[from:len(head)+cut])
		from = len(head) + cut
	}
	t.pieces = append(t.pieces, text[from:])
	return t, nil
}

// write writes the pieces, with pauses between them, until stop is closed.
func (t transmission) write(w io.Writer, stop <-chan struct{}) error {
	for i, piece := range t.pieces {
		if i > 0 {
			timer := time.NewTimer(t.pause)
			select {
			case <-timer.C:
			case <-stop:
				timer.Stop()
				return errStopped
			}
		}
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

// chunked is a body in the chunked transfer coding (RFC 9112 section 7.1), in
// chunks of size bytes.
func chunked(body []byte, size int) []byte {
	var b bytes.Buffer
	for chunk := range slices.Chunk(body, size) {
		fmt.Fprintf(&b, "%x\r\n%s\r\n", len(chunk), chunk)
	}
	b.WriteString("0\r\n\r\n")
	return b.Bytes()
}
