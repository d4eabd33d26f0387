package suites_test

import (
	"context"

	"github.com/onsi/ginkgo/v2"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// Two receivers in one Ginkgo suite, each in a container of its own:
// ginkgo --label-filter 'topic:signature' judges both by that topic alone.
func ExampleRegister() {
	ginkgo.Describe("our webhooks", func() {
		suites.Register("orders", served("http://localhost:3000/webhook"))
		suites.Register("support", served("http://localhost:3001/webhook"))
	})
}

// served is a receiver that runs already, and calls the platform at an address that it
// was told.
func served(url string) func(context.Context) (suites.Env, error) {
	return func(ctx context.Context) (suites.Env, error) {
		platform, err := mockplatform.New(mockplatform.Options{Addr: "127.0.0.1:8091"})
		if err != nil {
			return suites.Env{}, err
		}
		ginkgo.DeferCleanup(platform.Close)
		if err := platform.Start(ctx); err != nil {
			return suites.Env{}, err
		}
		return suites.Env{Env: judge.Env{Platform: platform, URL: url}}, nil
	}
}
