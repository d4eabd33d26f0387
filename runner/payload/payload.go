package payload

import (
	"bytes"
	"context"
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
	// Record is the capture's record that the body is from, or the exchange of the
	// console's export; nil if it is from neither.
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
	// Once says that it can be read only once, as standard input and pipes can.
	Once bool
}

// Stdin is the name that stands for standard input.
const Stdin = "-"

// Sources finds what the arguments of a command name: files, folders, in which
// every .json and .ndjson file counts, and "-" for standard input.
func Sources(args []string, stdin io.Reader) ([]Source, error) {
	var sources []Source
	for _, arg := range args {
		if arg == Stdin {
			sources = append(sources, Source{Name: "standard input", Open: func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }, Once: true})
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
		once := !info.IsDir() && !info.Mode().IsRegular()
		for _, file := range files {
			sources = append(sources, Source{Name: file, Open: func() (io.ReadCloser, error) { return os.Open(file) }, Once: once})
		}
	}
	return sources, nil
}

// within lists the files of payloads in a folder and those below it.
func within(folder string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains([]string{".json", ".ndjson", ".jsonl"}, strings.ToLower(filepath.Ext(path))) {
			return err
		}
		info, err := os.Stat(path) // of what a link leads to
		switch {
		case err != nil:
			return err
		case !info.Mode().IsRegular(): // a pipe could be waited for, for ever
			return fmt.Errorf("%s is no regular file; take it out of the folder, or name the files to read", path)
		}
		files = append(files, path)
		return nil
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
	return s.documents(func(where string, document []byte, lines *capture.Lines) error {
		p, ok, err := s.payload(where, document, lines)
		if err != nil || !ok {
			return err
		}
		return visit(p)
	})
}

// documents calls visit with each document of a source, and the lines of which it is
// one, if it is. The document is visit's until it returns.
func (s Source) documents(visit func(where string, document []byte, lines *capture.Lines) error) error {
	stream, err := s.Open()
	if err != nil {
		return fmt.Errorf("read payloads: %w", err)
	}
	defer stream.Close()
	text, whole, err := s.document(stream)
	if err != nil {
		return err
	}
	if !capture.IsRecord(text) && !isExchange(text) && whole && (json.Valid(text) || isOneDocument(text)) {
		return visit(s.Name, text, nil)
	}
	lines := capture.NewLines(io.MultiReader(bytes.NewReader(text), stream))
	for lines.Next() {
		if err := visit(fmt.Sprintf("%s:%d", s.Name, lines.Number()), lines.Bytes(), lines); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: %w", s.Name, err)
	}
	return nil
}

// payload makes one of a document; ok is false where that is a request or a call that
// brought none.
func (s Source) payload(where string, document []byte, lines *capture.Lines) (p Payload, ok bool, err error) {
	form, found := formOf(document)
	r := capture.Record{}
	switch {
	case form == foreign:
		return p, false, refuse(where, document, found)
	case form == body:
		return Payload{Body: bytes.Clone(document), Where: where}, true, nil
	case form == exported:
		if r, ok, err = delivered(document); err != nil && lines != nil && !lines.Whole() && !json.Valid(document) {
			err = errTornExport
		}
	case lines != nil:
		r, err = lines.Record()
		ok = r.IsDelivery()
	default:
		r, err = capture.Parse(document)
		ok = r.IsDelivery()
	}
	if err != nil {
		return p, false, fmt.Errorf("%s: %w", s.Name, err)
	}
	return Payload{Body: r.Request.Body, At: r.At, Where: where, Record: &r}, ok, nil
}

// Check returns the error with which Each would refuse what is foreign in the
// sources, as far as they can be read twice. Any other is told when it is its turn.
func Check(ctx context.Context, sources []Source) error {
	for _, s := range sources {
		if s.Once {
			continue
		}
		err := s.documents(func(where string, document []byte, _ *capture.Lines) error {
			if form, found := formOf(document); form == foreign {
				return refuse(where, document, found)
			}
			return ctx.Err()
		})
		var refused *foreignError
		if errors.As(err, &refused) || ctx.Err() != nil {
			return err
		}
	}
	return nil
}

// document reads what may be one JSON document on several lines, as an editor or
// jq writes it: if the first line is not JSON by itself, as much as one document
// may have. If it is, or if it is no beginning of a document, nothing but that line,
// or a part of it. whole says that nothing comes after what was read.
func (s Source) document(stream io.Reader) (text []byte, whole bool, err error) {
	first, isLine := 0, false // how long the first line is, once it has ended, and whether it is JSON
	for part := make([]byte, 64<<10); len(text) < maxDocument; {
		n, err := stream.Read(part)
		text = append(text, part[:n]...)
		if start := bytes.TrimLeft(text, " \t\r\n"); len(start) > 0 && !begins(start) {
			return text, false, nil
		}
		if end := bytes.IndexByte(part[:n], '\n'); end >= 0 && first == 0 {
			first = len(text) - n + end
			isLine = json.Valid(text[:first])
		}
		if isLine && len(bytes.TrimSpace(text[first:])) > 0 {
			return text, false, nil // it is the first of several
		}
		if errors.Is(err, io.EOF) {
			return text, true, nil
		}
		if err != nil {
			return nil, false, fmt.Errorf("%s: %w", s.Name, err)
		}
	}
	return text, false, nil
}

// begins reports whether a text can begin an object or a list.
func begins(text []byte) bool { return len(text) > 0 && (text[0] == '{' || text[0] == '[') }

// isOneDocument reports whether a text that is not JSON looks like one document on
// several lines with a mistake in it: else each of its lines would be judged.
func isOneDocument(text []byte) bool {
	lines := 0
	for line := range bytes.Lines(text) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if lines++; lines > 1 && begins(line) {
			return false
		}
	}
	return lines > 1
}

// ErrNone is for sources in which there is no payload.
var ErrNone = errors.New("there is no payload to look at")
