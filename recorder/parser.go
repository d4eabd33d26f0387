package recorder

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

const (
	// maxHead is how many bytes the head of a message may have, or its trailer.
	maxHead = 256 << 10
	// maxSizeLine is how many bytes the line before a chunk may have.
	maxSizeLine = 4 << 10
)

// head is the head of a message.
type head struct {
	first  [3]string // the parts of its first line
	fields wire.Header
}

// framing says where a body ends.
type framing struct {
	chunked  bool
	untilEnd bool  // of the connection
	length   int64 // else
	// last: what comes after the body is not HTTP, or nobody can say where it
	// begins.
	last bool
}

// reader hears what a parser finds, in its order.
type reader interface {
	// begin hears of the first byte of a message.
	begin() error
	// head hears of the whole head, and says how the body is framed.
	head(head) (framing, error)
	// body hears of a part of the body, without its framing.
	body([]byte)
	// end hears of the end of the message.
	end()
}

// parser reads one direction of a connection, in whatever pieces it comes. It
// keeps no more than a head. After an error it reads nothing more.
type parser struct {
	to    reader
	state state
	line  []byte // what there is of a head, or of a line
	left  int64  // bytes of the body, or of the chunk
	last  bool   // nothing can be read after this message
}

// state is what a parser expects next.
type state uint8

const (
	wantHead state = iota // or the end of the connection
	inHead
	inBody
	inBodyUntilEnd
	inChunkSize
	inChunk
	inChunkEnd
	inTrailer
	over // what comes is not read
)

// errAfterLast is for bytes of which nobody can say what they are.
var errAfterLast = errors.New("the message before says in two ways where it ends, or asks for another protocol")

// feed reads the next bytes. The error says why it will read no more.
func (p *parser) feed(data []byte) error {
	for len(data) > 0 {
		n, err := p.step(data)
		if err != nil {
			p.state, p.line = over, nil
			return err
		}
		data = data[n:]
	}
	return nil
}

// finish hears of the end of the connection.
func (p *parser) finish() {
	if p.state == inBodyUntilEnd {
		p.to.end()
		p.state = over
	}
}

// step reads a part of data that is not empty, and returns its length.
func (p *parser) step(data []byte) (int, error) {
	switch p.state {
	case wantHead:
		if data[0] == '\r' || data[0] == '\n' {
			return 1, nil // between messages, as RFC 9112 section 2.2 has it
		}
		p.state = inHead
		return 0, p.to.begin()
	case inHead:
		n, whole, err := p.collect(data, maxHead, endsHead)
		if err != nil || !whole {
			return n, err
		}
		return n, p.begin()
	case inBody, inChunk:
		n := min(int64(len(data)), p.left)
		p.to.body(data[:n])
		if p.left -= n; p.left == 0 {
			if p.state == inChunk {
				p.state = inChunkEnd
			} else {
				p.end()
			}
		}
		return int(n), nil
	case inBodyUntilEnd:
		p.to.body(data)
		return len(data), nil
	case inChunkSize:
		n, whole, err := p.collect(data, maxSizeLine, endsLine)
		if err != nil || !whole {
			return n, err
		}
		size, err := chunkSize(p.line)
		p.line, p.left = p.line[:0], size
		p.state = inChunk
		if size == 0 {
			p.state = inTrailer
		}
		return n, err
	case inChunkEnd:
		n, whole, err := p.collect(data, len("\r\n"), endsLine)
		if whole {
			if len(bytes.TrimSpace(p.line)) > 0 {
				err = errors.New("a chunk is longer than it says")
			}
			p.line, p.state = p.line[:0], inChunkSize
		}
		return n, err
	case inTrailer:
		n, whole, err := p.collect(data, maxHead, func(line []byte) bool {
			return string(line) == "\n" || string(line) == "\r\n" || endsHead(line)
		})
		if whole {
			p.line = p.line[:0]
			p.end()
		}
		return n, err
	}
	return 0, errAfterLast
}

