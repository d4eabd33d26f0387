package payload

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/recorder/capture"
)

// Payload is one body.
type Payload struct {
	Body []byte
	// At is when it came, in UTC; zero if nobody knows.
	At time.Time
	// Where names it for people: "monday.ndjson:17".
	Where string
	// Record is the capture's record that the body is from; nil if it is from
	// none.
	Record *capture.Record
}

// Instant is At in RFC 3339, empty if nobody knows.
func (p Payload) Instant() string {
	if p.At.IsZero() {
		return ""
	}
	return p.At.UTC().Format(time.RFC3339Nano)
}

// Source is a stream of payloads with a name.
type Source struct {
	Name string
	Open func() (io.ReadCloser, error)
}

// Stdin is the name that stands for standard input.
const Stdin = "-"

// Sources finds what the arguments of a command name: files, folders, in which
// every .json and .ndjson file counts, and "-" for standard input.
func Sources(args []string, stdin io.Reader) ([]Source, error) {
	var sources []Source
	for _, arg := range args {
		if arg == Stdin {
			sources = append(sources, Source{"standard input", func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }})
			continue
		}
		info, err := os.Stat(arg)
		if err != nil {
			return nil, fmt.Errorf("read payloads: %w", err)
		}
		files := []string{arg}
		if info.IsDir() {
			if files, err = within(arg); err != nil {
				return nil, err
			}
		}
		for _, file := range files {
			sources = append(sources, Source{file, func() (io.ReadCloser, error) { return os.Open(file) }})
		}
	}
	return sources, nil
}

// within lists the files of payloads in a folder and those below it.
func within(folder string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && slices.Contains([]string{".json", ".ndjson", ".jsonl"}, strings.ToLower(filepath.Ext(path))) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read payloads: %w", err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("the folder %s has no file that ends with .json, .ndjson or .jsonl", folder)
	}
	return files, nil
}

// maxDocument is how many bytes a file may have that is one JSON document.
const maxDocument = capture.MaxLine

// each calls visit with each payload of a source; the body is visit's to keep.
func (s Source) each(visit func(Payload) error) error {
	stream, err := s.Open()
	if err != nil {
		return fmt.Errorf("read payloads: %w", err)
	}
	defer stream.Close()
	text, err := s.document(stream)
	if err != nil {
		return err
	}
	if !capture.IsRecord(text) && json.Valid(text) {
		return visit(Payload{Body: text, Where: s.Name})
	}
	lines := capture.NewLines(io.MultiReader(bytes.NewReader(text), stream))
	for lines.Next() {
		p, err := s.payload(bytes.Clone(lines.Bytes()), lines)
		if err != nil {
			return err
		}
		if p.Record != nil && !p.Record.IsDelivery() {
			continue
		}
		if err := visit(p); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: %w", s.Name, err)
	}
	return nil
}

// payload makes one of a line.
func (s Source) payload(line []byte, lines *capture.Lines) (Payload, error) {
	where := fmt.Sprintf("%s:%d", s.Name, lines.Number())
	if !capture.IsRecord(line) {
		return Payload{Body: line, Where: where}, nil
	}
	r, err := lines.Record()
	if err != nil {
		return Payload{}, fmt.Errorf("%s: %w", s.Name, err)
	}
	return Payload{Body: r.Request.Body, At: r.At, Where: where, Record: &r}, nil
}

// document reads what may be one JSON document on several lines, as an editor or
// jq writes it: if the first line is not JSON by itself, as much as one document
// may have. If it is, nothing but that line, or a part of it.
func (s Source) document(stream io.Reader) ([]byte, error) {
	var text []byte
	ended := false // the first line did
	for part := make([]byte, 64<<10); len(text) < maxDocument; {
		n, err := stream.Read(part)
		end := bytes.IndexByte(part[:n], '\n')
		text = append(text, part[:n]...)
		if end >= 0 && !ended {
			ended = true
			if json.Valid(text[:len(text)-n+end]) {
				return text, nil
			}
		}
		if errors.Is(err, io.EOF) {
			return text, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	return text, nil
}

// ErrNone is for sources in which there is no payload.
var ErrNone = errors.New("there is no payload to look at")
