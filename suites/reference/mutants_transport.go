package reference

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"
)

// transportMutants are the receivers whose https Meta could not use, or that let
// in by mTLS who is not Meta. Their defects show over https only.
func transportMutants() []Mutant {
	return []Mutant{
		{
			Name:   "sends-no-intermediate",
			Defect: "Shows its own certificate alone, without those between it and the root.",
			Cause:  "shows.chain",
			Breaks: []string{"transport.chain"},
			apply: certified(func(c certifying) (tls.Certificate, error) {
				shown, err := c.original(c.template, c.key)
				if err == nil {
					shown.Certificate = shown.Certificate[:1]
				}
				return shown, err
			}),
		},
		{
			Name:   "self-signed",
			Defect: "Shows a certificate that it signed itself.",
			Cause:  "shows.chain",
			Breaks: []string{"transport.chain"},
			apply: certified(func(c certifying) (tls.Certificate, error) {
				der, err := x509.CreateCertificate(rand.Reader, c.template, c.template, c.key.Public(), c.key)
				return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: c.key}, err
			}),
		},
		{
			Name:   "certificate-for-another-name",
			Defect: "Shows a certificate that names another host.",
			Cause:  "shows.name",
			Breaks: []string{"transport.name"},
			apply: certified(func(c certifying) (tls.Certificate, error) {
				c.template.DNSNames, c.template.IPAddresses = []string{"www.example.com"}, nil
				return c.original(c.template, c.key)
			}),
		},
		{
			Name:   "certificate-expired",
			Defect: "Shows a certificate that ended yesterday.",
			Cause:  "shows.expiry",
			Breaks: []string{"transport.expiry"},
			apply:  endsAfter(-24 * time.Hour),
		},
		{
			Name:   "certificate-not-yet-valid",
			Defect: "Shows a certificate that begins tomorrow.",
			Cause:  "shows.expiry",
			Breaks: []string{"transport.expiry"},
			apply: certified(func(c certifying) (tls.Certificate, error) {
				c.template.NotBefore = c.template.NotBefore.Add(48 * time.Hour)
				return c.original(c.template, c.key)
			}),
		},
		{
			Name:   "certificate-expires-soon",
			Defect: "Shows a certificate that ends within the day, after months.",
			Cause:  "shows.renewal",
			Breaks: []string{"transport.renewal"},
			apply:  endsAfter(12 * time.Hour),
		},
		{
			Name:   "certificate-with-weak-key",
			Defect: "Shows a certificate for an RSA key of 1024 bits.",
			Cause:  "shows.key",
			Breaks: []string{"transport.key"},
			apply: certified(func(c certifying) (tls.Certificate, error) {
				key, err := rsa.GenerateKey(rand.Reader, 1024)
				if err != nil {
					return tls.Certificate{}, err
				}
				return c.original(c.template, key)
			}),
		},
		{
			Name:   "tls-1-1-at-most",
			Defect: "Speaks no version of TLS later than 1.1.",
			Cause:  "shows.old-tls-only",
			Breaks: []string{"transport.old-tls", "transport.tls", "transport.tls-1-2"},
			apply:  secured(func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }),
		},
		{
			Name:   "tls-1-0-too",
			Defect: "Speaks TLS 1.0 with whoever asks for it.",
			Cause:  "shows.old-tls",
			Breaks: []string{"transport.old-tls"},
			apply:  secured(func(c *tls.Config) { c.MinVersion = tls.VersionTLS10 }),
		},
		{
			Name:   "tls-1-3-only",
			Defect: "Speaks no version of TLS but 1.3.",
			Cause:  "shows.tls-1-2",
			Breaks: []string{"transport.tls-1-2"},
			apply:  secured(func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 }),
		},
		{
			Name:   "client-certificate-optional",
			Defect: "Lets in who shows no client certificate.",
			Cause:  "admits.without-client-certificate",
			Breaks: []string{"transport.client-certificate.headers", "transport.client-certificate.missing"},
			apply:  secured(optional),
		},
		{
			Name:   "client-certificate-by-header",
			Defect: "Believes a header of its load balancer that names Meta, whoever sends it.",
			Cause:  "handles.client-certificate-headers",
			Breaks: []string{"transport.client-certificate.headers"},
			apply: func(r *Receiver) {
				secured(optional)(r)
				original := r.steps.serve
				r.steps.serve = func(w http.ResponseWriter, req *http.Request) {
					subject := req.Header.Get("X-Amzn-Mtls-Clientcert-Subject")
					if req.TLS != nil && len(req.TLS.PeerCertificates) == 0 && subject != "CN="+metaClient {
						r.respond(w, forged)
						return
					}
					original(w, req)
				}
			},
		},
		{
			Name:   "client-certificate-of-any-authority",
			Defect: "Compares the name in a client certificate, but not who signed it.",
			Cause:  "admits.any-authority",
			Breaks: []string{
				"transport.client-certificate.expired", "transport.client-certificate.other-authority",
				"transport.client-certificate.self-signed",
			},
			apply: secured(func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert }),
		},
		{
			Name:   "client-certificate-of-any-name",
			Defect: "Looks at who signed a client certificate, but not at the name in it.",
			Cause:  "handles.client-certificate-other-name",
			Breaks: []string{"transport.client-certificate.other-name"},
			apply:  func(r *Receiver) { r.steps.recognise = func([]*x509.Certificate) error { return nil } },
		},
		{
			Name:   "client-certificate-name-by-prefix",
			Defect: "Lets in whose name begins with Meta's.",
			Cause:  "handles.client-certificate-other-name",
			Breaks: []string{"transport.client-certificate.other-name"},
			apply: func(r *Receiver) {
				r.steps.recognise = func(client []*x509.Certificate) error {
					if len(client) == 0 || !strings.HasPrefix(client[0].Subject.CommonName, metaClient) {
						return errors.New("not Meta")
					}
					return nil
				}
			},
		},
		{
			Name:   "client-certificate-without-end",
			Defect: "Does not look when a client certificate ended.",
			Cause:  "handles.client-certificate-expired",
			Breaks: []string{"transport.client-certificate.expired"},
			apply: func(r *Receiver) {
				secured(func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert })(r)
				original := r.steps.recognise
				r.steps.recognise = func(client []*x509.Certificate) error {
					if err := signed(client, r.config.TLS.ClientCAs); err != nil {
						return err
					}
					return original(client)
				}
			},
		},
		{
			Name:   "client-certificate-pinned",
			Defect: "Lets in the client certificate that it met first, and no other of Meta's.",
			Cause:  "hangs-up.client-certificate",
			Breaks: []string{"transport.client-certificate.accepted"},
			apply: func(r *Receiver) {
				var mu sync.Mutex
				var first *x509.Certificate
				original := r.steps.recognise
				r.steps.recognise = func(client []*x509.Certificate) error {
					if err := original(client); err != nil {
						return err
					}
					mu.Lock()
					defer mu.Unlock()
					if first == nil {
						first = client[0]
					}
					if !first.Equal(client[0]) {
						return errors.New("another certificate")
					}
					return nil
				}
			},
		},
	}
}

