package graph

import (
	"net/url"

	"github.com/seed-11445fa1/referee/schemas"
)

// uploadAttachment is POST /me/message_attachments, by URL or with a file in a
// form in parts:
// https://developers.facebook.com/docs/messenger-platform/reference/attachment-upload-api
//
// Nothing is fetched, and the file is not kept.
func (s *Server) uploadAttachment(c *call) answer {
	if err := schemas.Validate("message-attachment.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err))
	}
	source := member(c.params["message"], "attachment", "payload", "url")
	switch {
	case source == nil && !c.hasFile:
		return s.invalidParameter(c, "/message/attachment/payload: there is neither a url in it nor a file in the form")
	case source != nil && !isWebAddress(textOf(source)):
		return s.fetchFailed(c, textOf(source))
	}
	return s.reply(c, map[string]string{"attachment_id": c.attachment()})
}

func isWebAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
