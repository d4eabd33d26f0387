package command

import (
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/schemas"
)

// platformFlags are the flags that configure the mock platform.
type platformFlags struct {
	appSecret, instagramSecret, verifyToken, pageID, appID, pageToken, addr string
	graphVersion                                                            string
	hosts                                                                   []string // of --platform-host
	seed                                                                    int64
	ackDeadline                                                             time.Duration
}

// deliveries adds what deliveries follow from.
func (p *platformFlags) deliveries(f *pflag.FlagSet) {
	config.MustDeclare(f, "app-secret", &p.appSecret)
	config.MustDeclare(f, "instagram-secret", &p.instagramSecret)
	config.MustDeclare(f, "graph-version", &p.graphVersion)
	config.MustDeclare(f, "page-id", &p.pageID)
	config.MustDeclare(f, "seed", &p.seed)
	config.MustDeclare(f, "ack-deadline", &p.ackDeadline)
}

// check says what no platform can have.
func (p *platformFlags) check() error {
	if p.ackDeadline <= 0 {
		return fmt.Errorf("--ack-deadline is %s; it has to be more than nothing, such as 5s", p.ackDeadline)
	}
	if p.graphVersion != "" {
		if _, _, err := schemas.GraphVersionNamed(p.graphVersion); err != nil {
			return fmt.Errorf("--graph-version: %w", err)
		}
	}
	return nil
}

// warnOfVersion says what is odd about the version that deliveries are to name on a day.
func (p *platformFlags) warnOfVersion(h *Host, day string) {
	const flag = "--graph-version"
	v, stands, err := schemas.GraphVersionNamed(p.graphVersion)
	switch fate := schemas.GraphVersionFate(p.graphVersion, day); {
	case err != nil: // none is chosen
	case stands:
		h.warnOfNewer(flag, p.graphVersion)
	case v.Released > day:
		h.warn("%s: %s came out on %s, after %s", flag, v.Name, v.Released, day)
	case v.Ended(day):
		h.warn("%s: %s %s, and Meta sends in newer versions since; deliveries name it all the same", flag, v.Name, fate)
	}
}

func (p *platformFlags) options() mockplatform.Options {
	return mockplatform.Options{
		Addr: p.addr, Hosts: p.hosts, AppSecret: p.appSecret, InstagramSecret: p.instagramSecret, GraphVersion: p.graphVersion, VerifyToken: p.verifyToken, PageID: p.pageID, AppID: p.appID, PageToken: p.pageToken,
		Seed: p.seed, Timeout: p.ackDeadline,
	}
}
