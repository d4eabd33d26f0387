package suites

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"
)

// What can be wrong with the certificates that a server shows, its own first.
// Each function looks at one thing and returns what is wrong in words; nothing
// if all is well.

// untrusted says why the certificates lead to none of the roots; nil stands for
// the system's. When they end is another matter: they are looked at now, or at
// the nearest time at which the first is valid. The error says that this machine
// cannot tell.
func untrusted(shown []*x509.Certificate, roots *x509.CertPool, now time.Time) (string, error) {
	if roots == nil {
		system, err := x509.SystemCertPool()
		if err != nil || system.Equal(x509.NewCertPool()) {
			return "", errors.Join(errors.New("this machine trusts no CA at all, so no certificate can be judged: install its CA certificates, or name those to trust with --ca"), err)
		}
	}
	leaf := shown[0]
	at := now
	if at.Before(leaf.NotBefore) {
		at = leaf.NotBefore
	}
	if at.After(leaf.NotAfter) {
		at = leaf.NotAfter
	}
	between := x509.NewCertPool()
	for _, c := range shown[1:] {
		between.AddCert(c)
	}
	_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: at})
	if err == nil {
		return "", nil
	}
	var unknown x509.UnknownAuthorityError
	switch last := shown[len(shown)-1]; {
	case !errors.As(err, &unknown):
		return fmt.Sprintf("certificates that cannot be verified: %s", strings.TrimPrefix(err.Error(), "x509: ")), nil
	case leaf.CheckSignature(leaf.SignatureAlgorithm, leaf.RawTBSCertificate, leaf.Signature) == nil:
		return fmt.Sprintf("a certificate that is signed by itself, %s", named(leaf)), nil
	case string(last.RawIssuer) == string(last.RawSubject):
		return fmt.Sprintf("%s that lead to %s, which is not a trusted root", several(shown), named(last)), nil
	default:
		return fmt.Sprintf("%s; that of its issuer, %q, is missing, and is no trusted root", several(shown), last.Issuer), nil
	}
}

// several names the certificates that were shown.
func several(shown []*x509.Certificate) string {
	if len(shown) == 1 {
		return "only the server's own certificate, " + named(shown[0])
	}
	return fmt.Sprintf("%d certificates, from %s to %s,", len(shown), named(shown[0]), named(shown[len(shown)-1]))
}

// named names a certificate by whom it is for.
func named(c *x509.Certificate) string { return fmt.Sprintf("%q", c.Subject.String()) }

// misnamed says which names a certificate has instead of this one.
func misnamed(c *x509.Certificate, name string) string {
	if c.VerifyHostname(name) == nil {
		return ""
	}
	names := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		names = append(names, net.IP.String(ip))
	}
	if len(names) == 0 {
		return fmt.Sprintf("one without alternative names, for %s; the common name does not count any more", named(c))
	}
	return "one for " + strings.Join(names, ", ")
}

// outdated says when a certificate that is not valid now is.
func outdated(c *x509.Certificate, now time.Time) string {
	switch {
	case now.After(c.NotAfter):
		return "one that expired on " + day(c.NotAfter)
	case now.Before(c.NotBefore):
		return "one that is not valid before " + day(c.NotBefore)
	}
	return ""
}

// lastCall is when a long-lived certificate should have been renewed at last.
const lastCall = 7 * 24 * time.Hour

// overdue says when a certificate ends that is valid and should have been
// renewed: less than a tenth of its life is left, and less than lastCall. There
// are certificates that live for less than a week.
func overdue(c *x509.Certificate, now time.Time) string {
	left, life := c.NotAfter.Sub(now), c.NotAfter.Sub(c.NotBefore)
	if left < 0 || left >= min(lastCall, life/10) {
		return ""
	}
	return fmt.Sprintf("one for %d days that ends on %s", int(life.Hours()/24), day(c.NotAfter))
}

// weak says how short a public key is.
func weak(key any) string {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if n := k.N.BitLen(); n < 2048 {
			return fmt.Sprintf("a key of %d bits of RSA", n)
		}
	case *ecdsa.PublicKey:
		if n := k.Curve.Params().BitSize; n < 256 {
			return fmt.Sprintf("a key of %d bits on a curve", n)
		}
	}
	return ""
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02 at 15:04 UTC") }
