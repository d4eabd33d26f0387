package console_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
	"github.com/seed-11445fa1/referee/schemas"
)

// What a team added to the catalogue is listed, checked by its schemas, sent, and what
// faults can be about; without it there is none of that.
func TestCatalogueOfOnesOwn(t *testing.T) {
	v, _ := schemas.ByID("read.watermark")
	v.ID, v.Field = "read.ours", "our_reads"
	v.Event = json.RawMessage(strings.Replace(string(v.Event), `"watermark"`, `"device": "phone", "watermark"`, 1))
	text, err := schemas.SchemaFile("meta/event.read.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	patched := strings.Replace(string(text), `"watermark":`, `"device": {"type": "string"}, "watermark":`, 1)
	ours, err := schemas.Everything().With(schemas.Additions{
		Variants: []schemas.Variant{v}, Files: map[string][]byte{"meta/event.read.schema.json": []byte(patched)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		catalogue *schemas.Catalogue
		status    int
	}{{nil, 404}, {ours, 200}} {
		d := open(t, func(p *mockplatform.Options, _ *console.Options) { p.Catalogue = c.catalogue })
		if status := d.call("GET", "api/v1/variants/read.ours", nil, nil); status != c.status {
			t.Errorf("the variant: %d, want %d", status, c.status)
		}
		var list []console.VariantSummary
		d.call("GET", "api/v1/variants", nil, &list)
		want := len(schemas.All())
		if c.catalogue != nil {
			want++
		}
		if len(list) != want {
			t.Errorf("there are %d variants, want %d", len(list), want)
		}
		var preview console.Preview
		if status := d.call("POST", "api/v1/events/preview", console.Event{Variant: "read.ours"}, &preview); status != c.status || status == 200 && !preview.Findings[0].Valid {
			t.Errorf("the preview: %d %+v", status, preview.Findings)
		}
		var emitted console.Emitted
		if status := d.call("POST", "api/v1/events", console.Event{Variant: "read.ours"}, &emitted); status != c.status || status == 200 && emitted.Status != 200 {
			t.Errorf("the event: %d %+v", status, emitted)
		}
		if c.status == 200 {
			var detail console.Detail
			d.call("GET", "api/v1/exchanges/"+number(emitted.Exchange), nil, &detail)
			if len(detail.Findings) != 1 || !detail.Findings[0].Valid {
				t.Errorf("the exchange: %+v", detail.Findings)
			}
		}
		_, err := rules.New(rules.Options{Catalogue: c.catalogue, Rules: []rules.Rule{{Fault: "duplicate", Variant: "read.ours"}, {Fault: "duplicate", Field: "our_reads"}}})
		if (err == nil) != (c.status == 200) {
			t.Errorf("the rules: %v", err)
		}
	}
}
