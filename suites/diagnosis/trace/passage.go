package trace

import (
	"slices"
	"strings"
)

// passage is an exception in an output, and which lines of the output it takes.
type passage struct {
	Exception
	from, to int // the first line, and the one after the last
	// telling are the lines that say something about the receiver's own code.
	telling []int
	reason  bool // it is the reason for the exception before it, as Java writes them
	mild    bool // nothing was thrown: a warning
}

// frame adds a place, and the lines that it stands in.
func (p *passage) frame(f Frame, lines ...int) {
	p.Frames = append(p.Frames, f)
	if f.Own {
		p.telling = append(p.telling, lines...)
	}
}

// reader reads the exception that shows at a line. Its header may stand before that
// line, but not before low.
type reader func(lines []string, low, at int) (passage, bool)

// readers are those of each language, with a word that is in every line at which one
// of them begins: most lines of a log need no more than a look for these words.
var readers = []struct {
	word string
	read reader
}{
	{"Traceback", readPython}, {"goroutine", readGo}, {" at ", readJava}, {"\tat ", readJava}, {" at ", readNode},
	{"Uncaught", readPHP}, {"[object]", readPHP}, {" on line ", readPHP}, {":in ", readRuby},
}

// passages finds the exceptions, reasons first.
func passages(lines []string) []passage {
	var all []passage
	low, chain := 0, 0
	for at := 0; at < len(lines); at++ {
		for _, of := range readers {
			if !strings.Contains(lines[at], of.word) {
				continue
			}
			p, ok := of.read(lines, low, at)
			if !ok {
				continue
			}
			if p.reason && len(all) > chain {
				all = slices.Insert(all, chain, p)
			} else {
				chain = len(all)
				all = append(all, p)
			}
			low, at = p.to, p.to-1
			break
		}
	}
	return withoutMild(all)
}

// withoutMild leaves out the warnings, unless there is nothing else.
func withoutMild(all []passage) []passage {
	thrown := slices.DeleteFunc(slices.Clone(all), func(p passage) bool { return p.mild })
	if len(thrown) == 0 {
		return all
	}
	return thrown
}
