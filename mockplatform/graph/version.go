package graph

import (
	"fmt"
	"regexp"

	"github.com/seed-11445fa1/referee/schemas"
)

var versionSegment = regexp.MustCompile(`^v([0-9]+)\.([0-9]+)$`)

// usable returns the version with which a call of this one is answered on a day.
// One that has ended is upgraded to the oldest that can be used, and the warning
// says so; newer ones than are known are taken.
// https://developers.facebook.com/docs/graph-api/guides/versioning
func usable(version, day string) (answered, warning string) {
	answered = schemas.UsableGraphVersion(version, day)
	if answered == version {
		return version, ""
	}
	return answered, fmt.Sprintf("The call has been auto-upgraded to %s as %s has been deprecated.", answered, version)
}

// day is the day on which it is looked at which versions have ended.
func (s *Server) day() string {
	if s.opts.Day != "" {
		return s.opts.Day
	}
	return s.opts.Clock().UTC().Format("2006-01-02")
}
