package reference

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// issued makes a certificate and a key, signed by parent or by itself.
func issued(t *testing.T, parent *tls.Certificate, template x509.Certificate) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	template.BasicConstraintsValid = true
	above := tls.Certificate{Leaf: &template, PrivateKey: key}
	if parent != nil {
		above = *parent
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, above.Leaf, key.Public(), above.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func ca(name string) x509.Certificate {
	return x509.Certificate{Subject: pkix.Name{CommonName: name}, IsCA: true, KeyUsage: x509.KeyUsageCertSign}
}

func client(name string) x509.Certificate {
	return x509.Certificate{Subject: pkix.Name{CommonName: name}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
}

func pool(c tls.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(c.Leaf)
	return p
}

// askSecurely sends a verification request over https, with these client
// certificates and to a server below this root.
func askSecurely(t *testing.T, s *Server, root tls.Certificate, certs ...tls.Certificate) (string, error) {
	t.Helper()
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool(root), Certificates: certs}}
	defer tr.CloseIdleConnections()
	resp, err := (&http.Client{Transport: tr}).Get(s.URL() + "?hub.mode=subscribe&hub.verify_token=verify%20token&hub.challenge=7")
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

func TestHTTPS(t *testing.T) {
	root := issued(t, nil, ca("root"))
	issuer := issued(t, &root, ca("intermediate"))
	s := listen(t, New(Config{VerifyToken: testToken, TLS: &TLS{Issuer: issuer}}))
	if !strings.HasPrefix(s.URL(), "https://127.0.0.1:") {
		t.Errorf("the URL is %s", s.URL())
	}
	if got, err := askSecurely(t, s, root); err != nil || got != "7" {
		t.Errorf("the answer is %q, error %v", got, err)
	}
}

func TestMTLS(t *testing.T) {
	root, meta, other := issued(t, nil, ca("root")), issued(t, nil, ca("Meta")), issued(t, nil, ca("Meta"))
	s := listen(t, New(Config{VerifyToken: testToken, TLS: &TLS{Issuer: root, ClientCAs: pool(meta)}}))
	if got, err := askSecurely(t, s, root, issued(t, &meta, client(metaClient))); err != nil || got != "7" {
		t.Errorf("Meta gets %q, error %v", got, err)
	}
	for who, certs := range map[string][]tls.Certificate{
		"nobody":               nil,
		"somebody else":        {issued(t, &meta, client("client.example.com"))},
		"a name that is alike": {issued(t, &meta, client(metaClient+".example.com"))},
		"another CA's Meta":    {issued(t, &other, client(metaClient))},
		"a self-made Meta":     {issued(t, nil, client(metaClient))},
	} {
		if got, err := askSecurely(t, s, root, certs...); err == nil {
			t.Errorf("%s gets %q", who, got)
		}
	}
}

func TestCertificateThatCannotBeIssued(t *testing.T) {
	r := New(Config{TLS: &TLS{Issuer: tls.Certificate{Leaf: &x509.Certificate{}, PrivateKey: "no key"}}})
	defer r.Close()
	if _, err := Listen("127.0.0.1:0", r); err == nil || !strings.Contains(err.Error(), "get a certificate for the receiver") {
		t.Errorf("error %v", err)
	}
}
