package intercept

import (
	"log/slog"
	"slices"
	"sync"
)

// Way is how a receiver came.
type Way string

// The two ways.
const (
	WayTLS   Way = "tls"   // straight to the listener of ServeTLS
	WayProxy Way = "proxy" // to the listener of ServeProxy
)

// Outcome is what became of a call.
type Outcome string

// What can become of a call.
const (
	Answered  Outcome = "answered"  // the handler got it
	Tunnelled Outcome = "tunnelled" // the proxy passed it on to a host that is not intercepted
	Refused   Outcome = "refused"   // the host is neither intercepted nor allowed
	Failed    Outcome = "failed"    // no call came of it; Reason says why
	// Unused is for a connection on which nothing was asked after a TLS handshake
	// that was completed. It is no failure: Go's client opens spare connections.
	// Where it is all that came, the client may have looked at the certificate only
	// after its handshake, and refused it without a word, as Node's does.
	Unused Outcome = "unused"
)

// Reasons for Failed that a report will want to explain.
const (
	// Untrusted is for a receiver that said in its TLS handshake that it does not
	// trust the certificate. Nothing else shows that.
	Untrusted = "the receiver does not trust the certificate"
	// Aborted is for a receiver that ended its TLS handshake and did not say why;
	// Node's clients and Java's HttpClient do so for a certificate that they do not
	// trust.
	Aborted = "the receiver hung up in the middle of the TLS handshake, without an alert that says why"
	// HungUp is for a receiver that hung up before its TLS handshake had begun.
	HungUp = "the receiver hung up before the TLS handshake"
)

// Call is what was seen of calls that were alike.
type Call struct {
	Way     Way
	Outcome Outcome
	// Host is whom the receiver called: one of the intercepted hosts, or
	// host:port for others. Empty if it did not say, and for what is counted
	// together because too many kinds were seen.
	Host string
	// Reason says why the call was refused or failed. It may be empty.
	Reason string
	// Count is the number of calls.
	Count int
}

const (
	// maxSeen is how many kinds of calls are told apart for each way and outcome.
	maxSeen = 50
	// maxText is how much is kept of a host or a reason: more than a DNS name
	// with its port.
	maxText = 260
)

// ledger counts calls, in bounded memory.
type ledger struct {
	logger *slog.Logger
	mu     sync.Mutex
	calls  []Call
}

func (l *ledger) add(way Way, outcome Outcome, host, reason string) {
	l.count(Call{Way: way, Outcome: outcome, Host: host[:min(len(host), maxText)], Reason: reason[:min(len(reason), maxText)]})
	l.logger.Debug("intercept", "way", way, "outcome", outcome, "host", host, "reason", reason)
}

// count counts a call of this kind.
func (l *ledger) count(kind Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.again(kind) {
		return
	}
	if l.kinds(kind.Way, kind.Outcome) >= maxSeen {
		kind.Host, kind.Reason = "", ""
		if l.again(kind) {
			return
		}
	}
	kind.Count = 1
	l.calls = append(l.calls, kind)
}

// again counts a call of a kind that was seen before.
func (l *ledger) again(kind Call) bool {
	for n := range l.calls {
		c := &l.calls[n]
		kind.Count = c.Count
		if *c == kind {
			c.Count++
			return true
		}
	}
	return false
}

// kinds is how many kinds of calls had this way and outcome.
func (l *ledger) kinds(way Way, outcome Outcome) (n int) {
	for _, c := range l.calls {
		if c.Way == way && c.Outcome == outcome {
			n++
		}
	}
	return n
}

// Seen returns how the receiver came, and whom it called: one Call for each kind
// of call, in the order of their first. It may be called at any time, after
// Close too.
func (i *Interceptor) Seen() []Call {
	i.seen.mu.Lock()
	defer i.seen.mu.Unlock()
	return slices.Clone(i.seen.calls)
}
