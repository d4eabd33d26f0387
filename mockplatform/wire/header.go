package wire

import (
	"slices"
	"strings"
)

// Field is one header line.
type Field struct{ Name, Value string }

// Header is a list of header lines in the order in which they are sent, with
// names spelt as Meta spells them. Lookups ignore the case of names.
type Header []Field

// Get returns the value of the first line with this name, or "".
func (h Header) Get(name string) string {
	if i := h.index(name); i >= 0 {
		return h[i].Value
	}
	return ""
}

// Set gives the first line with this name the value and drops the others of
// that name. Without one it appends a line.
func (h *Header) Set(name, value string) {
	i := h.index(name)
	if i < 0 {
		h.Add(name, value)
		return
	}
	(*h)[i].Value = value
	rest := (*h)[i+1:]
	rest.Del(name)
	*h = (*h)[:i+1+len(rest)]
}

// Add appends a line, whether or not the name is there already.
func (h *Header) Add(name, value string) { *h = append(*h, Field{Name: name, Value: value}) }

// Del drops all lines with this name.
func (h *Header) Del(name string) {
	*h = slices.DeleteFunc(*h, func(f Field) bool { return strings.EqualFold(f.Name, name) })
}

// Clone returns a copy that shares nothing with h.
func (h Header) Clone() Header { return slices.Clone(h) }

func (h Header) index(name string) int {
	return slices.IndexFunc(h, func(f Field) bool { return strings.EqualFold(f.Name, name) })
}

// Heading is what the header of a delivery follows from, beside its body.
type Heading struct {
	// Style is the sender. Default Messaging.
	Style Style
	// Secret signs the body.
	Secret string
	// Version is the one of the Graph API by which the payload was made: "v23.0".
	// Empty: the header names none.
	Version string
	// Day, "2006-01-02", is when it was sent. Default: today.
	Day string
}

// Since when, and until when, deliveries had a header or had none, as days.
const (
	// firstVersioned is when webhooks came to have versions:
	// https://developers.facebook.com/docs/messenger-platform/webhook/versioning
	firstVersioned = "2020-03-04"
	// lastAnonymous is the day of the last capture of Messenger without a User-Agent; the next
	// that is known, of 10 March 2019, has one. When it came is not known.
	lastAnonymous = "2017-01-13"
)

// HasVersion reports whether deliveries of a day had the header
// Facebook-API-Version; those of today, for the day "", have.
func HasVersion(day string) bool { return day == "" || day >= firstVersioned }

// DeliveryHeader returns the header of a delivery of body, without Host and
// Content-Length, which belong to the connection. These are the lines that
// captured deliveries share: Messenger 2017, 2019, 2022 and 2025, WhatsApp 2023 to
// 2025 and Instagram messaging 2025 for Messaging, Workplace 2021 and Instagram
// comments 2024 for Generic.
//
// Facebook-API-Version is documented for Messenger's webhooks, and stands in
// captures of 2022 and 2025; no capture of Generic has it.
//
// X-Hub-Signature-256 stands on every day, though captures up to January 2022 have
// X-Hub-Signature alone, and those since January 2023 both: no page says when it
// came, and a receiver that goes by today's pages checks nothing else.
//
// The order on the wire is not known, as recorders sort. It is alphabetical
// here.
func DeliveryHeader(of Heading, body []byte) Header {
	signature := Sign(of.Secret, body)
	h := Header{{"Accept", "*/*"}}
	agent := "Webhooks/1.0 (https://fb.me/webhooks)"
	if of.Style == Messaging {
		h.Add("Accept-Encoding", "deflate, gzip") // the Workplace capture, of Generic, has none
		agent = "facebookexternalua"              // without a version, in every capture since 2019
	}
	h.Add("Content-Type", "application/json") // without a charset, in every capture
	if of.Style == Messaging && of.Version != "" && HasVersion(of.Day) {
		h.Add("Facebook-API-Version", of.Version)
	}
	if of.Style != Messaging || of.Day == "" || of.Day > lastAnonymous {
		h.Add("User-Agent", agent)
	}
	h.Add("X-Hub-Signature", signature.SHA1)
	h.Add("X-Hub-Signature-256", signature.SHA256)
	return h
}

// VerificationHeader returns the header of the GET request that verifies a
// callback URL, without Host. No capture of one is known: the User-Agent is
// what receivers' allow-lists name, and Accept is curl's, which the errors of
// failed verifications show to be the client.
func VerificationHeader() Header {
	return Header{
		{"Accept", "*/*"},
		{"User-Agent", "facebookplatform/1.0 (+http://developers.facebook.com)"},
	}
}
