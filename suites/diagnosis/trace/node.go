package trace

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

var (
	// nodeFrame is "    at Server.handle (/app/server.js:23:31)", or without a name.
	nodeFrame = regexp.MustCompile(`^\s+at (?:(.+?) \()?((?:[A-Za-z][\w+.-]*:)?[^()\s][^()]*?):(\d+):\d+\)?,?(?: \{)?$`)
	// nodeOther is a frame that is in no file: "    at Array.forEach (<anonymous>)".
	nodeOther = regexp.MustCompile(`^\s+at .*(?:<anonymous>|native|index \d+|unknown location)\)?,?$`)
	// nodeCause begins the reason for the exception before it.
	nodeCause = regexp.MustCompile(`^\s+\[cause\]: `)
	// nodeShown is the place that Node shows before it ends of an exception.
	nodeShown = regexp.MustCompile(`^((?:[A-Za-z][\w+.-]*:)?[^\s:]*[^:]*):(\d+)$`)
)

func readNode(lines []string, low, at int) (passage, bool) {
	if first := lines[at][0]; first != ' ' && first != '\t' {
		return passage{}, false
	}
	if !nodeFrame.MatchString(lines[at]) && !nodeOther.MatchString(lines[at]) {
		return passage{}, false
	}
	var p passage
	p.Name, p.Message, p.from = header(lines, low, at)
	for i := p.from; i < at; i++ {
		p.telling = append(p.telling, i)
	}
	p.reason = p.from < at && nodeCause.MatchString(lines[p.from])
	for p.to = at; p.to < len(lines); p.to++ {
		if m := nodeFrame.FindStringSubmatch(lines[p.to]); m != nil {
			p.frame(newNodeFrame(m), p.to)
		} else if !nodeOther.MatchString(lines[p.to]) {
			break
		}
	}
	p.showNode(lines, low)
	return p, true
}

func newNodeFrame(m []string) Frame {
	f := Frame{File: nodeFile(m[2]), Function: strings.TrimPrefix(m[1], "async ")}
	f.Line, _ = strconv.Atoi(m[3]) // digits; one with too many is no line of anybody's
	f.Own = ownFile(f.File)
	return f
}

// nodeFile is the path of a file that may be named by a URL.
func nodeFile(file string) string {
	file = strings.TrimPrefix(file, "async ")
	if u, err := url.Parse(file); err == nil && u.Scheme == "file" {
		return u.Path
	}
	return file
}

// showNode takes the source line that Node writes before an exception that ends it:
// the place, the line, a line that points into it, and nothing.
func (p *passage) showNode(lines []string, low int) {
	i := p.from - 4
	if i < low || strings.TrimSpace(lines[p.from-1]) != "" || strings.Trim(lines[i+2], " ^\t") != "" {
		return
	}
	m := nodeShown.FindStringSubmatch(lines[i])
	if m == nil {
		return
	}
	for n := range p.Frames {
		if f := &p.Frames[n]; f.File == nodeFile(m[1]) && strconv.Itoa(f.Line) == m[2] {
			f.Code = strings.TrimSpace(lines[i+1])
		}
	}
	p.telling = append([]int{i, i + 1, i + 2, i + 3}, p.telling...)
	p.from = i
}
