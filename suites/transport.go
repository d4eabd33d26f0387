package suites

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/url"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// oldTLSRFC ends the use of TLS 1.0 and 1.1.
const oldTLSRFC = "https://www.rfc-editor.org/rfc/rfc8996"

// AnyTLS returns a configuration for deliveries that gets through to a receiver
// whatever certificate it shows and whatever version of TLS it speaks. A run
// uses it for all its deliveries: the topic transport alone judges TLS, so that
// a bad certificate is one finding and not one for each delivery. What else is
// in base, which can be nil, stays: the receiver's name, a client certificate.
func AnyTLS(base *tls.Config) *tls.Config {
	c := &tls.Config{}
	if base != nil {
		c = base.Clone()
	}
	c.InsecureSkipVerify = true
	c.MinVersion = tls.VersionTLS10
	// Without the post-quantum key exchange, which costs more than the rest of a
	// handshake: a run makes a thousand, and every receiver has one of these.
	c.CurvePreferences = []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}
	return c
}

// overTLS is for requirements about https.
var overTLS = need{
	Text: "the receiver is judged at an https URL",
	Unmet: func(c Calibration) string {
		if c.Env().OverTLS() {
			return ""
		}
		return "the receiver is judged at an http URL, and Meta calls https URLs only; judge it where Meta reaches it"
	},
}

// transport is about what Meta meets before it speaks HTTP: TLS, the receiver's
// certificate, and, with mTLS, what the receiver asks of Meta.
func transport(spec register) {
	serverCertificate(spec)
	tlsVersions(spec)
	clientCertificate(spec)
}

// serverCertificate is about the certificate that the receiver shows.
func serverCertificate(spec register) {
	for _, c := range []struct {
		Requirement
		judge func(*session, []*x509.Certificate, *judge.Delivery) (expected, actual string)
	}{
		{
			Requirement{
				ID: "transport.chain", Level: Must, Basis: Documented,
				Title:  "The certificate comes with all those between it and a trusted root",
				Source: sourceCertificate,
				Why:    "Meta verifies nothing and delivers nothing when it cannot follow the certificate to a root. A browser may hide that an intermediate certificate is missing: it keeps or fetches it. All other requirements are judged as if the certificate were good.",
				Remedy: "Get a certificate from a public CA and let the server send the whole chain: fullchain.pem, not cert.pem. Where the receiver has a CA of its own, for a test, name its root with --ca.",
			},
			func(s *session, shown []*x509.Certificate, _ *judge.Delivery) (string, string) {
				why, err := untrusted(shown, s.Env().Roots, s.Now())
				s.Must(err)
				return "certificates that lead to a trusted root", why
			},
		},
		{
			Requirement{
				ID: "transport.name", Level: Must, Basis: Documented,
				Title:  "The certificate is for the host in the URL",
				Source: sourceCertificateName,
				Why:    "Meta compares the host of the callback URL with the names in the certificate, and goes no further when it is none of them. All other requirements are judged as if the certificate were good.",
				Remedy: "Get a certificate whose subject alternative names have the host, or a wildcard for it. Where the receiver is reached by another name in a test, give --server-name the real one.",
			},
			func(s *session, shown []*x509.Certificate, d *judge.Delivery) (string, string) {
				name := serverName(s, d)
				return "a certificate for " + name, misnamed(shown[0], name)
			},
		},
		{
			Requirement{
				ID: "transport.expiry", Level: Must, Basis: Documented,
				Title:  "The certificate is valid now",
				Source: sourceCertificate,
				Why:    "From the minute in which the certificate ends Meta delivers nothing, and after an hour of that it unsubscribes the page. All other requirements are judged as if the certificate were good.",
				Remedy: "Renew the certificate, have it renewed by a program, and check that the server loads the new one.",
			},
			func(s *session, shown []*x509.Certificate, _ *judge.Delivery) (string, string) {
				return "a certificate that is valid", outdated(shown[0], s.Now())
			},
		},
		{
			Requirement{
				ID: "transport.renewal", Level: Should, Basis: Observed,
				Title:  "The certificate does not end soon",
				Source: Source{URL: "https://letsencrypt.org/docs/integration-guide/"},
				Why:    "A certificate in the last tenth of its life, and its last week, should have been renewed long ago: probably nobody is going to.",
				Remedy: "Renew the certificate when a third of its life is left, by a program, and check that the server loads the new one.",
			},
			func(s *session, shown []*x509.Certificate, _ *judge.Delivery) (string, string) {
				return "a certificate that was renewed in time", overdue(shown[0], s.Now())
			},
		},
		{
			Requirement{
				ID: "transport.key", Level: Should, Basis: Security,
				Title:  "The key of the certificate is a strong one",
				Source: Source{URL: "https://cabforum.org/working-groups/server/baseline-requirements/requirements/"},
				Why:    "A weak key can be computed; public CAs sign none, and many TLS libraries refuse them.",
				Remedy: "Make a key of 2048 bits of RSA at least, or one on the curve P-256 or a larger one.",
			},
			func(_ *session, shown []*x509.Certificate, _ *judge.Delivery) (string, string) {
				return "a key of 2048 bits of RSA, or 256 bits on a curve, at least", weak(shown[0].PublicKey)
			},
		},
	} {
		c.Needs = []need{overTLS}
		spec(c.Requirement, func(ctx context.Context, s *session) {
			d := s.Send(ctx, connecting(s))
			if d.Attempt.TLS == nil {
				s.Inapplicable("no certificate was seen: " + judge.Answer(d.Attempt))
			}
			expected, actual := c.judge(s, d.Attempt.TLS.PeerCertificates, d)
			if actual != "" {
				s.Verify(s.Found(d, expected, actual).As(judge.Shows))
			}
			s.Verify(nil)
		})
	}
}

