package series

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"slices"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

const page = "104508901353867"

func options(ids ...string) Options {
	o := Options{Seed: 7, PageID: page, Secrets: wire.Secrets{App: "app", Instagram: "ig"}, Start: time.UnixMilli(1_795_000_000_123)}
	for i, id := range ids {
		v, ok := schemas.ByID(id)
		if !ok {
			panic("no variant " + id)
		}
		o.Mix = append(o.Mix, Weighted{v, i + 1})
	}
	return o
}

func made(t testing.TB, o Options) *Series {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Of every variant of the catalogue a delivery is what package wire would have made of it,
// but for what the catalogue derives from a person's tag.
func TestEveryVariantIsFilledAsItIsBuilt(t *testing.T) {
	for _, v := range schemas.All() {
		o := options()
		o.Mix = []Weighted{{v, 1}}
		s := made(t, o)
		f := s.Filler()
		const n = 123_456_789
		got := bytes.Clone(f.Fill(n).Body)
		ev, err := event.Build(v, s.people.of(n), 1, o.Start)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := event.Wrap(ev)
		if err != nil {
			t.Fatal(err)
		}
		want, err := wire.Encode(doc, wire.StyleOf(v.Form, v.Field))
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Errorf("%s has %d bytes, want %d:\n%s\n%s", v.ID, len(got), len(want), got, want)
			continue
		}
		read, err := schemas.Read(got)
		if err != nil || len(read.Problems) != len(must(schemas.Read(want)).Problems) {
			t.Errorf("%s is read as %+v %v:\n%s", v.ID, read, err, got)
		}
		secret := o.Secrets.For(got)
		if text := f.Fill(n).Signature; wire.Verify(secret, got, string(text.SHA256[:])) != nil || wire.Verify(secret, got, string(text.SHA1[:])) != nil {
			t.Errorf("%s: the signatures do not fit", v.ID)
		}
	}
}

func must[T any](v T, _ error) T { return v }

// Events of one person are of nobody else, and their number is read back from each id.
func TestEveryEventIsUnique(t *testing.T) {
	o := options("postback.get-started", "referral.ads", "referral.chat-plugin", "message.text", "postback.user-ref-messaging")
	o.Least, o.Most = 1, 20
	s := made(t, o)
	f := s.Filler()
	sizes, variants, met := map[int]int{}, map[int]int{}, map[string]bool{}
	for n := range uint64(400) {
		d := f.Fill(n)
		read, err := schemas.Read(d.Body)
		if err != nil || len(read.Events) != s.Size(n) || len(d.Variants) != s.Size(n) {
			t.Fatalf("delivery %d: %d events, want %d: %v\n%s", n, len(read.Events), s.Size(n), err, d.Body)
		}
		sizes[s.Size(n)]++
		for i, e := range read.Events {
			doc, _ := event.Get(d.Body, e.Pointer)
			variants[d.Variants[i]]++
			if want := o.Mix[d.Variants[i]].Variant.ID; !slices.Contains(e.Variants, want) {
				t.Errorf("delivery %d: event %d is %v, want %s", n, i, e.Variants, want)
			}
			if met[string(doc)] {
				t.Errorf("delivery %d: event %d was there before: %s", n, i, doc)
			}
			met[string(doc)] = true
			for _, pointer := range []string{"/sender/id", "/sender/user_ref", "/optin/user_ref"} {
				id, ok := event.Get(doc, pointer)
				if !ok {
					continue
				}
				if got, ok := s.Index(string(bytes.Trim(id, `"`))); !ok || got != d.First+uint64(i) {
					t.Errorf("delivery %d: event %d: %s is of %d %v", n, i, id, got, ok)
				}
			}
		}
	}
	if len(sizes) != 20 {
		t.Errorf("deliveries have %v events", sizes)
	}
	all := 0
	for _, n := range variants {
		all += n
	}
	for i, w := range o.Mix { // in 400 deliveries with 4,200 events
		if share := float64(variants[i]) / float64(all); share < 0.85*float64(w.Weight)/15 || share > 1.15*float64(w.Weight)/15 {
			t.Errorf("%s is %.3f of all, want %d/15", w.Variant.ID, share, w.Weight)
		}
	}
}

// Another seed has other people, and the same seed the same bytes.
func TestSeries(t *testing.T) {
	o := options("referral.ads", "message.text")
	a, b := bytes.Clone(made(t, o).Filler().Fill(41).Body), made(t, o).Filler().Fill(41).Body
	if !bytes.Equal(a, b) {
		t.Errorf("the same seed gives\n%s\n%s", a, b)
	}
	o.Seed++
	s := made(t, o)
	if other := s.Filler().Fill(41).Body; bytes.Equal(a, other) {
		t.Errorf("another seed gives the same\n%s", a)
	}
	if _, ok := s.Index(made(t, options("message.text")).people.of(41).PSID); ok {
		t.Error("a person of one seed is taken for one of another")
	}
	for _, id := range []string{"", "5", s.people.psid + "00000000004x", s.people.psid + "0000000000041", s.people.psid + "999999999999"} {
		if _, ok := s.Index(id); ok {
			t.Errorf("%q is somebody", id)
		}
	}
	for _, o := range []Options{{}, func() Options { o := options("message.text"); o.Mix[0].Weight = 0; return o }(), func() Options { o := options("message.text"); o.Most = 2000; return o }(), func() Options { o := options("message.text"); o.Start = time.Unix(5, 0); return o }()} {
		if _, err := New(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

// A delivery allocates nothing.
func TestFillAllocatesNothing(t *testing.T) {
	o := options("referral.ads", "message.text")
	o.Least, o.Most = 1, 5
	f := made(t, o).Filler()
	for n := range uint64(100) {
		f.Fill(n)
	}
	n := uint64(0)
	if allocs := testing.AllocsPerRun(1000, func() { f.Fill(n); n++ }); allocs > 0 {
		t.Errorf("%.1f allocations a delivery", allocs)
	}
}

// BenchmarkFill compares a delivery with one bare HMAC-SHA256 pass over the same bytes:
// x-hmac is how many times as long it takes.
func BenchmarkFill(b *testing.B) {
	for _, id := range []string{"referral.ads", "message.text"} {
		b.Run(id, func(b *testing.B) {
			f := made(b, options(id)).Filler()
			body := bytes.Clone(f.Fill(0).Body)
			mac := hmac.New(sha256.New, []byte("app"))
			var digest [sha256.Size]byte
			began := time.Now()
			const passes = 100_000
			for range passes {
				mac.Reset()
				mac.Write(body)
				mac.Sum(digest[:0])
			}
			bare := time.Since(began) / passes
			n := uint64(0)
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				f.Fill(n)
				n++
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(bare), "x-hmac")
		})
	}
}
