package report

import (
	"io"
	"strings"
)

// Variant is one line of a list of variants.
type Variant struct {
	ID, Status, Title string
	// Family is the group that it is listed in.
	Family string
}

// WriteRequirements writes a list of requirements, in the order given. It uses
// Width and Color.
func WriteRequirements(w io.Writer, requirements []Requirement, o Options) error {
	rows := make([][]string, len(requirements))
	for i, r := range requirements {
		rows[i] = []string{r.ID, string(r.Level), r.Title}
	}
	return writeTable(w, []string{"REQUIREMENT", "LEVEL", "TITLE"}, rows, o)
}

// WriteVariants writes a list of variants by family, families and variants in the
// order given. It uses Width and Color.
func WriteVariants(w io.Writer, families []string, variants []Variant, o Options) error {
	begun := false
	for _, family := range families {
		var rows [][]string
		for _, v := range variants {
			if v.Family == family {
				rows = append(rows, []string{v.ID, v.Status, v.Title})
			}
		}
		if len(rows) == 0 {
			continue
		}
		p := newPage(o)
		if begun {
			p.line("")
		}
		begun = true
		p.heading(family, len(rows))
		if err := p.writeTo(w, "the list"); err != nil {
			return err
		}
		if err := writeTable(w, []string{"VARIANT", "STATUS", "TITLE"}, rows, o); err != nil {
			return err
		}
	}
	return nil
}

const (
	columnGap = 2
	// minLastColumn is the width below which the last column is easier to read
	// on lines of its own.
	minLastColumn = 24
)

// writeTable aligns columns. All but the last are as wide as what stands in
// them: ids are for copying, so they are never cut. The last one is wrapped to
// what is left of the width; where too little is left it goes below its row.
func writeTable(w io.Writer, header []string, rows [][]string, o Options) error {
	p := newPage(o)
	last := len(header) - 1
	widths := make([]int, last)
	all := append([][]string{header}, rows...)
	for r, row := range all {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = cleanLine(cell)
			if i < last {
				widths[i] = max(widths[i], columns(cells[i]))
			}
		}
		all[r] = cells
	}
	left := 0
	for _, width := range widths {
		left += width + columnGap
	}
	below := p.width-left < minLastColumn
	if below {
		left = 2 * columnGap
	}
	for r, row := range all {
		c := plain
		if r == 0 {
			c = dim
		}
		var cells strings.Builder
		for i, cell := range row[:last] {
			cells.WriteString(cell + strings.Repeat(" ", widths[i]+columnGap-columns(cell)))
		}
		text := Wrap(row[last], p.width-left)
		if below {
			text = append([]string{""}, text...)
		}
		for i, line := range text {
			start := strings.Repeat(" ", left)
			if i == 0 {
				start = cells.String()
			}
			p.line(p.painted(c, strings.TrimRight(start+line, " ")))
		}
	}
	return p.writeTo(w, "the list")
}
