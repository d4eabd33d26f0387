package graph

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"

	"github.com/seed-11445fa1/referee/schemas"
)

// uploadAttachment is POST /me/message_attachments, by URL or with a file in a
// form in parts:
// https://developers.facebook.com/docs/messenger-platform/reference/attachment-upload-api
//
// Nothing is fetched.
func (s *Server) uploadAttachment(c *call) answer {
	if err := schemas.Validate("message-attachment.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err))
	}
	attachment := member(c.params["message"], "attachment")
	if refusal, ok := s.source(c, attachment); !ok {
		return refusal
	}
	id := s.keep(c, attachment)
	return s.added(c, map[string]string{"attachment_id": id}, func(m *memory) { m.give(id) })
}

// source refuses a call whose attachment comes from nowhere, or from what cannot
// be fetched; ok if it comes from a URL or is in the form.
func (s *Server) source(c *call, attachment json.RawMessage) (refusal answer, ok bool) {
	switch source := member(attachment, "payload", "url"); {
	case source == nil && c.file == nil:
		return s.invalidParameter(c, "/message/attachment/payload: there is neither a url in it nor a file in the form"), false
	case source != nil && !isWebAddress(textOf(source)):
		return s.fetchFailed(c, textOf(source)), false
	}
	return answer{}, true
}

// keep remembers an attachment, and returns its id.
func (s *Server) keep(c *call, attachment json.RawMessage) string {
	payload := member(attachment, "payload")
	up := upload{
		ID: c.object("attachment"), Type: textOf(member(attachment, "type")), URL: textOf(member(payload, "url")),
		Reusable: isTrue(member(payload, "is_reusable")), At: c.x.At, Exchange: c.x.Seq,
	}
	var data []byte
	if c.file != nil && up.URL == "" {
		up.Name, up.ContentType, up.Size, data = c.file.name, c.file.contentType, len(c.file.data), c.file.data
	}
	s.uploads.keep(up, data)
	return up.ID
}

// sentFile checks the attachment of a message, if it has one that is a file, and
// remembers it. id is empty if it was there before, or if there is none.
func (s *Server) sentFile(c *call) (id string, refusal answer, ok bool) {
	attachment := member(c.params["message"], "attachment")
	if !slices.Contains([]string{"image", "audio", "video", "file"}, textOf(member(attachment, "type"))) {
		return "", answer{}, true
	}
	// Every number is the id of an attachment: it may have been uploaded before
	// this process began, as reusable ones are.
	if id := identifier(member(attachment, "payload"), "attachment_id"); id != "" {
		if !isNumber(id) {
			return "", s.invalidAttachment(c, id), false
		}
		return "", answer{}, true
	}
	if refusal, ok := s.source(c, attachment); !ok {
		return "", refusal, false
	}
	return s.keep(c, attachment), answer{}, true
}

// invalidAttachment: a message names an attachment by what cannot be its id.
func (s *Server) invalidAttachment(c *call, id string) answer {
	return s.refuse(c, errorTable()["attachment-nobody-uploaded"], fmt.Sprintf("the attachment_id %q is not a number", id))
}

// fetchFailed: a file is to be taken from what is not the URL of one.
func (s *Server) fetchFailed(c *call, url string) answer {
	return s.refuse(c, errorTable()["fetch-failed"], fmt.Sprintf("the URL %q of the attachment is not an absolute one of http or https", url))
}

func isWebAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
