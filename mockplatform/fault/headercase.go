package fault

import (
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// Case is a spelling of header names.
type Case string

// The spellings.
const (
	Lower Case = "lower"
	Upper Case = "upper"
)

// HeaderCase spells the names of all headers in one case. The request stays
// correct, as the case of header names means nothing (RFC 9110 section 5.1):
// it shows a receiver that looks them up byte by byte.
func HeaderCase(c Case) Fault {
	return headerChange(fmt.Sprintf("with header names in %s case", c), func(h *wire.Header) {
		for i, f := range *h {
			if c == Upper {
				(*h)[i].Name = strings.ToUpper(f.Name)
			} else {
				(*h)[i].Name = strings.ToLower(f.Name)
			}
		}
	})
}
