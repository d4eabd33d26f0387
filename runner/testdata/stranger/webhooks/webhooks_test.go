package webhooks_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/stranger/bot"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/judge"
	. "github.com/seed-11445fa1/referee/suites/matchers"
)

func TestWebhooks(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "our suite", Label("integration"))
}

var _ = Describe("our webhooks", Label("judged"), func() {
	suites.Register("orders", judged("orders", bot.Bot{}))
	suites.Register("support", judged("support", bot.Bot{Credulous: true}))
})

var _ = Describe("our own specs", Label("own"), func() {
	It("greets who clicks on an ad", func(ctx SpecContext) {
		platform, _ := start(ctx, "greeting", bot.Bot{})
		click, err := platform.Emit(ctx, mockplatform.Emission{Variant: "referral.ads", Person: "Ada"})
		Expect(err).NotTo(HaveOccurred())
		Expect(click).To(BeAcknowledgedWithin(5 * time.Second))
		Eventually(ctx, platform).Should(HaveReplied(click.People[0], "Welcome!"))
	})
	It("refuses what is forged", func(ctx SpecContext) {
		platform, _ := start(ctx, "forgery", bot.Bot{})
		forged, err := platform.Emit(ctx, mockplatform.Emission{Variant: "referral.ads", Faults: []fault.Fault{fault.SignWith("another secret", "not ours")}})
		Expect(err).NotTo(HaveOccurred())
		Expect(forged).To(HaveAnswered(401, 403))
		Expect(platform).NotTo(HaveReplied(forged.People[0]))
	})
	It("is told what came instead", func(ctx SpecContext) {
		platform, _ := start(ctx, "failure", bot.Bot{})
		click, err := platform.Emit(ctx, mockplatform.Emission{Variant: "referral.ads", Person: "Ada"})
		Expect(err).NotTo(HaveOccurred())
		failures := InterceptGomegaFailures(func() { Expect(click).To(HaveAnswered(404)) })
		Expect(failures).To(ConsistOf(SatisfyAll(HavePrefix("sent:     referral.ads by Ada"), ContainSubstring("actual:   status 200"))))
	})
})

func judged(name string, b bot.Bot) func(context.Context) (suites.Env, error) {
	return func(ctx context.Context) (suites.Env, error) {
		platform, url := start(ctx, name, b)
		return suites.Env{Env: judge.Env{Platform: platform, URL: url, Features: []judge.Feature{judge.Replies}}}, nil
	}
}

// start starts a platform and a bot that has subscribed to it, for the time of a spec or
// of a container, and tells that on standard output.
func start(ctx context.Context, name string, b bot.Bot) (platform *mockplatform.Platform, url string) {
	fmt.Println("starting", name)
	platform, err := mockplatform.New(mockplatform.Options{})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(platform.Close)
	Expect(platform.Start(ctx)).To(Succeed())
	o := platform.Options()
	b.AppSecret, b.VerifyToken, b.PageToken, b.GraphURL = o.AppSecret, o.VerifyToken, o.PageToken, platform.GraphURL()
	server := httptest.NewServer(b)
	DeferCleanup(server.Close)
	Expect(platform.Subscribe(ctx, mockplatform.Subscription{URL: server.URL})).To(Succeed())
	return platform, server.URL
}
