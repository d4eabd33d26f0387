package console

import (
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
)

// tamper returns the faults of these names.
func tamper(names []string) ([]fault.Fault, error) {
	var faults []fault.Fault
	for _, name := range names {
		var chosen fault.Fault
		var known []string
		for _, t := range rules.Tamperings() {
			known = append(known, t.Name)
			if t.Name == name {
				chosen = t.Fault
			}
		}
		if chosen == nil {
			return nil, fmt.Errorf("there is no fault %q for a delivery; there are %s", name, strings.Join(known, ", "))
		}
		faults = append(faults, chosen)
	}
	return faults, nil
}
