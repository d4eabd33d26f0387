package drift_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/drift"
)

// referral is a delivery with one referral; members go into it.
func referral(members string) string {
	return `{"object":"page","entry":[{"id":"1","time":1458692752500,"messaging":[{"sender":{"id":"2"},"recipient":{"id":"1"},` +
		`"timestamp":1458692752478,"referral":{` + members + `}}]}]}`
}

const plain = `"ref":"R","source":"SHORTLINK","type":"OPEN_THREAD"`

// lines are the differences in short: "new member referral /referral/x 2".
func lines(r drift.Report) []string {
	var found []string
	for _, i := range r.Items {
		found = append(found, fmt.Sprintf("%s %s %s %d", i.What, i.Event, i.Pointer, i.Count))
	}
	return found
}

func sample(n int, body string) drift.Sample {
	return drift.Sample{Body: []byte(body), At: fmt.Sprintf("2026-11-26T12:00:%02dZ", n), Where: fmt.Sprintf("in:%d", n)}
}

func collect(bodies ...string) drift.Report {
	c := drift.NewCollector(schemas.Everything())
	for n, body := range bodies {
		c.Add(sample(n, body))
	}
	return c.Report()
}

func profile(bodies ...string) *drift.Profile {
	p := drift.NewProfile(schemas.Everything())
	for n, body := range bodies {
		p.Add(sample(n, body))
	}
	return p
}

