package wire

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"
)

// benchBodies are what a run sends most, and the batch that Meta's documents
// allow at most.
func benchBodies() map[string][]byte {
	event := func(n int) string {
		return fmt.Sprintf(`{"sender":{"id":"57949828672%05d"},"recipient":{"id":"542998526103632"},"timestamp":1665424582%03d,`+
			`"referral":{"ref":"ref_k3mzq5x7ab_%d","ad_id":"6045246247433","source":"ADS","type":"OPEN_THREAD",`+
			`"ads_context_data":{"ad_title":"Hyvää päivää","photo_url":"https://scontent.xx.fbcdn.net/v/t45.1","post_id":"559217392549680"}}}`, n, n, n)
	}
	var batch bytes.Buffer
	for n := range 1000 {
		if n > 0 {
			batch.WriteByte(',')
		}
		batch.WriteString(event(n))
	}
	wrap := func(events string) []byte {
		return []byte(`{"object":"page","entry":[{"id":"542998526103632","time":1665424582475,"messaging":[` + events + `]}]}`)
	}
	return map[string][]byte{"referral": wrap(event(1)), "batch of 1000": wrap(batch.String())}
}

// reportRatio reports how many bare HMAC-SHA256 passes over body take as long
// as one iteration of the benchmark took, measured right after it.
func reportRatio(b *testing.B, body []byte) {
	elapsed := b.Elapsed()
	b.StopTimer()
	start := time.Now()
	for range b.N {
		mac := hmac.New(sha256.New, []byte("e6af24be1d683c8c911949f897eea1f6"))
		mac.Write(body)
		mac.Sum(nil)
	}
	b.ReportMetric(float64(elapsed)/float64(time.Since(start)), "x-hmac")
}

func BenchmarkEncode(b *testing.B) {
	for name, body := range benchBodies() {
		for _, style := range []Style{Messaging, Generic} {
			b.Run(fmt.Sprintf("%s/%v", name, style), func(b *testing.B) {
				b.SetBytes(int64(len(body)))
				b.ReportAllocs()
				for b.Loop() {
					if _, err := Encode(body, style); err != nil {
						b.Fatal(err)
					}
				}
				reportRatio(b, body)
			})
		}
	}
}

func BenchmarkSign(b *testing.B) {
	for name, body := range benchBodies() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				Sign("e6af24be1d683c8c911949f897eea1f6", body)
			}
			reportRatio(b, body)
		})
	}
}
