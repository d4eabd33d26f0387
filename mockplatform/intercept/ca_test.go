package intercept

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/authority"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// verify says whether a client that trusts the CA takes a certificate for name.
func verify(t *testing.T, root *authority.Authority, cert tls.Certificate, name string, at time.Time) error {
	t.Helper()
	_, err := cert.Leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: root.Pool(), CurrentTime: at})
	return err
}

func TestNameConstraints(t *testing.T) {
	hosts := []string{"graph.facebook.com", "graph.instagram.com"}
	root, err := newAuthority(hosts, now)
	if err != nil {
		t.Fatal(err)
	}
	for name, allowed := range map[string]bool{
		"graph.facebook.com": true, "graph.instagram.com": true,
		"www.facebook.com": false, "facebook.com": false, "graph.facebook.com.example.com": false, "localhost": false,
	} {
		cert, err := issue(root, name)
		if err != nil {
			t.Fatal(err)
		}
		err = verify(t, root, cert, name, now)
		var invalid x509.CertificateInvalidError
		forbidden := errors.As(err, &invalid) && invalid.Reason == x509.CANotAuthorizedForThisName
		if allowed && err != nil || !allowed && !forbidden {
			t.Errorf("a certificate for %s: %v", name, err)
		}
	}
	if !root.Certificate().PermittedDNSDomainsCritical {
		t.Error("a client may overlook the constraints")
	}
	if len(root.Certificate().ExcludedIPRanges) != 2 {
		t.Errorf("addresses are not excluded: %v", root.Certificate().ExcludedIPRanges)
	}
}

func TestLifetime(t *testing.T) {
	root, err := newAuthority([]string{"graph.facebook.com"}, now)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := issue(root, "graph.facebook.com")
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{now.Add(-past), now, now.Add(future)} {
		if err := verify(t, root, cert, "graph.facebook.com", at); err != nil {
			t.Errorf("at %s: %v", at, err)
		}
	}
	for _, at := range []time.Time{now.Add(-past - time.Second), now.Add(future + time.Second)} {
		if err := verify(t, root, cert, "graph.facebook.com", at); err == nil {
			t.Errorf("at %s the certificate is valid", at)
		}
	}
}

func TestSerialsAreRandom(t *testing.T) {
	seen := map[string]bool{}
	for range 4 {
		root, err := newAuthority([]string{"graph.facebook.com"}, now)
		if err != nil {
			t.Fatal(err)
		}
		cert, err := issue(root, "graph.facebook.com")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []*x509.Certificate{root.Certificate(), cert.Leaf} {
			serial := c.SerialNumber
			if serial.BitLen() < 64 || seen[serial.String()] {
				t.Errorf("the serial number %s is short, or not the first of its kind", serial)
			}
			seen[serial.String()] = true
		}
	}
}
