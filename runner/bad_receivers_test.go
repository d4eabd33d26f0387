package runner_test

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// impatient is how these receivers are judged: most of them use up every wait, and
// accept nothing.
func impatient(url string) runner.Config {
	return runner.Config{Receiver: sut.URL(url), AckDeadline: 300 * time.Millisecond, Patience: 0.05, KeepGoing: true}
}

// judgeBad judges a receiver and checks what holds of every run: it ends with a
// result in which each requirement has a status and something to read.
func judgeBad(t *testing.T, c runner.Config) report.Result {
	t.Helper()
	r, err := runner.Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != report.Nonconformant || runner.ExitCode(r, c, nil) != report.ExitNonconformant {
		t.Errorf("the verdict is %s with exit code %d", r.Verdict, runner.ExitCode(r, c, nil))
	}
	if len(r.Requirements) < 70 {
		t.Errorf("the result has %d requirements", len(r.Requirements))
	}
	for _, q := range r.Requirements {
		switch q.Outcome() {
		case report.Passed:
		case report.Failed, report.Warned:
			if f := q.Finding; f == nil || f.Stimulus == "" || f.Expected == "" || f.Actual == "" {
				t.Errorf("%s: %s without a finding: %+v", q.ID, q.Status, f)
			}
		default:
			if q.Reason == "" || strings.Contains(q.Reason, "defect") {
				t.Errorf("%s: %s because of %q", q.ID, q.Status, q.Reason)
			}
		}
	}
	return r
}

// find returns one requirement of a result.
func find(t *testing.T, r report.Result, id string) report.Requirement {
	t.Helper()
	for _, q := range r.Requirements {
		if q.ID == id {
			return q
		}
	}
	t.Fatalf("the result has no requirement %s", id)
	return report.Requirement{}
}

// says checks the text of a finding.
func says(t *testing.T, r report.Result, id, text string) {
	t.Helper()
	if q := find(t, r, id); q.Finding == nil || !strings.Contains(q.Finding.Actual, text) {
		t.Errorf("%s does not say %q: %s %s %+v", id, text, q.Status, q.Reason, q.Finding)
	}
}

func TestBadReceivers(t *testing.T) {
	t.Parallel()
	slow(t)
	const ok = "HTTP/1.1 200 OK\r\n"
	const empty = ok + "Content-Length: 0\r\n\r\n"
	// Which part was not complete depends on how busy the machine is.
	const late = "within 300ms"
	for _, test := range []struct {
		name  string
		serve func(net.Conn)
		// post and get are what the findings say that came of a delivery and of
		// a handshake.
		post, get string
	}{
		{
			"closes at once", func(net.Conn) {},
			"the connection without an answer", "the connection without an answer", // closed or reset, as it falls
		},
		{
			"closes after the request", answering(always("")),
			"the receiver closed the connection without an answer", "the receiver closed the connection without an answer",
		},
		{
			"resets", func(conn net.Conn) {
				_, _ = conn.Read(make([]byte, 1))
				_ = conn.(*net.TCPConn).SetLinger(0)
			},
			"the receiver reset the connection without an answer", "the receiver reset the connection without an answer",
		},
		{
			"is a mail server", answering(always("220 mail.example.com ESMTP\r\n")),
			`not an HTTP/1.1 answer: it begins with "220 mail`, `not an HTTP/1.1 answer: it begins with "220 mail`,
		},
		{
			"answers with noise", answering(always("HTTP/1.1 \xff\xfe\x00\r\n\x1b[2J\r\n\r\n")),
			"not an HTTP/1.1 answer", "not an HTTP/1.1 answer",
		},
		{
			"redirects in a loop", answering(always("HTTP/1.1 302 Found\r\nLocation: /webhook\r\nContent-Length: 0\r\n\r\n")),
			"status 302", "redirects more than 2 times",
		},
		{
			"never answers", hold,
			"no answer within 300ms", "no answer within 300ms",
		},
		{
			"half a head, then silence", func(conn net.Conn) {
				answering(always(ok + "Content-Le"))(conn)
				hold(conn)
			},
			late, late,
		},
		{
			"half a head, then the end", answering(always(ok + "Content-Le")),
			"closed the connection in the middle of the answer's head", "closed the connection in the middle of the answer's head",
		},
		{
			"a head without end", pouring(ok, "X-More: "+strings.Repeat("y", 32<<10)+"\r\n", func() {}),
			"head did not end within 1048576 bytes", "head did not end within 1048576 bytes",
		},
		{
			"a body without end", pouring(ok+"\r\n", strings.Repeat("z", 64<<10), func() {}),
			"body did not end within 1048576 bytes", "body did not end within 1048576 bytes",
		},
		{
			"a body that drips", pouring(ok+"\r\n", ".", func() { <-time.After(20 * time.Millisecond) }),
			late, late,
		},
		{
			"a body of 5 MB", answering(always(fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", ok, 5<<20, strings.Repeat("x", 5<<20)))),
			"body did not end within 1048576 bytes", "body did not end within 1048576 bytes",
		},
		{
			"a body that is cut", answering(always(ok + "Content-Length: 100\r\n\r\nhello")),
			"ended the connection in the middle of the answer's body", "ended the connection in the middle of the answer's body",
		},
		{
			"answers posts only", func(conn net.Conn) {
				answering(func(method, _ string) string {
					if method == "POST" {
						return empty
					}
					return ""
				})(conn)
			},
			"", "the receiver closed the connection without an answer",
		},
		{
			"HTTP/1.0", answering(always("HTTP/1.0 200 OK\r\n\r\nhello")),
			"", `status 200 with the body "hello"`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := impatient(listen(t, test.serve).url())
			if !strings.Contains(test.post, c.AckDeadline.String()) {
				// What ends by itself must not run into the deadline, however busy the
				// machine is.
				c.AckDeadline = time.Minute
			}
			if strings.Contains(test.post, "1048576 bytes") {
				c.Only = []string{"handshake", "acknowledgement", "signature"} // a MiB to each request takes its time
			}
			r := judgeBad(t, c)
			if r.Counts.Error > 0 {
				t.Errorf("%d requirements could not be judged", r.Counts.Error)
			}
			says(t, r, "handshake.challenge", test.get)
			if test.post != "" {
				says(t, r, "acknowledgement.in-time", test.post)
				says(t, r, "signature.genuine", test.post)
			} else if q := find(t, r, "acknowledgement.in-time"); q.Status != report.Passed {
				t.Errorf("%s: %s %+v", q.ID, q.Status, q.Finding)
			}
		})
	}
}

// TestSilenceIsJudgedTogether counts how many deliveries a receiver that never
// answers has under way at once: one after the other they would take a deadline
// each.
func TestSilenceIsJudgedTogether(t *testing.T) {
	t.Parallel()
	slow(t)
	for name, serve := range map[string]func(net.Conn){
		"never answers": hold,
		"drips":         pouring("HTTP/1.1 200 OK\r\n\r\n", ".", func() { <-time.After(20 * time.Millisecond) }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var inside, most atomic.Int64
			judgeBad(t, impatient(listen(t, func(conn net.Conn) {
				n := inside.Add(1)
				defer inside.Add(-1)
				for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
				}
				serve(conn)
			}).url()))
			if most.Load() < 32 {
				t.Errorf("at most %d were under way at once", most.Load())
			}
		})
	}
}

