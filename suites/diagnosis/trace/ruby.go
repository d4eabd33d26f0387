package trace

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	// rubyFrame is "server.rb:23:in `handle'", behind "from" or not. In the first line
	// the exception may follow.
	rubyFrame = regexp.MustCompile("^\\s*(?:\\d+: )?(from )?([^\\s:<][^:]*|<internal:[^>]+>):(\\d+):in [`'](.+?)'(?:: (.*?)(?: \\(([A-Z][\\w:]*)\\))?)?$")
	// rubyLog is the exception in a log of Rails', Rack's or WEBrick's, before its frames.
	rubyLog = regexp.MustCompile(`(?:^|\s)([A-Z][\w:]*(?:Error|Exception)[\w:]*)(?: - |: | \()(.*?)\)?:?$`)
)

// readRuby reads a backtrace.
func readRuby(lines []string, low, at int) (passage, bool) {
	m := rubyFrame.FindStringSubmatch(lines[at])
	if m == nil || m[1] != "" {
		return passage{}, false
	}
	p := passage{from: at, to: at}
	if m[6] != "" || m[5] != "" {
		p.Name, p.Message = m[6], m[5]
		p.frame(newRubyFrame(m), at)
		p.to++
		p.shownRuby(lines)
	} else {
		p.headerRuby(lines, low, at)
	}
	for ; p.to < len(lines); p.to++ {
		m := rubyFrame.FindStringSubmatch(lines[p.to])
		if m == nil || m[5] != "" {
			break
		}
		p.frame(newRubyFrame(m), p.to)
	}
	p.ownRuby()
	return p, p.Name != "" || len(p.Frames) > 1
}

func newRubyFrame(m []string) Frame {
	f := Frame{File: m[2], Function: m[4], Own: ownFile(m[2])}
	f.Line, _ = strconv.Atoi(m[3]) // digits
	return f
}

// headerRuby takes the exception from one of the lines before the first frame.
func (p *passage) headerRuby(lines []string, low, at int) {
	const most = 3
	for i := at - 1; i >= max(low, at-most); i-- {
		if m := rubyLog.FindStringSubmatch(lines[i]); m != nil {
			p.Name, p.Message, p.from = m[1], m[2], i
			p.telling = append(p.telling, i)
			return
		}
	}
}

// shownRuby takes the source line that Ruby shows between the exception and its
// frames: nothing, the line, and one that points into it.
func (p *passage) shownRuby(lines []string) {
	if p.to+2 >= len(lines) || lines[p.to] != "" || strings.Trim(lines[p.to+2], " ^~\t") != "" {
		return
	}
	p.Frames[0].Code = strings.TrimSpace(lines[p.to+1])
	p.telling = append(p.telling, p.to, p.to+1, p.to+2)
	p.to += 3
}

// ownRuby leaves out methods of the language's own, which older versions show at the
// place that called them.
func (p *passage) ownRuby() {
	var frames []Frame
	for i, f := range p.Frames {
		if i+1 < len(p.Frames) && !strings.HasPrefix(f.Function, "block ") {
			if next := p.Frames[i+1]; next.File == f.File && next.Line == f.Line {
				p.Frames[i+1].Code = f.Code
				continue
			}
		}
		frames = append(frames, f)
	}
	p.Frames = frames
}