// collect gathers bytes in line, up to a line break with which it is whole.
func (p *parser) collect(data []byte, most int, ends func([]byte) bool) (n int, whole bool, err error) {
	for n < len(data) {
		part := data[n:]
		i := bytes.IndexByte(part, '\n')
		if i >= 0 {
			part = part[:i+1]
		}
		if len(p.line)+len(part) > most {
			return n, false, fmt.Errorf("a head or a line has more than %d bytes", most)
		}
		p.line = append(p.line, part...)
		n += len(part)
		if i >= 0 && ends(p.line) {
			return n, true, nil
		}
	}
	return n, false, nil
}

func endsLine([]byte) bool { return true }

func endsHead(text []byte) bool {
	return bytes.HasSuffix(text, []byte("\n\r\n")) || bytes.HasSuffix(text, []byte("\n\n"))
}

// begin begins the body of the message whose head was collected.
func (p *parser) begin() error {
	h, err := parseHead(p.line)
	if err != nil {
		return err
	}
	p.line = nil // the head is the reader's
	f, err := p.to.head(h)
	if err != nil {
		return err
	}
	p.last = f.last
	switch {
	case f.chunked:
		p.state = inChunkSize
	case f.untilEnd:
		p.state = inBodyUntilEnd
	case f.length > 0:
		p.state, p.left = inBody, f.length
	default:
		p.end()
	}
	return nil
}

// end ends a message.
func (p *parser) end() {
	p.state = wantHead
	if p.last {
		p.state = over
	}
	p.to.end()
}

// parseHead takes the head of a message apart. Nothing in it changes: names and
// values stand in it as they were sent, without the white space around values.
func parseHead(text []byte) (head, error) {
	var h head
	lines := strings.Split(strings.TrimRight(string(text), "\r\n"), "\n")
	first, rest, _ := strings.Cut(strings.TrimRight(lines[0], "\r"), " ")
	second, third, _ := strings.Cut(rest, " ")
	h.first = [3]string{first, second, third}
	for _, line := range lines[1:] {
		line = strings.TrimRight(line, "\r")
		name, value, found := strings.Cut(line, ":")
		if !found || name == "" || strings.ContainsAny(name, " \t\r") {
			return h, fmt.Errorf("%.40q is not a line of a header", line)
		}
		h.fields.Add(name, strings.Trim(value, " \t"))
	}
	return h, nil
}

// values are the values of all lines of a name.
func (h head) values(name string) []string {
	var all []string
	for _, f := range h.fields {
		if strings.EqualFold(f.Name, name) {
			all = append(all, f.Value)
		}
	}
	return all
}

// framing is what the header says of the body: found is false where it says
// nothing.
func (h head) framing() (f framing, found bool, err error) {
	lengths, encodings := h.values("Content-Length"), h.values("Transfer-Encoding")
	if len(encodings) > 0 {
		// With a length as well, whoever reads may see the end elsewhere.
		f.last = len(lengths) > 0
		codings := strings.Split(strings.ToLower(strings.Join(encodings, ",")), ",")
		f.chunked = strings.TrimSpace(codings[len(codings)-1]) == "chunked"
		f.untilEnd = !f.chunked
		return f, true, nil
	}
	for i, text := range lengths {
		if i > 0 && text != lengths[0] {
			return f, true, errors.New("it has two lengths")
		}
		n, err := strconv.ParseUint(text, 10, 62)
		if err != nil {
			return f, true, fmt.Errorf("its length is %.40q", text)
		}
		f.length = int64(n)
	}
	return f, len(lengths) > 0, nil
}

// chunkSize reads the line before a chunk.
func chunkSize(line []byte) (int64, error) {
	text, _, _ := strings.Cut(string(line), ";")
	n, err := strconv.ParseUint(strings.TrimSpace(text), 16, 62)
	if err != nil {
		return 0, fmt.Errorf("%.40q is not the size of a chunk", text)
	}
	return int64(n), nil
}
