package event

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"strconv"
)

// Session is one simulated person talking to one page. What tells it apart
// from other sessions derives from a seed and its name alone, so a run can be
// repeated byte for byte.
type Session struct {
	Name   string
	PSID   string // page-scoped id of the person: 16 digits, below 2^53 so that a receiver may keep it as a JavaScript number
	PageID string
	// InstagramID is the professional account on Instagram that belongs to the page, see
	// InstagramID.
	InstagramID string
	UserRef     string // what names a chat plugin's visitor instead of a PSID; not a number
	GuestID     string // sender id of a chat plugin's guest, of the form of a PSID
	Tag         string // 10 characters of a-z2-7 in the event's texts, to find them again
	AppID       int64  // the app that the webhook belongs to, one for all sessions of a seed
}

// NewSession returns the session of this name. Sessions of different names or
// seeds share neither PSID, UserRef, GuestID nor Tag.
func NewSession(seed int64, name, pageID string) Session {
	source := strconv.FormatInt(seed, 10)
	visitor := lowerBase32(derive("user_ref", source, name))
	return Session{
		Name:   name,
		PSID:   digits(16, "psid", source, name),
		PageID: pageID,

		InstagramID: InstagramID(pageID),
		UserRef:     visitor[:8] + "-" + visitor[8:24],
		GuestID:     digits(16, "guest_id", source, name),
		Tag:         lowerBase32(derive("tag", source, name))[:10],
		AppID:       int64(decimal(15, "app_id", source)),
	}
}

// InstagramID is the id of the professional account on Instagram that belongs to a page: 17
// digits, as all that were seen, and so more than JavaScript's numbers keep.
func InstagramID(pageID string) string { return "1784" + digits(13, "instagram_id", pageID) }

// derive hashes the parts so that no two lists of parts run together.
func derive(parts ...string) [sha256.Size]byte {
	var text []byte
	for _, part := range parts {
		text = binary.BigEndian.AppendUint64(text, uint64(len(part)))
		text = append(text, part...)
	}
	return sha256.Sum256(text)
}

// decimal derives a number of n decimal digits, at most 16, from the parts.
// Its first digit is 1 to 8: 16 digits then stay below 2^53, about 9.007e15.
func decimal(n int, parts ...string) uint64 {
	least := uint64(1)
	for range n - 1 {
		least *= 10
	}
	sum := derive(parts...)
	return least + binary.BigEndian.Uint64(sum[:])%(8*least)
}

func digits(n int, parts ...string) string {
	return strconv.FormatUint(decimal(n, parts...), 10)
}

func lowerBase32(sum [sha256.Size]byte) string {
	return base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding).EncodeToString(sum[:])
}

func urlBase64(sum [sha256.Size]byte) string {
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Token derives what Meta gives a page for the person, for a purpose and what else tells
// it from others: 16 digits.
func (s Session) Token(purpose ...string) string {
	return digits(16, append([]string{"token", s.Tag}, purpose...)...)
}
