package intercept

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"net"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/authority"
)

const (
	past = authority.Past
	// future is longer than any run, and short enough for a CA that somebody
	// came to trust by mistake.
	future = 7 * 24 * time.Hour
)

// newAuthority makes a CA that can speak only for servers with these names, and
// names below them.
func newAuthority(hosts []string, now time.Time) (*authority.Authority, error) {
	return authority.Root(&x509.Certificate{
		Subject:                     pkix.Name{Organization: []string{"Referee"}, CommonName: "Referee, for one run"},
		NotBefore:                   now.Add(-past),
		NotAfter:                    now.Add(future),
		ExtKeyUsage:                 []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		MaxPathLenZero:              true,
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         hosts,
		// A constraint on names says nothing about addresses.
		ExcludedIPRanges: []*net.IPNet{
			{IP: net.IPv4zero.To4(), Mask: net.CIDRMask(0, 32)},
			{IP: net.IPv6zero, Mask: net.CIDRMask(0, 128)},
		},
	})
}

// issue makes a server certificate for names, and its key.
func issue(a *authority.Authority, names ...string) (tls.Certificate, error) {
	return a.Issue(&x509.Certificate{
		Subject:     pkix.Name{Organization: []string{"Referee"}, CommonName: names[0]},
		NotBefore:   a.Certificate().NotBefore,
		NotAfter:    a.Certificate().NotAfter,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    names,
	})
}
