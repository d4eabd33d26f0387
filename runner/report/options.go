package report

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Options says how reports are written. The zero value is plain text of 80
// columns.
type Options struct {
	// Width is where lines of text end, in columns. Default 80, at least 40.
	// Ids, URLs and commands are never broken, whatever the width.
	Width int
	// Color paints text with ANSI sequences. Default false. The caller decides,
	// from the terminal and from NO_COLOR.
	Color bool
	// Live shows progress as one line that is rewritten, for terminals. Default
	// false: plain lines without control characters.
	Live bool
	// Strict makes reports count a broken SHOULD as a failure. Default false.
	Strict bool
	// Secrets are kept out of what progress shows, as by Redact. The writers of
	// results expect a result that was redacted before. Default none.
	Secrets []string
	// All makes the report for the console print every finding, and not only what
	// causes them. Default false.
	All bool
	// Again is how the run is started again. Default: "referee run".
	Again Again
	// Files are the reports that were written already, to be named at the end
	// of the one for the console. Default none.
	Files []File
}

// File is a report on disk.
type File struct {
	Format
	Path string
}

const (
	defaultWidth = 80
	minWidth     = 40
)

func (o Options) width() int {
	if o.Width <= 0 {
		return defaultWidth
	}
	return max(o.Width, minWidth)
}

// Terminal returns the width in columns of the terminal that w writes to, and
// whether there is one.
func Terminal(w io.Writer) (columns int, ok bool) {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0, false
	}
	columns, _, err := term.GetSize(int(file.Fd()))
	if err != nil || columns <= 0 {
		return defaultWidth, true
	}
	return columns, true
}
