package command

import (
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/runner/config"
)

// platformFlags are the flags that configure the mock platform.
type platformFlags struct {
	appSecret, verifyToken, pageID, pageToken, addr string
	seed                                            int64
	ackDeadline                                     time.Duration
}

// deliveries adds what deliveries follow from.
func (p *platformFlags) deliveries(f *pflag.FlagSet) {
	config.MustDeclare(f, "app-secret", &p.appSecret)
	config.MustDeclare(f, "page-id", &p.pageID)
	config.MustDeclare(f, "seed", &p.seed)
	config.MustDeclare(f, "ack-deadline", &p.ackDeadline)
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
