package command

import (
	"fmt"

	"github.com/seed-11445fa1/referee/schemas"
)

// asOf returns the catalogue of the day or the version that what, a flag or an
// argument, names, and says on standard error when the version is newer than all
// that are known.
func (h *Host) asOf(what, when string) (*schemas.Catalogue, error) {
	c, err := schemas.AsOf(when)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	h.warnOfNewer(what, when)
	return c, nil
}

// warnOfNewer says that the newest version of the Graph API that is known stands for
// the one that was asked for, if it does.
func (h *Host) warnOfNewer(what, name string) {
	if newest, stands, err := schemas.GraphVersionNamed(name); err == nil && stands {
		h.warn("%s: %s is newer than what is known here; the newest known, %s of %s, stands for it", what, name, newest.Name, newest.Released)
	}
}
