package reference

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// script is a receiver in another language, running.
type script struct {
	url    string
	cmd    *exec.Cmd
	stderr *bytes.Buffer // to be read when it has ended
}

// eachSource runs a test on each receiver in another language. It is skipped
// where the language is missing, and fails there if REFEREE_TEST_REQUIRE names it.
func eachSource(t *testing.T, test func(t *testing.T, s Source)) {
	for _, s := range Sources() {
		t.Run(s.Language, func(t *testing.T) {
			if _, err := exec.LookPath(s.Run); err != nil {
				if slices.Contains(strings.Split(os.Getenv("REFEREE_TEST_REQUIRE"), ","), s.Language) {
					t.Fatalf("REFEREE_TEST_REQUIRE names %s: %v", s.Language, err)
				}
				t.Skipf("%s is missing on this machine: %v", s.Language, err)
			}
			test(t, s)
		})
	}
}

// start starts the receiver on a free port, with further variables, until the test ends.
func (s Source) start(t *testing.T, p *platform, env ...string) *script {
	t.Helper()
	c := p.config()
	running := &script{cmd: exec.CommandContext(t.Context(), s.Run, s.File), stderr: &bytes.Buffer{}}
	running.cmd.Env = append(os.Environ(), "PORT=0",
		"REFEREE_APP_SECRET="+c.AppSecret, "REFEREE_VERIFY_TOKEN="+c.VerifyToken, "REFEREE_PAGE_TOKEN="+c.PageToken,
		"REFEREE_GRAPH_URL="+c.GraphURL, "REFEREE_RECEIPTS_URL="+c.ReceiptsURL)
	running.cmd.Env = append(running.cmd.Env, env...)
	running.cmd.Stderr = running.stderr
	stdout, err := running.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := running.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if running.cmd.ProcessState == nil {
			_ = running.cmd.Process.Kill()
			_ = running.cmd.Wait()
		}
		if t.Failed() {
			t.Logf("it wrote %s", running.stderr)
		}
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "listening at ")
	if err != nil || !ok {
		t.Fatalf("it wrote %q: %v", line, err)
	}
	running.url = address
	return running
}

// deliver delivers and wants this status.
func (s *script) deliver(t *testing.T, body string, want int) {
	t.Helper()
	status, text, err := do(delivery(t, s.url, body))
	if err != nil || status != want {
		t.Errorf("delivery of %.100s: status %d, body %q, error %v, want %d", body, status, text, err, want)
	}
}

