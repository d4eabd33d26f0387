package delivery_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

// attempts returns when a policy makes its attempts, since the first one.
func attempts(p delivery.Policy) []time.Duration {
	first := time.Unix(0, 0)
	list := []time.Duration{0}
	for now := first; ; {
		next, ok := p.Next(len(list), first, now)
		if !ok {
			return list
		}
		now = next
		list = append(list, now.Sub(first))
	}
}

// What Meta publishes; see the documentation of Policy.
func TestPolicies(t *testing.T) {
	for _, tt := range []struct {
		name                  string
		alert, disable, until time.Duration
	}{
		{"messenger", 15 * time.Minute, time.Hour, time.Hour},
		{"graph", 0, 0, 36 * time.Hour},
		{"whatsapp", 0, 0, 7 * 24 * time.Hour},
		{"once", 0, 0, 0},
	} {
		p, ok := delivery.PolicyByName(tt.name)
		if !ok || p.Name != tt.name || p.AlertAfter != tt.alert || p.DisableAfter != tt.disable {
			t.Errorf("%s: got %+v", tt.name, p)
		}
		if err := p.Check(); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		list := attempts(p)
		if last := list[len(list)-1]; last != tt.until {
			t.Errorf("%s: the last attempt is at %s, want %s", tt.name, last, tt.until)
		}
		if tt.name != "once" && list[1] != 0 {
			t.Errorf("%s: the second attempt is at %s, want at once", tt.name, list[1])
		}
	}
	if _, ok := delivery.PolicyByName("never"); ok {
		t.Error("there is a policy that nobody knows")
	}
}

func TestTheFrequencyDecreases(t *testing.T) {
	list := attempts(delivery.Graph())
	for i := 2; i < len(list)-1; i++ { // the last attempt is where the time ends
		if list[i]-list[i-1] < list[i-1]-list[i-2] {
			t.Errorf("attempts at %v", list)
		}
	}
}

func TestWrongPolicies(t *testing.T) {
	for want, p := range map[string]delivery.Policy{
		"interval 2 of the policy, -1s, is negative": {Intervals: []time.Duration{0, -time.Second, time.Second}},
		"has to be more than 0":                      {Intervals: []time.Duration{time.Second, 0}},
		"AlertAfter, -1s, is negative":               {AlertAfter: -time.Second},
		"DisableAfter, -1s, is negative":             {DisableAfter: -time.Second},
		"GiveUpAfter, -1s, is negative":              {GiveUpAfter: -time.Second},
	} {
		if err := p.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want …%s…", p, err, want)
		}
	}
}

// Any policy that passes Check ends, and its last attempt is where it gives up.
func TestEveryPolicyEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := delivery.Policy{GiveUpAfter: time.Duration(rapid.IntRange(0, 1000).Draw(t, "give up"))}
		for _, n := range rapid.SliceOf(rapid.IntRange(0, 100)).Draw(t, "intervals") {
			p.Intervals = append(p.Intervals, time.Duration(n))
		}
		if p.Check() != nil {
			t.Skip()
		}
		list := attempts(p)
		if last := list[len(list)-1]; len(p.Intervals) > 0 && last != p.GiveUpAfter {
			t.Fatalf("attempts at %v, want the last at %v", list, p.GiveUpAfter)
		}
	})
}
