package judge

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

func TestRead(t *testing.T) {
	for _, test := range []struct {
		name, event              string
		kind                     Kind
		echo, addressable, alike bool
		receipt                  string
	}{
		{
			"a postback", `{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1527459824000,"postback":{"mid":"m","title":"T","payload":"P"}}`,
			KindPostback, false, true, true,
			`{"kind":"postback","sender":{"id":"1"},"recipient":{"id":"2"},"timestamp_ms":1527459824000,"postback":{"mid":"m","title":"T","payload":"P"}}`,
		},
		{
			"a postback with a referral", `{"sender":{"id":"1"},"timestamp":1,"postback":{"title":"T","payload":"P","referral":{"ref":"R"}}}`,
			KindPostback, false, true, false,
			`{"kind":"postback","sender":{"id":"1"},"timestamp_ms":1000,"postback":{"title":"T","payload":"P"},"referral":{"ref":"R"}}`,
		},
		{
			"a postback of a user_ref, with an instant as text", `{"sender":{"user_ref":"u"},"recipient":{"id":"2"},"timestamp":"1527459824","postback":{"payload":"P"}}`,
			KindPostback, false, true, false,
			`{"kind":"postback","sender":{"user_ref":"u"},"recipient":{"id":"2"},"timestamp_ms":1527459824000,"postback":{"payload":"P"}}`,
		},
		{
			"a referral", `{"sender":{"id":"1"},"timestamp":1527459824000,"referral":{"ref":"R","source":"SHORTLINK","type":"OPEN_THREAD"}}`,
			KindReferral, false, true, true,
			`{"kind":"referral","sender":{"id":"1"},"timestamp_ms":1527459824000,"referral":{"ref":"R","source":"SHORTLINK","type":"OPEN_THREAD"}}`,
		},
		{
			"a referral without a sender", `{"recipient":{"id":"2"},"timestamp":1527459824000,"referral":{"ref":"R"}}`,
			KindReferral, false, false, false,
			`{"kind":"referral","recipient":{"id":"2"},"timestamp_ms":1527459824000,"referral":{"ref":"R"}}`,
		},
		{
			"a message", `{"sender":{"id":"1"},"timestamp":1527459824000,"message":{"mid":"m","text":"hello"}}`,
			KindOther, false, true, true,
			`{"kind":"other","sender":{"id":"1"},"timestamp_ms":1527459824000}`,
		},
		{
			"a message with a referral", `{"sender":{"id":"1"},"timestamp":1527459824000,"message":{"text":"hello","referral":{"ad_id":"6"}}}`,
			KindOther, false, true, false,
			`{"kind":"other","sender":{"id":"1"},"timestamp_ms":1527459824000,"referral":{"ad_id":"6"}}`,
		},
		{
			"an echo", `{"sender":{"id":"2"},"recipient":{"id":"1"},"message":{"is_echo":true,"text":"hello"}}`,
			KindOther, true, true, false,
			`{"kind":"other","sender":{"id":"2"},"recipient":{"id":"1"}}`,
		},
		{"members of unexpected types", `{"sender":"1","timestamp":true,"postback":[],"message":7,"referral":null}`, KindOther, false, false, false, `{"kind":"other"}`},
		{"a sender without a name", `{"sender":{"id":null}}`, KindOther, false, false, false, `{"kind":"other","sender":{"id":null}}`},
		{"no event", `[]`, KindOther, false, false, false, `{"kind":"other"}`},
		{"no JSON", `{"sender"`, KindOther, false, false, false, `{"kind":"other"}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := Read([]byte(test.event))
			if r.Kind != test.kind || r.Echo != test.echo || r.Addressable() != test.addressable || r.alike() != test.alike {
				t.Errorf("kind %s, echo %v, addressable %v, plain %v", r.Kind, r.Echo, r.Addressable(), r.alike())
			}
			if off := differences("", Decode([]byte(test.receipt)), any(r.Receipt())); len(off) > 0 {
				t.Errorf("the receipt differs: %q", off)
			}
		})
	}
}

func TestMilliseconds(t *testing.T) {
	for _, test := range []struct {
		instant any
		ms      int64
		ok      bool
	}{
		{json.Number("1527459824000"), 1527459824000, true},
		{json.Number("1527459824"), 1527459824000, true},
		{"1527459824000", 1527459824000, true},
		{"1527459824", 1527459824000, true},
		{json.Number("0"), 0, true},
		{json.Number("99999999999"), 99999999999000, true},
		{json.Number("100000000000"), 100000000000, true},
		{json.Number("1527459824.5"), 0, false},
		{json.Number("1e12"), 0, false},
		{json.Number("99999999999999999999"), 0, false},
		{"soon", 0, false},
		{"", 0, false},
		{nil, 0, false},
		{true, 0, false},
	} {
		if ms, ok := milliseconds(test.instant); ms != test.ms || ok != test.ok {
			t.Errorf("%v: %d, %v; expected %d, %v", test.instant, ms, ok, test.ms, test.ok)
		}
	}
}

func TestIsMessage(t *testing.T) {
	for doc, want := range map[string]bool{
		`{"recipient":{"id":"1"},"message":{"text":"hello"}}`:  true,
		`{"recipient":{"id":"1"},"sender_action":"typing_on"}`: false,
		`{"recipient":{"id":"1"},"message":null}`:              false,
		`["message"]`: false,
		``:            false,
	} {
		if isMessage([]byte(doc)) != want {
			t.Errorf("%s is a message: %v", doc, !want)
		}
	}
}

// FuzzRead reads what a receiver, or the network, may have made of an event.
func FuzzRead(f *testing.F) {
	for _, v := range schemas.All() {
		f.Add([]byte(v.Event))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		r := Read(doc)
		receipt := r.Receipt()
		if receipt["kind"] != string(r.Kind) {
			t.Errorf("the kind is %v, expected %s", receipt["kind"], r.Kind)
		}
		text, err := json.Marshal(receipt)
		if err != nil {
			t.Fatal(err)
		}
		if again := Decode(text); !reflect.DeepEqual(again, Decode(text)) || len(differences("", any(receipt), again)) > 0 {
			t.Errorf("the receipt %s does not survive its encoding", text)
		}
	})
}
