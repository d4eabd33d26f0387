package fault_test

import (
	"crypto/tls"
	"slices"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// spoken is the TLS configuration that faults make of a platform's own.
func spoken(t *testing.T, faults ...fault.Fault) *tls.Config {
	t.Helper()
	var r delivery.Request
	for _, f := range faults {
		if err := f.Apply(&r); err != nil {
			t.Fatal(err)
		}
	}
	c := &tls.Config{
		Certificates:         []tls.Certificate{{}},
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &tls.Certificate{}, nil },
	}
	r.TLS(c)
	return c
}

func TestTLSVersions(t *testing.T) {
	c := spoken(t, fault.TLSVersions(tls.VersionTLS12, tls.VersionTLS12))
	if c.MinVersion != tls.VersionTLS12 || c.MaxVersion != tls.VersionTLS12 || c.CipherSuites != nil {
		t.Errorf("versions %x to %x, cipher suites %v", c.MinVersion, c.MaxVersion, c.CipherSuites)
	}
	c = spoken(t, fault.TLSVersions(tls.VersionTLS10, tls.VersionTLS11))
	if c.MaxVersion != tls.VersionTLS11 || !slices.Contains(c.CipherSuites, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA) {
		t.Error("an old version is offered without the cipher suites of its time")
	}
	for text, f := range map[string]fault.Fault{
		"over TLS 1.2":            fault.TLSVersions(tls.VersionTLS12, tls.VersionTLS12),
		"over TLS 1.0 to TLS 1.1": fault.TLSVersions(tls.VersionTLS10, tls.VersionTLS11),
	} {
		if f.Describe() != text {
			t.Errorf("described as %q, expected %q", f.Describe(), text)
		}
	}
}

func TestClientCertificates(t *testing.T) {
	other := tls.Certificate{Certificate: [][]byte{{1}}}
	f := fault.ClientCertificate("another certificate", other)
	c := spoken(t, f)
	if got, err := c.GetClientCertificate(nil); err != nil || len(got.Certificate) != 1 || c.Certificates != nil {
		t.Errorf("shown is %v, error %v", got, err)
	}
	if f.Describe() != "with another certificate" {
		t.Errorf("described as %q", f.Describe())
	}
	if c := spoken(t, fault.NoClientCertificate()); c.GetClientCertificate != nil || c.Certificates != nil {
		t.Error("a certificate is shown")
	}
	// Faults of the connection add up.
	c = spoken(t, fault.NoClientCertificate(), fault.TLSVersions(tls.VersionTLS12, tls.VersionTLS13))
	if c.GetClientCertificate != nil || c.MinVersion != tls.VersionTLS12 {
		t.Error("the second fault takes the place of the first")
	}
}

func TestClientCertificateHeaders(t *testing.T) {
	var r delivery.Request
	if err := fault.ClientCertificateHeaders("meta.example").Apply(&r); err != nil {
		t.Fatal(err)
	}
	if got := r.Header.Get("X-Amzn-Mtls-Clientcert-Subject"); got != "CN=meta.example" || len(r.Header) != 4 {
		t.Errorf("the headers are %v", r.Header)
	}
}