func TestDriftFromTheCatalogue(t *testing.T) {
	for _, c := range []struct {
		name   string
		bodies []string
		want   []string
	}{
		{"none", []string{referral(plain)}, nil},
		{"a new member, twice", []string{referral(plain + `,"x":1`), referral(plain + `,"x":2`)}, []string{"new member referral /referral/x 2"}},
		{"a new value of a closed set", []string{referral(`"ref":"R","source":"ADS","type":"RESUME"`)}, []string{"new value referral /referral/type 1"}},
		{"a new value of an open set", []string{referral(`"ref":"R","source":"QR","type":"OPEN_THREAD"`)}, []string{"new value referral /referral/source 1"}},
		{"an address where words stand", []string{referral(`"ref":"R","source":"https://ig.me/m/x","type":"OPEN_THREAD"`)}, nil},
		{"another type", []string{referral(`"ref":7,"source":"ADS","type":"OPEN_THREAD"`)}, []string{"changed type referral /referral/ref 1"}},
		{"a member that is gone", []string{strings.Replace(referral(plain), `"timestamp":1458692752478,`, "", 1)}, []string{"vanished member referral /timestamp 1"}},
		{"a new kind", []string{strings.Replace(referral(plain), `"referral"`, `"call"`, 1)}, []string{"new event kind call /call 1"}},
		{"around the event", []string{strings.Replace(referral(plain), `"time":`, `"via":"x","time":`, 1)}, []string{"new member  /entry/-/via 1"}},
		{"no JSON", []string{"{", "["}, []string{"not JSON   2"}},
	} {
		if got := lines(collect(c.bodies...)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestDriftBetweenSamples(t *testing.T) {
	many := func(n int, body string) []string { return slices.Repeat([]string{body}, n) }
	for _, c := range []struct {
		name        string
		before, now []string
		want        []string
	}{
		{"none", many(3, referral(plain)), many(2, referral(plain)), nil},
		{"new member", many(3, referral(plain)), []string{referral(plain + `,"x":1`)}, []string{"new member referral /referral/x 1"}},
		{"new in a new object", many(3, referral(plain)), []string{referral(plain + `,"x":{"y":{"z":1}}`)}, []string{"new member referral /referral/x 1"}},
		{"always there, now missing once", many(9, referral(plain)), append(many(8, referral(plain)), referral(`"source":"ADS","type":"OPEN_THREAD"`)),
			[]string{"vanished member referral /referral/ref 1", "new value referral /referral/source 1"}},
		{"seldom there, and few came", append(many(9, referral(plain)), referral(plain+`,"x":1`)), many(3, referral(plain)), nil},
		{"often there, and many came", append(many(5, referral(plain)), many(5, referral(plain+`,"x":1`))...), many(9, referral(plain)), []string{"vanished member referral /referral/x 9"}},
		{"null", many(3, referral(plain)), []string{referral(`"ref":null,"source":"SHORTLINK","type":"OPEN_THREAD"`)}, []string{"changed type referral /referral/ref 1"}},
		{"a kind that did not come again", []string{referral(plain), strings.Replace(referral(plain), `"referral"`, `"call"`, 1)}, []string{referral(plain)}, nil},
		{"a new kind", []string{referral(plain)}, []string{strings.Replace(referral(plain), `"referral"`, `"call"`, 1)}, []string{"new event kind call /call 1"}},
	} {
		if got := lines(profile(c.now...).Compare(profile(c.before...))); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// However samples are spread over collectors, their sum is the same.
func TestMerging(t *testing.T) {
	bodies := []string{referral(plain + `,"x":1`), "{", referral(plain), referral(plain + `,"x":"a"`), referral(`"type":"NEW"`), referral(plain + `,"x":2`)}
	whole, first, second := drift.NewCollector(schemas.Everything()), drift.NewCollector(schemas.Everything()), drift.NewCollector(schemas.Everything())
	for n, body := range bodies {
		whole.Add(sample(n, body))
		part := first
		if n%2 == 0 {
			part = second
		}
		part.Add(sample(n, body))
	}
	second.Merge(first)
	want, got := whole.Report(), second.Report()
	if fmt.Sprint(lines(want)) != fmt.Sprint(lines(got)) || want.Samples != got.Samples || want.Events != got.Events {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for n, i := range want.Items {
		if j := got.Items[n]; i.First != j.First || i.Last != j.Last || i.Where != j.Where || string(i.Example) != string(j.Example) {
			t.Errorf("got %+v, want %+v", j, i)
		}
	}
}

func TestAccepted(t *testing.T) {
	r := collect(referral(plain+`,"x":1`), referral(plain+`,"y":1`))
	text, err := json.Marshal(collect(referral(plain + `,"x":{}`)))
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := drift.ParseAcceptances(text)
	if err != nil {
		t.Fatal(err)
	}
	rest, gone := r.Without(accepted, "2026-11-26")
	if got := lines(rest); len(rest.Accepted) != 1 || len(gone) != 0 || !slices.Equal(got, []string{"new member referral /referral/y 1"}) {
		t.Errorf("%v are known, %v are gone, and %q is left", rest.Accepted, gone, got)
	}
}

func FuzzCollector(f *testing.F) {
	f.Add([]byte(referral(plain + `,"x":{"y":[1,null]}`)))
	f.Add([]byte(`{"field":"x","value":{"sender":1}}`))
	f.Add([]byte(`[{"object":"page","entry":[{"standby":[[]]}]}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c, p := drift.NewCollector(schemas.Everything()), drift.NewProfile(schemas.Everything())
		c.Add(drift.Sample{Body: body})
		p.Add(drift.Sample{Body: body})
		for _, i := range c.Report().Items {
			_, _ = i.Variant(schemas.Everything())
		}
		if found := p.Compare(p).Items; slices.ContainsFunc(found, func(i drift.Item) bool { return i.What != drift.Unreadable }) {
			t.Errorf("a sample drifts against itself: %+v", found)
		}
	})
}

// Whatever came, the schemas with what is suggested for it are schemas. Each run compiles
// them, which takes its time.
func FuzzSuggest(f *testing.F) {
	f.Add([]byte(referral(plain + `,"x":{"y":[1,null],"7":{}},"~/":1,"ads_context_data":{"":"{{x"}`)))
	f.Add([]byte(strings.Replace(referral(plain), `"referral"`, `"a+b":[],"vote"`, 1)))
	f.Add([]byte(strings.Replace(referral(`"ref":[],"type":{"a":1},"source":null`), `"sender":{"id":"2"}`, `"sender":{}`, 1)))
	f.Fuzz(func(t *testing.T, body []byte) {
		c := drift.NewCollector(schemas.Everything())
		c.Add(drift.Sample{Body: body})
		if _, err := drift.Suggest(schemas.Everything(), c.Report().Items); err != nil {
			t.Error(err)
		}
	})
}
