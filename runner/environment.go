package runner

import (
	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// EnvironmentOf is what a receiver that Referee starts has to know of a platform that
// listens.
func EnvironmentOf(platform *mockplatform.Platform) sut.Environment {
	o := platform.Options()
	env := sut.Environment{
		AppSecret: o.AppSecret, InstagramSecret: o.InstagramSecret, VerifyToken: o.VerifyToken, PageToken: o.PageToken,
		AppID: o.AppID, PageID: o.PageID, InstagramID: o.InstagramID(),
		GraphURL: platform.GraphURL(), ReceiptsURL: platform.ReceiptsURL(), GraphAPI: platform.GraphAPI(),
		TLS: o.TLS,
	}
	if o.ClientCA != nil {
		env.ClientCA = o.ClientCA.PEM()
	}
	return env
}
