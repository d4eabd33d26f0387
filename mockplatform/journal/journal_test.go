package journal_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func all(journal.Exchange) bool { return true }

func of(person string) func(journal.Exchange) bool {
	return func(x journal.Exchange) bool { return x.Person == person }
}

func TestRecordAmendFind(t *testing.T) {
	j := journal.New(10)
	first := j.Record(journal.Exchange{Person: "a", Seq: 99})
	second := j.Record(journal.Exchange{Person: "b"})
	if first != 1 || second != 2 {
		t.Fatalf("numbers %d and %d, want 1 and 2", first, second)
	}
	j.Amend(first, func(x *journal.Exchange) { x.Response.Status = 200; x.Seq = 7 })

	got := j.Find(all)
	if len(got) != 2 || got[0].Seq != 1 || got[0].Response.Status != 200 || !got[0].Settled() || got[1].Seq != 2 || got[1].Settled() {
		t.Errorf("got %+v", got)
	}
	if got := j.Find(of("b")); len(got) != 1 || got[0].Seq != 2 {
		t.Errorf("got %+v", got)
	}
}

func TestTheOldestIsDropped(t *testing.T) {
	j := journal.New(3)
	for i := range 5 {
		j.Record(journal.Exchange{Person: fmt.Sprint(i)})
	}
	for _, seq := range []uint64{0, 1, 2, 6} {
		j.Amend(seq, func(*journal.Exchange) { t.Errorf("exchange %d is amended, but it is not there", seq) })
	}
	var seqs []uint64
	for _, x := range j.Find(all) {
		seqs = append(seqs, x.Seq)
	}
	if !slices.Equal(seqs, []uint64{3, 4, 5}) || j.Dropped() != 2 {
		t.Errorf("kept %d, dropped %d; want [3 4 5], 2", seqs, j.Dropped())
	}
}

func TestCopiesAreIndependent(t *testing.T) {
	x := journal.Exchange{
		Direction: journal.ToReceiver,
		Request:   journal.Message{Header: wire.Header{{Name: "A", Value: "1"}}, Body: []byte("body")},
		Doc:       []byte("{}"), Faults: []string{"none"},
	}
	j := journal.New(10)
	seq := j.Record(x)
	spoil := func(x journal.Exchange) {
		x.Request.Header[0].Value = "spoilt"
		x.Request.Body[0], x.Doc[0], x.Faults[0] = '!', '!', "spoilt"
	}
	var kept journal.Exchange
	body := []byte("answer")
	for name, spoils := range map[string]func(){
		"what was recorded": func() { spoil(x) },
		"what Find gave":    func() { spoil(j.Find(all)[0]) },
		"what Wait gave": func() {
			x, _ := j.Wait(t.Context(), all)
			spoil(x)
		},
		"what Amend gave": func() {
			j.Amend(seq, func(x *journal.Exchange) { x.Response.Body = body; kept = *x })
			spoil(kept)
			body[0] = '!'
		},
	} {
		spoils()
		got := j.Find(all)[0]
		if got.Request.Header[0].Value != "1" || string(got.Request.Body) != "body" || string(got.Doc) != "{}" || got.Faults[0] != "none" {
			t.Errorf("%s shares memory with the journal: %+v", name, got)
		}
	}
	if got := j.Find(all)[0]; string(got.Response.Body) != "answer" {
		t.Errorf("what Amend was given shares memory with the journal: %q", got.Response.Body)
	}
}

func TestAmendDoesNotChangeWhatWasGiven(t *testing.T) {
	j := journal.New(10)
	seq := j.Record(journal.Exchange{Request: journal.Message{Header: wire.Header{{Name: "A", Value: "1"}}}})
	before := j.Find(all)[0]
	j.Amend(seq, func(x *journal.Exchange) { x.Request.Header.Set("A", "2") })
	if before.Request.Header.Get("A") != "1" {
		t.Error("an amendment changed a copy that was handed out")
	}
}

func TestWaitFindsThePastFirst(t *testing.T) {
	j := journal.New(10)
	old := j.Record(journal.Exchange{Person: "a"})
	j.Record(journal.Exchange{Person: "a"})
	j.Amend(old, func(x *journal.Exchange) { x.Err = "changed last, but still the oldest" })
	if x, err := j.Wait(t.Context(), of("a")); err != nil || x.Seq != old {
		t.Errorf("got %d, error %v; want %d", x.Seq, err, old)
	}
}

// waiting starts a Wait and returns when it has looked at what is there.
func waiting(t *testing.T, j *journal.Journal, match func(journal.Exchange) bool) <-chan journal.Exchange {
	t.Helper()
	j.Record(journal.Exchange{Person: "a sign"})
	seen := make(chan struct{})
	var once sync.Once
	found := make(chan journal.Exchange, 1)
	go func() {
		x, err := j.Wait(t.Context(), func(x journal.Exchange) bool {
			if x.Person == "a sign" {
				once.Do(func() { close(seen) })
				return false
			}
			return match(x)
		})
		if err != nil {
			t.Error(err)
		}
		found <- x
	}()
	<-seen
	return found
}

