package judge

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
)

// textOf is a text message of a person.
func textOf(t *testing.T, person event.Session, number int) event.Event {
	t.Helper()
	return eventOf(t, "message.text", person, number)
}

func eventOf(t *testing.T, variant string, person event.Session, number int) event.Event {
	t.Helper()
	v, _ := schemas.ByID(variant)
	ev, err := event.Build(v, person, number, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

// seq numbers the exchanges of a test.
func replied(l *ledger, seq uint64, person event.Session) {
	l.note(journal.Exchange{
		Seq: seq, Direction: journal.FromReceiver, Kind: journal.Send, Person: person.PSID,
		Doc: []byte(`{"message":{"text":"Hello."}}`), Response: journal.Message{Status: 200},
	})
}

// sentOf begins and ends a request of one event.
func sentOf(l *ledger, r *request, ev event.Event) *request {
	one := Tally{Replies: 1}
	l.begin(r, []owing{owes(ev, one)})
	l.end(r, r.genuine, false)
	return r
}

// Of several events of one person each brings evidence of its own.
func TestDebtsOfOnePerson(t *testing.T) {
	l := paced(time.Second)
	ada := event.NewSession(1, "Ada", "1")
	first := sentOf(l, &request{genuine: true}, textOf(t, ada, 1))
	second := sentOf(l, &request{genuine: true}, textOf(t, ada, 2))
	replied(l, 1, ada)
	if first.owes != 0 || second.owes != 1 {
		t.Errorf("after one reply they owe %d and %d", first.owes, second.owes)
	}
	replied(l, 1, ada) // the same exchange, amended
	if second.owes != 1 {
		t.Error("an exchange counted twice")
	}
	replied(l, 2, ada)
	if second.owes != 0 {
		t.Errorf("after two replies the second owes %d", second.owes)
	}
}

// What is delivered again brings nothing more, and so does not owe anything.
func TestDebtsOfADuplicate(t *testing.T) {
	l := paced(time.Second)
	ev := textOf(t, event.NewSession(1, "Ada", "1"), 1)
	first := sentOf(l, &request{genuine: true}, ev)
	again := sentOf(l, &request{genuine: true}, ev)
	if first.owes != 1 || again.owes != 0 {
		t.Errorf("they owe %d and %d", first.owes, again.owes)
	}
}

// A forged copy owes nothing, and takes nothing from the genuine delivery after it.
func TestDebtsOfAForgedCopy(t *testing.T) {
	l := paced(time.Second)
	ada := event.NewSession(1, "Ada", "1")
	ev := textOf(t, ada, 1)
	forged := sentOf(l, &request{}, ev)
	genuine := sentOf(l, &request{genuine: true}, ev)
	if forged.owes != 0 || genuine.owes != 1 {
		t.Errorf("they owe %d and %d", forged.owes, genuine.owes)
	}
	replied(l, 1, ada)
	if genuine.owes != 0 {
		t.Error("the reply did not count")
	}
	if forged.provedAt.IsZero() {
		t.Error("the genuine delivery is no fence for the forged one before it")
	}
}

// What is refused owes nothing; a fence that was not acknowledged in time may still be
// answered.
func TestDebtsOfWhatWasNotAcknowledged(t *testing.T) {
	l := paced(time.Second)
	ada, bob := event.NewSession(1, "Ada", "1"), event.NewSession(1, "Bob", "1")
	refused, f := &request{genuine: true}, &request{genuine: true, isFence: true}
	one := Tally{Replies: 1}
	l.begin(refused, []owing{owes(textOf(t, ada, 1), one)})
	l.end(refused, false, false)
	l.begin(f, []owing{owes(textOf(t, bob, 1), one)})
	l.end(f, false, false)
	if refused.owes != 0 || f.owes != 1 {
		t.Errorf("they owe %d and %d", refused.owes, f.owes)
	}
	replied(l, 1, bob)
	if f.complete.IsZero() || refused.provedAt.IsZero() {
		t.Error("a fence that was answered late proves nothing")
	}
}

// It takes a fence of each kind that the receiver answers, sent after the end of what is
// to be proved.
func TestProvedByFencesOfEachKind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := paced(time.Second)
		l.fences = []fence{{KindPostback, "postback.get-started"}, {KindReferral, "referral.shortlink"}}
		stimulus := sentOf(l, &request{}, textOf(t, event.NewSession(1, "Eve", "1"), 1))
		one := Tally{Replies: 1}

		beside := &request{genuine: true} // sent before the stimulus below is over
		cyd := event.NewSession(1, "Cyd", "1")
		slow := &request{}
		l.begin(slow, nil)
		l.begin(beside, []owing{owes(eventOf(t, "referral.shortlink", cyd, 1), one)})
		l.end(beside, true, false)
		l.end(slow, false, false)

		ada := event.NewSession(1, "Ada", "1")
		sentOf(l, &request{genuine: true}, eventOf(t, "postback.get-started", ada, 1))
		time.Sleep(time.Second)
		replied(l, 1, ada)
		if stimulus.proved != 1 || !stimulus.provedAt.IsZero() {
			t.Errorf("a fence of one kind of two proved it: %b", stimulus.proved)
		}
		replied(l, 2, cyd)
		if !stimulus.provedAt.Equal(time.Now()) {
			t.Errorf("it was proved at %s", stimulus.provedAt)
		}
		if slow.proved != 1 || !slow.provedAt.IsZero() {
			t.Errorf("what was sent beside a request proved it: %b", slow.proved)
		}
		bob := event.NewSession(1, "Bob", "1")
		sentOf(l, &request{genuine: true}, textOf(t, bob, 1))
		replied(l, 3, bob)
		if !slow.provedAt.IsZero() {
			t.Error("an event of a third kind was taken for a fence")
		}
	})
}

// Quiet and stall follow what the receiver shows, and a slow burst is not forgotten by
// stall, but is by quiet.
func TestQuietAndStall(t *testing.T) {
	l := paced(time.Millisecond)
	if l.quiet() != quietFloor || l.stall() != stallFloor {
		t.Errorf("at first quiet is %s and stall %s", l.quiet(), l.stall())
	}
	l.measured(time.Second)
	if l.quiet() != 2*time.Second {
		t.Errorf("after a second quiet is %s", l.quiet())
	}
	for range 128 {
		l.measured(time.Millisecond)
	}
	if l.quiet() != quietFloor {
		t.Errorf("long after it, quiet is %s", l.quiet())
	}
	l.late = 10 * time.Second
	if l.stall() != 20*time.Second {
		t.Errorf("after ten seconds stall is %s", l.stall())
	}
	l.pace.usual = 5 * time.Second
	if l.stall() != unequal*5*time.Second {
		t.Errorf("with five seconds for each event stall is %s", l.stall())
	}
}

// owes is an event that brings this evidence, the first of a person as well as others.
func owes(ev event.Event, one Tally) owing {
	return owing{event: ev, reading: Read(ev.JSON), want: one, one: one}
}
