package runner_test

import (
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/runner"
)

// A receiver that never stops sending keeps neither calibration nor the run from
// ending.
func TestReceiverThatNeverStopsSending(t *testing.T) {
	t.Parallel()
	slow(t)
	var calibrated time.Duration
	began := time.Now()
	c := runner.Config{
		Receiver: play(t, "storm", nil), Only: []string{"signature"}, TimeLimit: 2 * time.Minute,
		Calibrated: func(string) { calibrated = time.Since(began) },
	}
	r, err := runner.Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("it was calibrated within %s, and judged within %d ms: %+v", calibrated, r.DurationMS, r.Counts)
	if calibrated == 0 || calibrated > 30*time.Second {
		t.Errorf("calibration took %s", calibrated)
	}
	if r.Counts.NotJudged+r.Counts.Error+r.Counts.Failed > 0 {
		t.Errorf("the counts are %+v", r.Counts)
	}
}
