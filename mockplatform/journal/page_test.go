package journal_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

func seqs(list []journal.Exchange) []uint64 {
	var numbers []uint64
	for _, x := range list {
		numbers = append(numbers, x.Seq)
	}
	return numbers
}

func TestGet(t *testing.T) {
	j := journal.New(2)
	for _, person := range []string{"a", "b", "c"} {
		j.Record(journal.Exchange{Person: person})
	}
	for seq, want := range map[uint64]string{0: "", 1: "", 2: "b", 3: "c", 4: ""} {
		if x, found := j.Get(seq); x.Person != want || found != (want != "") {
			t.Errorf("exchange %d: got %q, %v; want %q", seq, x.Person, found, want)
		}
	}
}

func TestPage(t *testing.T) {
	j := journal.New(10)
	for i := range 12 { // 3 to 12 are kept
		j.Record(journal.Exchange{Person: string("ab"[i%2])})
	}
	for name, tt := range map[string]struct {
		query journal.Query
		want  []uint64
		more  bool
	}{
		"everything":          {journal.Query{}, []uint64{3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, false},
		"the newest":          {journal.Query{Limit: 3}, []uint64{10, 11, 12}, true},
		"those before":        {journal.Query{Before: 10, Limit: 3}, []uint64{7, 8, 9}, true},
		"the last page":       {journal.Query{Before: 5, Limit: 3}, []uint64{3, 4}, false},
		"exactly a page":      {journal.Query{Before: 6, Limit: 3}, []uint64{3, 4, 5}, false},
		"before the first":    {journal.Query{Before: 3, Limit: 3}, nil, false},
		"the oldest":          {journal.Query{Oldest: true, Limit: 3}, []uint64{3, 4, 5}, true},
		"those after":         {journal.Query{Oldest: true, After: 5, Limit: 3}, []uint64{6, 7, 8}, true},
		"after the last":      {journal.Query{Oldest: true, After: 12, Limit: 3}, nil, false},
		"between":             {journal.Query{After: 4, Before: 7}, []uint64{5, 6}, false},
		"a person":            {journal.Query{Match: of("a"), Limit: 3}, []uint64{7, 9, 11}, true},
		"a person, the older": {journal.Query{Match: of("a"), Before: 7, Limit: 3}, []uint64{3, 5}, false},
	} {
		t.Run(name, func(t *testing.T) {
			page, more := j.Page(tt.query)
			if got := seqs(page); !slices.Equal(got, tt.want) || more != tt.more {
				t.Errorf("got %v, more %v; want %v, %v", got, more, tt.want, tt.more)
			}
		})
	}
}

// A reader who asks only for changes, however few at a time, ends with what the
// journal has.
func TestAReaderOfChangesMissesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := journal.New(5)
		var version uint64
		known := map[uint64]journal.Exchange{}
		read := func(limit int) (more bool) {
			c := j.Since(version, limit)
			if limit > 0 && len(c.Exchanges) > limit {
				t.Fatalf("%d changes, want at most %d", len(c.Exchanges), limit)
			}
			for _, x := range c.Exchanges {
				known[x.Seq] = x
			}
			for seq := range known {
				if seq < c.First {
					delete(known, seq)
				}
			}
			version = c.Version
			select {
			case <-c.More:
				return true
			default:
				return false
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"record": func(*rapid.T) { j.Record(journal.Exchange{}) },
			"amend": func(t *rapid.T) {
				j.Amend(rapid.Uint64Range(0, 20).Draw(t, "seq"), func(x *journal.Exchange) { x.Response.Status++ })
			},
			"clear": func(t *rapid.T) {
				if err := j.Clear(); err != nil {
					t.Fatal(err)
				}
			},
			"read": func(t *rapid.T) { read(rapid.IntRange(1, 3).Draw(t, "limit")) },
			"read all": func(t *rapid.T) {
				for read(2) {
				}
				var list []journal.Exchange
				for _, x := range j.Find(all) {
					list = append(list, known[x.Seq])
				}
				if got, want := text(list), text(j.Find(all)); got != want || len(known) != len(list) {
					t.Fatalf("the reader knows %s of %d, want %s", got, len(known), want)
				}
			},
		})
	})
}

func TestVersionIsWhereSinceGoesOn(t *testing.T) {
	j := journal.New(10)
	j.Record(journal.Exchange{Person: "before"})
	version := j.Version()
	if c := j.Since(version, 0); len(c.Exchanges) != 0 {
		t.Errorf("nothing happened since, but got %d exchanges", len(c.Exchanges))
	}
	j.Record(journal.Exchange{Person: "after"})
	if c := j.Since(version, 0); len(c.Exchanges) != 1 || c.Exchanges[0].Person != "after" {
		t.Errorf("got %+v, want what came after", c.Exchanges)
	}
}

func TestSinceWakes(t *testing.T) {
	j := journal.New(5)
	c := j.Since(0, 0)
	select {
	case <-c.More:
		t.Fatal("there is more in an empty journal")
	default:
	}
	j.Record(journal.Exchange{})
	<-c.More
	if c = j.Since(c.Version, 0); !slices.Equal(seqs(c.Exchanges), []uint64{1}) {
		t.Errorf("got %+v", c)
	}
	if c = j.Since(1<<40, 0); !slices.Equal(seqs(c.Exchanges), []uint64{1}) {
		t.Errorf("with the version of another process: got %+v", c)
	}
}
