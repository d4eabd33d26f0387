package graph

import (
	"fmt"
	"testing"
)

// The bytes of all files together have a limit: the oldest go first.
func TestKeptFilesHaveALimit(t *testing.T) {
	s := New(Options{})
	const size = 20 << 20
	s.uploads.keep(upload{ID: "url", URL: "https://example.com/a.png"}, nil)
	for i := range 5 {
		s.uploads.keep(upload{ID: fmt.Sprint(i), Size: size}, make([]byte, size))
	}
	for i, up := range s.Uploads()[1:] {
		data, ok := s.File(up.ID)
		if kept := i >= 5-maxKeptBytes/size; ok != kept || up.Dropped == kept || up.Size != size || kept && len(data) != size {
			t.Errorf("upload %d: %+v, with %d bytes, %v", i, up, len(data), ok)
		}
	}
	if up := s.Uploads()[0]; up.Dropped {
		t.Errorf("what had no bytes is dropped: %+v", up)
	}
	if s.uploads.bytes != 3*size {
		t.Errorf("%d bytes are counted, want %d", s.uploads.bytes, 3*size)
	}
}

func TestUploadsAreForgottenInTheEnd(t *testing.T) {
	s := New(Options{})
	for i := range maxUploads + 5 {
		s.uploads.keep(upload{ID: fmt.Sprint(i)}, []byte("x"))
	}
	found := s.Uploads()
	if len(found) != maxUploads || found[0].ID != "5" || s.uploads.bytes != maxUploads {
		t.Errorf("%d uploads with %d bytes, the first is %+v", len(found), s.uploads.bytes, found[0])
	}
}
