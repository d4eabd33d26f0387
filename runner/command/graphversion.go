package command

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/runner/report"
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

// today is the day on the platform's clock.
func today(o mockplatform.Options) string {
	now := time.Now
	if o.Clock != nil {
		now = o.Clock.Now
	}
	return now().UTC().Format(time.DateOnly)
}

// tellFates says of each version of the Graph API that the bot calls, once, that it has
// ended or ends soon, until the context ends.
func tellFates(ctx context.Context, w io.Writer, platform *mockplatform.Platform) {
	told := map[string]bool{}
	platform.Journal().Follow(ctx, func(x journal.Exchange) {
		name := x.GraphVersion()
		if name == "" || told[name] {
			return
		}
		told[name] = true
		day := platform.Now().UTC().Format(time.DateOnly)
		fate := schemas.GraphVersionFate(name, day)
		if fate == "" {
			return
		}
		text := fmt.Sprintf("The bot calls %s of the Graph API, which %s.", name, fate)
		if next := schemas.UsableGraphVersion(name, day); next != name {
			text += fmt.Sprintf(" Meta answers it with %s.", next)
		}
		// When nobody reads the output any more, there is nobody to tell.
		_, _ = io.WriteString(w, report.Clean(text)+"\n")
	})
}
