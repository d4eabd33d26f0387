package config

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"unicode"
	"unicode/utf8"
)

// maxFile is the longest file that is read, in bytes.
const maxFile = 1 << 20

// byteOrderMark may begin a file in UTF-8, and says nothing.
var byteOrderMark = []byte("\ufeff")

// readText reads a file of text and leaves out its byte order mark. Errors begin
// with the path.
func readText(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() && len(bytes.TrimSpace(data)) == 0 {
		return nil, fmt.Errorf("%s is empty, and nothing that could be written into; name a file that has something in it", path)
	}
	return checkText(path, data)
}

// checkText refuses what is no text in UTF-8.
func checkText(path string, data []byte) ([]byte, error) {
	switch {
	case len(data) > maxFile:
		return nil, fmt.Errorf("%s is longer than %d MiB: this is no configuration", path, maxFile>>20)
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return nil, fmt.Errorf("%s is in UTF-16; save it as UTF-8", path)
	}
	data = bytes.TrimPrefix(data, byteOrderMark)
	if len(bytes.TrimSpace(data)) == 0 {
		// An empty file is more often an accident than a wish.
		return nil, fmt.Errorf("%s is empty; delete it, or let `referee init --force` write one", path)
	}
	at := position{file: path, line: 1, column: 1}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return nil, at.errorf("the byte 0x%02x is not UTF-8; save the file as UTF-8", data[i])
		case unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t':
			return nil, at.errorf("a control character, U+%04X; write it as an escape inside double quotes", r)
		}
		at.column++
		if r == '\n' {
			at.line, at.column = at.line+1, 1
		}
		i += size
	}
	return data, nil
}

// position is a place in a file; lines and columns count from 1, columns in
// characters. Column 0 is the whole line.
type position struct {
	file         string
	line, column int
}

func (p position) String() string {
	if p.column == 0 {
		return fmt.Sprintf("%s:%d", p.file, p.line)
	}
	return fmt.Sprintf("%s:%d:%d", p.file, p.line, p.column)
}

func (p position) errorf(format string, args ...any) error {
	return fmt.Errorf("%s: %w", p, fmt.Errorf(format, args...))
}
