package judge

import "strings"

// outputLines is how much of a receiver's output stands in a finding. What it
// writes first after a delivery says the most; later lines may be about others,
// because waits overlap.
const outputLines = 12

// mark is the present end of the receiver's output.
func (s *Session) mark() int64 {
	if s.engine.env.Output == nil {
		return 0
	}
	const end = 1 << 62
	_, next := s.engine.env.Output(end)
	return next
}

// outputSince is what the receiver wrote after a mark, shortened.
func (s *Session) outputSince(mark int64) string {
	if s.engine.env.Output == nil {
		return ""
	}
	text, _ := s.engine.env.Output(mark)
	lines := strings.SplitAfterN(strings.TrimRight(text, "\n"), "\n", outputLines+1)
	if len(lines) > outputLines {
		lines = append(lines[:outputLines], "…")
	}
	return strings.Join(lines, "")
}
