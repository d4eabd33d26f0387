package intercept

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestLedgerIsBounded(t *testing.T) {
	l := ledger{logger: slog.New(slog.DiscardHandler)}
	const many = 3 * maxSeen
	for n := range many {
		l.add(WayProxy, Refused, fmt.Sprintf("host-%d:443", n), "no")
		l.add(WayProxy, Refused, "host-0:443", "no")
		l.add(WayTLS, Failed, "", strings.Repeat("x", n*100))
	}
	l.add(WayTLS, Answered, "graph.facebook.com", "")

	total := map[Outcome]int{}
	for _, c := range l.calls {
		total[c.Outcome] += c.Count
		if len(c.Reason) > maxText {
			t.Errorf("a reason of %d bytes is kept", len(c.Reason))
		}
	}
	if len(l.calls) > 2*(maxSeen+1)+1 {
		t.Errorf("%d kinds are kept", len(l.calls))
	}
	if total[Refused] != 2*many || total[Failed] != many || total[Answered] != 1 {
		t.Errorf("counted %v", total)
	}
	if first := l.calls[0]; first.Host != "host-0:443" || first.Count != many+1 {
		t.Errorf("the first kind is %+v, want host-0:443 counted %d times", first, many+1)
	}
}
