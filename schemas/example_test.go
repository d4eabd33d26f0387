package schemas_test

import (
	"fmt"
	"log"

	"github.com/seed-11445fa1/referee/schemas"
)

const click = `{"object": "page", "entry": [{"id": "1", "time": 1527459824000, "messaging": [{
	"sender": {"id": "2"}, "recipient": {"id": "1"}, "timestamp": 1527459824000,
	"referral": {"ref": "summer", "source": "SHORTLINK", "type": "OPEN_THREAD", "color": "red"}}]}]}`

// Which events a body holds, and what of it Meta's documentation does not have.
func ExampleRead() {
	reading, err := schemas.Read([]byte(click))
	if err != nil {
		log.Fatal(err)
	}
	for _, event := range reading.Events {
		fmt.Println(event.Pointer, "is nearest to", event.Nearest)
		for _, difference := range event.Differences {
			fmt.Println(difference)
		}
	}
	for _, problem := range reading.Problems {
		fmt.Println(problem)
	}
	// Output:
	// /entry/0/messaging/0 is nearest to referral.shortlink
	// /referral/color is a string that the variant does not have
	// /entry/0/messaging/0/referral/color: is an unknown member
}

// A call of the Send API is held to Meta's format before it is made.
func ExampleValidate() {
	err := schemas.Validate("send.request", []byte(`{"recipient": {"id": "2"}, "message": {"text": 42}}`))
	fmt.Println(err)
	// Output:
	// does not satisfy the schema send.request:
	//   /message/text: is a number, must be a string
}

// What Meta sent on a day: the context of an ad came later.
func ExampleAsOf() {
	catalogue, err := schemas.AsOf("2019-01-01")
	if err != nil {
		log.Fatal(err)
	}
	for _, id := range []string{"referral.shortlink", "referral.ads"} {
		_, sent := catalogue.ByID(id)
		fmt.Println(id, sent)
	}
	// Output:
	// referral.shortlink true
	// referral.ads false
}
