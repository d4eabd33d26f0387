package console

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

const (
	// maxFile is how many bytes a file has that a person sends, and a picture that a bot
	// does. Meta takes pictures of up to 8 MiB:
	// https://developers.facebook.com/docs/messenger-platform/send-messages
	maxFile = 8 << 20
)

// FileView is a file that a person can send.
type FileView struct {
	URL string `json:"url" doc:"Where a receiver fetches it"`
}

type (
	fileOutput    struct{ Body FileView }
	pictureOutput struct {
		ContentType string `header:"Content-Type"`
		Body        []byte
	}
)

func (s *Server) registerFiles() {
	huma.Register(s.api, huma.Operation{
		OperationID: "add-file", Method: http.MethodPost, Path: apiPrefix + "files", Tags: []string{"people"},
		Summary: "Put a file where a receiver can fetch it, for a person to send", DefaultStatus: http.StatusCreated, MaxBodyBytes: maxFile + 1, // which is refused itself
		Description: "Of all files only so many bytes are kept, the newest.",
	}, func(_ context.Context, in *struct {
		Name    string `query:"name" maxLength:"200" default:"file"`
		Type    string `header:"Content-Type"`
		RawBody []byte `contentType:"application/octet-stream"`
	}) (*fileOutput, error) {
		data := bytes.Clone(in.RawBody) // whose memory is for this request only
		at, err := s.platform.KeepFile(in.Name, in.Type, data)
		if err != nil {
			return nil, failed(err, http.StatusInternalServerError)
		}
		return &fileOutput{FileView{URL: at}}, nil
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "get-picture", Method: http.MethodGet, Path: apiPrefix + "pictures", Tags: []string{"people"},
		Summary: "A picture that a message has", Description: "One that the receiver uploaded, or one at an address of this machine's loopback. Nothing else is fetched.",
		Responses: map[string]*huma.Response{"200": {Description: "The picture", Content: map[string]*huma.MediaType{"image/*": {}}}},
	}, func(ctx context.Context, in *struct {
		Source   string `query:"source" doc:"An attachment_id, or an address of this machine"`
		Exchange uint64 `query:"exchange" doc:"The call of the Send API that the file came with"`
	}) (*pictureOutput, error) {
		data, err := s.content(ctx, in.Source, in.Exchange, maxFile)
		if err != nil {
			return nil, huma.Error404NotFound(err.Error())
		}
		kind := http.DetectContentType(data)
		if !slices.Contains([]string{"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"}, kind) {
			return nil, huma.Error404NotFound(fmt.Sprintf("that is no picture that a browser shows, but %s", kind))
		}
		return &pictureOutput{ContentType: kind, Body: data}, nil
	})
}
