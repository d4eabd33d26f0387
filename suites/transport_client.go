package suites

import (
	"context"
	"crypto/tls"

	"github.com/seed-11445fa1/referee/mockplatform/authority"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// clientCertificate is about mTLS: who gets in is Meta. All deliveries here are
// signed with the app secret, so that the certificate alone decides. A receiver
// may refuse in any way, or say nothing at all, as long as it handles nothing.
func clientCertificate(spec register) {
	spec(Requirement{
		ID: "transport.client-certificate.accepted", Level: Must, Basis: Documented,
		Title:  "Meta's client certificate is accepted, and so is the one that replaces it",
		Source: sourceClientCertificate,
		Why:    "Meta renews its client certificate. A receiver that knows one certificate, and not the CA, gets nothing from that day on.",
		Remedy: "Trust Meta's CA, with the intermediate certificates that come along, and compare the common name with " + authority.MetaClient + ". Pin no certificate.",
		Needs:  []need{overTLS, judge.AFeature(MTLS)},
	}, func(ctx context.Context, s *session) {
		s.Verify(s.Genuine(ctx, s.Send(ctx, connecting(s))))
		renewed, err := clientCA(s).IssueClient(authority.Client{})
		s.Must(err)
		d := s.Send(ctx, connecting(s, fault.ClientCertificate("a renewed client certificate of Meta's", renewed)))
		s.Verify(s.Genuine(ctx, d))
	})

	const (
		ask     = "Demand a client certificate before anything is read, and verify it against Meta's CA alone."
		signer  = "Whoever can make a certificate can put any name into it; only the signature of Meta's CA says that the name is true."
		compare = "Compare the common name of the certificate as a whole with " + authority.MetaClient + "."
	)
	for _, c := range []struct {
		id, title, why, remedy string
		faults                 func(*session) [][]fault.Fault // of each delivery
	}{
		{
			"missing", "A delivery without a client certificate is not handled",
			"A certificate that need not be shown proves nothing.",
			ask, func(*session) [][]fault.Fault { return [][]fault.Fault{{fault.NoClientCertificate()}} },
		},
		{
			"headers", "A delivery without a client certificate is not handled when its headers claim one",
			"A load balancer tells what stands behind it in headers which client it met. Where it lets in clients without a certificate, or the receiver can be reached past it, anybody can send these headers.",
			"Let the load balancer refuse who has no certificate, let it overwrite these headers, and let nobody reach the receiver past it.",
			func(*session) [][]fault.Fault {
				return [][]fault.Fault{{fault.NoClientCertificate(), fault.ClientCertificateHeaders(authority.MetaClient)}}
			},
		},
		{
			"other-authority", "A delivery with a client certificate of Meta's name from another CA is not handled",
			signer, ask, func(s *session) [][]fault.Fault {
				other, err := authority.NewClientCA(s.Now(), authority.Past)
				s.Must(err)
				cert, err := other.IssueClient(authority.Client{})
				return showing(s, "a client certificate of Meta's name from another CA", cert, err)
			},
		},
		{
			"self-signed", "A delivery with a client certificate of Meta's name that is self-signed is not handled",
			signer, ask, func(s *session) [][]fault.Fault {
				cert, err := authority.Client{}.SelfSigned(s.Now())
				return showing(s, "a self-signed client certificate of Meta's name", cert, err)
			},
		},
		{
			"other-name", "A delivery with a client certificate of Meta's CA for somebody else is not handled",
			"Nothing says that Meta's CA signs for its webhooks alone; who else has a certificate of it could speak for Meta.",
			compare, func(s *session) [][]fault.Fault {
				var all [][]fault.Fault
				for _, name := range []string{"client.example.com", authority.MetaClient + ".example.com", "other-" + authority.MetaClient} {
					cert, err := clientCA(s).IssueClient(authority.Client{Name: name})
					all = append(all, showing(s, "a client certificate of Meta's CA for "+name, cert, err)...)
				}
				return all
			},
		},
		{
			"expired", "A delivery with a client certificate of Meta's that has expired is not handled",
			"A certificate ends so that a key that got lost is of no use afterwards.",
			ask, func(s *session) [][]fault.Fault {
				cert, err := clientCA(s).IssueClient(authority.Client{NotAfter: s.Now().Add(-authority.Past / 2)})
				return showing(s, "a client certificate of Meta's that expired", cert, err)
			},
		},
	} {
		spec(Requirement{
			ID: "transport.client-certificate." + c.id, Level: Must, Basis: Security, Title: c.title,
			Source: sourceClientName, Why: c.why, Remedy: c.remedy,
			Needs: []need{overTLS, judge.AFeature(MTLS), judge.AProbe},
		}, func(ctx context.Context, s *session) {
			var sent []*judge.Delivery
			for _, faults := range c.faults(s) {
				sent = append(sent, s.Emit(ctx, s.Probe(), faults...))
			}
			for _, d := range sent {
				s.Verify(s.NotHandled(ctx, d))
			}
		})
	}
}

// clientCA issues what the platform shows instead of Meta's certificate.
func clientCA(s *session) *authority.Authority { return s.Options().ClientCA }

// showing is a delivery with this client certificate, as its faults; err is why
// there is none.
func showing(s *session, what string, cert tls.Certificate, err error) [][]fault.Fault {
	s.Must(err)
	return [][]fault.Fault{{fault.ClientCertificate(what, cert)}}
}
