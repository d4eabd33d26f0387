package fault

import (
	"fmt"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// ContentType declares the body as something else than application/json; an
// empty value removes the header. Every captured delivery declares exactly
// application/json: it shows a receiver that lets a framework decide by the
// header what becomes of the body.
func ContentType(value string) Fault {
	const name = "Content-Type"
	if value == "" {
		return headerChange("without a Content-Type", func(h *wire.Header) { h.Del(name) })
	}
	return headerChange(fmt.Sprintf("declared as %s", value), func(h *wire.Header) { h.Set(name, value) })
}
