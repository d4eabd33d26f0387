package graph

const (
	MaxBody   = maxBody
	MaxUpload = maxUpload
)

// Upload is an upload, for the tests of the API.
type Upload = upload

// Uploads lists the attachments that receivers uploaded, the oldest first.
func (s *Server) Uploads() []Upload {
	s.uploads.mu.Lock()
	defer s.uploads.mu.Unlock()
	found := make([]Upload, len(s.uploads.kept))
	for i, k := range s.uploads.kept {
		found[i] = k.upload
	}
	return found
}
