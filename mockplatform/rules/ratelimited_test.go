package rules_test

import (
	"strings"
	"testing"
)

func TestRateLimited(t *testing.T) {
	a := answered(t, "rate-limited", map[string]any{"wait": "90s"})
	if usage := a.Header.Get("X-Business-Use-Case-Usage"); !says(a, `"code":613`) || !strings.HasPrefix(usage, `{"1":`) || !strings.Contains(usage, `"estimated_time_to_regain_access":2`) {
		t.Errorf("got %+v", a)
	}
}
