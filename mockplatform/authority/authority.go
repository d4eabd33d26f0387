// Package authority makes certificates: CAs, what they issue, and the client
// certificate that Meta shows. Everything is in memory; a caller that wants
// files writes them.
package authority

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// Authority is a CA with its key. It is not changed after it was made, so it is
// safe for concurrent use.
type Authority struct {
	cert *x509.Certificate
	key  crypto.Signer
	// above are the certificates that go with what it issues: its own and those
	// up to the root, which everybody has to have already.
	above [][]byte
}

// Root makes a CA with a new key that has nobody above it. The template has its
// subject, its lifetime and what restricts it.
func Root(template *x509.Certificate) (*Authority, error) {
	a, err := issue(template, nil, true)
	if err != nil {
		return nil, fmt.Errorf("make a CA: %w", err)
	}
	return a, nil
}

// intermediate makes a CA with a new key below this one.
func (a *Authority) intermediate(template *x509.Certificate) (*Authority, error) {
	below, err := issue(template, a, true)
	if err != nil {
		return nil, fmt.Errorf("make an intermediate CA: %w", err)
	}
	below.above = append([][]byte{below.cert.Raw}, a.above...)
	return below, nil
}

// Issue makes a certificate with a new key, for whom and for what the template
// says. The certificates up to the root come with it.
func (a *Authority) Issue(template *x509.Certificate) (tls.Certificate, error) {
	leaf, err := issue(template, a, false)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("issue a certificate: %w", err)
	}
	return tls.Certificate{Certificate: append([][]byte{leaf.cert.Raw}, a.above...), PrivateKey: leaf.key, Leaf: leaf.cert}, nil
}

// issue makes a certificate and its key, signed by parent or by itself. It gets
// a random serial number.
func issue(template *x509.Certificate, parent *Authority, ca bool) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	t := *template
	t.BasicConstraintsValid = true
	if t.IsCA = ca; ca {
		t.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	} else {
		t.KeyUsage = x509.KeyUsageDigitalSignature
	}
	if parent == nil {
		parent = &Authority{cert: &t, key: key}
	}
	der, err := x509.CreateCertificate(rand.Reader, &t, parent.cert, key.Public(), parent.key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &Authority{cert: cert, key: key}, err
}

// Parse reads a CA from its certificate and its private key, both in PEM. A
// certificate below another comes first, as everywhere.
func Parse(certificate, key []byte) (*Authority, error) {
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return nil, errors.New(trim(err))
	}
	signer, ok := pair.PrivateKey.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("a key of the type %T cannot sign", pair.PrivateKey)
	}
	if !pair.Leaf.BasicConstraintsValid || !pair.Leaf.IsCA {
		return nil, fmt.Errorf("the certificate of %s is not that of a CA, so nothing that it signs is valid", pair.Leaf.Subject)
	}
	a := &Authority{cert: pair.Leaf, key: signer}
	for _, der := range pair.Certificate {
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, errors.New(trim(err))
		}
		if cert.CheckSignatureFrom(cert) != nil { // not a root
			a.above = append(a.above, der)
		}
	}
	return a, nil
}

// Certificate is the CA's own certificate.
func (a *Authority) Certificate() *x509.Certificate { return a.cert }

// KeyPair is the CA itself, for whoever issues in its name: its key, and its
// certificate with those up to the root.
func (a *Authority) KeyPair() tls.Certificate {
	return tls.Certificate{Certificate: a.above, PrivateKey: a.key, Leaf: a.cert}
}

// PEM is the CA's certificate, for whoever has to trust it.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// KeyPEM is the CA's private key: whoever has it can issue in its name.
func (a *Authority) KeyPEM() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		return nil, fmt.Errorf("write the key of a CA: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// Pool trusts only this CA.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}
