package graph

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
)

const (
	// defaultVersion is what a call without a version in its path is answered
	// with. Which one Meta takes then is not documented.
	defaultVersion = "v23.0"
	// oldestVersion is the oldest that can be used: v19.0 was seen to be answered
	// as deprecated in March 2026.
	oldestVersion = "v20.0"
)

var versionSegment = regexp.MustCompile(`^v([0-9]+)\.([0-9]+)$`)

// usable returns the version with which a call of this one is answered. One
// that is too old is upgraded to the oldest that can be used, and the warning
// says so; newer ones than are known are taken.
// https://developers.facebook.com/docs/graph-api/guides/versioning
func usable(version string) (answered, warning string) {
	if !older(version, oldestVersion) {
		return version, ""
	}
	return oldestVersion, fmt.Sprintf("The call has been auto-upgraded to %s as %s has been deprecated.", oldestVersion, version)
}

// older compares two versions. A number that is too large for a comparison is
// not old.
func older(version, than string) bool {
	a, b := versionSegment.FindStringSubmatch(version), versionSegment.FindStringSubmatch(than)
	if a == nil || b == nil {
		return false
	}
	number := func(digits string) uint64 {
		n, _ := strconv.ParseUint(digits, 10, 64) // out of range: the largest
		return n
	}
	return cmp.Or(cmp.Compare(number(a[1]), number(b[1])), cmp.Compare(number(a[2]), number(b[2]))) < 0
}
