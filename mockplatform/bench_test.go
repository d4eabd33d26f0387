package mockplatform_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
)

// sink acknowledges what comes.
func sink(b *testing.B) string {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	b.Cleanup(server.Close)
	return server.URL
}

// From an emission to its acknowledgement, one after the other.
func BenchmarkEmit(b *testing.B) {
	p, err := mockplatform.New(mockplatform.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	if err := p.SetReceiver(sink(b)); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if e, err := p.Emit(b.Context(), mockplatform.Emission{Variant: "message.text"}); err != nil || e.Attempt.Err != nil {
			b.Fatal(err, e.Attempt.Err)
		}
	}
}

// Many at a time. What the heap has in the end is reported too; a million of
// them: -bench EmitParallel -benchtime 1000000x.
func BenchmarkEmitParallel(b *testing.B) {
	p, err := mockplatform.New(mockplatform.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	if err := p.SetReceiver(sink(b)); err != nil {
		b.Fatal(err)
	}
	people := make(chan string, 16)
	for n := range cap(people) {
		people <- string(rune('a' + n))
	}
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			person := <-people
			e, err := p.Emit(b.Context(), mockplatform.Emission{Variant: "message.text", Person: person})
			people <- person
			if err != nil || e.Attempt.Err != nil {
				b.Error(err, e.Attempt.Err)
				return
			}
		}
	})
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "heap-MB")
	b.ReportMetric(float64(m.Sys-m.HeapReleased)/(1<<20), "held-MB")
}

// Until a platform can be used.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		p, err := mockplatform.New(mockplatform.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := p.Start(b.Context()); err != nil {
			b.Fatal(err)
		}
		p.Close()
	}
}
