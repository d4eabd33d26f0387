package mcp

import (
	"context"
	"fmt"
	"sync"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/seed-11445fa1/referee/runner/report"
)

// The phases of a run, as parts of a hundred. A client shows them, and each is told once.
const (
	atStart      = 0
	atCalibrated = 10
	atJudging    = 15
	atConfirming = 90
	atStopping   = 99
	atEnd        = 100
	step         = 5 // while requirements are judged
)

// progress tells a client how a run goes, if it wants to know: which phase it is in, and
// while it is judged every few parts of a hundred.
type progress struct {
	tell func(part float64, message string)

	mu      sync.Mutex
	run, of int // of several runs, which this is
	last    float64
	total   int
	seen    map[string]bool
}

// newProgress tells the client of a call. What cannot be told is logged: the run goes on.
func (s *Server) newProgress(ctx context.Context, c *call) *progress {
	p := &progress{run: 1, of: 1, last: -1, seen: map[string]bool{}, tell: func(float64, string) {}}
	token := c.request.Params.GetProgressToken()
	if token == nil {
		return p
	}
	p.tell = func(part float64, message string) {
		err := c.request.Session.NotifyProgress(ctx, &sdk.ProgressNotificationParams{ProgressToken: token, Progress: part, Total: atEnd, Message: message})
		if err != nil && ctx.Err() == nil {
			s.options.Log.Warn("progress was not told", "error", err)
		}
	}
	return p
}

// at tells of a part of this run, unless one as far was told before. Its caller holds the
// lock.
func (p *progress) at(part float64, message string) {
	part = (float64(p.run-1)*atEnd + part) / float64(p.of)
	if part > p.last {
		p.last = part
		p.tell(part, message)
	}
}

func (p *progress) begin() { p.said(atStart, "starting the receiver") }

func (p *progress) calibrated(what string) {
	p.said(atCalibrated, "calibration: "+line(what, mostSentence))
}

func (p *progress) repeating(run, of int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.run, p.of, p.total, p.seen = run, of, 0, map[string]bool{}
	p.at(atStart, fmt.Sprintf("run %d of %d", run, of))
}

func (p *progress) said(part float64, message string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at(part, message)
}

// Start implements runner.Progress.
func (p *progress) Start(total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total = total
	p.at(atJudging, fmt.Sprintf("judging %d requirements", total))
}

// Pending implements runner.Progress.
func (p *progress) Pending(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count(id)
}

// Done implements runner.Progress.
func (p *progress) Done(r report.Requirement) { p.Pending(r.ID) }

// count tells of every few parts, and when all have come to a verdict.
func (p *progress) count(id string) {
	if p.seen[id] || len(p.seen) >= p.total { // experiments come beside what was selected
		return
	}
	p.seen[id] = true
	if len(p.seen) == p.total {
		p.at(atConfirming, "confirming what was found, and looking for the causes")
		return
	}
	if judged := len(p.seen) * (atConfirming - atJudging) / p.total; judged/step > (len(p.seen)-1)*(atConfirming-atJudging)/p.total/step {
		p.at(float64(atJudging+judged), fmt.Sprintf("judged %d of %d requirements", len(p.seen), p.total))
	}
}

// Finish implements runner.Progress.
func (p *progress) Finish() { p.said(atStopping, "stopping the receiver") }
