package suites

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/suites/plural"
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
	last := shown[len(shown)-1]
	switch {
	case !errors.As(err, &unknown):
		return "certificates that cannot be verified: " + strings.TrimPrefix(err.Error(), "x509: "), nil
	case selfSigned(leaf):
		return "a self-signed certificate, of " + name(leaf.Subject), nil
	case selfSigned(last):
		return fmt.Sprintf("%s, the last that of the root %s, which is not trusted", plural.InWords(len(shown), "certificate"), name(last.Subject)), nil
	}
	return fmt.Sprintf("%s, the last that of %s; that of its issuer, %s, is neither shown nor a trusted root",
		plural.InWords(len(shown), "certificate"), name(last.Subject), name(last.Issuer)), nil
}

// selfSigned reports whether a certificate is signed with its own key.
func selfSigned(c *x509.Certificate) bool {
	return c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

// name is a name in a certificate as people know it.
func name(n pkix.Name) string {
	if n.CommonName != "" {
		return strconv.Quote(n.CommonName)
	}
	return strconv.Quote(n.String())
}

// misnamed says which names a certificate has instead of this host.
func misnamed(c *x509.Certificate, host string) string {
	if c.VerifyHostname(host) == nil {
		return ""
	}
	names := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		return fmt.Sprintf("one without alternative names, for %s; the common name does not count any more", name(c.Subject))
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
