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

// DeliveryHeader returns the header of a delivery of body, without Host and
// Content-Length, which belong to the connection. These are the lines that
// captured deliveries share: Messenger 2019 and 2022, WhatsApp 2023 to 2025
// and Instagram messaging 2025 for Messaging, Workplace 2021 and Instagram
// comments 2024 for Generic. Both signatures have come together since 2023.
//
// The order on the wire is not known, as recorders sort. It is alphabetical
// here.
func DeliveryHeader(style Style, secret string, body []byte) Header {
	signature := Sign(secret, body)
	h := Header{{"Accept", "*/*"}}
	agent := "Webhooks/1.0 (https://fb.me/webhooks)"
	if style == Messaging {
		h.Add("Accept-Encoding", "deflate, gzip") // the Workplace capture, of Generic, has none
		agent = "facebookexternalua"              // without a version, in every capture since 2019
	}
	h.Add("Content-Type", "application/json") // without a charset, in every capture
	h.Add("User-Agent", agent)
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
