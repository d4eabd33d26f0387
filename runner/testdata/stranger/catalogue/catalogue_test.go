package catalogue_test

import (
	"context"
	"net/http/httptest"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"example.com/stranger/bot"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/judge"
)

func TestCatalogue(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "our catalogue")
}

// ours has one variant more.
var ours = func() *schemas.Catalogue {
	v, _ := schemas.ByID("read.watermark")
	v.ID, v.Title = "read.ours", "Read, as we saw it"
	c, err := schemas.Everything().With(schemas.Additions{Variants: []schemas.Variant{v}})
	if err != nil {
		panic(err)
	}
	return c
}()

var _ = Describe("known", Label("known"), func() { suites.RegisterOf("the bot", ours, judged(nil)) })

var _ = Describe("astray", Label("astray"), func() { suites.Register("the bot", judged(ours)) })

func judged(c *schemas.Catalogue) func(context.Context) (suites.Env, error) {
	return func(ctx context.Context) (suites.Env, error) {
		platform, err := mockplatform.New(mockplatform.Options{})
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(platform.Close)
		Expect(platform.Start(ctx)).To(Succeed())
		o := platform.Options()
		b := bot.Bot{AppSecret: o.AppSecret, VerifyToken: o.VerifyToken, PageToken: o.PageToken, GraphURL: platform.GraphURL()}
		server := httptest.NewServer(b)
		DeferCleanup(server.Close)
		return suites.Env{Env: judge.Env{Platform: platform, URL: server.URL, Catalogue: c}}, nil
	}
}
