package drift_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/drift"
)

// payloads are the bodies of the corpus, and the ads referral alone.
func payloads(tb testing.TB) map[string][][]byte {
	tb.Helper()
	text, err := os.ReadFile("../testdata/corpus/payloads.ndjson")
	if err != nil {
		tb.Fatal(err)
	}
	found := map[string][][]byte{}
	for line := range bytes.Lines(text) {
		var entry struct {
			Variant string
			Body    json.RawMessage
		}
		if err := json.Unmarshal(line, &entry); err != nil {
			tb.Fatal(err)
		}
		r, err := schemas.Read(entry.Body)
		if err != nil {
			tb.Fatal(err)
		}
		if r.Schema == "envelope" && len(r.Problems) == 0 { // the others would need another bare schema, or are refused by it
			found["corpus"] = append(found["corpus"], entry.Body)
		}
		if entry.Variant == "referral.ads" {
			found["ads referral"] = append(found["ads referral"], entry.Body)
		}
	}
	return found
}

// bare decodes and validates, and does nothing else: what every figure here is
// measured against.
func bare(tb testing.TB) func([]byte) {
	tb.Helper()
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft2020
	c.LoadURL = func(url string) (io.ReadCloser, error) {
		text, err := schemas.SchemaFile(strings.TrimPrefix(url, "https://github.com/seed-11445fa1/referee/schemas/"))
		return io.NopCloser(bytes.NewReader(text)), err
	}
	s, err := c.Compile("https://github.com/seed-11445fa1/referee/schemas/meta/envelope.schema.json")
	if err != nil {
		tb.Fatal(err)
	}
	return func(body []byte) {
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		var value any
		if err := decoder.Decode(&value); err != nil {
			tb.Fatal(err)
		}
		if err := s.Validate(value); err != nil {
			tb.Fatal(err)
		}
	}
}

// BenchmarkAgainstBare reports how many times as long as a bare decode with a
// validation of the same payloads each takes, measured right after it.
func BenchmarkAgainstBare(b *testing.B) {
	plain := bare(b)
	collector := drift.NewCollector(schemas.Everything())
	for name, bodies := range payloads(b) {
		for what, look := range map[string]func([]byte){
			"validate": func(body []byte) {
				if _, err := schemas.Read(body); err != nil {
					b.Fatal(err)
				}
			},
			"drift": func(body []byte) { collector.Add(drift.Sample{Body: body}) },
		} {
			b.Run(what+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				// In turns, so that what else the machine does meets both alike.
				var ours, theirs time.Duration
				for b.Loop() {
					start := time.Now()
					for _, body := range bodies {
						look(body)
					}
					between := time.Now()
					for _, body := range bodies {
						plain(body)
					}
					ours += between.Sub(start)
					theirs += time.Since(between)
				}
				b.ReportMetric(float64(ours)/float64(theirs), "x-bare")
				b.ReportMetric(float64(theirs.Nanoseconds())/float64(b.N*len(bodies)), "bare-ns/payload")
			})
		}
	}
}
