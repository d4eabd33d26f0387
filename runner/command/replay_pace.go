package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// speedOf reads --speed: 0 is as fast as the receiver answers, 1 as recorded.
func speedOf(text string) (factor float64, err error) {
	switch text {
	case "full":
		return 0, nil
	case "recorded":
		return 1, nil
	}
	number, found := strings.CutSuffix(text, "x")
	factor, err = strconv.ParseFloat(number, 64)
	if !found || err != nil || !(factor > 0 && factor <= 1e6) {
		return 0, fmt.Errorf("--speed is %q; it has to be full, recorded, or a factor such as 2x", text)
	}
	return factor, nil
}

// pace keeps the times between deliveries.
type pace struct {
	factor float64 // 0: without waiting
	first  time.Time
	began  time.Time
}

// wait waits until it is the turn of what came at an instant. What came at no
// known one, or before the first, has its turn at once.
func (p *pace) wait(ctx context.Context, at time.Time) error {
	if p.factor == 0 || at.IsZero() {
		return ctx.Err()
	}
	if p.first.IsZero() {
		p.first, p.began = at, time.Now()
	}
	due := p.began.Add(time.Duration(float64(at.Sub(p.first)) / p.factor))
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
