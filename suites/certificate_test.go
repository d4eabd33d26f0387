package suites

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/authority"
)

var today = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// chainOf reads what a server with this certificate shows.
func chainOf(t *testing.T, cert tls.Certificate, err error) []*x509.Certificate {
	t.Helper()
	var chain []*x509.Certificate
	for _, der := range cert.Certificate {
		c, broken := x509.ParseCertificate(der)
		if broken != nil {
			t.Fatal(broken)
		}
		chain = append(chain, c)
	}
	if err != nil {
		t.Fatal(err)
	}
	return chain
}

// serving is a certificate for bot.example.com that lasts this long from today.
func serving(life time.Duration) *x509.Certificate {
	return &x509.Certificate{
		Subject: pkix.Name{CommonName: "the bot"}, DNSNames: []string{"bot.example.com"},
		NotBefore: today.Add(-90 * 24 * time.Hour), NotAfter: today.Add(life),
	}
}

func TestUntrusted(t *testing.T) {
	root, issuer, err := authority.NewServerCA(today)
	if err != nil {
		t.Fatal(err)
	}
	good, err := issuer.Issue(serving(time.Hour))
	whole := chainOf(t, good, err)
	ended, err := issuer.Issue(serving(-time.Hour))
	expired := chainOf(t, ended, err)
	self, err := authority.Client{}.SelfSigned(today)
	alone := chainOf(t, self, err)
	withRoot := append(whole[:2:2], root.Certificate())
	nobody := x509.NewCertPool()
	nobody.AddCert(alone[0])

	for what, c := range map[string]struct {
		shown []*x509.Certificate
		roots *x509.CertPool
		want  string // empty: it is trusted
	}{
		"the whole chain":                  {whole, root.Pool(), ""},
		"with the root":                    {withRoot, root.Pool(), ""},
		"in another order":                 {[]*x509.Certificate{whole[0], root.Certificate(), whole[1]}, root.Pool(), ""},
		"expired, which is said elsewhere": {expired, root.Pool(), ""},
		"trusted, but not a server's":      {alone, nobody, "certificates that cannot be verified: certificate specifies an incompatible key usage"},
		"no intermediate":                  {whole[:1], root.Pool(), `one certificate, the last that of "the bot"; that of its issuer, "Referee, an intermediate CA for servers", is neither shown nor a trusted root`},
		"another root":                     {whole, nobody, `2 certificates, the last that of "Referee, an intermediate CA for servers"; that of its issuer, "Referee, the root of a CA for servers", is neither`},
		"another root, which is shown":     {withRoot, nobody, `3 certificates, the last that of the root "Referee, the root of a CA for servers", which is not trusted`},
		"self-signed":                      {alone, root.Pool(), `a self-signed certificate, of "` + authority.MetaClient + `"`},
	} {
		got, err := untrusted(c.shown, c.roots, today)
		if err != nil || !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %q, error %v", what, got, err)
		}
	}
}

// TestUntrustedBeforeItBegins looks at the chain of a certificate of tomorrow.
func TestUntrustedBeforeItBegins(t *testing.T) {
	root, issuer, err := authority.NewServerCA(today)
	if err != nil {
		t.Fatal(err)
	}
	template := serving(48 * time.Hour)
	template.NotBefore = today.Add(24 * time.Hour)
	cert, err := issuer.Issue(template)
	if got, err := untrusted(chainOf(t, cert, err), root.Pool(), today); got != "" || err != nil {
		t.Errorf("%q, error %v", got, err)
	}
}

func TestMisnamed(t *testing.T) {
	c := serving(time.Hour)
	c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	wild := &x509.Certificate{DNSNames: []string{"*.example.com"}}
	bare := &x509.Certificate{Subject: pkix.Name{CommonName: "bot.example.com"}}
	for _, tt := range []struct {
		cert       *x509.Certificate
		host, want string
	}{
		{c, "bot.example.com", ""},
		{c, "BOT.example.com", ""},
		{c, "127.0.0.1", ""},
		{wild, "bot.example.com", ""},
		{c, "example.com", "one for bot.example.com, 127.0.0.1"},
		{c, "127.0.0.2", "one for bot.example.com, 127.0.0.1"},
		{wild, "a.bot.example.com", "one for *.example.com"},
		{bare, "bot.example.com", `one without alternative names, for "bot.example.com"; the common name does not count any more`},
	} {
		if got := misnamed(tt.cert, tt.host); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.host, got, tt.want)
		}
	}
}

func TestTimeOfACertificate(t *testing.T) {
	const day = 24 * time.Hour
	for _, tt := range []struct {
		life, left        time.Duration
		outdated, overdue string
	}{
		{90 * day, 60 * day, "", ""},
		{90 * day, 7 * day, "", ""},
		{90 * day, 7*day - time.Second, "", "one for 90 days that ends on 2026-03-08 at 11:59 UTC"},
		{90 * day, 0, "", "one for 90 days that ends on 2026-03-01 at 12:00 UTC"},
		{90 * day, -time.Second, "one that expired on 2026-03-01 at 11:59 UTC", ""},
		{6 * day, 3 * day, "", ""}, // there are CAs that issue for six days
		{6 * day, 12 * time.Hour, "", "one for 6 days that ends on 2026-03-02 at 00:00 UTC"},
		{90 * day, 91 * day, "one that is not valid before 2026-03-02 at 12:00 UTC", ""},
	} {
		end := today.Add(tt.left)
		c := &x509.Certificate{NotBefore: end.Add(-tt.life), NotAfter: end}
		if got := outdated(c, today); got != tt.outdated {
			t.Errorf("%s of %s are left: outdated %q, want %q", tt.left, tt.life, got, tt.outdated)
		}
		if got := overdue(c, today); got != tt.overdue {
			t.Errorf("%s of %s are left: overdue %q, want %q", tt.left, tt.life, got, tt.overdue)
		}
	}
}

func TestWeak(t *testing.T) {
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ofBits := func(n uint) *rsa.PublicKey { return &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), n-1), E: 65537} }
	for want, key := range map[string]any{
		"a key of 1024 bits of RSA":    ofBits(1024),
		"a key of 2047 bits of RSA":    ofBits(2047),
		"a key of 224 bits on a curve": &p224.PublicKey,
	} {
		if got := weak(key); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, key := range []any{ofBits(2048), ofBits(4096), &p256.PublicKey} {
		if got := weak(key); got != "" {
			t.Errorf("%q of a strong key", got)
		}
	}
}

func TestAnyTLS(t *testing.T) {
	base := &tls.Config{ServerName: "bot.example.com"}
	if c := AnyTLS(base); !c.InsecureSkipVerify || c.ServerName != base.ServerName || base.InsecureSkipVerify {
		t.Errorf("of %+v came %+v", base, c)
	}
	if c := AnyTLS(nil); !c.InsecureSkipVerify || c.MinVersion != tls.VersionTLS10 {
		t.Errorf("%+v", c)
	}
}