func TestDeadURL(t *testing.T) {
	t.Parallel()
	receiver := listen(t, hold)
	receiver.fall()
	config := impatient(receiver.url())
	_, err := runner.Run(t.Context(), config)
	if err == nil || !strings.Contains(err.Error(), "start the receiver first") || !strings.Contains(err.Error(), receiver.url()) {
		t.Errorf("the error is %v", err)
	}
	if code := runner.ExitCode(report.Result{}, config, err); code != runner.ExitTrouble {
		t.Errorf("the exit code is %d", code)
	}
}

// A restartable receiver answers every request with 200, and dies of some.
func restartable(t *testing.T, diesOf func(body string) bool, comesBack bool) *connections {
	t.Helper()
	var receiver *connections
	receiver = listen(t, answering(func(_, body string) string {
		if !diesOf(body) {
			return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
		}
		receiver.fall()
		if comesBack {
			time.AfterFunc(40*time.Millisecond, receiver.rise)
		}
		return ""
	}))
	return receiver
}

func TestReceiverThatDiesAndComesBack(t *testing.T) {
	t.Parallel()
	slow(t)
	poison := func(body string) bool { return strings.Contains(body, "referee_future_event") }
	config := impatient(restartable(t, poison, true).url())
	config.Patience = 0.3
	r := judgeBad(t, config)
	if r.Counts.Error > 0 {
		t.Errorf("%d requirements could not be judged", r.Counts.Error)
	}
	says(t, r, "acknowledgement.unknown-event", "the connection without an answer")
	// On a busy machine it is seen to have ended twice, and then what it did stands below.
	if f := find(t, r, "acknowledgement.survives").Finding; f == nil || !strings.Contains(f.Actual+f.Output, "listened no more") || !strings.Contains(f.Stimulus, "referee_future_event") {
		t.Errorf("it is said to have died so: %+v", f)
	}
	if q := find(t, r, "acknowledgement.in-time"); q.Status != report.Passed {
		t.Errorf("%s: %s %+v", q.ID, q.Status, q.Finding)
	}
}

func TestReceiverThatDiesAndStaysAway(t *testing.T) {
	t.Parallel()
	slow(t)
	var served atomic.Int64
	receiver := restartable(t, func(string) bool { return served.Add(1) == 150 }, false)
	r := judgeBad(t, impatient(receiver.url()))
	says(t, r, "acknowledgement.survives", "any more")
	if r.Counts.Passed < 10 || r.Counts.NotJudged < 10 || r.Counts.Error > 0 {
		t.Errorf("what was sent before its death has to be judged, the rest is not judged: %+v", r.Counts)
	}
	for _, q := range r.Requirements {
		if q.Status == report.NotJudged && q.ID != "acknowledgement.still-handles" && !strings.Contains(q.Reason, "any more") {
			t.Errorf("%s: %s", q.ID, q.Reason)
		}
		if q.Finding != nil && q.ID != "acknowledgement.survives" && strings.Contains(q.Finding.Actual, "connection") {
			t.Errorf("%s is blamed on the receiver for its death: %s", q.ID, q.Finding.Actual)
		}
	}
}

// A receiver that dies of the first thing that is sent to it has no result.
func TestReceiverThatDiesAtOnce(t *testing.T) {
	t.Parallel()
	config := impatient(restartable(t, func(string) bool { return true }, false).url())
	_, err := runner.Run(t.Context(), config)
	if err == nil || errors.Is(err, runner.ErrInterrupted) || !strings.Contains(err.Error(), "any more") {
		t.Errorf("the error is %v", err)
	}
	t.Log(err)
	if code := runner.ExitCode(report.Result{}, config, err); code != runner.ExitTrouble {
		t.Errorf("the exit code is %d", code)
	}
}
