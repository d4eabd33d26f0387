package trace

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	pythonStart = regexp.MustCompile(`^(.*?)Traceback \(most recent call last\):$`)
	pythonFrame = regexp.MustCompile(`^\s*File "([^"]+)", line (\d+)(?:, in (.*))?$`)
	pythonEnd   = regexp.MustCompile(`^([A-Za-z_][\w.]*)(?:: ?(.*))?$`)
)

// readPython reads a traceback. Its last line is the exception, and its last frame
// the place.
func readPython(lines []string, _, at int) (passage, bool) {
	start := pythonStart.FindStringSubmatch(lines[at])
	if start == nil {
		return passage{}, false
	}
	// A log, or a group of exceptions, may begin each line with the same characters.
	margin := start[1]
	inside := func(i int) (string, bool) {
		if i >= len(lines) {
			return "", false
		}
		if text, ok := strings.CutPrefix(lines[i], margin); ok {
			return text, true
		}
		return lines[i], true
	}
	p := passage{from: at, to: at + 1, telling: []int{at}}
	for {
		text, ok := inside(p.to)
		if !ok {
			break
		}
		if m := pythonFrame.FindStringSubmatch(text); m != nil {
			p.pythonFrame(m, inside)
			continue
		}
		// "[Previous line repeated 970 more times]", or what was left out.
		if strings.HasPrefix(text, " ") || text == leftOut {
			p.to++
			continue
		}
		if m := pythonEnd.FindStringSubmatch(text); m != nil {
			p.Name, p.Message = m[1], m[2]
			p.telling = append(p.telling, p.to)
			p.to++
		}
		break
	}
	slices.Reverse(p.Frames)
	return p, len(p.Frames) > 0 || p.Name != ""
}

// pythonFrame takes a frame with the line of code below it.
func (p *passage) pythonFrame(m []string, inside func(int) (string, bool)) {
	f := Frame{File: m[1], Function: m[3], Own: ownFile(m[1])}
	f.Line, _ = strconv.Atoi(m[2]) // digits
	at := []int{p.to}
	p.to++
	for text, ok := inside(p.to); ok && strings.HasPrefix(text, "    ") && !pythonFrame.MatchString(text); text, ok = inside(p.to) {
		if f.Code == "" {
			f.Code = strings.TrimSpace(text)
			at = append(at, p.to)
		}
		p.to++
	}
	p.frame(f, at...)
}