func TestWaitForARecord(t *testing.T) {
	j := journal.New(10)
	found := waiting(t, j, of("b"))
	j.Record(journal.Exchange{Person: "a"})
	want := j.Record(journal.Exchange{Person: "b"})
	if x := <-found; x.Seq != want {
		t.Errorf("got %d, want %d", x.Seq, want)
	}
}

func TestWaitForAnAmendment(t *testing.T) {
	j := journal.New(10)
	seq := j.Record(journal.Exchange{Person: "a"})
	found := waiting(t, j, func(x journal.Exchange) bool { return x.Response.Status == 200 })
	j.Record(journal.Exchange{Person: "b"})
	j.Amend(seq, func(x *journal.Exchange) { x.Response.Status = 200 })
	if x := <-found; x.Seq != seq {
		t.Errorf("got %d, want %d", x.Seq, seq)
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := journal.New(1).Wait(ctx, all); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// However many changes there are, a waiter looks at each exchange once, and
// once more for each of its changes.
func TestWaitScansEachChangeOnce(t *testing.T) {
	const exchanges, waiters = 2000, 50
	j := journal.New(exchanges * 2)
	var looks atomic.Int64
	var done []<-chan journal.Exchange
	for range waiters {
		done = append(done, waiting(t, j, func(x journal.Exchange) bool {
			looks.Add(1)
			return x.Person == "last"
		}))
	}
	for range exchanges {
		j.Amend(j.Record(journal.Exchange{}), func(x *journal.Exchange) { x.Response.Status = 200 })
	}
	j.Record(journal.Exchange{Person: "last"})
	for _, d := range done {
		<-d
	}
	if most := int64(waiters * (2*exchanges + 1)); looks.Load() > most {
		t.Errorf("%d looks, want at most %d", looks.Load(), most)
	}
}

func TestChanged(t *testing.T) {
	j := journal.New(1)
	changed := j.Changed()
	select {
	case <-changed:
		t.Fatal("changed before any change")
	default:
	}
	seq := j.Record(journal.Exchange{})
	<-changed
	changed = j.Changed()
	j.Amend(seq, func(*journal.Exchange) {})
	<-changed
}

func TestConcurrentUse(t *testing.T) {
	j := journal.New(50)
	var users sync.WaitGroup
	for i := range 8 {
		users.Go(func() {
			person := fmt.Sprint(i)
			for range 100 {
				seq := j.Record(journal.Exchange{Person: person, Request: journal.Message{Body: []byte(person)}})
				j.Amend(seq, func(x *journal.Exchange) { x.Response.Body = append(x.Response.Body, x.Request.Body...) })
				j.Find(of(person))
				if x, err := j.Wait(t.Context(), all); err != nil || len(x.Request.Body) == 0 {
					t.Errorf("got %+v, error %v", x, err)
				}
			}
		})
	}
	users.Wait()
	if kept := len(j.Find(all)); kept != 50 || j.Dropped() != 750 {
		t.Errorf("kept %d, dropped %d; want 50, 750", kept, j.Dropped())
	}
}

// The journal behaves as a plain slice does, and a waiter sees everything that
// changes between two of its looks.
func TestAgainstAModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 5).Draw(t, "limit")
		j := journal.New(limit)
		var model []journal.Exchange
		t.Repeat(map[string]func(*rapid.T){
			"record": func(t *rapid.T) {
				person := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "person")
				seq := j.Record(journal.Exchange{Person: person})
				model = append(model, journal.Exchange{Seq: seq, Person: person})
			},
			"amend": func(t *rapid.T) {
				seq := rapid.Uint64Range(0, 12).Draw(t, "seq")
				change := func(x *journal.Exchange) { x.Response.Status++ }
				j.Amend(seq, change)
				if oldest := len(model) - limit; seq >= 1 && int(seq) <= len(model) && int(seq) > oldest {
					change(&model[seq-1])
				}
			},
			"": func(t *rapid.T) {
				want := model[max(0, len(model)-limit):]
				got := j.Find(all)
				if len(got) != len(want) || j.Dropped() != uint64(len(model)-len(want)) {
					t.Fatalf("%d exchanges, %d dropped; want %d, %d", len(got), j.Dropped(), len(want), len(model)-len(want))
				}
				for i := range want {
					if got[i].Seq != want[i].Seq || got[i].Person != want[i].Person || got[i].Response.Status != want[i].Response.Status {
						t.Fatalf("exchange %d: got %+v, want %+v", i, got[i], want[i])
					}
				}
			},
		})
	})
}

func BenchmarkManyWaiters(b *testing.B) {
	const waiters = 300
	j := journal.New(10000)
	for range 10000 {
		j.Record(journal.Exchange{})
	}
	ctx, cancel := context.WithCancel(b.Context())
	var idle sync.WaitGroup
	for range waiters {
		idle.Go(func() { _, _ = j.Wait(ctx, of("nobody")) })
	}
	for b.Loop() {
		j.Record(journal.Exchange{Person: "somebody"})
	}
	cancel()
	idle.Wait()
}
