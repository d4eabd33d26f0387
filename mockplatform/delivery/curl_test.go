package delivery_test

import (
	"bytes"
	"io"
	"net"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// understood lets a shell read a command, with curl replaced by a function that
// prints its arguments, each before a zero byte, a line of its own, and its input.
func understood(t *rapid.T, command string) (args []string, input string) {
	shell := exec.Command("sh", "-s")
	shell.Stdin = strings.NewReader("curl() { printf '%s\\0' \"$@\" '--- input'; case \" $* \" in *' @- '*) cat;; esac; }\n" + command)
	out, err := shell.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, command)
	}
	before, input, _ := strings.Cut(string(out), "\x00--- input\x00")
	return strings.Split(before, "\x00"), input
}

func TestCurl(t *testing.T) {
	for name, tt := range map[string]struct {
		request delivery.Request
		want    string
	}{
		"a delivery": {
			delivery.Request{Method: "POST", URL: "http://127.0.0.1:8080/webhook", Body: []byte(`{"a":"it's"}`), Header: wire.Header{
				{Name: "Accept", Value: "*/*"}, {Name: "Content-Type", Value: "application/json"}, {Name: "User-Agent", Value: "facebookexternalua"}, {Name: "X-Empty"}}},
			`curl --include --http1.1 --request POST --header 'Accept: */*' --header 'Content-Type: application/json' --header 'User-Agent: facebookexternalua' --header 'X-Empty;' --data-raw '{"a":"it'\''s"}' http://127.0.0.1:8080/webhook`,
		},
		"a verification": {
			delivery.Request{Method: "GET", URL: "http://127.0.0.1/a/../b?hub.mode=x&c={d}", Header: wire.VerificationHeader()},
			`curl --include --http1.1 --request GET --globoff --path-as-is --header 'Accept: */*' --header 'User-Agent: facebookplatform/1.0 (+http://developers.facebook.com)' 'http://127.0.0.1/a/../b?hub.mode=x&c={d}'`,
		},
		"an empty body": {
			delivery.Request{Method: "POST", URL: "http://127.0.0.1/"},
			`curl --include --http1.1 --request POST --header Accept: --header User-Agent: --data-raw '' http://127.0.0.1/`,
		},
		"a body that is no text": {
			delivery.Request{Method: "POST", URL: "http://127.0.0.1/", Body: []byte("\x00%\\'\xff\n")},
			`printf '\000%%\134'\''\377\012' | curl --include --http1.1 --request POST --header Accept: --header User-Agent: --header Content-Type: --data-binary @- http://127.0.0.1/`,
		},
	} {
		if got := delivery.Curl(tt.request); got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, tt.want)
		}
	}
}

// The shell hands curl exactly what is to be sent.
func TestTheShellUnderstandsCurl(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := delivery.Request{
			Method: "POST", URL: "http://127.0.0.1/" + rapid.StringMatching(`[ -~é]{0,20}`).Draw(t, "path"),
			Header: wire.Header{{Name: "X-A", Value: rapid.StringMatching(`[!-~][ -~]{0,20}`).Draw(t, "value")}},
			Body:   rapid.SliceOfN(rapid.Byte(), 1, 50).Draw(t, "body"),
		}
		args, input := understood(t, delivery.Curl(r))
		if args[len(args)-1] != r.URL {
			t.Fatalf("URL %q, want %q", args[len(args)-1], r.URL)
		}
		if i := slices.Index(args, "--header"); args[i+1] != "X-A: "+r.Header[0].Value {
			t.Fatalf("header %q, want %q", args[i+1], r.Header[0].Value)
		}
		if i := slices.Index(args, "--data-raw"); i >= 0 {
			input = args[i+1]
		}
		if input != string(r.Body) {
			t.Fatalf("body %q, want %q", input, r.Body)
		}
	})
}

// curl itself sends the same request line, header lines and body.
func TestCurlSendsTheSame(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed: that its requests are the same is not checked")
	}
	for name, body := range map[string][]byte{
		"text":   []byte(`@{"text":"it's \u00e4 100 %"}`),
		"binary": []byte("\x00\xff\r\n%s"),
		"large":  bytes.Repeat([]byte("long "), 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			got := make(chan []byte, 1)
			url := receiver(t, func(conn *net.TCPConn) {
				raw, _ := readRequest(conn)
				got <- raw
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
			})
			r := delivery.Request{Method: "POST", URL: url, Header: wire.DeliveryHeader(wire.Heading{Secret: "secret"}, body), Body: body}
			shell := exec.Command("sh", "-s")
			shell.Stdin = strings.NewReader(delivery.Curl(r) + "\n")
			if out, err := shell.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			curls := lines(<-got)
			patient().Do(t.Context(), r)
			if ours := lines(<-got); curls != ours {
				t.Errorf("curl sends %.400q, the client %.400q", curls, ours)
			}
		})
	}
}

// lines sorts the header lines of a request, whose order curl has its own idea of.
func lines(raw []byte) string {
	head, body, _ := strings.Cut(string(raw), "\r\n\r\n")
	list := strings.Split(head, "\r\n")
	slices.Sort(list[1:])
	return strings.Join(list, "\n") + "\n\n" + body
}
