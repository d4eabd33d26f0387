package reference

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestAcknowledgesBeforeItWorks(t *testing.T) {
	p := newPlatform(t, hold)
	s := listen(t, New(p.config()))
	mustDeliver(t, s, messaging(postback("7", "m1")))
	p.release()
	for range 2 {
		<-p.calls
	}
}

func TestAPersonThatIsHeldHoldsUpNobodyElse(t *testing.T) {
	p := newPlatform(t, func(p *platform, _ http.ResponseWriter, c call) {
		if c.person() == "held" {
			<-p.held
		}
	})
	s := listen(t, New(p.config()))
	mustDeliver(t, s, messaging(postback("held", "m1"), postback("held", "m2"), postback("free", "m3")))
	for free := 0; free < 2; {
		if c := <-p.calls; c.person() == "free" {
			free++
		}
	}
	p.release()
}

func TestEventsOfOnePersonKeepTheirOrder(t *testing.T) {
	p := newPlatform(t, nil)
	c := p.config()
	c.GraphURL = ""
	s := listen(t, New(c))
	mids := strings.Fields("m0 m1 m2 m3 m4 m5 m6 m7 m8 m9")
	var batch []string
	for _, mid := range mids {
		batch = append(batch, postback("7", mid))
	}
	mustDeliver(t, s, messaging(batch...))
	for _, mid := range mids {
		got := (<-p.calls).body["postback"].(map[string]any)["mid"]
		if got != mid {
			t.Errorf("receipt for %v, want %s", got, mid)
		}
	}
}

func TestLanesAreLeftEmpty(t *testing.T) {
	var l lanes
	var all sync.WaitGroup
	for range 100 {
		for _, person := range []string{"a", "b", ""} {
			member := "id"
			if person == "" {
				member = ""
			}
			turn, leave := l.join(member, person)
			all.Go(func() {
				<-turn
				leave()
			})
		}
	}
	all.Wait()
	if len(l.last) != 0 {
		t.Errorf("%d lanes are left", len(l.last))
	}
}

func TestCloseWaitsForTheWork(t *testing.T) {
	p := newPlatform(t, hold)
	c := p.config()
	c.Grace = time.Hour
	r := New(c)
	s := listen(t, r)
	mustDeliver(t, s, messaging(postback("7", "m1")))
	<-p.calls
	closed := make(chan struct{})
	go func() {
		r.Close()
		close(closed)
	}()
	<-r.closing
	select {
	case <-closed:
		t.Error("Close did not wait")
	default:
	}
	p.release()
	<-closed
	if len(p.calls) != 1 {
		t.Errorf("%d further calls, want the reply", len(p.calls))
	}
	r.Close()
}

func TestCloseCancelsWhatTakesTooLong(t *testing.T) {
	p := newPlatform(t, hold)
	c := p.config()
	c.Grace = time.Millisecond
	r := New(c)
	s := listen(t, r)
	mustDeliver(t, s, messaging(postback("7", "m1")))
	<-p.calls
	r.Close()
	if err := r.current().ctx.Err(); err == nil {
		t.Error("the calls are not cancelled")
	}
}
