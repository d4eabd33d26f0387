package mockplatform_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/authority"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// TestClientCertificate has a receiver that asks for a certificate of whatever
// CA, and of which it knows none: the platform shows Meta's all the same.
func TestClientCertificate(t *testing.T) {
	shown := make(chan []*x509.Certificate, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		shown <- r.TLS.PeerCertificates
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert, ClientCAs: x509.NewCertPool()}
	server.StartTLS()
	t.Cleanup(server.Close)
	server.TLS.ClientCAs.AddCert(server.Certificate())
	ca, err := authority.NewClientCA(time.Now(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	own := &tls.Config{RootCAs: x509.NewCertPool()}
	own.RootCAs.AddCert(server.Certificate())
	p := created(t, mockplatform.Options{TLS: own, ClientCA: ca})
	if own.GetClientCertificate != nil {
		t.Error("the caller's configuration was changed")
	}

	d := mockplatform.Delivery{URL: server.URL, Raw: []byte("{}")}
	deliver := func() {
		if a, err := p.Deliver(t.Context(), d); err != nil || a.Err != nil {
			t.Fatal(err, a.Err)
		}
	}
	isMeta := func(what string) {
		got := <-shown
		if len(got) != 2 || got[0].Subject.CommonName != authority.MetaClient {
			t.Errorf("%s: shown are %d certificates", what, len(got))
		}
	}
	deliver()
	isMeta("delivery")
	if a := p.Handshake(t.Context(), server.URL, []wire.Field{{Name: "hub.mode", Value: "subscribe"}}); a.Err != nil {
		t.Fatal(a.Err)
	}
	isMeta("verification request")
	d.Faults = []fault.Fault{fault.NoClientCertificate()}
	deliver()
	if got := <-shown; len(got) != 0 {
		t.Errorf("shown are %d certificates, expected none", len(got))
	}
}
