package recorder_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/recorder"
	"github.com/seed-11445fa1/referee/recorder/anonymise"
	"github.com/seed-11445fa1/referee/recorder/capture"
	"github.com/seed-11445fa1/referee/schemas"
)

const (
	// rate is how many deliveries a second the proxy is measured under.
	rate = 500
	// turn is how many deliveries go directly, and then as many through the proxy,
	// so that other work of the machine slows both alike.
	turn = 250

	deliveryBody = `{"object":"page","entry":[{"id":"104508901353867","time":1767366245000,"messaging":[{"sender":{"id":"5794982867201265"},"recipient":{"id":"104508901353867"},"timestamp":1767366245000,"referral":{"ref":"summer-2026","ad_id":"6302572858686","source":"ADS","type":"OPEN_THREAD","ads_context_data":{"ad_title":"H\u00f6strea p\u00e5 b\u00e5tskor","photo_url":"https:\/\/scontent.xx.fbcdn.net\/v\/t45.1600-4\/120203_n.jpg?stp=cp0_dst-jpg","post_id":"559217392549680"}}}]}]}`
)

// BenchmarkAddedLatency measures what the proxy, with all that `referee record`
// does on the way, adds to deliveries that come at a steady rate. Run it with
// -benchtime 5000x: so many go directly, and so many through the proxy.
func BenchmarkAddedLatency(b *testing.B) {
	b.Run("kept connections", func(b *testing.B) { benchmarkAdded(b, true) })
	b.Run("new connections", func(b *testing.B) { benchmarkAdded(b, false) })
}

func benchmarkAdded(b *testing.B, keepAlive bool) {
	defer debug.SetGCPercent(debug.SetGCPercent(recorder.GCPercent))
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	defer receiver.Close()
	a, err := anonymise.New(anonymise.Options{})
	if err != nil {
		b.Fatal(err)
	}
	w := capture.NewWriter(io.Discard, capture.Options{Prepare: func(r *capture.Record) {
		recorder.Check(wire.Secrets{App: "secret"}, r)
		if _, err := schemas.Read(r.Request.Body); err != nil {
			b.Error(err)
		}
		a.Record(r)
	}})
	p, err := recorder.New(recorder.Options{Forward: receiver.URL, Done: w.Add})
	if err != nil {
		b.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := p.Serve(listener); err != nil {
			b.Error(err)
		}
	})
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: !keepAlive, MaxIdleConnsPerHost: 100}}
	signature := wire.Sign("secret", []byte(deliveryBody))
	send := func(url string) time.Duration {
		request, err := http.NewRequest(http.MethodPost, url, bytes.NewReader([]byte(deliveryBody)))
		if err != nil {
			b.Error(err)
			return 0
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("X-Hub-Signature-256", signature.SHA256)
		started := time.Now()
		response, err := client.Do(request)
		if err != nil {
			b.Error(err)
			return 0
		}
		_, _ = io.Copy(io.Discard, response.Body)
		response.Body.Close()
		return time.Since(started)
	}

	urls := []string{receiver.URL, "http://" + listener.Addr().String()}
	took := [2][]time.Duration{}
	var mu sync.Mutex
	var all sync.WaitGroup
	tick := time.NewTicker(time.Second / rate)
	defer tick.Stop()
	b.ResetTimer()
	for n := range 2 * b.N {
		<-tick.C
		way := n / turn % 2
		all.Go(func() {
			d := send(urls[way])
			mu.Lock()
			defer mu.Unlock()
			took[way] = append(took[way], d)
		})
	}
	all.Wait()
	b.StopTimer()
	client.CloseIdleConnections()
	p.Close(context.Background())
	serving.Wait()
	if loss := w.Close(context.Background()); loss.Records > 0 {
		b.Errorf("lost: %+v", loss)
	}
	for _, q := range []struct {
		name string
		of   float64
	}{{"p50", 0.50}, {"p99", 0.99}} {
		direct, recorded := quantile(took[0], q.of), quantile(took[1], q.of)
		b.ReportMetric(direct, "direct-"+q.name+"-ms")
		b.ReportMetric(recorded-direct, "added-"+q.name+"-ms")
	}
	b.ReportMetric(0, "ns/op") // the ticker's, which says nothing
}

// quantile is in milliseconds.
func quantile(all []time.Duration, q float64) float64 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return float64(all[int(q*float64(len(all)-1))].Microseconds()) / 1000
}
