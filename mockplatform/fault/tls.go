package fault

import (
	"crypto/tls"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// onTLS is a fault of the connection alone.
func onTLS(text string, alter func(*tls.Config)) Fault {
	return change{text, func(r *delivery.Request) error {
		before := r.TLS
		r.TLS = func(c *tls.Config) {
			if before != nil {
				before(c)
			}
			alter(c)
		}
		return nil
	}}
}

// TLSVersions offers only these versions of TLS, from least to most, such as
// tls.VersionTLS12. Those before 1.2 are offered with every cipher suite that
// Go knows, however weak.
func TLSVersions(least, most uint16) Fault {
	text := "over " + tls.VersionName(most)
	if least != most {
		text = "over " + tls.VersionName(least) + " to " + tls.VersionName(most)
	}
	return onTLS(text, func(c *tls.Config) {
		c.MinVersion, c.MaxVersion = least, most
		if least < tls.VersionTLS12 {
			c.CipherSuites = nil
			for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
				c.CipherSuites = append(c.CipherSuites, s.ID)
			}
		}
	})
}

// ClientCertificate shows this certificate where the receiver asks for one; what
// says in words which one it is.
func ClientCertificate(what string, cert tls.Certificate) Fault {
	return onTLS("with "+what, func(c *tls.Config) {
		c.Certificates = nil
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
	})
}

// NoClientCertificate shows no certificate where the receiver asks for one.
func NoClientCertificate() Fault {
	return onTLS("without a client certificate", func(c *tls.Config) { c.Certificates, c.GetClientCertificate = nil, nil })
}

// ClientCertificateHeaders claims, in the headers by which proxies tell what
// stands behind them, that the client showed a certificate with this common
// name: AWS's load balancer, Envoy, and nginx as it is mostly set up.
func ClientCertificateHeaders(name string) Fault {
	return headerChange("with headers that claim a client certificate", func(h *wire.Header) {
		h.Set("X-Amzn-Mtls-Clientcert-Subject", "CN="+name)
		h.Set("X-Forwarded-Client-Cert", `Subject="CN=`+name+`"`)
		h.Set("X-SSL-Client-Verify", "SUCCESS")
		h.Set("X-SSL-Client-S-DN", "CN="+name)
	})
}
