package authority

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"time"
)

// serverLife is how long a server's CA lives in both directions: what it issues
// may have ended or begin later, to show what is wrong with that.
const serverLife = 365 * 24 * time.Hour

// NewServerCA makes a CA for servers as public ones are made: clients trust the
// root, and issuer, which is below it, signs the certificates of servers.
func NewServerCA(now time.Time) (root, issuer *Authority, err error) {
	named := func(name string) *x509.Certificate {
		return &x509.Certificate{
			Subject:   pkix.Name{Organization: []string{"Referee"}, CommonName: name},
			NotBefore: now.Add(-serverLife), NotAfter: now.Add(serverLife),
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		}
	}
	if root, err = Root(named("Referee, the root of a CA for servers")); err != nil {
		return nil, nil, err
	}
	issuer, err = root.intermediate(named("Referee, an intermediate CA for servers"))
	return root, issuer, err
}
