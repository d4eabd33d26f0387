package console

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// maxMedia is how many bytes a film or a sound has: as many as Meta takes of one.
// https://developers.facebook.com/docs/messenger-platform/send-messages
const maxMedia = 25 << 20

func (s *Server) registerMedia() {
	huma.Register(s.api, huma.Operation{
		OperationID: "get-media", Method: http.MethodGet, Path: apiPrefix + "media", Tags: []string{"people"},
		Summary: "A film or a sound that a message has", Description: "One that was uploaded, or one at an address of this machine's loopback. Nothing else is fetched. Ranges are answered, so that a player can go anywhere in it.",
		Responses: map[string]*huma.Response{"200": {Description: "The whole, or as 206 a part", Content: map[string]*huma.MediaType{"video/*": {}, "audio/*": {}}}},
	}, func(ctx context.Context, in *struct {
		Source   string `query:"source" doc:"An attachment_id, or an address of this machine"`
		Exchange uint64 `query:"exchange" doc:"The call of the Send API that the file came with"`
	}) (*huma.StreamResponse, error) {
		data, err := s.content(ctx, in.Source, in.Exchange, maxMedia)
		if err != nil {
			return nil, huma.Error404NotFound(err.Error())
		}
		kind, known := mediaType(data)
		if !known {
			return nil, huma.Error404NotFound(fmt.Sprintf("that is no film and no sound that a browser plays, but %s", kind))
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			r, w := humago.Unwrap(hc)
			w.Header().Set("Content-Type", kind)
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
		}}, nil
	})
}

// mediaType is what a file is by its own bytes, whatever its sender calls it, and whether
// that is a film or a sound.
func mediaType(data []byte) (kind string, known bool) {
	kind = http.DetectContentType(data)
	switch {
	case kind == "application/ogg", strings.HasPrefix(kind, "video/"), strings.HasPrefix(kind, "audio/"):
		return kind, true
	case len(data) > 11 && string(data[4:8]) == "ftyp": // MP4 of other brands: M4A, QuickTime
		return "video/mp4", true
	case len(data) > 1 && data[0] == 0xff && slices.Contains([]byte{0xf2, 0xf3, 0xfa, 0xfb}, data[1]): // MP3 without tags
		return "audio/mpeg", true
	case len(data) > 1 && data[0] == 0xff && slices.Contains([]byte{0xf0, 0xf1, 0xf8, 0xf9}, data[1]): // AAC
		return "audio/aac", true
	}
	return kind, false
}
