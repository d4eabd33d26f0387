package store_test

import (
	"bytes"
	"runtime"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// call is an exchange of ordinary size, before its answer.
func call() journal.Exchange {
	return journal.Exchange{
		Direction: journal.FromReceiver, Kind: journal.Send, Person: "5163492740281657",
		Request: journal.Message{
			Method: "POST", URL: "/v23.0/me/messages?access_token=a-token-of-the-page", Proto: "HTTP/1.1",
			Header: wire.Header{
				{Name: "Host", Value: "graph.facebook.com"}, {Name: "Accept", Value: "*/*"}, {Name: "Accept-Encoding", Value: "gzip, deflate"},
				{Name: "Content-Length", Value: "500"}, {Name: "Content-Type", Value: "application/json"}, {Name: "User-Agent", Value: "a receiver"},
			},
			Body: bytes.Repeat([]byte("x"), 500),
		},
		Doc: bytes.Repeat([]byte("x"), 500),
	}
}

func answered(x *journal.Exchange) {
	x.Response = journal.Message{
		Status: 200, Proto: "HTTP/1.1", Header: wire.Header{{Name: "Content-Type", Value: "application/json; charset=UTF-8"}, {Name: "facebook-api-version", Value: "v23.0"}},
		Body: []byte(`{"recipient_id":"5163492740281657","message_id":"m_0123456789"}`),
	}
}

// journals are the kinds of journal that are measured.
func journals(b *testing.B) map[string]journal.Options {
	return map[string]journal.Options{"memory": {}, "SQLite": {Store: open(b, newPath(b)).Journal()}}
}

func opened(b *testing.B, o journal.Options) *journal.Journal {
	j, err := journal.Open(o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := j.Err(); err != nil {
			b.Error(err)
		}
	})
	return j
}

// BenchmarkExchange is one exchange of a full journal: recorded and answered.
func BenchmarkExchange(b *testing.B) {
	for name, o := range journals(b) {
		b.Run(name, func(b *testing.B) {
			j := opened(b, o)
			for range 10000 {
				j.Record(call())
			}
			for b.Loop() {
				j.Amend(j.Record(call()), answered)
			}
		})
	}
}

// BenchmarkAMillionExchanges says what memory the process has then. Of the two
// figures the second holds what the garbage collector leaves lying, as the
// operating system sees it. Run it with -benchtime 1x.
func BenchmarkAMillionExchanges(b *testing.B) {
	for name, o := range journals(b) {
		b.Run(name, func(b *testing.B) {
			j := opened(b, o)
			for b.Loop() {
				for range 1_000_000 {
					j.Amend(j.Record(call()), answered)
				}
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				runtime.GC()
				runtime.ReadMemStats(&after)
				b.ReportMetric(float64(after.HeapAlloc)/1e6, "MB-live")
				b.ReportMetric(float64(before.Sys-before.HeapReleased)/1e6, "MB-held")
			}
		})
	}
}
