package authority

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"strings"
	"time"
)

// MetaClient is the common name in the client certificate that Meta shows to
// webhooks of apps with mTLS:
// https://developers.facebook.com/docs/graph-api/webhooks/getting-started
const MetaClient = "client.webhooks.fbclientcerts.com"

// Past is how long a certificate that is issued now has been valid already. It
// covers a receiver whose clock is slow, a container's for example.
const Past = 24 * time.Hour

// clientCA is the subject of every CA that NewClientCA makes: a receiver that
// compares names, and no signatures, takes one for another.
var clientCA = pkix.Name{Organization: []string{"Referee"}, CommonName: "Referee, in the place of Meta's CA"}

// NewClientCA makes a CA that stands for the one that Meta's client certificate
// comes from. It is valid from now on for this long.
func NewClientCA(now time.Time, life time.Duration) (*Authority, error) {
	return Root(&x509.Certificate{Subject: clientCA, NotBefore: now.Add(-Past), NotAfter: now.Add(life)})
}

// Client is whom a client certificate is for. The zero value is Meta.
type Client struct {
	// Name is its common name and its DNS name. Default MetaClient.
	Name string
	// NotAfter is when it ends. Default: with the CA that issues it.
	NotAfter time.Time
}

// IssueClient makes a client certificate as Meta's is made: below an
// intermediate CA, which comes with it, unless this CA allows none.
func (a *Authority) IssueClient(c Client) (tls.Certificate, error) {
	template := c.template(a.cert)
	if a.cert.MaxPathLenZero {
		return a.Issue(template)
	}
	between, err := a.intermediate(&x509.Certificate{
		Subject:   pkix.Name{Organization: []string{"Referee"}, CommonName: "Referee, an intermediate CA"},
		NotBefore: a.cert.NotBefore, NotAfter: a.cert.NotAfter, MaxPathLenZero: true,
	})
	if err != nil {
		return tls.Certificate{}, err
	}
	return between.Issue(template)
}

// ShowMeta returns a copy of a TLS configuration, nil being an empty one, that
// shows Meta's client certificate to receivers that ask for one, whatever CAs
// they say that they trust: what is wrong with it has to show.
func (a *Authority) ShowMeta(config *tls.Config) (*tls.Config, error) {
	cert, err := a.IssueClient(Client{})
	if err != nil {
		return nil, fmt.Errorf("the client certificate in the place of Meta's: %w", err)
	}
	if config == nil {
		config = &tls.Config{}
	}
	config = config.Clone()
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
	return config, nil
}

// SelfSigned makes a client certificate that no CA has signed.
func (c Client) SelfSigned(now time.Time) (tls.Certificate, error) {
	template := c.template(&x509.Certificate{NotBefore: now.Add(-Past), NotAfter: now.Add(Past)})
	self, err := issue(template, nil, false)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{self.cert.Raw}, PrivateKey: self.key, Leaf: self.cert}, nil
}

// template describes the client's certificate, which lives as long as its CA
// unless the client says otherwise.
func (c Client) template(ca *x509.Certificate) *x509.Certificate {
	name := cmp.Or(c.Name, MetaClient)
	t := &x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		DNSNames:    []string{name},
		NotBefore:   ca.NotBefore,
		NotAfter:    ca.NotAfter,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	if !c.NotAfter.IsZero() {
		t.NotAfter = c.NotAfter
		if !t.NotBefore.Before(t.NotAfter) {
			t.NotBefore = t.NotAfter.Add(-Past)
		}
	}
	return t
}

// trim leaves out which package of Go an error comes from.
func trim(err error) string {
	return strings.TrimPrefix(strings.TrimPrefix(err.Error(), "tls: "), "x509: ")
}
