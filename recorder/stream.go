package recorder

import (
	"bufio"
	"fmt"
	"iter"
)

// stream is one direction of a connection for a function that reads it as if it
// could wait. The function runs when bytes come, and stands still once it has
// read them: what it finds in them is known before feed returns.
type stream struct {
	data   []byte      // what came and is not read yet
	wait   func() bool // for more; false at the end
	resume func() (error, bool)
	stop   func()
	why    error // what Read returns at the end
}

func newStream(read func(*bufio.Reader) error) *stream {
	s := &stream{}
	s.resume, s.stop = iter.Pull(func(yield func(error) bool) {
		s.wait = func() bool { return yield(nil) }
		yield(func() (err error) {
			defer func() {
				if v := recover(); v != nil { // whatever happens in there, the bytes go on
					err = fmt.Errorf("a defect of the recorder: %v", v)
				}
			}()
			return read(bufio.NewReader(s))
		}())
	})
	return s
}

// feed lets the function read what came. The error is the one with which the
// function has ended; what comes after that is not read.
func (s *stream) feed(data []byte) error {
	s.data = data
	err, _ := s.resume()
	s.data = nil // the caller's
	return err
}

// end lets the function read the end of the stream, as the error why. It has to be
// called, and may be again.
func (s *stream) end(why error) {
	s.why = why
	s.stop()
}

// Read is for the function.
func (s *stream) Read(p []byte) (int, error) {
	for len(s.data) == 0 {
		if !s.wait() {
			return 0, s.why
		}
	}
	n := copy(p, s.data)
	s.data = s.data[n:]
	return n, nil
}
