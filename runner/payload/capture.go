package payload

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/seed-11445fa1/referee/recorder/capture"
)

// CaptureFile is a capture that is open for appending. It is safe for concurrent
// use.
type CaptureFile struct {
	mu      sync.Mutex
	file    *os.File
	regular bool
	size    int64 // of what is written to its end
	mended  int64 // bytes of a torn line that were taken away
}

// OpenCapture opens a capture, or creates one that nobody but its owner may read. What
// is in it stays; records are appended. If whoever wrote it was stopped in the
// middle of a line, the beginning of that line is taken away: it is no record,
// and would make the file unreadable from there on. A file that is something
// else is refused, and stays as it is.
//
// A capture has one writer at a time.
func OpenCapture(path string) (*CaptureFile, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("create the folder of the capture: %w", err)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if errors.Is(err, os.ErrPermission) || err != nil && isDevice(path) {
		file, err = os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0) // a pipe or a device that cannot be read
	}
	if err != nil {
		return nil, fmt.Errorf("open the capture: %w", err)
	}
	f := &CaptureFile{file: file}
	if err := f.look(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), file.Close())
	}
	return f, nil
}

func isDevice(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.Mode().IsRegular()
}

// Mended is how many bytes of a torn line were taken away when it was opened.
func (f *CaptureFile) Mended() int64 { return f.mended }

// errForeign is for a file that is no capture.
var errForeign = errors.New("it holds something else than a capture; name another file")

// look looks at what is in the file, and makes its end one of a line.
func (f *CaptureFile) look() error {
	info, err := f.file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	f.regular, f.size = true, info.Size()
	if f.size == 0 {
		return nil
	}
	start := make([]byte, min(f.size, 16))
	if _, err := f.file.ReadAt(start, 0); err != nil {
		return err
	}
	const first = `{"version":1` // even the first line can be torn
	if !capture.IsRecord(start) && !strings.HasPrefix(first, string(start)) {
		return errForeign
	}
	whole, err := f.lastBreak()
	if err != nil || whole == f.size {
		return err
	}
	tail := make([]byte, f.size-whole)
	if _, err := f.file.ReadAt(tail, whole); err != nil {
		return err
	}
	if _, err := capture.Parse(tail); err == nil { // all but its end was written
		_, err := f.Write([]byte("\n"))
		return err
	}
	f.mended = f.size - whole
	f.size = whole
	return f.file.Truncate(whole)
}

// lastBreak is where the last whole line ends.
func (f *CaptureFile) lastBreak() (int64, error) {
	part := make([]byte, 64<<10)
	for end := f.size; end > 0; {
		from := max(0, end-int64(len(part)))
		n, err := f.file.ReadAt(part[:end-from], from)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if i := bytes.LastIndexByte(part[:n], '\n'); i >= 0 {
			return from + int64(i) + 1, nil
		}
		if end = from; f.size-end > capture.MaxLine {
			return 0, errForeign
		}
	}
	return 0, nil
}

// Write appends whole lines in one call. Of what cannot be written to its end,
// for want of room, nothing stays: a line that breaks off would spoil the next.
func (f *CaptureFile) Write(lines []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := f.file.Write(lines)
	if err != nil && n > 0 && f.regular {
		err = errors.Join(err, f.file.Truncate(f.size))
		return 0, err
	}
	f.size += int64(n)
	return n, err
}

// Close closes the file.
func (f *CaptureFile) Close() error {
	if err := f.file.Close(); err != nil {
		return fmt.Errorf("close the capture: %w", err)
	}
	return nil
}
