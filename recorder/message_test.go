package recorder

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/recorder/capture"
)

// transcript writes down what a tap finds in a stream that comes in pieces.
func transcript(t testing.TB, stream []byte, piece int, requests bool) (records []capture.Record, err error) {
	p, newErr := New(Options{
		Forward: "http://127.0.0.1:1", Done: func(r capture.Record) { records = append(records, r) },
		Unread: func(unread error) { err = unread },
	})
	if newErr != nil {
		t.Fatal(newErr)
	}
	tap := newTap(p)
	take := tap.request
	if !requests {
		tap.request([]byte(strings.Repeat("GET / HTTP/1.1\r\n\r\n", 20)))
		take = tap.answer
	}
	for len(stream) > 0 {
		n := min(piece, len(stream))
		take(stream[:n])
		stream = stream[n:]
	}
	if requests {
		tap.end(tap.requests, theSender, io.EOF)
	} else {
		tap.end(tap.answers, theReceiver, io.EOF)
	}
	tap.close("")
	if kept := p.kept.Load(); kept != 0 {
		t.Errorf("%d bytes are kept in the end", kept)
	}
	return records, err
}

// found is what counts of records.
func found(records []capture.Record, err error) string {
	var b strings.Builder
	for _, r := range records {
		fmt.Fprintf(&b, "%+v %+v %s\n", r.Request, r.Answer, r.Err)
		if r.Answer != nil {
			fmt.Fprintf(&b, "%+v\n", *r.Answer)
		}
	}
	return fmt.Sprintf("%s%v", &b, err)
}

// FuzzReader: in whatever pieces a stream comes, the same is found in it, and
// what net/http reads of a plain request is read here too.
func FuzzReader(f *testing.F) {
	for _, stream := range []string{
		"POST /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.0\n\n",
		"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nT: 1\r\n\r\nGET / HTTP/1.1\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 204 No Content\r\n\r\n",
		"HTTP/1.1 200 OK\r\n\r\nuntil the end", "HTTP/1.1 101 S\r\n\r\n\x00", "\r\n\r\nPOST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
	} {
		f.Add([]byte(stream), uint8(3))
	}
	f.Fuzz(func(t *testing.T, stream []byte, piece uint8) {
		for _, requests := range []bool{true, false} {
			whole := found(transcript(t, stream, len(stream)+1, requests))
			if got := found(transcript(t, stream, int(piece)+1, requests)); got != whole {
				t.Fatalf("%q is\n%s\nas a whole, and in pieces of %d\n%s", stream, whole, piece, got)
			}
		}
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(stream)))
		if err != nil || !r.ProtoAtLeast(1, 1) || r.ProtoMajor != 1 || len(r.Header["Upgrade"]) > 0 || r.Method == http.MethodConnect {
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || len(r.TransferEncoding) > 0 && r.Header.Get("Content-Length") != "" {
			return
		}
		records, err := transcript(t, stream, len(stream), true)
		if err != nil {
			return // net/http takes more, such as a header on two lines; what is refused is reported
		}
		if len(records) == 0 {
			t.Fatalf("%q: net/http reads a request of it, and the proxy none", stream)
		}
		if got := records[0].Request; got.Method != r.Method || got.Target != r.RequestURI || !bytes.Equal(got.Body, body) {
			t.Fatalf("%q is read as %+v, and by net/http as %s %s with %q", stream, got, r.Method, r.RequestURI, body)
		}
	})
}

// TestUnaskedAnswer: an answer that nobody asked for is no matter if the connection
// ends after it, and else makes those that follow unreadable.
func TestUnaskedAnswer(t *testing.T) {
	const get, answer = "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n"
	for first, asked := range []string{"", get} {
		var records []capture.Record
		var unread []error
		p, err := New(Options{
			Forward: "http://127.0.0.1:1", Done: func(r capture.Record) { records = append(records, r) },
			Unread: func(err error) { unread = append(unread, err) },
		})
		if err != nil {
			t.Fatal(err)
		}
		tap := newTap(p)
		tap.request([]byte(asked))
		for range first + 2 {
			tap.answer([]byte(answer))
		}
		if len(records) != first || len(unread) > 0 {
			t.Errorf("before the request: %+v, unread %v", records, unread)
		}
		tap.request([]byte(get))
		tap.answer([]byte(answer))
		tap.close("")
		if len(records) != first+1 || !strings.Contains(records[first].Err, errUnasked.Error()) || len(unread) != 1 {
			t.Errorf("after the request: %+v, unread %v", records, unread)
		}
	}
}

// TestProtocolRequested: what comes after a request for another protocol is read if
// the answer refuses the protocol and was there first.
func TestProtocolRequested(t *testing.T) {
	const agreed, refused = "HTTP/1.1 101 Switching Protocols\r\n\r\n", "HTTP/1.1 204 No\r\n\r\n"
	for _, c := range []struct {
		answer          string
		early           bool // the sender does not wait for the answer
		records, unread int
	}{{agreed, false, 1, 0}, {agreed, true, 1, 0}, {refused, false, 3, 0}, {refused, true, 1, 1}} {
		unread, records := 0, 0
		p, err := New(Options{Forward: "http://127.0.0.1:1", Done: func(capture.Record) { records++ }, Unread: func(error) { unread++ }})
		if err != nil {
			t.Fatal(err)
		}
		tap := newTap(p)
		tap.request([]byte("GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\n"))
		if !c.early {
			tap.answer([]byte(c.answer))
		}
		tap.request([]byte("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n"))
		if c.early {
			tap.answer([]byte(c.answer))
		}
		tap.close("")
		if unread != c.unread || records != c.records {
			t.Errorf("%+v: %d records, %d times unread", c, records, unread)
		}
	}
}