// raw sends bytes and returns the status line of the answer.
func (s *script) raw(t *testing.T, request string) string {
	t.Helper()
	conn := s.dial(t)
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

func (s *script) dial(t *testing.T) net.Conn {
	t.Helper()
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestSourcesKeepDigits(t *testing.T) {
	eachSource(t, func(t *testing.T, s Source) {
		p := newPlatform(t, nil)
		running := s.start(t, p)
		const id = "123456789012345678901234"
		running.deliver(t, messaging(`{"sender":{"id":`+id+`},"timestamp":"1527459824","referral":{"ref":"\\\"1e999999","ad_id":-9007199254740993,"n":[1e999999,`+strings.Repeat("9", 5000)+`]}}`), http.StatusOK)
		receipt := <-p.calls
		for _, part := range []string{id + "}", "-9007199254740993", `\\\"1e999999`, "1527459824000", strings.Repeat("9", 5000)} {
			if !strings.Contains(receipt.text, part) {
				t.Errorf("%.60s is not in the receipt %.400s", part, receipt.text)
			}
		}
		if reply := <-p.calls; reply.person() != id {
			t.Errorf("the reply goes to %v", reply.body["recipient"])
		}
	})
}

// instagramCases are bodies, the secret that signs them, and how they are answered where
// Instagram has a secret of its own.
var instagramCases = []struct {
	body, secret string
	status       int
}{
	{`{"object":"instagram"}`, "of Instagram", http.StatusOK},
	{`{"object":"instagram"}`, testSecret, http.StatusForbidden},
	{`{"object":"page"}`, testSecret, http.StatusOK},
	{`{"object":"page"}`, "of Instagram", http.StatusForbidden},
	{`{"entry":[{"object":"instagram"}]}`, testSecret, http.StatusOK},
	{`{"object":"instagram"`, "of Instagram", http.StatusForbidden},
	{`[`, testSecret, http.StatusBadRequest},
	{`{"object":"instagram","a":` + strings.Repeat("[", 100_000), "of Instagram", http.StatusForbidden},
}

func TestSourcesTellSecretsApart(t *testing.T) {
	eachSource(t, func(t *testing.T, s Source) {
		running := s.start(t, newPlatform(t, nil), "REFEREE_INSTAGRAM_SECRET=of Instagram")
		for _, tt := range instagramCases {
			r := delivery(t, running.url, tt.body)
			r.Header.Set("X-Hub-Signature-256", sha256Of(tt.secret, []byte(tt.body)))
			if status, _, err := do(r); err != nil || status != tt.status {
				t.Errorf("%.60s, signed with %s: status %d, error %v, want %d", tt.body, tt.secret, status, err, tt.status)
			}
		}
	})
}

func TestReceiverTellsSecretsApart(t *testing.T) {
	s := listen(t, New(Config{AppSecret: testSecret, InstagramSecret: "of Instagram"}))
	for _, tt := range instagramCases {
		r := delivery(t, s.URL(), tt.body)
		r.Header.Set("X-Hub-Signature-256", sha256Of(tt.secret, []byte(tt.body)))
		if status, _, err := do(r); err != nil || status != tt.status {
			t.Errorf("%.60s, signed with %s: status %d, error %v, want %d", tt.body, tt.secret, status, err, tt.status)
		}
	}
}

func TestSourcesSurviveWhatNobodySends(t *testing.T) {
	deep := strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)
	half := `{"sender":{"id":"\ud83d"},"referral":{"ref":"` + "\xff" + `\u0000\ud83d","toString":1,"__proto__":[]}}`
	eachSource(t, func(t *testing.T, s Source) {
		p := newPlatform(t, nil)
		running := s.start(t, p)
		// Whether it is refused depends on the parser's limit; it has to be answered.
		if status, _, err := do(delivery(t, running.url, messaging(`{"sender":{"id":"1"},"referral":{"deep":`+deep+`}}`))); err != nil || status >= 500 {
			t.Errorf("deep event: status %d, error %v", status, err)
		}
		for body, want := range map[string]int{
			``: 400, `{`: 400, `[]`: 200, `null`: 200, `"page"`: 200, `NaN`: 400, "\ufeff{}": 400, `{"entry":[1e400,` + strings.Repeat("8", 400) + `]}`: 200,
			`{123456789012345678901:1}`: 400, `{"a":0123456789012345678901}`: 400, "{\"a\":\"\t\"}": 400,
			`{"entry":[{"messaging":[7,null,[],{"sender":7,"message":"x","postback":[],"timestamp":{}}],"changes":[{"field":7,"value":7}]}]}`: 200,
			messaging(half):          200,
			`{"field":7,"value":{}}`: 200,
		} {
			running.deliver(t, body, want)
		}
		running.deliver(t, messaging(postback("last", "m1")), http.StatusOK)
		for (<-p.calls).person() != "last" {
		}
	})
}

func TestSourcesReadBodies(t *testing.T) {
	const head = "POST / HTTP/1.1\r\nHost: h\r\n"
	tests := []struct{ name, request, want string }{
		{"no length", head + "\r\n", "403"},
		{"two lengths", head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", "400"},
		{"strange length", head + "Content-Length: +2\r\n\r\n{}", "400"},
		{"length and chunks", head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
		{"strange chunk", head + "Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n", "400"},
		{"long chunk", head + "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n", "400"},
		{"chunks", head + "X-Hub-Signature-256: " + sign("{}") + "\r\nTransfer-Encoding: Chunked\r\n\r\n1;a=b\r\n{\r\n1\r\n}\r\n0\r\nTrailer: 1\r\n\r\n", "200"},
		{"two signatures", head + "X-Hub-Signature-256: " + sign("{}") + "\r\nX-Hub-Signature-256: " + sign("{}") + "\r\nContent-Length: 2\r\n\r\n{}", "403"},
		{"strange signature", head + "X-Hub-Signature-256: \xff\r\nContent-Length: 2\r\n\r\n{}", "403"},
		{"options", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "405"},
		{"opaque challenge", "GET /?hub.mode=subscribe&hub.verify_token=verify+token&hub.challenge=%FF%00 HTTP/1.1\r\nHost: h\r\n\r\n", "200"},
		{"token twice", "GET /?hub.mode=subscribe&hub.verify_token=verify+token&hub.verify_token=x&hub.challenge=1 HTTP/1.1\r\nHost: h\r\n\r\n", "403"},
	}
	eachSource(t, func(t *testing.T, s Source) {
		running := s.start(t, newPlatform(t, nil))
		for _, tt := range tests {
			if got := running.raw(t, tt.request); !strings.Contains(got, " "+tt.want+" ") {
				t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
			}
		}
		// The answer to what is too long arrives, and the connection is still good.
		client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
		defer client.CloseIdleConnections()
		for _, request := range []struct {
			body string
			want int
		}{{strings.Repeat(" ", maxBody) + "{}", 413}, {strings.Repeat(" ", maxBody-2) + "{}", 200}} {
			resp, err := client.Do(delivery(t, running.url, request.body))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, resp.Body); err != nil {
				t.Error(err)
			}
			resp.Body.Close()
			if resp.StatusCode != request.want {
				t.Errorf("%d bytes: status %d, want %d", len(request.body), resp.StatusCode, request.want)
			}
		}
	})
}

func TestSourcesUnderLoad(t *testing.T) {
	const idle, together, batch = 200, 100, 1000
	eachSource(t, func(t *testing.T, s Source) {
		p := newPlatform(t, nil)
		running := s.start(t, p)
		for range idle {
			running.dial(t)
		}
		var all sync.WaitGroup
		for i := range together {
			all.Go(func() { running.deliver(t, messaging(postback(fmt.Sprint("p", i), fmt.Sprint("m", i))), http.StatusOK) })
		}
		var events []string
		for i := range batch {
			events = append(events, postback(fmt.Sprint("b", i), fmt.Sprint("b", i)))
		}
		body := messaging(events...)
		running.deliver(t, body, http.StatusOK)
		running.deliver(t, body, http.StatusOK) // again: nothing comes of it
		calls := map[string]int{}
		for range 2 * (together + batch) {
			calls[(<-p.calls).person()]++
		}
		all.Wait()
		if len(calls) != together+batch {
			t.Errorf("calls for %d people, want %d", len(calls), together+batch)
		}
		for person, n := range calls {
			if n != 2 {
				t.Errorf("%d calls for %s, want a receipt and a reply", n, person)
			}
		}
	})
}

// TestSourcesKeepOrder has the first call for one person held while the others go on.
func TestSourcesKeepOrder(t *testing.T) {
	eachSource(t, func(t *testing.T, s Source) {
		p := newPlatform(t, func(p *platform, _ http.ResponseWriter, c call) {
			if c.person() == "held" {
				<-p.held
			}
		})
		running := s.start(t, p)
		running.deliver(t, messaging(postback("held", "m1"), postback("held", "m2"), postback("free", "m3")), http.StatusOK)
		var receipts []string // of the person who is held
		free := 0
		for range 6 {
			c := <-p.calls
			if c.person() == "free" {
				free++
			} else if button, ok := c.body["postback"].(map[string]any); ok {
				receipts = append(receipts, fmt.Sprint(button["mid"]))
			}
			if free == 2 {
				p.release()
			}
		}
		if want := []string{"m1", "m2"}; !slices.Equal(receipts, want) {
			t.Errorf("receipts for %q, want %q", receipts, want)
		}
	})
}

func TestSourcesFollowNoRedirect(t *testing.T) {
	eachSource(t, func(t *testing.T, s Source) {
		p := newPlatform(t, func(_ *platform, w http.ResponseWriter, _ call) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(http.StatusTemporaryRedirect)
		})
		running := s.start(t, p)
		for _, person := range []string{"1", "2"} {
			running.deliver(t, messaging(postback(person, "m"+person)), http.StatusOK)
			for _, want := range []string{"/receipts", "/v26.0/me/messages"} {
				if c := <-p.calls; c.path != want {
					t.Errorf("a call to %s, want %s", c.path, want)
				}
			}
		}
	})
}

func TestSourcesFinishTheirWork(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no signal that asks a process to end")
	}
	eachSource(t, func(t *testing.T, s Source) {
		p := newPlatform(t, hold)
		running := s.start(t, p)
		running.dial(t) // an idle connection does not keep it
		running.deliver(t, messaging(postback("7", "m1")), http.StatusOK)
		<-p.calls
		if err := running.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		p.release()
		if c := <-p.calls; c.path != "/v26.0/me/messages" {
			t.Errorf("a call to %s, want the reply", c.path)
		}
		if err := running.cmd.Wait(); err != nil {
			t.Errorf("%v: %s", err, running.stderr)
		}
	})
}

func TestSourcesWantTheirSecrets(t *testing.T) {
	eachSource(t, func(t *testing.T, s Source) {
		cmd := exec.CommandContext(t.Context(), s.Run, s.File)
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
		cmd.WaitDelay = time.Second
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "REFEREE_APP_SECRET is not set") {
			t.Errorf("%v: %s", err, out)
		}
	})
}
