package trace

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	phpThrown = regexp.MustCompile(`(?:Uncaught|\[object\] \()\s*\(?([A-Z][\w\\]*)(?:\(code: \S+\))?:? (.*?) (?:in|at) (\S+?\.(?:php|inc|phtml)):(\d+)`)
	phpOf     = regexp.MustCompile(`(?:PHP |^)(Parse error|Fatal error|Recoverable fatal error|Warning|Notice|Deprecated): +(.*) in (\S+) on line (\d+)$`)
	phpTrace  = regexp.MustCompile(`^(?:PHP )?(?:Stack trace:|\[stacktrace\])$`)
	phpFrame  = regexp.MustCompile(`^(?:PHP\s+)?#\d+ (?:(\S+?)\((\d+)\)|\[internal function\]): (.*)$`)
	phpMain   = regexp.MustCompile(`^(?:PHP\s+)?#\d+ \{main\}`)
	phpEnd    = regexp.MustCompile(`^\s+thrown in \S+ on line \d+$`)
)

// unescaped undoes what a log in JSON does to a text.
var unescaped = strings.NewReplacer(`\\`, `\`, `\"`, `"`)

// readPHP reads an exception that nobody caught, one in a log of Laravel's, or an
// error that is no exception.
func readPHP(lines []string, _, at int) (passage, bool) {
	p := passage{from: at, to: at + 1, telling: []int{at}}
	if m := phpThrown.FindStringSubmatch(lines[at]); m != nil {
		p.Name, p.Message = unescaped.Replace(m[1]), unescaped.Replace(m[2])
		p.stackPHP(lines, newPHPFrame(m[3], m[4]))
		p.handledPHP()
		return p, true
	}
	if m := phpOf.FindStringSubmatch(lines[at]); m != nil {
		p.Name, p.Message = m[1], m[2]
		p.mild = !strings.HasSuffix(strings.ToLower(m[1]), "error")
		p.frame(newPHPFrame(m[3], m[4]))
		return p, true
	}
	return passage{}, false
}

func newPHPFrame(file, line string) Frame {
	f := Frame{File: file, Own: ownFile(file)}
	f.Line, _ = strconv.Atoi(line) // digits
	return f
}

// stackPHP takes the frames. A frame of PHP's names the function that was called
// there, and not the one that it is in, which is in the frame after it.
func (p *passage) stackPHP(lines []string, place Frame) {
	at := []int(nil)
	if p.to < len(lines) && phpTrace.MatchString(lines[p.to]) {
		p.to++
	}
	for ; p.to < len(lines); p.to++ {
		m := phpFrame.FindStringSubmatch(lines[p.to])
		if m == nil {
			break
		}
		place.Function, _, _ = strings.Cut(unescaped.Replace(m[3]), "(")
		if place.File != "" {
			p.frame(place, append(at, p.to)...)
		}
		place, at = newPHPFrame(m[1], m[2]), []int{p.to}
	}
	if place.File != "" {
		p.frame(place, at...)
	}
	for p.to < len(lines) && (phpMain.MatchString(lines[p.to]) || phpEnd.MatchString(lines[p.to])) {
		p.to++
	}
}

// handledPHP leaves out the frames of a handler that made an exception of a warning:
// the place is there once more, in the function that it is in.
func (p *passage) handledPHP() {
	for i := 1; i < len(p.Frames); i++ {
		if p.Frames[i].File == p.Frames[0].File && p.Frames[i].Line == p.Frames[0].Line {
			if i > 1 && len(Own(p.Frames[1:i])) == 0 {
				p.Frames = p.Frames[i:]
			}
			return
		}
	}
}
