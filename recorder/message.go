package recorder

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http/httputil"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// maxHead is how many bytes the head of a message may have, or its trailer.
const maxHead = 256 << 10

// head is the head of a message. Names and values stand in it as they were sent,
// in their order. That is why net/http does not read it: it keeps neither, and
// refuses targets and transfer codings that receivers get all the same.
type head struct {
	first  [3]string // the parts of its first line
	fields wire.Header
}

// begins waits for a message, and reports whether one comes. Between messages
// there may be line breaks, as RFC 9112 section 2.2 has it.
func begins(from *bufio.Reader) bool {
	for {
		c, err := from.ReadByte()
		if err != nil {
			return false
		}
		if c != '\r' && c != '\n' {
			return from.UnreadByte() == nil
		}
	}
}

// readHead reads the head of a message.
func readHead(from *bufio.Reader) (head, error) {
	var h head
	text, err := readLines(from)
	if err != nil {
		return h, err
	}
	lines := strings.Split(strings.TrimRight(text, "\r\n"), "\n")
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

// readLines reads lines up to a blank one.
func readLines(from *bufio.Reader) (string, error) {
	var text []byte
	for start := 0; ; {
		part, err := from.ReadSlice('\n')
		text = append(text, part...)
		switch line := text[start:]; {
		case len(text) > maxHead:
			return "", fmt.Errorf("a head or a trailer has more than %d bytes", maxHead)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil:
			return "", err
		case string(line) == "\n", string(line) == "\r\n":
			return string(text), nil
		}
		start = len(text)
	}
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

// What length is if it is no number of bytes.
const (
	notSaid  = -1
	chunked  = -2
	untilEnd = -3 // of the connection: the body is coded in a way that does not tell
)

// length is what the head says of the length of the body.
func (h head) length() (int64, error) {
	if encodings := h.values("Transfer-Encoding"); len(encodings) > 0 {
		codings := strings.Split(strings.Join(encodings, ","), ",")
		if strings.EqualFold(strings.TrimSpace(codings[len(codings)-1]), "chunked") {
			return chunked, nil
		}
		return untilEnd, nil
	}
	lengths := slices.Compact(h.values("Content-Length"))
	switch len(lengths) {
	case 0:
		return notSaid, nil
	case 1:
		n, err := strconv.ParseUint(lengths[0], 10, 62)
		if err != nil {
			return 0, fmt.Errorf("its length is %.40q", lengths[0])
		}
		return int64(n), nil
	}
	return 0, errors.New("it has two lengths")
}

// readBody reads a body of a length, without the framing of chunks.
func readBody(from *bufio.Reader, length int64, to io.Writer) (err error) {
	switch length {
	case chunked:
		if _, err = io.CopyBuffer(to, httputil.NewChunkedReader(from), make([]byte, 4<<10)); err == nil {
			_, err = readLines(from) // the trailer
		}
	case notSaid, untilEnd:
		_, err = from.WriteTo(to)
	default:
		_, err = io.CopyN(to, from, length)
	}
	return err
}
