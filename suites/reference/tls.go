package reference

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"net"
	"time"
)

// TLS says how a [Server] speaks https.
type TLS struct {
	// Issuer is the CA that the server has its certificate from: its key, its
	// certificate (Leaf), and those that clients need beside the root.
	Issuer tls.Certificate

	// ClientCAs issue Meta's client certificate (mTLS). If set, nobody else gets
	// in. Default: no client certificate is asked for.
	ClientCAs *x509.CertPool
}

// metaClient is the common name in Meta's client certificate. See
// https://developers.facebook.com/docs/graph-api/webhooks/getting-started.
const metaClient = "client.webhooks.fbclientcerts.com"

// lifetime is how long the server's certificate lasts; sinceYesterday is for
// clients whose clock is slow.
const (
	lifetime       = 90 * 24 * time.Hour
	sinceYesterday = 24 * time.Hour
)

// tlsConfig gets a certificate for a server at this host and says how TLS is
// spoken there.
func (r *Receiver) tlsConfig(host string) (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := r.config.Now()
	shown, err := r.steps.certify(&x509.Certificate{
		Subject:               pkix.Name{CommonName: host},
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{net.ParseIP(host)},
		NotBefore:             now.Add(-sinceYesterday),
		NotAfter:              now.Add(lifetime),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}, key)
	if err != nil {
		return nil, err
	}
	return r.steps.secure(shown), nil
}

// certify has the CA sign a certificate. Clients know the root only, so the
// certificates between are shown too.
func (t *TLS) certify(template *x509.Certificate, key crypto.Signer) (tls.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, t.Issuer.Leaf, key.Public(), t.Issuer.PrivateKey)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: append([][]byte{der}, t.Issuer.Certificate...), PrivateKey: key}, nil
}

// secure is TLS 1.2 or later, for Meta alone where its CA is known. The headers
// by which a proxy tells of a client's certificate are not looked at: anybody
// can send them.
func (r *Receiver) secure(shown tls.Certificate) *tls.Config {
	c := &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{shown},
		NextProtos:   []string{"http/1.1"},
	}
	if cas := r.config.TLS.ClientCAs; cas != nil {
		c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, cas
		c.VerifyConnection = func(s tls.ConnectionState) error { return r.steps.recognise(s.PeerCertificates) }
	}
	return c
}

// recognise compares the whole name: a CA may well issue to others too.
func recognise(client []*x509.Certificate) error {
	if len(client) == 0 {
		return errors.New("the client has no certificate")
	}
	if name := client[0].Subject.CommonName; name != metaClient {
		return fmt.Errorf("the client is %q, not Meta", name)
	}
	return nil
}
