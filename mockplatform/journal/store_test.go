package journal_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// disk is a store that can fail.
type disk struct {
	kept   map[uint64]journal.Exchange
	last   uint64
	writes int
	err    error
}

func (d *disk) Load() (kept []journal.Exchange, last uint64, err error) {
	for seq := range d.kept {
		kept = append(kept, d.kept[seq])
	}
	slices.SortFunc(kept, func(a, b journal.Exchange) int { return int(a.Seq) - int(b.Seq) })
	return kept, d.last, d.err
}

func (d *disk) Write(changed []journal.Exchange, first uint64) error {
	d.writes++
	if d.err != nil {
		return d.err
	}
	if d.kept == nil {
		d.kept = map[uint64]journal.Exchange{}
	}
	for _, x := range changed {
		d.kept[x.Seq] = x
		d.last = max(d.last, x.Seq)
	}
	for seq := range d.kept {
		if seq < first {
			delete(d.kept, seq)
		}
	}
	return nil
}

func opened(t *testing.T, o journal.Options) *journal.Journal {
	t.Helper()
	j, err := journal.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// text tells exchanges apart by number, person, status and error.
func text(list []journal.Exchange) string {
	var b strings.Builder
	for _, x := range list {
		fmt.Fprintf(&b, "%d:%s:%d:%s ", x.Seq, x.Person, x.Response.Status, x.Err)
	}
	return b.String()
}

func ok(x *journal.Exchange) { x.Response.Status = 200 }

func TestAJournalComesBack(t *testing.T) {
	d := new(disk)
	j := opened(t, journal.Options{Limit: 3, Store: d})
	j.Amend(j.Record(journal.Exchange{Person: "a"}), ok)
	for _, person := range []string{"b", "c", "d"} {
		j.Amend(j.Record(journal.Exchange{Person: person}), ok)
	}
	j.Record(journal.Exchange{Person: "e"})
	const want = "3:c:200: 4:d:200: 5:e:0:" + journal.Interrupted + " "
	for range 2 {
		j = opened(t, journal.Options{Limit: 3, Store: d})
		if got := text(j.Find(all)); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if seq := j.Record(journal.Exchange{}); seq != 6 {
		t.Errorf("the next exchange has number %d, want 6", seq)
	}
	if j = opened(t, journal.Options{Limit: 1, Store: d}); text(j.Find(all)) != "6::0:"+journal.Interrupted+" " {
		t.Errorf("with a lower limit: got %s", text(j.Find(all)))
	}
}

// Whoever sees an exchange, it is on disk.
func TestNobodySeesWhatIsNotSaved(t *testing.T) {
	var j *journal.Journal
	d := &watchedDisk{}
	j = opened(t, journal.Options{Store: d})
	d.before = func(x journal.Exchange) {
		if got, found := j.Get(x.Seq); found && got.Response.Status == x.Response.Status {
			t.Errorf("readers see exchange %d before it is written", x.Seq)
		}
	}
	j.Amend(j.Record(journal.Exchange{}), ok)
	if got := text(j.Find(all)); got != "1::200: " {
		t.Errorf("got %s", got)
	}
}

type watchedDisk struct {
	disk
	before func(journal.Exchange)
}

func (d *watchedDisk) Write(changed []journal.Exchange, first uint64) error {
	for _, x := range changed {
		d.before(x)
	}
	return d.disk.Write(changed, first)
}

func TestAStoreThatFails(t *testing.T) {
	full := errors.New("the disk is full")
	var log bytes.Buffer
	d := new(disk)
	j := opened(t, journal.Options{Limit: 300, Store: d, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	j.Record(journal.Exchange{Person: "before"})
	d.err = full
	j.Amend(1, ok)
	for range 250 {
		j.Amend(j.Record(journal.Exchange{Person: "meanwhile"}), ok)
	}
	if err := j.Err(); !errors.Is(err, full) || err.Error() != "251 exchanges of the journal are not saved: the disk is full" {
		t.Errorf("error %v", err)
	}
	if err := j.Clear(); !errors.Is(err, full) || len(j.Find(all)) != 251 {
		t.Errorf("clear: error %v, %d exchanges are left, want all 251", err, len(j.Find(all)))
	}
	d.err, d.writes = nil, 0
	j.Record(journal.Exchange{Person: "after"})
	if err := j.Err(); err != nil || d.writes != 3 {
		t.Errorf("after recovery: error %v, %d writes; want none, 3", err, d.writes)
	}
	kept, _, _ := d.Load()
	if got, want := text(kept), text(j.Find(all)); got != want {
		t.Errorf("saved %s\nwant %s", got, want)
	}
	if lines := strings.Count(log.String(), "\n"); lines != 2 || !strings.Contains(log.String(), "level=ERROR") {
		t.Errorf("the log has %d lines, want one when it began and one when it ended:\n%s", lines, log.String())
	}
}

func TestAStoreThatCannotBeRead(t *testing.T) {
	broken := errors.New("broken")
	if _, err := journal.Open(journal.Options{Store: &disk{err: broken}}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	gap := &disk{last: 3, kept: map[uint64]journal.Exchange{1: {Seq: 1}, 3: {Seq: 3}}}
	if _, err := journal.Open(journal.Options{Store: gap}); err == nil || !strings.Contains(err.Error(), "exchange 1 stands where 2 should") {
		t.Errorf("got %v", err)
	}
}

func TestClear(t *testing.T) {
	for name, d := range map[string]*disk{"in memory": nil, "with a store": {}} {
		t.Run(name, func(t *testing.T) {
			o := journal.Options{}
			if d != nil {
				o.Store = d
			}
			j := opened(t, o)
			seq := j.Record(journal.Exchange{})
			before := j.Since(0, 0)
			if err := j.Clear(); err != nil {
				t.Fatal(err)
			}
			<-before.More
			j.Amend(seq, func(*journal.Exchange) { t.Error("a cleared exchange is amended") })
			after := j.Since(before.Version, 0)
			if len(j.Find(all)) != 0 || len(after.Exchanges) != 0 || after.First != 2 {
				t.Errorf("there is still %+v", after)
			}
			if d != nil {
				if len(d.kept) != 0 {
					t.Errorf("the store still has %+v", d.kept)
				}
				j = opened(t, o)
			}
			if seq := j.Record(journal.Exchange{}); seq != 2 {
				t.Errorf("the next exchange has number %d, want 2", seq)
			}
		})
	}
}

func TestSecretsDoNotReachTheStore(t *testing.T) {
	d := new(disk)
	j := opened(t, journal.Options{Store: d, Secrets: []string{"a known secret of the run"}})
	seq := j.Record(journal.Exchange{Request: journal.Message{URL: "/me?access_token=" + secret}})
	j.Amend(seq, func(x *journal.Exchange) { x.Response.Body = []byte("a known secret of the run") })
	if got := d.kept[seq]; got.Request.URL != "/me?access_token=EAAG…" || string(got.Response.Body) != "a kn…" {
		t.Errorf("the store has %+v", got)
	}
}

func TestBodiesAreCut(t *testing.T) {
	j := opened(t, journal.Options{MaxBody: 4, Secrets: []string{"a known secret of the run"}})
	j.Record(journal.Exchange{
		Direction: journal.FromReceiver,
		Request:   journal.Message{Body: []byte("12345")},
		Response:  journal.Message{Body: []byte("1234")},
		Doc:       []byte(`"123"`),
	})
	x := j.Find(all)[0]
	if string(x.Request.Body) != "1234" || !x.Request.Cut || string(x.Response.Body) != "1234" || x.Response.Cut || x.Doc != nil {
		t.Errorf("got %+v", x)
	}
	j.Record(journal.Exchange{Direction: journal.FromReceiver, Request: journal.Message{Body: []byte("a known secret of the run")}})
	if x, _ := j.Get(2); string(x.Request.Body) != "a kn" {
		t.Errorf("cut before it was masked: %s", x.Request.Body)
	}
}

// A journal in a flood of large bodies has no more bytes than it may, but always
// the newest exchange; and its store has the same exchanges.
func TestTheBoundInBytes(t *testing.T) {
	const most, fixed = 20000, 640
	rapid.Check(t, func(t *rapid.T) {
		d := new(disk)
		j, err := journal.Open(journal.Options{MaxBytes: most, Store: d})
		if err != nil {
			t.Fatal(err)
		}
		size := func(n int) []byte { return make([]byte, rapid.IntRange(0, n).Draw(t, "size")) }
		t.Repeat(map[string]func(*rapid.T){
			"record": func(*rapid.T) { j.Record(journal.Exchange{Request: journal.Message{Body: size(30000)}}) },
			"amend": func(t *rapid.T) {
				seq := rapid.Uint64Range(1, 10).Draw(t, "seq")
				j.Amend(seq, func(x *journal.Exchange) { x.Response.Body = size(5000) })
			},
			"": func(t *rapid.T) {
				bytes, largest := 0, 0
				list := j.Find(all)
				for _, x := range list {
					n := fixed + len(x.Request.Body) + len(x.Response.Body)
					bytes += n
					largest = max(largest, n)
				}
				if bytes > most+largest {
					t.Fatalf("%d bytes in %d exchanges, want at most %d and one exchange", bytes, len(list), most)
				}
				kept, _, _ := d.Load()
				if text(kept) != text(list) {
					t.Fatalf("the store has %s, the journal %s", text(kept), text(list))
				}
				if newest := len(list) - 1; newest >= 0 && list[newest].Seq != d.last {
					t.Fatalf("the newest, %d, is not there", d.last)
				}
			},
		})
	})
}

// However many exchanges there were, and however large, the memory is that of
// those that are kept.
func TestMemoryIsBounded(t *testing.T) {
	heap := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / (1 << 20)
	}
	before := heap()
	j := journal.New(1000)
	record := func(n, size int) float64 {
		for range n {
			j.Amend(j.Record(journal.Exchange{Request: journal.Message{Body: make([]byte, size)}}), ok)
		}
		return heap() - before
	}
	some := record(2000, 500)
	if many := record(20000, 500); many > some+1 {
		t.Errorf("%.1f MiB after 2000 exchanges, %.1f MiB after 20000 more", some, many)
	}
	if flood := record(150, 1<<20); flood > 33 {
		t.Errorf("%.1f MiB after a flood of large bodies, want at most 32 and a little", flood)
	}
	runtime.KeepAlive(j)
}

// Save tries again what the store did not take, with nothing new to record; and what was
// forgotten does not count as dropped.
func TestSave(t *testing.T) {
	d := &disk{}
	j := opened(t, journal.Options{Store: d, Limit: 2})
	if err := j.Save(); err != nil || d.writes != 0 {
		t.Errorf("with nothing to save: %v after %d writes", err, d.writes)
	}
	d.err = errors.New("full")
	for range 3 {
		j.Record(journal.Exchange{})
	}
	if err := j.Save(); !errors.Is(err, d.err) {
		t.Errorf("while the disk is full: %v", err)
	}
	d.err = nil
	if err := j.Save(); err != nil || j.Err() != nil || len(d.kept) != 2 {
		t.Errorf("with room again: %v, %v, %d exchanges are kept", err, j.Err(), len(d.kept))
	}
	if n := j.Dropped(); n != 1 {
		t.Errorf("%d were dropped", n)
	}
	if err := j.Clear(); err != nil || j.Dropped() != 0 {
		t.Errorf("%v: after that %d were dropped", err, j.Dropped())
	}
}
