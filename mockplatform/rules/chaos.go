package rules

// Chaos returns a realistic mix of rules: most goes well, and the rest is what
// Meta documents or what was seen of it. For Options.Rules or Set.Add. The same
// seed lets the same events and calls go wrong, whatever happens at the same
// time, as long as Options.Seed and what people do are the same.
//
// Of 100 deliveries about 4 come twice, 3 come a second late and 1 comes 20
// seconds late, 4 change places with the next one of the same person (or wait 3
// seconds for it), and 2 take along what comes within 2 seconds, up to 4 events.
// Of 100 calls of the Send API about 3 are answered 2 seconds late, and 1 each
// with the errors 613 and 1200, with status 500, and with a reset. Other calls
// are answered as ever, so that a receiver can set itself up. Nothing is lost,
// and nothing is forged: signatures are right.
func Chaos(seed int64) []Rule {
	const sendAPI = "messages"
	mix := []Rule{
		{ID: "chaos-duplicate", Fault: "duplicate", Probability: 0.04},
		{ID: "chaos-delay", Fault: "delay", Probability: 0.03, Params: map[string]any{"by": "1s"}},
		{ID: "chaos-long-delay", Fault: "delay", Probability: 0.01, Params: map[string]any{"by": "20s"}},
		{ID: "chaos-reorder", Fault: "reorder", Probability: 0.04, Params: map[string]any{"within": "3s"}},
		{ID: "chaos-batch", Fault: "batch", Probability: 0.02, Params: map[string]any{"events": 4, "within": "2s"}},
		{ID: "chaos-slow-answer", Fault: "slow-answer", Edge: sendAPI, Probability: 0.03, Params: map[string]any{"by": "2s"}},
		{ID: "chaos-rate-limited", Fault: "rate-limited", Edge: sendAPI, Probability: 0.01, Params: map[string]any{"wait": "1m"}},
		{ID: "chaos-temporary-failure", Fault: "temporary-failure", Edge: sendAPI, Probability: 0.01},
		{ID: "chaos-server-error", Fault: "server-error", Edge: sendAPI, Probability: 0.01},
		{ID: "chaos-connection-reset", Fault: "connection-reset", Edge: sendAPI, Probability: 0.01},
	}
	for i := range mix {
		mix[i].Seed = seed
	}
	return mix
}
