package command

import (
	"fmt"
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

// deliveries adds what deliveries follow from.
func (p *platformFlags) deliveries(f *pflag.FlagSet) {
	f.StringVar(&p.appSecret, "app-secret", mockplatform.DefaultAppSecret, "the `SECRET` that the receiver checks signatures with")
	f.StringVar(&p.pageID, "page-id", mockplatform.DefaultPageID, "the `ID` of the page that people write to")
	f.Int64Var(&p.seed, "seed", 1, "the seed of all ids and texts: the same `NUMBER` gives the same ones")
	f.DurationVar(&p.ackDeadline, "ack-deadline", 5*time.Second, "the `TIME` in which a delivery has to be acknowledged; 5s is Meta's")
}

// check says what no platform can have.
func (p *platformFlags) check() error {
	if p.ackDeadline <= 0 {
		return fmt.Errorf("--ack-deadline is %s; it has to be more than nothing, such as 5s", p.ackDeadline)
	}
	return nil
}

func (p *platformFlags) options() mockplatform.Options {
	return mockplatform.Options{
		Addr: p.addr, AppSecret: p.appSecret, VerifyToken: p.verifyToken, PageID: p.pageID, PageToken: p.pageToken,
		Seed: p.seed, Timeout: p.ackDeadline,
	}
}
