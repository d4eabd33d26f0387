package schemas

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// GraphVersion is a version of the Graph API. Days are "2006-01-02".
// https://developers.facebook.com/docs/graph-api/changelog/versions/
type GraphVersion struct {
	// Name is "v23.0".
	Name string `json:"name"`
	// Released is the day on which it came out.
	Released string `json:"released"`
	// Ends is the day from which on it cannot be used any more: calls are then
	// answered by the oldest that can. Empty: Meta has not said, or it is not
	// known here; see Ended.
	Ends string `json:"ends,omitempty"`
}

// GraphVersions returns every version that is known, the oldest first. The caller
// owns what it gets.
func GraphVersions() []GraphVersion { return slices.Clone(graphVersions()) }

var graphVersions = sync.OnceValue(func() []GraphVersion {
	var table struct{ Versions []GraphVersion }
	mustReadHistory("graph-versions.json", &table)
	return table.Versions
})

// versionName is how versions are called.
var versionName = regexp.MustCompile(`^v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$`)

// IsGraphVersion reports whether a text has the form of a version, known or not.
func IsGraphVersion(text string) bool { return versionName.MatchString(text) }

// GraphVersionNamed returns the version with this name. One that is newer than all
// that are known is taken too: the newest known stands for it, as in what follows
// from its day, and stands is true. The error says that the name is none, or that
// of a version which is not known and not new.
func GraphVersionNamed(name string) (v GraphVersion, stands bool, err error) {
	all := graphVersions()
	if i := slices.IndexFunc(all, func(v GraphVersion) bool { return v.Name == name }); i >= 0 {
		return all[i], false, nil
	}
	newest := all[len(all)-1]
	if !IsGraphVersion(name) || CompareGraphVersions(name, newest.Name) < 0 {
		return GraphVersion{}, false, fmt.Errorf("%q is no version of the Graph API that is known here: it goes from %s to %s", name, all[0].Name, newest.Name)
	}
	return newest, true, nil
}

// NewestGraphVersion returns the newest version that was there on a day; of all
// that are known for the day "". It is false where none was.
func NewestGraphVersion(day string) (GraphVersion, bool) {
	for _, v := range slices.Backward(graphVersions()) {
		if day == "" || v.Released <= day {
			return v, true
		}
	}
	return GraphVersion{}, false
}

// UsableGraphVersion returns what a version is on a day: itself or, if it has ended,
// the oldest that can be used then. Meta answers calls by it, and sends webhooks
// with it: https://developers.facebook.com/docs/graph-api/guides/versioning
func UsableGraphVersion(name, day string) string {
	all := graphVersions()
	for i, v := range slices.Backward(all) {
		if v.Ends == "" || v.Ends > day {
			continue
		}
		// They end in their order: the next one is the oldest that is left.
		if oldest := all[min(i+1, len(all)-1)].Name; IsGraphVersion(name) && CompareGraphVersions(name, oldest) < 0 {
			return oldest
		}
		break
	}
	return name
}

// Ended reports whether the version cannot be used any more on a day. Of one whose
// end is not known it says so when a later one has ended: they end in their order.
func (v GraphVersion) Ended(day string) bool {
	return v.Ends != "" && v.Ends <= day || UsableGraphVersion(v.Name, day) != v.Name
}

// notice is how many days before its end a version is said to end.
const notice = 90

// GraphVersionFate says what there is to know of a version by a day, to go on after its
// name: "has ended on 2026-05-21", or "ends on 2027-01-21, in 54 days" when that is within
// 90. It is empty where there is nothing to say, as of one that is too new to be known.
func GraphVersionFate(name, day string) string {
	v, stands, err := GraphVersionNamed(name)
	switch {
	case stands:
		return ""
	case err != nil: // one that is too old to be known, or none
		v.Name = name
	}
	now, err := time.Parse(time.DateOnly, day)
	end, unknown := time.Parse(time.DateOnly, v.Ends)
	days := int(end.Sub(now) / (24 * time.Hour))
	switch {
	case err != nil:
		return ""
	case v.Ended(day) && unknown != nil:
		return "has ended, on a day that is not known here"
	case v.Ended(day):
		return "has ended on " + v.Ends
	case unknown == nil && days <= notice:
		return fmt.Sprintf("ends on %s, in %s", v.Ends, inDays(days))
	}
	return ""
}

func inDays(days int) string {
	if days == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", days)
}

// CompareGraphVersions orders two names of versions; a text that is none comes
// before all that are.
func CompareGraphVersions(a, b string) int {
	one, other := versionName.FindStringSubmatch(a), versionName.FindStringSubmatch(b)
	if one == nil || other == nil {
		return cmp.Compare(len(one), len(other))
	}
	return cmp.Or(compareNumbers(one[1], other[1]), compareNumbers(one[2], other[2]))
}

// compareNumbers orders two numbers, in digits, of any length.
func compareNumbers(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
}
