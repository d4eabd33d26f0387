package graph

import (
	"bytes"
	"slices"
	"sync"
	"time"
)

const (
	// maxKeptBytes is how many bytes of uploaded files are kept, of all files
	// together. The oldest are dropped first; what is known of them stays.
	maxKeptBytes = 64 << 20

	// maxUploads is how many uploads are remembered; then the oldest is forgotten.
	maxUploads = 1000
)

// upload is an attachment that a receiver uploaded, or sent with a message.
type upload struct {
	// ID is the attachment_id by which messages name it.
	ID string
	// Type is "image", "audio", "video", "file" or what the receiver says.
	Type string
	// URL is where Meta would fetch it. Empty for a file in a form.
	URL string
	// Name and ContentType are what the form says of the file; Size is how many
	// bytes it has.
	Name, ContentType string
	Size              int
	// Reusable reports whether the receiver wants to send it again.
	Reusable bool
	// At is when it came; Exchange is the call with it in the journal.
	At       time.Time
	Exchange uint64
	// Dropped reports that the bytes are not there any more, for others came.
	Dropped bool
}

// file is one file in a form.
type file struct {
	name, contentType string
	data              []byte
}

// uploads keep what was uploaded, the newest last. Their zero value has none.
type uploads struct {
	mu    sync.Mutex
	kept  []keptUpload
	bytes int
}

type keptUpload struct {
	upload
	data []byte
}

// File returns the bytes of an upload; false if there are none, because it has
// a URL, or was dropped, or there is no such upload.
func (s *Server) File(id string) ([]byte, bool) {
	s.uploads.mu.Lock()
	defer s.uploads.mu.Unlock()
	i := slices.IndexFunc(s.uploads.kept, func(k keptUpload) bool { return k.ID == id })
	if i < 0 || s.uploads.kept[i].data == nil {
		return nil, false
	}
	return bytes.Clone(s.uploads.kept[i].data), true
}

// maxGiven is how many ids of attachments are remembered; then the oldest is forgotten.
const maxGiven = 10_000

// give remembers the id of an attachment that a receiver was told.
func (m *memory) give(id string) {
	if len(m.Attachments) == maxGiven {
		m.Attachments = slices.Delete(m.Attachments, 0, 1)
	}
	m.Attachments = append(m.Attachments, id)
}

// isUploaded reports whether a receiver was told this id of an attachment.
func (s *Server) isUploaded(id string) (found bool) {
	s.inspect(func(m *memory) { found = slices.Contains(m.Attachments, id) })
	return found
}

// keep remembers an upload, and drops what is too much then.
func (u *uploads) keep(up upload, data []byte) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.kept = append(u.kept, keptUpload{up, data})
	u.bytes += len(data)
	for i := 0; u.bytes > maxKeptBytes; i++ {
		if k := &u.kept[i]; k.data != nil {
			u.bytes -= len(k.data)
			k.data, k.Dropped = nil, true
		}
	}
	if len(u.kept) > maxUploads {
		u.bytes -= len(u.kept[0].data)
		u.kept = slices.Delete(u.kept, 0, 1)
	}
}

func (u *uploads) reset() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.kept, u.bytes = nil, 0
}
