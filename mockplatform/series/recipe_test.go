package series

import (
	"fmt"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

// The pieces of a template, filled, are the delivery that Filler fills.
func TestPiecesAreFilledAsTheirTemplate(t *testing.T) {
	o := options()
	for i, v := range schemas.All() {
		o.Mix = append(o.Mix, Weighted{v, i + 1})
	}
	s := made(t, o)
	const n = 123_456_789
	at := s.start + n
	values := map[string]string{
		"number": fmt.Sprintf("%012d", n), "tag": "aadvxtiv",
		"ms": fmt.Sprint(at), "ms later": fmt.Sprint(at + 49), "s": fmt.Sprint(at / 1000), "s later": fmt.Sprint((at + 49) / 1000),
	}
	r := s.Recipe()
	if r.Start != s.start || r.Delay != 49 || len(r.Templates) != len(o.Mix) {
		t.Fatalf("it is %+v", r)
	}
	for i, p := range r.Templates {
		text := p.Head
		for j, piece := range p.Entry {
			if j%2 == 1 {
				piece = values[piece]
			}
			text += piece
		}
		if got, want := text+p.Tail, string(s.Only(i).Filler().Fill(n).Body); got != want {
			t.Errorf("%s is\n%s\nwant\n%s", p.Variant, got, want)
		}
		if p.Weight != i+1 || p.Variant != o.Mix[i].Variant.ID || p.Instagram != (s.all[i].secret == o.Secrets.Instagram) {
			t.Errorf("%s has the weight %d, and is Instagram's: %v", p.Variant, p.Weight, p.Instagram)
		}
	}
}
