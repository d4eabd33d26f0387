package load

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/series"
)

// begun is a load with what it learned before, and without a receiver.
func begun(t *testing.T, once []int, variants ...string) *Load {
	t.Helper()
	l, err := New(Options{Series: seriesOf(t, 1, 1, variants...), URL: "http://127.0.0.1:1", Count: 100, Evident: true})
	if err != nil {
		t.Fatal(err)
	}
	l.once, l.partly, l.began, l.ended = once, slices.Min(once) == 0, time.Now(), time.Now()
	l.variants.filler = l.opts.Series.Filler()
	return l
}

// What brings nothing before a load can be lost without a trace: that is said, and an
// assertion that hangs on it is not judged.
func TestWhatDoesNotShowIsNotJudged(t *testing.T) {
	l := begun(t, []int{1, 0}, "message.text", "referral.ads")
	l.next.Store(100)
	shown, owed := 0, 0
	for event, filler := uint64(0), l.opts.Series.Filler(); event < 100; event++ {
		shows := filler.Variants(event)[0] == 0
		if got := l.shows(event); got != shows {
			t.Fatalf("event %d shows: %v", event, got)
		}
		l.account.acknowledged(event, shows)
		if shows {
			owed++
			if owed > 2 {
				l.account.handled(event, shows)
				shown++
			}
		}
	}
	if n := l.account.waiting(); n != 2 {
		t.Errorf("%d are waited for", n)
	}
	r := l.result(false)
	if *r.Lost != 2 || *r.Handled != uint64(shown) || r.Unshown != uint64(100-owed) {
		t.Errorf("%d lost, %d handled, %d unshown", *r.Lost, *r.Handled, r.Unshown)
	}
	want := fmt.Sprintf("Of %d events that were acknowledged nothing shows whether they were handled: no message and no receipt came before the load for referral.ads.", r.Unshown)
	if len(r.Notes) != 1 || r.Notes[0] != want {
		t.Errorf("the notes are %q", r.Notes)
	}
	for text, want := range map[string]string{
		"lost==0": "does not hold", "lost<=1": "does not hold", "lost<1000": "holds", "lost==2": "unknown", "lost<=2": "unknown",
		"lost==10": "unknown", "lost>=2": "holds", "handled==90": "unknown", "handled>=1": "holds", "handled>90": "unknown", "handled>98": "does not hold",
		"handled>=101": "does not hold", "unexpected==0": "holds",
	} {
		a, err := ParseAssertion(text)
		if err != nil {
			t.Fatal(err)
		}
		holds, judged, actual := a.Judge(r)
		got := map[bool]string{true: "holds", false: "does not hold"}[holds]
		if !judged {
			got = "unknown"
		}
		if got != want {
			t.Errorf("%s: %s (%s)", text, got, actual)
		}
	}
}

// A message for somebody of whom nothing was sent is not expected.
func TestSomebodyElseIsUnexpected(t *testing.T) {
	l := begun(t, []int{1}, "message.text")
	l.Handled("12345")
	if r := l.result(false); *r.Unexpected != 1 {
		t.Errorf("%d unexpected", *r.Unexpected)
	}
	c := NewCollector(Options{Series: l.opts.Series})
	c.Handled("12345")
	if r := c.Result(nil, false); *r.Unexpected != 1 {
		t.Errorf("%d unexpected by a collector", *r.Unexpected)
	}
}

// Who took 5 s before the load may take as long in it.
func TestPatience(t *testing.T) {
	l := begun(t, []int{1}, "message.text")
	check := func(when string, want time.Duration) {
		t.Helper()
		if got := l.patience(); got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
	}
	check("nothing is owed", quiet)
	l.account.acknowledged(0, true)
	check("something is owed", stall)
	l.calibration.slowest = 5 * time.Second
	check("it was slow before", 10*time.Second)
	l.account.handled(0, true)
	check("slow, and nothing is owed", 5*time.Second)
	l.calibration.slowest = 0
	check("all was handled", quiet)
	l.stats.add(0, time.Time{}, time.Now(), time.Now(), answer{status: 500})
	check("something was refused, and may be handled", stall)
}

// What was still waited for when somebody ended the wait is not lost.
func TestEndedWait(t *testing.T) {
	l := begun(t, []int{1}, "message.text")
	l.next.Store(1)
	l.account.acknowledged(0, true)
	l.left.Store(1)
	if r := l.result(true); r.Lost != nil || len(r.Notes) != 1 {
		t.Errorf("lost %v, %q", r.Lost, r.Notes)
	}
}

