package command

import (
	"time"

	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/mockplatform"
)

// platformFlags are the flags that configure the mock platform.
type platformFlags struct {
	appSecret, verifyToken, pageID, pageToken, addr string
	seed                                            int64
	ackDeadline                                     time.Duration
}

// secrets adds what the platform and the receiver have to agree about.
func (p *platformFlags) secrets(f *pflag.FlagSet) {
	f.StringVar(&p.appSecret, "app-secret", mockplatform.DefaultAppSecret, "the app secret that the receiver checks signatures with")
	f.StringVar(&p.verifyToken, "verify-token", mockplatform.DefaultVerifyToken, "the verify token that the receiver expects")
	f.StringVar(&p.pageID, "page-id", mockplatform.DefaultPageID, "the id of the page that people write to")
	f.StringVar(&p.pageToken, "page-token", mockplatform.DefaultPageToken, "the access token that the receiver calls the Graph API with")
}

// events adds what the bytes of deliveries follow from.
func (p *platformFlags) events(f *pflag.FlagSet) {
	f.Int64Var(&p.seed, "seed", 1, "the seed of all ids and texts; the same seed gives the same ones")
}

func (p *platformFlags) options() mockplatform.Options {
	return mockplatform.Options{
		Addr: p.addr, AppSecret: p.appSecret, VerifyToken: p.verifyToken, PageID: p.pageID, PageToken: p.pageToken,
		Seed: p.seed, Timeout: p.ackDeadline,
	}
}
