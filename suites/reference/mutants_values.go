package reference

// valueMutants are the receivers that switch on a value of a closed set and have no
// default.
func valueMutants() []Mutant {
	ofType := func(name string) func(event) bool {
		return withAttachment(func(a object) bool { return a["type"] == name })
	}
	return []Mutant{
		{
			Name:   "loses-what-comes-with-stickers",
			Defect: "Acknowledges a delivery and ends its work at a sticker.",
			Cause:  "loses.attachments-in-entry",
			Breaks: []string{"envelope.attachments-in-entry"},
			apply:  endsAt(ofType("sticker")),
		},
		{
			Name:   "refuses-stickers",
			Defect: "Answers 500 to a sticker.",
			Cause:  "refuses.attachments-type-sticker",
			Breaks: []string{
				"envelope.attachments-in-entry", "envelope.echo.sticker-and-image.accepted",
				"envelope.echo.sticker.accepted", "envelope.message.attachment-sticker-and-image.accepted",
				"envelope.message.attachment-sticker-first.accepted",
				"envelope.message.attachment-sticker-id-text.accepted", "envelope.message.attachment-sticker.accepted",
			},
			apply: chokesOn(ofType("sticker")),
		},
	}
}
