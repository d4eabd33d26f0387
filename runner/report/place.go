package report

import (
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// place is a line of a file of the repository.
type place struct {
	file string // with slashes, from the root
	line int
}

// sourceOf is the line of the receiver's own code that a cause names; false where it is not
// known in which file of the repository that is.
func (r Result) sourceOf(c Cause) (place, bool) {
	_, line, _ := cutLast(c.Where, ":")
	return r.placeIn(c.File, line)
}

// writtenDown is where the requirements with these ids are written down: the first place of
// them, as they are one expectation mostly. False where one of them is of the suite, which
// breaks without what a team expects.
func (r Result) writtenDown(ids ...string) (first place, ok bool) {
	for n, id := range ids {
		i := slices.IndexFunc(r.Requirements, func(q Requirement) bool { return q.ID == id })
		if i < 0 {
			return place{}, false
		}
		file, line, _ := cutLast(r.Requirements[i].Place, ":")
		at, ok := r.placeIn(file, line)
		if !ok {
			return place{}, false
		}
		if n == 0 {
			first = at
		}
	}
	return first, len(ids) > 0
}

// placeIn is a line of a file, if a repository can have it.
func (r Result) placeIn(file, line string) (place, bool) {
	file, ok := r.inRepository(file)
	number, err := strconv.Atoi(line)
	return place{file, number}, ok && err == nil && number > 0
}

// inRepository is the path from the root of the repository, with slashes, of a file that is
// named from the folder of the run. The result may be anybody's, and a path out of the
// repository names nothing in it.
func (r Result) inRepository(file string) (string, bool) {
	if file == "" || filepath.VolumeName(file) != "" || path.IsAbs(filepath.ToSlash(file)) {
		return "", false
	}
	clean := path.Join(filepath.ToSlash(r.Folder), filepath.ToSlash(file))
	return clean, filepath.VolumeName(clean) == "" && !path.IsAbs(clean) && clean != ".." && !strings.HasPrefix(clean, "../")
}

// cutLast is strings.Cut at the last separator.
func cutLast(text, separator string) (before, after string, found bool) {
	at := strings.LastIndex(text, separator)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(separator):], true
}
