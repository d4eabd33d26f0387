// Package matchers has Gomega matchers for a team's own specs of its receiver, beside
// the requirements that suites.Register adds:
//
//	click, err := platform.Emit(ctx, mockplatform.Emission{Variant: "referral.ads"})
//	Expect(err).NotTo(HaveOccurred())
//	Expect(click).To(BeAcknowledgedWithin(5 * time.Second))
//	Eventually(platform).Should(HaveReplied(click.People[0], "Hello."))
//
// They look at what is there, and never wait. Eventually and Consistently look again and
// again; Platform.WaitReply waits for the event itself. What counts is a length: for one
// reply and no second, Expect(platform.Replies(person)).To(HaveLen(1)).
//
// A failure says what was sent, what was expected and what came, without the platform's
// secrets.
//
// Public API: specs of a team's own import it with a dot.
package matchers

// report is the text of a failure.
func report(sent, expected, actual string) string {
	return "sent:     " + sent + "\nexpected: " + expected + "\nactual:   " + actual
}