// A rate at which answers come later and later does not hold, whatever the deadline.
func TestNotHeld(t *testing.T) {
	seconds := func(medians ...float64) (all []Second) {
		for i, p50 := range medians {
			all = append(all, Second{At: float64(i + 1), Acknowledged: 100, P50: p50})
		}
		return all
	}
	few := seconds(1, 1, 1, 400)
	few[3].Acknowledged = 2
	for name, c := range map[string]struct {
		r    Result
		want string
	}{
		"steady":         {Result{Seconds: seconds(3, 2, 4, 3)}, ""},
		"slow at first":  {Result{Seconds: seconds(300, 2, 4, 3)}, ""},
		"a slow one":     {Result{Seconds: few}, ""},
		"grows":          {Result{Seconds: seconds(50, 150, 250, 350)}, "answers came later and later: half of them within 50ms at first, and 350ms in the end"},
		"slow, and even": {Result{Seconds: seconds(900, 910, 950, 1000)}, ""},
		"refused": {
			Result{Errors: 12, ErrorsBy: map[string]uint64{"status 403": 10, "closed": 2}, Seconds: seconds(1)},
			"12 deliveries not acknowledged: status 403 10, closed 2",
		},
		"late":    {Result{Latency: &Milliseconds{Max: 5001}}, "deliveries were acknowledged too late"},
		"dropped": {Result{Dropped: 1}, "1 delivery could not be started in time"},
	} {
		if c.r.Latency == nil {
			c.r.Latency = &Milliseconds{Max: 1000}
		}
		if got := c.r.NotHeld(5 * time.Second); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// No rate is tried on a receiver that acknowledges nothing.
func TestLimitOfARefusal(t *testing.T) {
	b := newBot(t, func(uint64) (int, bool) { return 0, false })
	b.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	limit, err := FindLimit(t.Context(), Options{Series: seriesOf(t, 1, 1, "message.text"), URL: b.URL, Duration: time.Second}, nil)
	if err == nil || !strings.Contains(err.Error(), "status 403; are the URL and the app secret the receiver's?") || len(limit.Probes) > 0 {
		t.Errorf("%d rates were tried: %v", len(limit.Probes), err)
	}
}

// answering is a receiver that hands each connection to a function.
func answering(t *testing.T, talk func(net.Conn, *bufio.Reader)) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				talk(c, bufio.NewReader(c))
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

// take reads a request.
func take(r *bufio.Reader) bool {
	request, err := http.ReadRequest(r)
	if err != nil {
		return false
	}
	_, err = bufio.NewReader(request.Body).Discard(int(request.ContentLength))
	return err == nil
}

// sent is what a sender gets for each of some deliveries.
func sent(t *testing.T, url string, n int, between func(answer)) (all []answer) {
	t.Helper()
	s := seriesOf(t, 1, 1, "message.text")
	target, err := newTarget(Options{Series: s, URL: url, AckDeadline: 20 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	sends := &sender{target: target}
	defer sends.close()
	for i := range n {
		d := series.Delivery(s.Filler().Fill(uint64(i)))
		a := sends.send(context.Background(), d)
		all = append(all, a)
		if between != nil {
			between(a)
		}
	}
	return all
}

// A header may be long.
func TestLongHeader(t *testing.T) {
	for size, want := range map[int]string{5000: "", 60_000: "", 100_000: errorMalformed} {
		url := answering(t, func(c net.Conn, r *bufio.Reader) {
			for take(r) {
				fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Security-Policy: %s\r\nContent-Length: 2\r\n\r\nok", strings.Repeat("x", size))
			}
		})
		for _, a := range sent(t, url, 2, nil) {
			if a.kind != want {
				t.Errorf("%d bytes: %+v", size, a)
			}
		}
	}
}

// A receiver that ends connections which rest, or without saying so, costs one delivery at
// most.
func TestClosedConnections(t *testing.T) {
	last, closed := make(chan bool, 1), make(chan struct{})
	url := answering(t, func(c net.Conn, r *bufio.Reader) {
		for i := range 2 {
			if !take(r) {
				return
			}
			last <- i == 1
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		}
		c.Close()
		closed <- struct{}{}
	})
	failed := 0
	sent(t, url, 20, func(a answer) {
		switch {
		case a.kind != "":
			failed++
		case <-last:
			<-closed
		}
	})
	if failed > 1 {
		t.Errorf("%d deliveries failed", failed)
	}
}
