package intercept_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/intercept"
)

// TestSpareConnection has Go's client open a connection for a call that then
// takes another one, which has become free meanwhile.
func TestSpareConnection(t *testing.T) {
	const host = "graph.facebook.com"
	for _, way := range []intercept.Way{intercept.WayTLS, intercept.WayProxy} {
		t.Run(string(way), func(t *testing.T) {
			arrived, release := make(chan struct{}, 2), make(chan struct{})
			p := start(t, intercept.Options{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				arrived <- struct{}{}
				<-release
				graphAPI(w, r)
			})})

			client := p.client(way, p.roots())
			tr := client.Transport.(*http.Transport)
			tr.DisableKeepAlives = false
			t.Cleanup(tr.CloseIdleConnections)
			dialling, dial, spare := make(chan struct{}), make(chan struct{}), make(chan net.Conn, 1)
			first := true
			tr.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				if way == intercept.WayTLS {
					address = p.tls
				}
				if first {
					first = false
					return new(net.Dialer).DialContext(ctx, network, address)
				}
				close(dialling)
				<-dial
				nc, err := new(net.Dialer).DialContext(ctx, network, address)
				spare <- nc
				return nc, err
			}
			shaken := make(chan error, 2)
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
				TLSHandshakeDone: func(_ tls.ConnectionState, err error) { shaken <- err },
			})
			answered := make(chan error, 2)
			call := func() {
				r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+host+"/", nil)
				if err == nil {
					var resp *http.Response
					if resp, err = client.Do(r); err == nil {
						_, err = io.Copy(io.Discard, resp.Body) // else the connection is not used again
						resp.Body.Close()
					}
				}
				answered <- err
			}
			go call()
			<-arrived
			go call()
			<-dialling
			close(release) // the connection of the first call becomes free
			for range 2 {
				if err := <-answered; err != nil {
					t.Fatal(err)
				}
			}
			close(dial)
			for range 2 {
				if err := <-shaken; err != nil {
					t.Fatal(err)
				}
			}
			(<-spare).Close()

			p.seen(intercept.Call{Way: way, Outcome: intercept.Unused, Host: host})
			want := []intercept.Call{
				{Way: way, Outcome: intercept.Answered, Host: host, Count: 2},
				{Way: way, Outcome: intercept.Unused, Host: host, Count: 1},
			}
			if seen := p.Seen(); !slices.Equal(seen, want) {
				t.Errorf("seen %+v, want %+v", seen, want)
			}
		})
	}
}

// TestAlerts has a client refuse the certificate by each alert, after its
// handshake has come as far as that.
func TestAlerts(t *testing.T) {
	const host = "graph.facebook.com"
	for alert, reason := range map[byte]string{
		42: intercept.Untrusted, // bad_certificate
		46: intercept.Untrusted, // certificate_unknown
		48: intercept.Untrusted, // unknown_ca
		43: "the receiver broke off the TLS handshake: unsupported certificate",
		44: "the receiver broke off the TLS handshake: revoked certificate",
		80: "the receiver broke off the TLS handshake: internal error",
	} {
		t.Run(tls.AlertError(alert).Error(), func(t *testing.T) {
			p := start(t, intercept.Options{})
			nc, err := net.Dial("tcp", p.tls)
			if err != nil {
				t.Fatal(err)
			}
			defer nc.Close()
			refused := errors.New("refused")
			// In TLS 1.2 the alert is in the clear, and so can be sent by hand.
			config := &tls.Config{ServerName: host, RootCAs: p.roots(), MaxVersion: tls.VersionTLS12, VerifyConnection: func(tls.ConnectionState) error {
				if _, err := nc.Write([]byte{21, 3, 3, 0, 2, 2, alert}); err != nil {
					t.Error(err)
				}
				nc.(*net.TCPConn).CloseWrite() // Go would send one of its own after it
				return refused
			}}
			if err := tls.Client(nc, config).Handshake(); !errors.Is(err, refused) {
				t.Fatalf("error %v, want %v", err, refused)
			}
			p.seen(intercept.Call{Way: intercept.WayTLS, Outcome: intercept.Failed, Host: host, Reason: reason})
		})
	}
}
