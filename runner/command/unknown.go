package command

import (
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/runner/suggest"
)

// unknown is the error for a name that is not in a list; it suggests those that
// look most like it. lister is the command that shows the list.
func unknown(what, name string, known []string, lister string) error {
	near := suggest.Names(name, known)
	if len(near) == 0 {
		return fmt.Errorf("there is no %s %q; `%s` lists them", what, name, lister)
	}
	return fmt.Errorf("there is no %s %q; did you mean %s? `%s` lists them all", what, name, strings.Join(near, ", "), lister)
}
