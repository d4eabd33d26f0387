package judge

import "github.com/seed-11445fa1/referee/suites/diagnosis/trace"

// mark is the present end of the receiver's output.
func (s *Session) mark() int64 {
	if s.engine.env.Output == nil {
		return 0
	}
	const end = 1 << 62
	_, next := s.engine.env.Output(end)
	return next
}

// outputAbout is what the receiver wrote, shortened, between a delivery and the request
// after it.
func (s *Session) outputAbout(d *Delivery) string {
	if s.engine.env.Output == nil {
		return ""
	}
	text, end := s.engine.env.Output(d.mark)
	if further := end - d.request.until; d.request.until > 0 && further > 0 {
		text = text[:max(0, len(text)-int(further))]
	}
	return trace.Short(text)
}

// outputSince is what the receiver wrote after a mark, shortened.
func (s *Session) outputSince(mark int64) string {
	if s.engine.env.Output == nil {
		return ""
	}
	text, _ := s.engine.env.Output(mark)
	return trace.Short(text)
}
