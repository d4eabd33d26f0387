package mcp

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// Lines is a transport of a message a line, such as standard input and output. A line that
// is no message is answered with an error, where the SDK would end the server.
func Lines(in io.Reader, out io.Writer) sdk.Transport {
	w := &lineWriter{out: out}
	return &sdk.IOTransport{Reader: io.NopCloser(&messages{in: bufio.NewReader(in), refuse: w.refuse}), Writer: w, MaxLineLength: -1}
}

// messages reads the lines that are messages, and refuses the others.
type messages struct {
	in     *bufio.Reader
	refuse func(code int, why string) error
	rest   []byte // of the line that is being read
}

// Read implements io.Reader.
func (m *messages) Read(p []byte) (int, error) {
	for len(m.rest) == 0 {
		if err := m.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

// next reads a line.
func (m *messages) next() error {
	var text []byte
	for {
		part, err := m.in.ReadSlice('\n')
		text = append(text, part...)
		switch {
		case len(text) > sdk.DefaultMaxLineLength:
			return fmt.Errorf("a message has more than %d bytes", sdk.DefaultMaxLineLength)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && (!errors.Is(err, io.EOF) || len(bytes.TrimSpace(text)) == 0):
			return err
		}
		break
	}
	text = bytes.TrimSpace(text)
	switch _, err := jsonrpc.DecodeMessage(text); {
	case len(text) == 0:
	case !json.Valid(text):
		return m.refuse(jsonrpc.CodeParseError, "a line has to be one JSON-RPC message, and this is not JSON")
	case text[0] == '[':
		return m.refuse(jsonrpc.CodeInvalidRequest, "a line has to be one JSON-RPC message, and not a list of them")
	case err != nil:
		return m.refuse(jsonrpc.CodeInvalidRequest, "a line has to be one JSON-RPC message: "+line(err.Error(), mostSentence))
	default:
		m.rest = append(text, '\n')
	}
	return nil
}

// lineWriter writes whole lines, from wherever they come. What it writes to is somebody
// else's to close.
type lineWriter struct {
	mu  sync.Mutex
	out io.Writer
}

// Write implements io.Writer.
func (w *lineWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(p)
}

// Close implements io.Closer.
func (w *lineWriter) Close() error { return nil }

// refuse answers what is no message, and so has no id.
func (w *lineWriter) refuse(code int, why string) error {
	text, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": nil, "error": map[string]any{"code": code, "message": why}})
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}
