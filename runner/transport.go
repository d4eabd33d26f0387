package runner

import (
	"crypto/x509"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/authority"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/suites"
)

// clientCALife is how long the client CA of one run lives.
const clientCALife = 7 * 24 * time.Hour

// secure completes how the platform speaks TLS, and returns the roots that the
// receiver's certificate is held to: the suite judges it, not the platform.
func (c *Config) secure(p plan) (roots *x509.CertPool, err error) {
	if c.Platform.TLS != nil {
		roots = c.Platform.TLS.RootCAs
	}
	c.Platform.TLS = suites.AnyTLS(c.Platform.TLS)
	if c.Platform.ClientCA == nil && slices.Contains(p.features, suites.MTLS) {
		c.Platform.ClientCA, err = authority.NewClientCA(time.Now(), clientCALife)
	}
	return roots, err
}

// mutual says why a receiver with the feature mtls cannot be judged so.
func (c Config) mutual() error {
	https := false
	switch r := c.Receiver.(type) {
	case sut.URL:
		if https = strings.HasPrefix(strings.ToLower(string(r)), "https:"); https && c.Platform.ClientCA == nil {
			return errors.New("with the feature mtls, a receiver that runs already has to trust the CA of the client certificate: make one with `referee client-ca`, let the receiver trust it, and name it with --client-ca and --client-ca-key")
		}
	case sut.Started:
		https = r.Terms().HTTPS
	default:
		return nil // the suite knows when it has the URL
	}
	if !https {
		return errors.New("the feature mtls needs a receiver that serves https; name its https URL, or give --https where Referee starts it")
	}
	return nil
}