// certifying is a request for a certificate, and the step that would meet it.
type certifying struct {
	template *x509.Certificate
	key      crypto.Signer
	original func(*x509.Certificate, crypto.Signer) (tls.Certificate, error)
}

// certified makes a mutant that gets its certificate in another way.
func certified(get func(certifying) (tls.Certificate, error)) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.certify
		r.steps.certify = func(template *x509.Certificate, key crypto.Signer) (tls.Certificate, error) {
			return get(certifying{template, key, original})
		}
	}
}

// endsAfter makes a mutant whose certificate was issued long ago and ends at
// this distance from now.
func endsAfter(left time.Duration) func(*Receiver) {
	return certified(func(c certifying) (tls.Certificate, error) {
		end := c.template.NotBefore.Add(sinceYesterday + left)
		c.template.NotBefore, c.template.NotAfter = end.Add(-lifetime), end
		return c.original(c.template, c.key)
	})
}

// secured makes a mutant that speaks TLS in another way.
func secured(change func(*tls.Config)) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.secure
		r.steps.secure = func(shown tls.Certificate) *tls.Config {
			c := original(shown)
			change(c)
			return c
		}
	}
}

// optional asks for a client certificate, and looks at one that is shown.
func optional(c *tls.Config) {
	if c.VerifyConnection == nil {
		return
	}
	verify := c.VerifyConnection
	c.ClientAuth = tls.VerifyClientCertIfGiven
	c.VerifyConnection = func(s tls.ConnectionState) error {
		if len(s.PeerCertificates) == 0 {
			return nil
		}
		return verify(s)
	}
}

// signed verifies a client's certificates on the last day of the first.
func signed(client []*x509.Certificate, roots *x509.CertPool) error {
	if len(client) == 0 {
		return errors.New("no certificate")
	}
	between := x509.NewCertPool()
	for _, c := range client[1:] {
		between.AddCert(c)
	}
	_, err := client[0].Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: client[0].NotAfter,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	return err
}
