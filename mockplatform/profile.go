package mockplatform

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/internal/origin"
)

// Profile returns what the receiver set of the Messenger profile, by property:
// "get_started", "persistent_menu" and so on. The caller owns what it gets.
func (p *Platform) Profile() map[string]json.RawMessage { return p.graph.Profile() }

// Menu returns the persistent menu that the receiver set for one person; nil where it
// did not.
func (p *Platform) Menu(psid string) json.RawMessage { return p.graph.Menu(psid) }

// Persona returns the name and the picture of a persona that the receiver made; false
// if there is none of this id.
func (p *Platform) Persona(id string) (name, picture string, ok bool) { return p.graph.Persona(id) }

// File returns what the receiver uploaded under an attachment_id; false if it did not.
func (p *Platform) File(id string) (graph.File, bool) { return p.graph.File(id) }

// FileOf returns the file that came with a call of the Graph API, by its number in the
// journal; false if none did.
func (p *Platform) FileOf(exchange uint64) (graph.File, bool) { return p.graph.FileOf(exchange) }

// KeepFile keeps a file that a person sends, and returns the URL where a receiver gets
// it. The platform has to be started. Of all files together only so many bytes are kept,
// the newest. The error is ErrNotStored.
func (p *Platform) KeepFile(name, contentType string, data []byte) (url string, err error) {
	p.resetting.RLock()
	defer p.resetting.RUnlock()
	if err := p.Stored(); err != nil {
		return "", err
	}
	path, err := p.graph.KeepFile(name, contentType, data)
	return p.GraphURL() + path, err
}

// OwnFile returns the picture of a person, or a file that one sends, by its URL on this
// platform; nil where there is none. After a restart the platform may have another port:
// that of before is its own too.
func (p *Platform) OwnFile(address string) []byte {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	if base := p.GraphURL(); base != "" && strings.HasPrefix(address, base+"/") {
		return p.graph.OwnFile(u.Path)
	}
	if f, known := p.graph.File(path.Base(u.Path)); known && origin.Loopback(u.Hostname()) && u.Path == graph.FilePath(path.Base(u.Path)) {
		return f.Data
	}
	return nil
}

// files keeps files in the store of a platform.
type files struct{ p *Platform }

// SaveFile keeps a file.
func (f files) SaveFile(id string, about, data []byte, forget ...string) error {
	err := f.p.opts.Store.SaveFile(id, about, data, forget...)
	f.p.storeFailed.Store(err != nil)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotStored, err)
	}
	return nil
}

// Files calls each with the files that are kept.
func (f files) Files(each func(id string, about, data []byte) error) error {
	if err := f.p.opts.Store.Files(each); err != nil {
		return fmt.Errorf("read the files from the store: %w", err)
	}
	return nil
}