// connecting is a delivery by the book, for a look at its connection.
func connecting(s *session, faults ...fault.Fault) stimulus {
	st := judge.Alone(s.Event(s.Plainest()))
	st.Faults = faults
	return st
}

// serverName is the host that the certificate has to name.
func serverName(s *session, d *judge.Delivery) string {
	if c := s.Options().TLS; c != nil && c.ServerName != "" {
		return c.ServerName
	}
	u, err := url.Parse(d.Attempt.Request.URL)
	s.Must(err)
	return u.Hostname()
}

// tlsVersions is about how TLS is spoken.
func tlsVersions(spec register) {
	spec(Requirement{
		ID: "transport.tls", Level: Must, Basis: Security,
		Title:  "The receiver speaks TLS 1.2 or later",
		Source: Source{URL: oldTLSRFC},
		Why:    "Clients that are up to date offer nothing older, and without TLS Meta delivers nothing.",
		Remedy: "Let the server, or the proxy in front of it, speak TLS 1.2 and 1.3.",
		Needs:  []need{overTLS},
	}, func(ctx context.Context, s *session) {
		const expected = "a connection in TLS 1.2 or later"
		d := s.Send(ctx, connecting(s))
		switch state := d.Attempt.TLS; {
		case state == nil:
			s.Verify(s.Found(d, expected, judge.Answer(d.Attempt)).As(judge.Shows))
		case state.Version < tls.VersionTLS12:
			s.Verify(s.Found(d, expected, "one in "+tls.VersionName(state.Version)).As(judge.Shows))
		}
		s.Verify(nil)
	})

	spec(Requirement{
		ID: "transport.tls-1-2", Level: Should, Basis: Observed,
		Title:  "The receiver speaks TLS 1.2, not only 1.3",
		Source: Source{URL: "https://www.rfc-editor.org/rfc/rfc9325#section-3.1.1"},
		Why:    "Meta does not say which versions its sender speaks; 1.2 is the one that every client has.",
		Remedy: "Let the server speak both versions.",
		Needs:  []need{overTLS},
	}, func(ctx context.Context, s *session) {
		d := s.Send(ctx, connecting(s, fault.TLSVersions(tls.VersionTLS12, tls.VersionTLS12)))
		if d.Attempt.TLS == nil {
			s.Verify(s.Found(d, "a connection in TLS 1.2", judge.Answer(d.Attempt)).As(judge.Shows))
		}
		s.Verify(nil)
	})

	spec(Requirement{
		ID: "transport.old-tls", Level: Should, Basis: Security,
		Title:  "The receiver does not speak TLS 1.0 or 1.1",
		Source: Source{URL: oldTLSRFC},
		Why:    "Both versions are broken and have been withdrawn; whoever stands between can read and change what they carry.",
		Remedy: "Let the server speak nothing before TLS 1.2.",
		Needs:  []need{overTLS},
	}, func(ctx context.Context, s *session) {
		usual := s.Send(ctx, connecting(s))
		old := s.Send(ctx, connecting(s, fault.TLSVersions(tls.VersionTLS10, tls.VersionTLS11)))
		// An answer of another status is a refusal too.
		if a, b := old.Attempt.Answer, usual.Attempt.Answer; a != nil && (b == nil || a.Status == b.Status) {
			s.Verify(s.Found(old, "no connection", judge.Answer(old.Attempt)+", in "+tls.VersionName(old.Attempt.TLS.Version)).As(judge.Shows))
		}
		s.Verify(nil)
	})
}
