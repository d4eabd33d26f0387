package matchers_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/onsi/gomega"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/suites/matchers"
)

// A bot answers everything, whoever has signed it. In a suite of your own the Gomega is
// Ginkgo's, and both packages are imported with a dot.
func Example() {
	ctx := context.Background()
	g := gomega.NewGomega(func(failure string, _ ...int) {
		fmt.Println("FAIL", strings.Split(failure, "\n")[1])
	})
	platform, err := mockplatform.New(mockplatform.Options{})
	if err != nil {
		log.Fatal(err)
	}
	if err := platform.Start(ctx); err != nil {
		log.Fatal(err)
	}
	defer platform.Close()
	bot := httptest.NewServer(greeter(platform.GraphURL()))
	defer bot.Close()
	if err := platform.SetReceiver(bot.URL); err != nil {
		log.Fatal(err)
	}

	click, err := platform.Emit(ctx, mockplatform.Emission{Variant: "referral.ads", Person: "Ada"})
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(click).To(matchers.BeAcknowledgedWithin(5 * time.Second))
	g.Eventually(platform).Should(matchers.HaveReplied(click.People[0], "Hello."))

	forged, err := platform.Emit(ctx, mockplatform.Emission{
		Variant: "referral.ads", Person: "Mallory", Faults: []fault.Fault{fault.SignWith("another app's", "another secret")},
	})
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(forged).To(matchers.HaveAnswered(401, 403))
	// Output:
	// FAIL expected: the status 401 or 403
}

// greeter is a bot that says hello to whoever sends it something.
func greeter(graphURL string) http.Handler {
	messages := graphURL + "/v23.0/me/messages?access_token=" + mockplatform.DefaultPageToken
	return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, after, _ := strings.Cut(string(body), `"sender":`)
		sender, _, _ := strings.Cut(after, "}")
		go func() {
			message := `{"recipient":` + sender + `},"messaging_type":"RESPONSE","message":{"text":"Hello."}}`
			if resp, err := http.Post(messages, "application/json", strings.NewReader(message)); err == nil {
				resp.Body.Close()
			}
		}()
	})
}
