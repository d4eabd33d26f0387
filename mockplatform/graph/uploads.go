package graph

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	// maxKeptBytes is how many bytes of files are kept, of all files together. The oldest
	// are dropped first; what is known of them stays until the process ends.
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

// FileStore keeps files when the process ends. It must be safe for concurrent use.
type FileStore interface {
	// SaveFile keeps a file, with what is known of it as a JSON document, and forgets
	// those of other ids: all of it or, with an error, nothing.
	SaveFile(id string, about, data []byte, forget ...string) error
	// Files calls f with every file that is kept, in the order in which they came.
	Files(f func(id string, about, data []byte) error) error
}

// uploads keep what was uploaded, the newest last. Their zero value has none, and keeps
// them in memory.
type uploads struct {
	mu    sync.Mutex
	store FileStore
	kept  []keptUpload
	bytes int
}

type keptUpload struct {
	upload
	data []byte
}

// File is what is known of a file that a receiver uploaded or sent, or that a person
// sends.
type File struct {
	// Name and ContentType are what its sender says of it.
	Name, ContentType string
	// URL is where Meta would fetch it. Empty for a file whose bytes came.
	URL string
	// Data are its bytes; nil for one that has a URL, and for one that was dropped
	// since, for others came.
	Data []byte
}

// File returns the file of an attachment_id; false if there is none of it.
func (s *Server) File(id string) (File, bool) {
	return s.uploads.find(func(up upload) bool { return up.ID == id })
}

// FileOf returns the file that came with a call, by its number in the journal; false if
// none did.
func (s *Server) FileOf(exchange uint64) (File, bool) {
	return s.uploads.find(func(up upload) bool { return exchange != 0 && up.Exchange == exchange })
}

// KeepFile keeps a file that a person sends, and returns the path under which the
// platform has it for receivers. An error is that of Options.Files.
func (s *Server) KeepFile(name, contentType string, data []byte) (path string, err error) {
	c := s.newCall(context.Background())
	up := upload{ID: c.object("attachment"), Name: name, ContentType: contentType, Size: len(data), At: s.opts.Clock()}
	return filePath + up.ID, s.uploads.keep(up, data)
}

// RestoreFiles takes up the files that Options.Files has.
func (s *Server) RestoreFiles() error {
	u := &s.uploads
	if u.store == nil {
		return nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.kept, u.bytes = nil, 0
	return u.store.Files(func(id string, about, data []byte) error {
		var up upload
		if err := json.Unmarshal(about, &up); err != nil {
			return fmt.Errorf("the file %s: %w", id, err)
		}
		u.kept, u.bytes = append(u.kept, keptUpload{up, data}), u.bytes+len(data)
		return nil
	})
}

// find returns the newest upload that match accepts.
func (u *uploads) find(match func(upload) bool) (File, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, k := range slices.Backward(u.kept) {
		if match(k.upload) {
			return File{Name: k.Name, ContentType: k.ContentType, URL: k.URL, Data: bytes.Clone(k.data)}, true
		}
	}
	return File{}, false
}

// FilePath is where the file of an id that a person sends is on the platform.
func FilePath(id string) string { return filePath + id }

// filePath is where the platform has the files of people.
const filePath = ownPath + "files/"

// serveFile answers with a file in the platform's own name. A browser keeps it instead
// of showing it: it may be anything.
func (s *Server) serveFile(id string) answer {
	f, known := s.File(id)
	if !known || f.Data == nil {
		return plain(http.StatusNotFound, fmt.Sprintf("there is no file %s%s: it was dropped, as the oldest are where all together have more than %d MiB, or there never was one", filePath, id, maxKeptBytes>>20))
	}
	return answer{status: http.StatusOK, body: f.Data, header: http.Header{
		"Content-Type":           {cmp.Or(f.ContentType, "application/octet-stream")},
		"Content-Disposition":    {mime.FormatMediaType("attachment", map[string]string{"filename": f.Name})},
		"X-Content-Type-Options": {"nosniff"},
	}}
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

// keep remembers an upload, and drops what is too much then. After an error nothing has
// changed.
func (u *uploads) keep(up upload, data []byte) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	var drop []int
	var forget []string
	left := u.bytes + len(data)
	for i := 0; i < len(u.kept) && left > maxKeptBytes; i++ {
		if k := u.kept[i]; k.data != nil {
			left -= len(k.data)
			drop, forget = append(drop, i), append(forget, k.ID)
		}
	}
	if len(u.kept) >= maxUploads {
		forget = append(forget, u.kept[0].ID)
	}
	if err := u.save(up, data, forget); err != nil {
		return err
	}
	for _, i := range drop {
		u.kept[i].data, u.kept[i].Dropped = nil, true
	}
	u.kept, u.bytes = append(u.kept, keptUpload{up, data}), left
	if len(u.kept) > maxUploads {
		u.bytes -= len(u.kept[0].data)
		u.kept = slices.Delete(u.kept, 0, 1)
	}
	return nil
}

// save lets the store keep an upload. The caller holds mu.
func (u *uploads) save(up upload, data []byte, forget []string) error {
	if u.store == nil {
		return nil
	}
	about, err := json.Marshal(up)
	if err != nil {
		return err
	}
	return u.store.SaveFile(up.ID, about, data, forget...)
}

func (u *uploads) reset() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.kept, u.bytes = nil, 0
}
