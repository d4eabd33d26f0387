package expectfile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// problem is what is wrong in a file.
type problem struct {
	file string
	err  error // begins with the file and, where they are known, the line and the column
}

type problems []problem

// add notes errors; nil is none.
func (p *problems) add(file string, errs ...error) {
	for _, err := range errs {
		if err != nil {
			*p = append(*p, problem{file, err})
		}
	}
}

// inOrder joins them: those of one file together, by lines and columns.
func (p problems) inOrder() error {
	var files []string
	for _, one := range p {
		if !slices.Contains(files, one.file) {
			files = append(files, one.file)
		}
	}
	slices.SortStableFunc(p, func(a, b problem) int {
		line, column := a.at()
		otherLine, otherColumn := b.at()
		return cmp.Or(cmp.Compare(slices.Index(files, a.file), slices.Index(files, b.file)), cmp.Compare(line, otherLine), cmp.Compare(column, otherColumn))
	})
	var all []error
	for _, one := range p {
		all = append(all, one.err)
	}
	return errors.Join(all...)
}

// at is where a problem is; zero where that is not known.
func (p problem) at() (line, column int) {
	rest := strings.TrimPrefix(p.err.Error(), p.file+":")
	if _, err := fmt.Sscanf(rest, "%d:%d:", &line, &column); err != nil {
		column = 0 // the line alone may be there
	}
	return line, column
}

// dotted is the error of a path that does not work, or what to write in its place where no more
// than the dot is missing that a path of jq begins with.
func dotted(path string, err error, works func(path string) error) error {
	if err == nil || strings.HasPrefix(path, ".") || !strings.ContainsAny(path, ".[") || works("."+path) != nil {
		return err
	}
	return fmt.Errorf("%q is no path in jq, which begins with a dot; write .%s", path, path)
}
