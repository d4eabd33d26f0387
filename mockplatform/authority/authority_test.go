package authority_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/authority"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// must returns what is there, and ends the test where an error is instead.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func clientCA(t *testing.T) *authority.Authority {
	t.Helper()
	return must[*authority.Authority](t)(authority.NewClientCA(now, time.Hour))
}

// verify says whether somebody who trusts only the CA accepts what is shown.
func verify(ca *authority.Authority, shown tls.Certificate, use x509.ExtKeyUsage, at time.Time) error {
	between := x509.NewCertPool()
	for _, der := range shown.Certificate[1:] {
		if cert, err := x509.ParseCertificate(der); err == nil {
			between.AddCert(cert)
		}
	}
	_, err := shown.Leaf.Verify(x509.VerifyOptions{
		Roots: ca.Pool(), Intermediates: between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{use},
	})
	return err
}

func certificates(text ...[]byte) []byte { return bytes.Join(text, nil) }

func TestMetasClientCertificate(t *testing.T) {
	ca := clientCA(t)
	cert := must[tls.Certificate](t)(ca.IssueClient(authority.Client{}))
	if len(cert.Certificate) != 2 {
		t.Errorf("%d certificates are shown, expected Meta's and an intermediate one", len(cert.Certificate))
	}
	if name := cert.Leaf.Subject.CommonName; name != authority.MetaClient || cert.Leaf.VerifyHostname(name) != nil {
		t.Errorf("the certificate is for %q and %q", name, cert.Leaf.DNSNames)
	}
	for at, valid := range map[time.Time]bool{
		now.Add(-authority.Past): true, now: true, now.Add(time.Hour): true,
		now.Add(-authority.Past - time.Second): false, now.Add(time.Hour + time.Second): false,
	} {
		if err := verify(ca, cert, x509.ExtKeyUsageClientAuth, at); (err == nil) != valid {
			t.Errorf("at %s: %v", at, err)
		}
	}
	if verify(ca, cert, x509.ExtKeyUsageServerAuth, now) == nil {
		t.Error("it can be a server's too")
	}
}

func TestOtherClients(t *testing.T) {
	ca, other := clientCA(t), clientCA(t)
	if ca.Certificate().Subject.String() != other.Certificate().Subject.String() {
		t.Error("two client CAs differ in their names, and a receiver that compares those tells them apart")
	}
	const client = x509.ExtKeyUsageClientAuth
	foreign := must[tls.Certificate](t)(other.IssueClient(authority.Client{}))
	if verify(ca, foreign, client, now) == nil {
		t.Error("another CA's certificate is valid")
	}
	self := must[tls.Certificate](t)(authority.Client{}.SelfSigned(now))
	if self.Leaf.Subject.CommonName != authority.MetaClient || verify(ca, self, client, now) == nil {
		t.Error("a self-signed certificate is valid, or not of Meta's name")
	}
	expired := must[tls.Certificate](t)(ca.IssueClient(authority.Client{NotAfter: now.Add(-time.Hour)}))
	if verify(ca, expired, client, now) == nil || verify(ca, expired, client, now.Add(-2*time.Hour)) != nil {
		t.Error("a certificate that ended an hour ago is valid, or was not before")
	}
	older := must[tls.Certificate](t)(ca.IssueClient(authority.Client{NotAfter: ca.Certificate().NotBefore.Add(-time.Hour)}))
	if !older.Leaf.NotBefore.Before(older.Leaf.NotAfter) {
		t.Error("a certificate ends before it begins")
	}
	stranger := must[tls.Certificate](t)(ca.IssueClient(authority.Client{Name: "client.example.com"}))
	if stranger.Leaf.Subject.CommonName != "client.example.com" || verify(ca, stranger, client, now) != nil {
		t.Error("a certificate for somebody else is not valid, or not for them")
	}
}

func TestAuthorityWithoutIntermediates(t *testing.T) {
	ca := must[*authority.Authority](t)(authority.Root(&x509.Certificate{
		Subject: pkix.Name{CommonName: "a CA"}, NotBefore: now, NotAfter: now.Add(time.Hour), MaxPathLenZero: true,
	}))
	cert := must[tls.Certificate](t)(ca.IssueClient(authority.Client{}))
	if len(cert.Certificate) != 1 || verify(ca, cert, x509.ExtKeyUsageClientAuth, now) != nil {
		t.Errorf("%d certificates are shown, or they are not valid", len(cert.Certificate))
	}
}

func TestServerCA(t *testing.T) {
	root, issuer, err := authority.NewServerCA(now)
	if err != nil {
		t.Fatal(err)
	}
	cert := must[tls.Certificate](t)(issuer.Issue(&x509.Certificate{
		DNSNames: []string{"localhost"}, NotBefore: now, NotAfter: now.Add(time.Hour),
	}))
	if len(cert.Certificate) != 2 || verify(root, cert, x509.ExtKeyUsageServerAuth, now) != nil {
		t.Error("the chain does not lead to the root")
	}
	if pair := issuer.KeyPair(); len(pair.Certificate) != 1 || !bytes.Equal(pair.Certificate[0], pair.Leaf.Raw) {
		t.Error("the key pair of an intermediate CA does not have its certificate")
	}
	if pair := root.KeyPair(); len(pair.Certificate) != 0 {
		t.Error("a root is to be shown, though everybody has to have it")
	}
}

func TestParse(t *testing.T) {
	ca := clientCA(t)
	key := must[[]byte](t)(ca.KeyPEM())
	again := must[*authority.Authority](t)(authority.Parse(ca.PEM(), key))
	cert := must[tls.Certificate](t)(again.IssueClient(authority.Client{}))
	if len(cert.Certificate) != 2 || verify(ca, cert, x509.ExtKeyUsageClientAuth, now) != nil {
		t.Error("what was read does not issue what the original does")
	}

	below := must[*authority.Authority](t)(ca.Intermediate(&x509.Certificate{
		Subject: pkix.Name{CommonName: "below"}, NotBefore: now, NotAfter: now.Add(time.Hour),
	}))
	chain := certificates(below.PEM(), ca.PEM())
	again = must[*authority.Authority](t)(authority.Parse(chain, must[[]byte](t)(below.KeyPEM())))
	cert = must[tls.Certificate](t)(again.IssueClient(authority.Client{}))
	if len(cert.Certificate) != 3 || verify(ca, cert, x509.ExtKeyUsageClientAuth, now) != nil {
		t.Errorf("below an intermediate CA, %d certificates are shown, or they are not valid", len(cert.Certificate))
	}

	leafPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})
	der := must[[]byte](t)(x509.MarshalPKCS8PrivateKey(cert.PrivateKey))
	leafKey := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	for name, c := range map[string]struct {
		cert, key []byte
		want      string
	}{
		"no PEM":      {[]byte("text"), key, "failed to find any PEM data"},
		"no key":      {ca.PEM(), nil, "failed to find any PEM data in key input"},
		"another key": {ca.PEM(), leafKey, "private key does not match public key"},
		"no CA":       {leafPEM, leafKey, "is not that of a CA"},
	} {
		if _, err := authority.Parse(c.cert, c.key); err == nil || !strings.Contains(err.Error(), c.want) || strings.HasPrefix(err.Error(), "tls:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
