package overlay_test

import (
	"fmt"
	"log"
	"testing/fstest"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/overlay"
)

// A member that you saw Meta send, before a release knows of it.
func Example() {
	ours, err := overlay.Read(fstest.MapFS{
		"common.schema.patch.json": {Data: []byte(`[
			{"op": "add", "path": "/$defs/referral/properties/campaign_id", "value": {"type": "string"}}
		]`)},
	})
	if err != nil {
		log.Fatal(err)
	}
	catalogue, _, err := ours.On(schemas.Everything())
	if err != nil {
		log.Fatal(err)
	}
	referral := []byte(`{"sender": {"id": "2"}, "recipient": {"id": "1"}, "timestamp": 1527459824000,
		"referral": {"source": "SHORTLINK", "type": "OPEN_THREAD", "campaign_id": "4"}}`)
	fmt.Println("release:", schemas.Validate("event.referral", referral))
	fmt.Println("ours:", catalogue.Validate("event.referral", referral))
	// Output:
	// release: does not satisfy the schema event.referral:
	//   /referral/campaign_id: is an unknown member
	// ours: <nil>
}
