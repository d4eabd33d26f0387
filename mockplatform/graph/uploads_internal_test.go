package graph

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The bytes of all files together have a limit: the oldest go first.
func TestKeptFilesHaveALimit(t *testing.T) {
	s := New(Options{})
	const size = 20 << 20
	keep := func(up upload, data []byte) {
		t.Helper()
		if err := s.uploads.keep(up, data); err != nil {
			t.Fatal(err)
		}
	}
	keep(upload{ID: "url", URL: "https://example.com/a.png"}, nil)
	for i := range 5 {
		keep(upload{ID: fmt.Sprint(i), Size: size}, make([]byte, size))
	}
	for i, up := range s.Uploads()[1:] {
		f, ok := s.File(up.ID)
		if kept := i >= 5-maxKeptBytes/size; !ok || kept != (f.Data != nil) || up.Dropped == kept || up.Size != size || kept && len(f.Data) != size {
			t.Errorf("upload %d: %+v, with %d bytes, %v", i, up, len(f.Data), ok)
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
		if err := s.uploads.keep(upload{ID: fmt.Sprint(i)}, []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	found := s.Uploads()
	if len(found) != maxUploads || found[0].ID != "5" || s.uploads.bytes != maxUploads {
		t.Errorf("%d uploads with %d bytes, the first is %+v", len(found), s.uploads.bytes, found[0])
	}
}

// shelf is a store of files that can fail.
type shelf struct {
	ids  []string
	data map[string][]byte
	docs map[string][]byte
	err  error
}

func (s *shelf) SaveFile(id string, about, data []byte, forget ...string) error {
	if s.err != nil {
		return s.err
	}
	s.ids = append(slices.DeleteFunc(s.ids, func(one string) bool { return slices.Contains(forget, one) }), id)
	s.data[id], s.docs[id] = data, about
	return nil
}

func (s *shelf) Files(f func(id string, about, data []byte) error) error {
	for _, id := range s.ids {
		if err := f(id, s.docs[id], s.data[id]); err != nil {
			return err
		}
	}
	return s.err
}

// What a store takes is there in the next life, within the same bound; what it does not
// take is not there at all.
func TestFilesComeBack(t *testing.T) {
	kept := &shelf{data: map[string][]byte{}, docs: map[string][]byte{}}
	s := New(Options{Files: kept})
	const size = 20 << 20
	for i := range 5 {
		if err := s.uploads.keep(upload{ID: fmt.Sprint(i), Size: size, Exchange: uint64(i)}, make([]byte, size)); err != nil {
			t.Fatal(err)
		}
	}
	kept.err = errors.New("the disk is full")
	if _, err := s.KeepFile("a.png", "image/png", []byte("png")); !errors.Is(err, kept.err) || len(s.uploads.kept) != 5 || s.uploads.bytes != 3*size {
		t.Errorf("error %v, %d files with %d bytes", err, len(s.uploads.kept), s.uploads.bytes)
	}
	kept.err = nil
	again := New(Options{Files: kept})
	if err := again.RestoreFiles(); err != nil {
		t.Fatal(err)
	}
	if again.uploads.bytes != 3*size || fmt.Sprint(kept.ids) != "[2 3 4]" {
		t.Errorf("%d bytes, and %v in the store", again.uploads.bytes, kept.ids)
	}
	if f, known := again.FileOf(4); !known || len(f.Data) != size {
		t.Errorf("the newest has %d bytes, %v", len(f.Data), known)
	}
	kept.docs["3"] = []byte("{")
	if err := again.RestoreFiles(); err == nil || !strings.Contains(err.Error(), "the file 3") {
		t.Errorf("a damaged store: %v", err)
	}
}
