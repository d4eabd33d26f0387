package wire_test

import (
	"fmt"
	"log"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// A body as Meta sends it, and the header that signs it. Meta escapes the slash and what
// is not ASCII, and signs those very bytes.
func Example() {
	body, err := wire.Encode([]byte(`{"ref": "größe/42"}`), wire.Messaging)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(body))
	fmt.Println(wire.Sign("app secret", body).SHA256)
	// Output:
	// {"ref":"gr\u00f6\u00dfe\/42"}
	// sha256=d4fece67f6083156201b13612341d704f92107bc943dbd7d697a029508b07e1b
}

// A test of a bot checks what it signs itself, or what it was sent.
func ExampleVerify() {
	body := []byte(`{"object":"page","entry":[]}`)
	header := wire.Sign("app secret", body).SHA256
	fmt.Println(wire.Verify("app secret", body, header))
	fmt.Println(wire.Verify("another secret", body, header))
	// Output:
	// <nil>
	// verify: the sha256 signature does not fit: another secret, or these are not the bytes that were signed
}
